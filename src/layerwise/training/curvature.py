"""The curvature of the cost: the largest eigenvalue of its Hessian H, by power iteration.

H v is the exact derivative, along v, of the gradients that our own backward pass returns; no H is
ever made. All of it is in float64, without dropout and noise, with the penalties. LeCun, Simard and
Pearlmutter, Automatic learning rate maximization by on-line estimation of the Hessian's
eigenvectors, NIPS 1992; Pearlmutter, Fast exact multiplication by the Hessian, 1994.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree

from layerwise.propagation.blocks import Network
from layerwise.propagation.network import propagate
from layerwise.propagation.notation import Array, Examples, Number, Parameters
from layerwise.propagation.run import Run
from layerwise.training.loop import Job
from layerwise.training.minibatches import Table, as_columns
from layerwise.training.plan import State
from layerwise.training.step import laid_out, run_of

MOST_ROWS = 2048  # of the sample that the curvature is taken on
SILENT = {"dropout": "probability", "noise": "scale"}  # what chance there is in a pass
ADAPTIVE = ("adam", "adamw", "nadam", "rmsprop")


class Accuracy(NamedTuple):
    """When the iteration ends: |H v - value v| below a share of the value, or after so many."""

    share: float = 1e-3
    most: int = 500


USUAL = Accuracy()


def curvature(job: Job, state: State, accuracy: Accuracy = USUAL) -> float:
    """Return the largest eigenvalue of the Hessian of the training cost J at a state.

    Of more than MOST_ROWS rows a sample is taken, drawn with the job's seed.
    """
    return _largest(job, state, jax.tree.map(np.ones_like, state.parameters), accuracy)


def preconditioned(job: Job, state: State, accuracy: Accuracy = USUAL) -> float | None:
    """Return the largest eigenvalue of P^-1 H, where the optimizer divides by P = sqrt(s) + eps.

    None where the rule does not divide, or has not taken a step. Cohen et al., Adaptive gradient
    methods at the edge of stability, 2022.
    """
    scales = scales_of(job, state)
    return None if scales is None else _largest(job, state, scales, accuracy)


def scales_of(job: Job, state: State) -> Parameters | None:
    """Return P, in the tree of the parameters, of a rule that divides by it."""
    if job.plan.optimizer not in ADAPTIVE:
        return None
    squares = optax.tree.get(state.optimizer, "nu")
    count = optax.tree.get(state.optimizer, "count", None)
    if squares is None or count == 0 or job.plan.accumulate > 1:
        return None
    tree = squares
    if isinstance(squares, jax.Array | np.ndarray):
        with jax.enable_x64(True):
            _, back = laid_out(job.plan, state.parameters)
            tree = back(jnp.asarray(squares))
    numbers = job.numbers.optimizer
    share = 1.0 if count is None else 1 - float(numbers["beta2"]) ** int(count)
    return jax.tree.map(
        lambda own: np.sqrt(np.asarray(own, np.float64) / share) + float(numbers["epsilon"]), tree
    )


def bound(job: Job, state: State) -> float | None:
    """Return the largest rate at which the quadratic with this curvature is not left; None: no law.

    2 / H for gradient descent, 2 (1 + m) / H with momentum m as Optax has it (v = m v + dW; Cohen
    et al., 2021), 2 (1 + m) / ((1 + 2 m) H) for Nesterov's. For Adam and its kin H is divided by
    what the rule divides by: 2 (1 + m) / ((1 - m) H), 38 / H for m = 0.9 (Cohen et al., 2022).
    """
    m, name = float(job.numbers.momentum), job.plan.optimizer
    laws = {
        "gradient_descent": 2.0,
        "momentum": 2 * (1 + m),
        "nesterov": 2 * (1 + m) / (1 + 2 * m),
        "adam": 2 * (1 + m) / (1 - m),
        "adamw": 2 * (1 + m) / (1 - m),
        "rmsprop": 2.0,
    }
    if name not in laws or job.plan.accumulate > 1:
        return None
    steep = preconditioned(job, state) if name in ADAPTIVE else curvature(job, state)
    return laws[name] / steep if steep is not None and steep > 0 else None


def _largest(job: Job, state: State, scales: Parameters, accuracy: Accuracy) -> float:
    free = _free(job, state.parameters)
    tensors: Any = (state.parameters, scales, free, run_of(job.numbers, state, None))
    tensors = jax.tree.map(lambda tensor: np.asarray(tensor, np.float64), tensors)
    parameters, scales, free, run = tensors
    network = job.plan.network.computed_in(None)
    with jax.enable_x64(True):
        run = _without_chance(network, run)._replace(key=jax.random.key(0))
        roots = jax.tree.map(lambda own, there: there / np.sqrt(own), scales, free)
        known = parameters, roots, _batch(job), run
        ends = np.float64(accuracy.share), np.int32(accuracy.most)
        value = float(_power(network, known, np.float64(0), ends))
        if value >= 0:
            return value
        # the steepest direction bends down: moved up by as much, the top is the largest
        return float(_power(network, known, np.float64(-value), ends)) + value


def _free(job: Job, parameters: Parameters) -> Parameters:
    """Return ones in the tree of the parameters, zeros in layers that are frozen."""
    return tuple(
        jax.tree.map(np.zeros_like if block.l in job.plan.frozen else np.ones_like, tensors)
        for block, tensors in zip(job.plan.network.blocks, parameters, strict=True)
    )


def _without_chance(network: Network, run: Run) -> Run:
    numbers = tuple(
        {**own, SILENT[block.kind]: np.float64(0)} if block.kind in SILENT else own
        for block, own in zip(network.blocks, run.numbers, strict=True)
    )
    return run._replace(numbers=numbers)


def _batch(job: Job) -> Examples:
    X, Y, weights = job.training
    counting = np.flatnonzero(np.asarray(weights) > 0)
    if len(counting) > MOST_ROWS:
        random = np.random.default_rng(job.seed)
        counting = np.sort(random.choice(counting, MOST_ROWS, replace=False))
    rows = (np.asarray(part, np.float64)[counting] for part in (X, Y, weights))
    return as_columns(Table(*rows))


@partial(jax.jit, static_argnums=0)
def _power(network: Network, known: Any, shift: Number, ends: tuple[Number, Array]) -> Number:
    parameters, roots, batch, run = known
    times = _times(network, parameters, batch, run)
    scale, _ = ravel_pytree(roots)
    share, most = ends

    def matrix(v: Array) -> Array:
        return scale * times(scale * v) + shift * v

    def goes_on(at: tuple[Array, Number, Number, Array]) -> Array:
        _, value, missed, count = at
        return (missed > share * jnp.abs(value)) & (count < most)

    def once(at: tuple[Array, Number, Number, Array]) -> tuple[Array, Number, Number, Array]:
        v, _, _, count = at
        after = matrix(v)
        value = jnp.vdot(v, after)
        missed, size = jnp.linalg.norm(after - value * v), jnp.linalg.norm(after)
        return after / jnp.where(size > 0, size, 1.0), value, missed, count + 1

    first = jax.random.normal(jax.random.key(1), scale.shape, scale.dtype)
    start = first / jnp.linalg.norm(first), jnp.float64(0), jnp.float64(jnp.inf), jnp.int32(0)
    return jax.lax.while_loop(goes_on, once, start)[1]


def _times(
    network: Network, parameters: Parameters, batch: Examples, run: Run
) -> Callable[[Array], Array]:
    """Return v -> H v: the derivative along v of what the backward pass returns."""
    vector, back = ravel_pytree(parameters)

    def gradients(at: Array) -> Array:
        return ravel_pytree(propagate(network, back(at), batch, run).gradients)[0]

    return lambda v: jax.jvp(gradients, (vector,), (v,))[1]
