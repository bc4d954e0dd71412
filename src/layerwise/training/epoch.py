"""One epoch is one compiled call: the steps run in a loop inside it, the rows stay on the device.

Static is the plan; the number of steps and every numeric setting are arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Array, Examples, Number, RandomKey
from layerwise.training.dropping import in_epoch
from layerwise.training.minibatches import Draw, Values, as_columns, draw, own_rows, take
from layerwise.training.plan import Numbers, Plan, State, Work
from layerwise.training.report import Figures, Report, looks, norms, update_norms
from layerwise.training.schedule import Progress
from layerwise.training.score import score
from layerwise.training.step import first_state, learning_rate_at, started_on, take_step


class Sums(NamedTuple):
    """Weighted sums over the examples seen, for the epoch's means."""

    cost: Number
    score: Number
    weight: Number


class _Carry(NamedTuple):
    step: Array
    state: State
    sums: Sums
    gradient_norms: tuple[Number, ...]
    bad_step: Array


_Given = tuple[RandomKey, Callable[[Array], Examples]]


HAS_TWO_EMITTERS = jax.__version_info__ < (0, 11)  # 0.12 has the newer ones alone
# compiles in half the time, runs a tenth longer
SOON = {"xla_cpu_use_fusion_emitters": False} if HAS_TWO_EMITTERS else {}
SOON |= {"xla_backend_optimization_level": 1}


@partial(jax.jit, static_argnums=(0, 3), compiler_options=SOON)
def start(plan: Plan, seed: Values, numbers: Numbers, dtype: Any) -> State:
    """Return the parameters drawn with the seed and the optimizer's first state."""
    return first_state(plan, jax.random.key(seed), numbers, dtype)


@partial(jax.jit, static_argnums=(0, 3), compiler_options=SOON)
def start_on(plan: Plan, seed: Values, numbers: Numbers, dtype: Any, batch: Examples) -> State:
    """Return the first state, its data-driven layers rescaled to the first batch."""
    key = jax.random.key(seed)
    return started_on(plan, first_state(plan, key, numbers, dtype), batch, numbers, key)


def _batches(plan: Plan, work: Work) -> Callable[[Array], Examples]:
    """Return what gives the batch of a step."""
    if work.order is None:
        whole = as_columns(own_rows(work.training, work.table))
        return lambda step: whole
    drawn, size = draw(work.training, work.order, work.table), plan.batch_size

    def batch(step: Array) -> Examples:
        now = (jax.lax.dynamic_slice_in_dim(values, step * size, size) for values in drawn)
        return take(work.training, Draw(*now))

    return batch


def learning_rate_of(plan: Plan, work: Work, numbers: Numbers, step: Array) -> Number:
    """Return the learning rate of one step of the epoch."""
    kind = numbers.learning_rate.dtype
    part = step.astype(kind) / jnp.asarray(work.steps).astype(kind)
    progress = Progress(jnp.asarray(work.epoch).astype(kind) - 1 + part, numbers.epochs)
    return learning_rate_at(plan, numbers, progress, jnp.asarray(work.factor))


def _body(plan: Plan, work: Work, numbers: Numbers, given: _Given, carry: _Carry) -> _Carry:
    key, batch_of = given
    batch = batch_of(carry.step)
    at = jax.random.fold_in(key, carry.step), learning_rate_of(plan, work, numbers, carry.step)
    state, passed = take_step(plan, carry.state, batch, numbers, at)
    weight = jnp.sum(batch.weights)
    scores = jnp.sum(score(plan.network, passed.Z, batch.Y, numbers.cost) * batch.weights)
    seen = Sums(passed.J * weight, scores, weight)
    sums = Sums(*(total + more for total, more in zip(carry.sums, seen, strict=True)))
    gradient_norms = jax.lax.cond(  # the last batch's: to keep its gradients would be a copy a step
        carry.step + 1 == work.steps,
        lambda gradients: norms(plan.network, gradients),
        lambda gradients: carry.gradient_norms,
        passed.gradients,
    )
    bad = (carry.bad_step == 0) & ~jnp.isfinite(passed.J)
    bad_step = jnp.where(bad, carry.step + 1, carry.bad_step)
    return _Carry(carry.step + 1, state, sums, gradient_norms, bad_step)


def epoch(plan: Plan, state: State, work: Work, numbers: Numbers, alone: bool) -> Any:
    """Take an epoch's steps, then look at the validation rows: the state after it, and a Report.

    The cost and the score are means over the examples as they were met, before each step's update;
    the gradient norms are those of the last batch, the update norms those of the whole epoch.
    `alone`, it ends at the first cost that is not finite.
    """
    numbers = in_epoch(numbers, jnp.asarray(work.epoch))
    key = jax.random.fold_in(jax.random.key(work.seed), work.epoch)
    zero = jnp.zeros((), work.training.X.dtype)
    none = Sums(zero, zero, zero), (zero,) * plan.network.depth
    carry = _Carry(jnp.int32(0), state, *none, jnp.int32(0))
    end = jax.lax.while_loop(
        lambda at: (at.step < work.steps) & (at.bad_step == 0 if alone else True),
        partial(_body, plan, work, numbers, (key, _batches(plan, work))),
        carry,
    )
    seen, after = looks(plan, end.state, work, numbers)
    figures = Figures(
        cost=end.sums.cost / end.sums.weight,
        score=end.sums.score / end.sums.weight,
        validation=seen,
        after=after,
        gradient_norms=end.gradient_norms,
        update_norms=update_norms(plan.network, end.state.parameters, state.parameters),
        learning_rate=learning_rate_of(plan, work, numbers, jnp.int32(0)),
    )
    return end.state, Report(jnp.hstack(jax.tree.leaves(figures)), end.bad_step)


run_epoch = jax.jit(partial(epoch, alone=True), static_argnums=0)
