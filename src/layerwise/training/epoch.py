"""One epoch is one compiled call: the steps run in a loop inside it, the rows stay on the device.

Static are the network, the optimizer's name and the batch size; the number of steps and every
numeric setting are arguments.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from layerwise.propagation.kinds import Network
from layerwise.propagation.network import Examples, Passed, cost, forward, init, propagate
from layerwise.propagation.notation import Array, Number, Parameters, RandomKey
from layerwise.propagation.regularization import penalty
from layerwise.training.minibatches import Table, Values, as_columns, take
from layerwise.training.optimizers import OPTIMIZERS, Numbers
from layerwise.training.score import score


class Plan(NamedTuple):
    """What is compiled in: the network, the optimizer's name, rows per batch (0: all at once)."""

    network: Network
    optimizer: str
    batch_size: int


class State(NamedTuple):
    """What a step changes."""

    parameters: Parameters
    optimizer: Any


class Sums(NamedTuple):
    """Weighted sums over the examples seen, for the epoch's means."""

    cost: Number
    score: Number
    weight: Number


class Report(NamedTuple):
    """An epoch's figures; `bad_step` is the first step whose cost was not finite, or 0.

    `after` is the cost after the last update: of the validation rows, or of the training rows where
    none are held out, for what was met on the way belongs to earlier parameters.
    """

    cost: Number
    score: Number
    validation: tuple[Number, Number] | None
    after: Number
    gradient_norms: tuple[Number, ...]
    update_norms: tuple[Number, ...]
    bad_step: Number


class _Carry(NamedTuple):
    step: Array
    state: State
    gradients: Parameters
    sums: Sums
    finite: Array


@partial(jax.jit, static_argnums=(0, 3))
def start(plan: Plan, key: RandomKey, numbers: Numbers, dtype: Any) -> State:
    """Return the parameters drawn from the key and the optimizer's first state."""
    parameters = init(key, plan.network, dtype)
    return State(parameters, OPTIMIZERS[plan.optimizer](numbers).init(parameters))


def _step(plan: Plan, state: State, batch: Examples, numbers: Numbers) -> tuple[State, Passed]:
    passed = propagate(plan.network, state.parameters, batch, numbers.l2_share)
    with jax.numpy_dtype_promotion("standard"):  # Optax counts steps in integers
        optimizer = OPTIMIZERS[plan.optimizer](numbers)
        updates, kept = optimizer.update(passed.gradients, state.optimizer, state.parameters)
    stepped = optax.apply_updates(state.parameters, updates)
    # a step whose cost is not finite is not taken: what is left shows where it went wrong
    held = jax.tree.map(
        lambda new, old: jnp.where(jnp.isfinite(passed.J), new, old), stepped, state.parameters
    )
    return State(held, kept), passed


def _norms(network: Network, tensors: Parameters) -> tuple[Number, ...]:
    layers = {}
    for block, values in zip(network.blocks, tensors, strict=True):
        layers.setdefault(block.l, []).extend(values.values())
    return tuple(_norm(values) for values in layers.values())


def _norm(values: list[Array]) -> Number:
    largest = jnp.max(jnp.stack([jnp.max(jnp.abs(value)) for value in values]))
    scale = jnp.where(largest > 0, largest, jnp.ones_like(largest))
    return scale * optax.tree.norm([value / scale for value in values])  # a square may overflow


def _cost_after(plan: Plan, state: State, work: Work, numbers: Numbers) -> Number:
    examples = as_columns(work.training if work.validation is None else work.validation)
    Z, _ = forward(plan.network, state.parameters, examples.X)
    J = cost(plan.network, Z, examples)
    return J if work.validation is not None else J + penalty(state.parameters, numbers.l2_share)


def _validate(network: Network, parameters: Parameters, rows: Table) -> tuple[Number, Number]:
    examples = as_columns(rows)
    Z, _ = forward(network, parameters, examples.X)
    mean_score = jnp.sum(score(network.head, Z, examples.Y) * examples.weights) / jnp.sum(
        examples.weights
    )
    return cost(network, Z, examples), mean_score


class Work(NamedTuple):
    """The rows of an epoch: training and validation tables, the order, the number of steps."""

    training: Table
    validation: Table | None
    order: Values | None
    steps: Values


def _body(plan: Plan, work: Work, numbers: Numbers, carry: _Carry) -> _Carry:
    if work.order is None:
        batch = as_columns(work.training)
    else:
        rows = jax.lax.dynamic_slice(
            work.order, (carry.step * plan.batch_size,), (plan.batch_size,)
        )
        batch = take(work.training, rows)
    state, passed = _step(plan, carry.state, batch, numbers)
    weight = jnp.sum(batch.weights)
    scores = jnp.sum(score(plan.network.head, passed.Z, batch.Y) * batch.weights)
    seen = Sums(passed.J * weight, scores, weight)
    sums = Sums(*(total + more for total, more in zip(carry.sums, seen, strict=True)))
    return _Carry(carry.step + 1, state, passed.gradients, sums, jnp.isfinite(passed.J))


@partial(jax.jit, static_argnums=0)
def run_epoch(plan: Plan, state: State, work: Work, numbers: Numbers) -> tuple[State, Report]:
    """Take an epoch's steps, then look at the validation rows; stop at a cost that is not finite.

    The cost and the score are means over the examples as they were met, before each step's update;
    the gradient norms are those of the last batch, the update norms those of the whole epoch.
    """
    zero = jnp.zeros((), work.training.X.dtype)
    empty = jax.tree.map(jnp.zeros_like, state.parameters)
    carry = _Carry(jnp.int32(0), state, empty, Sums(zero, zero, zero), jnp.bool_(True))
    end = jax.lax.while_loop(
        lambda at: (at.step < work.steps) & at.finite, partial(_body, plan, work, numbers), carry
    )
    moved = jax.tree.map(jnp.subtract, end.state.parameters, state.parameters)
    report = Report(
        cost=end.sums.cost / end.sums.weight,
        score=end.sums.score / end.sums.weight,
        validation=None
        if work.validation is None
        else _validate(plan.network, end.state.parameters, work.validation),
        after=_cost_after(plan, end.state, work, numbers),
        gradient_norms=_norms(plan.network, end.gradients),
        update_norms=_norms(plan.network, moved),
        bad_step=jnp.where(end.finite, 0, end.step),
    )
    return end.state, report
