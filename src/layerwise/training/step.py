"""One step: forward, cost, backward, update. Lecture row 18."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax.flatten_util import ravel_pytree

from layerwise.propagation.data_driven import rescale
from layerwise.propagation.network import cost, forward, init, propagate
from layerwise.propagation.notation import (
    Array,
    Examples,
    Number,
    Parameters,
    RandomKey,
    share_of,
)
from layerwise.propagation.regularization import penalty
from layerwise.propagation.run import Passed, Run, first_statistics, givens
from layerwise.training.augmentation import AUGMENTATIONS
from layerwise.training.optimizers import OPTIMIZERS, accumulated
from layerwise.training.plan import Numbers, Plan, State
from layerwise.training.schedule import Progress
from layerwise.training.schedules import SCHEDULES
from layerwise.training.update import averaged, clipped, decayed, projected, scaled_by_kind

ONE_VECTOR = 50_000  # parameters up to which the optimizer works on one vector: decision 19


def run_of(numbers: Numbers, state: State, key: RandomKey | None) -> Run:
    """Return what a pass is run with; without a key it predicts."""
    return Run(numbers.blocks, state.statistics, numbers.cost, numbers.penalties, key)


def first_state(plan: Plan, key: RandomKey, numbers: Numbers, dtype: Any) -> State:
    """Return the parameters drawn from the key and the optimizer's first state."""
    statistics = first_statistics(plan.network, dtype)
    state = State((), statistics, None)
    parameters = init(key, plan.network, dtype, run_of(numbers, state, None))
    return with_parameters(plan, state._replace(parameters=parameters), numbers)


def started_on(
    plan: Plan, state: State, batch: Examples, numbers: Numbers, key: RandomKey
) -> State:
    """Return the first state with its data-driven layers rescaled to the first batch."""
    run = run_of(numbers, state, jax.random.fold_in(key, 0))
    given = givens(plan.network, run, share_of(batch.weights))
    parameters = rescale(plan.network, state.parameters, batch.X, given)
    return with_parameters(plan, state._replace(parameters=parameters), numbers)


def with_parameters(plan: Plan, state: State, numbers: Numbers) -> State:
    """Return the state with the optimizer's first state for its parameters."""
    parameters, _ = laid_out(plan, state.parameters)
    optimizer = _optimizer(plan, numbers, numbers.learning_rate).init(parameters)
    average = state.parameters if "average" in numbers.update else None
    return state._replace(optimizer=optimizer, average=average)


def laid_out(plan: Plan, tree: Parameters) -> tuple[Any, Callable[[Any], Parameters]]:
    """Return the tree as the optimizer sees it, and the way back.

    The parameters of a small network are one vector for it: a few kernels instead of a few for each
    tensor.
    """
    count = sum(tensor.size for tensor in jax.tree.leaves(tree))
    if count > ONE_VECTOR or OPTIMIZERS[plan.optimizer].needs_tree:
        return tree, lambda same: same
    return ravel_pytree(tree)


def _optimizer(plan: Plan, numbers: Numbers, learning_rate: Number) -> Any:
    build = OPTIMIZERS[plan.optimizer].build
    rule = build(numbers.optimizer, learning_rate, numbers.momentum, **dict(plan.choices))
    return accumulated(rule, plan.accumulate, learning_rate.dtype)


def learning_rate_at(plan: Plan, numbers: Numbers, progress: Progress, factor: Number) -> Number:
    """Return the learning rate of a step: the setting, times the schedule's factor."""
    scheduled = SCHEDULES[plan.schedule].factor(numbers.schedule, progress)
    return numbers.learning_rate * factor * scheduled


def take_step(
    plan: Plan, state: State, batch: Examples, numbers: Numbers, at: tuple[RandomKey, Number]
) -> tuple[State, Passed]:
    """Return the state after a step on a batch with `at` = (random key, learning rate)."""
    key, learning_rate = at
    if plan.augmentation:
        key, own = jax.random.split(key)
        batch = AUGMENTATIONS[plan.augmentation](own, batch, numbers.augmentation)
    run = run_of(numbers, state, key)
    passed = propagate(plan.network, state.parameters, batch, run)
    gradients = clipped(_thawed(plan, passed.gradients), numbers.update)
    stepped = _updated(plan, state, gradients, numbers, (learning_rate, passed.J, batch, run))
    after = State(stepped[0], passed.statistics, stepped[1], state.average)
    if state.average is not None:
        after = after._replace(average=averaged(state.average, after.parameters, numbers.update))
    return after, passed


def _updated(
    plan: Plan, state: State, gradients: Parameters, numbers: Numbers, at: tuple[Any, ...]
) -> tuple[Parameters, Any]:
    learning_rate, J, batch, run = at

    def cost_of(parameters: Parameters) -> Array:
        given = givens(plan.network, run, share_of(batch.weights))
        Z, _ = forward(plan.network, parameters, batch.X, given)
        return penalty(parameters, run.penalties, cost(plan.network, Z, batch, run))

    with jax.numpy_dtype_promotion("standard"):  # Optax counts steps in integers
        optimizer = _optimizer(plan, numbers, learning_rate)
        more = {"value": J, "grad": gradients, "value_fn": cost_of}
        more = more if OPTIMIZERS[plan.optimizer].needs_cost_function else {}
        vector, back = laid_out(plan, gradients)
        parameters, _ = laid_out(plan, state.parameters)
        updates, kept = optimizer.update(vector, state.optimizer, parameters, **more)
    updates = scaled_by_kind(back(updates), numbers.update, numbers.blocks)
    share = learning_rate / plan.accumulate
    updates = decayed(updates, state.parameters, numbers.update, share)
    stepped: Any = optax.apply_updates(state.parameters, _thawed(plan, updates))
    return projected(stepped, numbers.update), kept


def _thawed(plan: Plan, tree: Parameters) -> Parameters:
    if not plan.frozen:
        return tree
    places = [block.l for block in plan.network.blocks]
    return tuple(
        jax.tree.map(jnp.zeros_like, tensors) if place in plan.frozen else tensors
        for place, tensors in zip(places, tree, strict=True)
    )
