"""One epoch is one compiled call: the steps run in a loop inside it, the rows stay on the device.

Static is the plan; the number of steps and every numeric setting are arguments.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from layerwise.propagation.kinds import Network
from layerwise.propagation.network import cost, forward
from layerwise.propagation.notation import (
    Array,
    Examples,
    Number,
    Parameters,
    RandomKey,
    share_of,
)
from layerwise.propagation.regularization import penalty
from layerwise.propagation.run import givens
from layerwise.training.dropping import dropping_in
from layerwise.training.minibatches import Table, as_columns, take
from layerwise.training.plan import Numbers, Plan, State, Work
from layerwise.training.schedules import Progress
from layerwise.training.score import score
from layerwise.training.step import first_state, learning_rate_at, run_of, started_on, take_step


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
    learning_rate: Number
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
    return first_state(plan, key, numbers, dtype)


start_on = partial(jax.jit, static_argnums=0)(started_on)


def _norms(network: Network, tensors: Parameters) -> tuple[Number, ...]:
    layers: list[list[Array]] = [[] for _ in range(network.depth + 1)]
    for block, values in zip(network.blocks, tensors, strict=True):
        layers[block.l].extend(values.values())
    return tuple(_norm(values) for values in layers[1:])  # the input has no parameters


def _norm(values: list[Array]) -> Number:
    largest = jnp.max(jnp.stack([jnp.max(jnp.abs(value)) for value in values]))
    scale = jnp.where(largest > 0, largest, jnp.ones_like(largest))
    return scale * optax.tree.norm([value / scale for value in values])  # a square may overflow


def _looked_at(plan: Plan, state: State, rows: Table, numbers: Numbers) -> tuple[Number, Number]:
    """Return the cost and the mean score of rows, as the state predicts them."""
    examples, run = as_columns(rows), run_of(numbers, state, None)
    share = share_of(examples.weights)
    Z, _ = forward(plan.network, state.best_guess, examples.X, givens(plan.network, run, share))
    mean_score = jnp.sum(score(plan.network, Z, examples.Y, numbers.cost) * share)
    return cost(plan.network, Z, examples, run), mean_score


def _batch(plan: Plan, work: Work, step: Array) -> Examples:
    if work.order is None:
        return as_columns(work.training)
    start = step * plan.batch_size
    return take(work.training, jax.lax.dynamic_slice(work.order, (start,), (plan.batch_size,)))


def learning_rate_of(plan: Plan, work: Work, numbers: Numbers, step: Array) -> Number:
    """Return the learning rate of one step of the epoch."""
    kind = numbers.learning_rate.dtype
    part = step.astype(kind) / jnp.asarray(work.steps).astype(kind)
    progress = Progress(jnp.asarray(work.epoch).astype(kind) - 1 + part, numbers.epochs)
    return learning_rate_at(plan, numbers, progress, jnp.asarray(work.factor))


def _body(plan: Plan, work: Work, numbers: Numbers, carry: _Carry) -> _Carry:
    batch = _batch(plan, work, carry.step)
    at = jax.random.fold_in(work.key, carry.step), learning_rate_of(plan, work, numbers, carry.step)
    state, passed = take_step(plan, carry.state, batch, numbers, at)
    weight = jnp.sum(batch.weights)
    scores = jnp.sum(score(plan.network, passed.Z, batch.Y, numbers.cost) * batch.weights)
    seen = Sums(passed.J * weight, scores, weight)
    sums = Sums(*(total + more for total, more in zip(carry.sums, seen, strict=True)))
    return _Carry(carry.step + 1, state, passed.gradients, sums, jnp.isfinite(passed.J))


@partial(jax.jit, static_argnums=0)
def run_epoch(plan: Plan, state: State, work: Work, numbers: Numbers) -> tuple[State, Report]:
    """Take an epoch's steps, then look at the validation rows; stop at a cost that is not finite.

    The cost and the score are means over the examples as they were met, before each step's update;
    the gradient norms are those of the last batch, the update norms those of the whole epoch.
    """
    numbers = numbers._replace(blocks=dropping_in(numbers.blocks, jnp.asarray(work.epoch)))
    zero = jnp.zeros((), work.training.X.dtype)
    empty = jax.tree.map(jnp.zeros_like, state.parameters)
    carry = _Carry(jnp.int32(0), state, empty, Sums(zero, zero, zero), jnp.bool_(True))
    end = jax.lax.while_loop(
        lambda at: (at.step < work.steps) & at.finite, partial(_body, plan, work, numbers), carry
    )
    moved = jax.tree.map(jnp.subtract, end.state.parameters, state.parameters)
    rows = work.training if work.validation is None else work.validation
    seen = _looked_at(plan, end.state, rows, numbers)
    penalized = penalty(end.state.best_guess, numbers.penalties, seen[0])
    report = Report(
        cost=end.sums.cost / end.sums.weight,
        score=end.sums.score / end.sums.weight,
        validation=None if work.validation is None else seen,
        after=penalized if work.validation is None else seen[0],
        gradient_norms=_norms(plan.network, end.gradients),
        update_norms=_norms(plan.network, moved),
        learning_rate=learning_rate_of(plan, work, numbers, jnp.int32(0)),
        bad_step=jnp.where(end.finite, 0, end.step),
    )
    return end.state, report
