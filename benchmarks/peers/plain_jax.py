"""JAX and Optax with automatic differentiation: a compiled step, or a compiled epoch of steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.workloads import BETA1, BETA2, EPSILON, LEARNING_RATE, Problem, Weights

ADAM = optax.adam(LEARNING_RATE, BETA1, BETA2, EPSILON)
State = Any


def cost(layers: Any, X: jax.Array, y: jax.Array, present: jax.Array) -> jax.Array:
    """Return the mean cross-entropy of the rows that are present."""
    *hidden, (W, b) = layers
    A = X
    for W_hidden, b_hidden in hidden:
        A = jax.nn.relu(A @ W_hidden + b_hidden)
    Z = A @ W + b
    if Z.shape[1] == 1:
        losses = optax.sigmoid_binary_cross_entropy(Z[:, 0], y.astype(Z.dtype))
    else:
        losses = optax.softmax_cross_entropy_with_integer_labels(Z, y)
    return jnp.sum(losses * present) / jnp.sum(present)


def take_step(state: State, X: jax.Array, y: jax.Array, rows: jax.Array) -> State:
    """Return layers and optimizer after a batch; a row number below zero fills a short one."""
    layers, optimizer = state
    present = (rows >= 0).astype(X.dtype)
    _, slopes = jax.value_and_grad(cost)(layers, X[rows], y[rows], present)
    updates, optimizer = ADAM.update(slopes, optimizer)
    return optax.apply_updates(layers, updates), optimizer


@partial(jax.jit, donate_argnums=0)
def one_step(state: State, X: jax.Array, y: jax.Array, order: jax.Array, step: Any) -> State:
    return take_step(state, X, y, order[step])


@partial(jax.jit, donate_argnums=0)
def one_epoch(state: State, X: jax.Array, y: jax.Array, order: jax.Array) -> State:
    return jax.lax.scan(lambda at, rows: (take_step(at, X, y, rows), None), state, order)[0]


def stepwise(state: State, X: jax.Array, y: jax.Array, order: jax.Array) -> State:
    """Return the state after an epoch, its steps called one by one."""
    for step in range(len(order)):
        state = one_step(state, X, y, order, step)
    return state


def prepare(problem: Problem, options: dict[str, Any]) -> Callable[[int], Any]:
    epoch, size = one_epoch if options.get("scan") else stepwise, problem.workload.batch
    X, y = jnp.asarray(problem.X), jnp.asarray(problem.y.astype(np.int32))
    random = np.random.default_rng(0)
    places = np.full(problem.workload.steps * size, -1, np.int32)

    def train(epochs: int) -> State:
        layers = [(jnp.array(W), jnp.array(b)) for W, b in problem.weights]
        state = layers, ADAM.init(layers)
        for _ in range(epochs):
            places[: len(X)] = random.permutation(len(X))
            state = epoch(state, X, y, jnp.array(places.reshape(-1, size)))
        return jax.block_until_ready(state)

    return train


def weights(trained: State) -> Weights:
    return [(np.asarray(W), np.asarray(b)) for W, b in trained[0]]


def product(size: int, precision: str = "float32") -> Callable[[], Any]:
    """Return a call that multiplies two square matrices once."""
    kind = jnp.bfloat16 if precision == "bfloat16" else jnp.float32
    keys = jax.random.split(jax.random.key(0))
    left, right = (jax.random.normal(key, (size, size)).astype(kind) for key in keys)
    multiply = jax.jit(jnp.matmul)
    return lambda: multiply(left, right).block_until_ready()
