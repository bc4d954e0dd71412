"""Several trainings at once: jobs of one shape are members of one compiled program.

A member comes to what it would come to alone. Members are spread over the devices of a machine; on
each of them they step together in groups, one group after the other.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import DivergenceError
from layerwise.training.epoch import SOON
from layerwise.training.loop import (
    Epoch,
    Job,
    Orders,
    compared_of,
    cost_of,
    diverged_in,
    is_sound,
    record_of,
    work_of,
)
from layerwise.training.masks import Mask
from layerwise.training.members import Own, Shared, Spread, Turn, run_epochs, run_epochs_soon
from layerwise.training.minibatches import ABSENT, pad
from layerwise.training.plan import Numbers, Plan, State, Work
from layerwise.training.report import Figures, Report, figures_of

LONG = 1e11  # multiplications of a forward pass, over all rows and epochs: decision 24


class Population(NamedTuple):
    """K members: the first axis of the arrays in `own`, `numbers` and the states is theirs.

    The axis is filled up to a whole number for each device. `best` are the states that the caller
    told `remember` to keep. Where their networks differ, `masks` say how each is part of the one
    that `plan` holds.
    """

    jobs: tuple[Job, ...]
    masks: list[Mask] | None
    plan: Plan
    spread: Spread
    shared: Shared
    own: Own
    numbers: Numbers
    states: State
    best: State

    @property
    def takes_long(self) -> bool:
        """Whether training takes so long that a program that is slow to compile pays."""
        rows = sum(job.rows * float(job.numbers.epochs) for job in self.jobs)
        return rows * self.plan.network.weights > LONG


class Outcome(NamedTuple):
    """What a member's epoch came to: as a Snapshot has it, or the error that it diverged with."""

    record: Epoch | None
    cost: float
    compared: tuple[float, ...] = ()
    error: DivergenceError | None = None


def advance(
    population: Population, costs: Sequence[Sequence[float] | None]
) -> tuple[Population, list[Outcome | None]]:
    """Return the population after an epoch, and what it came to for each member.

    `costs` are those of the epochs a member has behind it; None: it rests, and so is its outcome.
    """
    began, jobs = time.perf_counter(), population.jobs
    orders: Orders = {}  # members of one seed meet the rows in one order
    active = {
        place: work_of(jobs[place], (None, None), watched, orders)
        for place, watched in enumerate(costs)
        if watched is not None
    }
    now = _turn(active, population.spread.capacity), *population.spread.turns(list(active))
    fixed = population.shared, population.own, population.numbers
    run = run_epochs if population.takes_long else run_epochs_soon
    states, reports = run(population.plan, population.spread, population.states, fixed, now)
    reports = Report(np.asarray(reports.figures), np.asarray(reports.bad_step))
    share = (time.perf_counter() - began) / len(active)
    outcomes: list[Outcome | None] = [None] * len(costs)
    for place, work in active.items():
        outcomes[place] = _outcome(population, (place, work, share), reports)
    diverged = [outcome is not None and outcome.error is not None for outcome in outcomes]
    if any(diverged):  # they stay as they were before this epoch
        states = _chosen(_mask(population, diverged), population.states, states)
    return population._replace(states=states), outcomes


def _outcome(population: Population, which: tuple[int, Work, float], reports: Report) -> Outcome:
    place, work, seconds = which
    job = population.jobs[place]
    figures = _figures(population, place, reports.figures[place])
    if is_sound(figures):
        record = record_of(job, figures, work, seconds)
        return Outcome(record, cost_of(figures), compared_of(figures))
    error = _divergence(population, (place, work), int(reports.bad_step[place]))
    return Outcome(None, float("nan"), error=error)


def _turn(works: dict[int, Work], capacity: int) -> Turn:
    def of_all(name: str) -> np.ndarray:
        values = {place: np.asarray(getattr(work, name)) for place, work in works.items()}
        width = max(value.size for value in values.values())
        kind = next(iter(values.values())).dtype
        whole = np.full((capacity, width), ABSENT, kind)
        for place, value in values.items():
            whole[place, : value.size] = value
        return whole

    steps, first = of_all("steps")[:, 0], next(iter(works.values()))
    same = len({int(work.steps) for work in works.values()}) == 1
    return Turn(
        order=None if first.order is None else of_all("order"),
        steps=first.steps if same else steps,
        epoch=of_all("epoch")[:, 0],
        factor=of_all("factor")[:, 0],
    )


def _figures(population: Population, place: int, figures: Any) -> Figures:
    held_out = population.jobs[place].validation is not None
    came_to = figures_of(population.plan, figures, held_out)
    if population.masks is None:
        return came_to
    own = population.masks[place].of_layers
    return came_to._replace(
        gradient_norms=own(came_to.gradient_norms), update_norms=own(came_to.update_norms)
    )


def _divergence(population: Population, which: tuple[int, Work], bad_step: int) -> DivergenceError:
    place, work = which
    job = population.jobs[place]
    tables = jax.device_put((job.training, job.validation))
    work = work._replace(training=tables[0], validation=tables[1])
    return diverged_in(job, state_of(population, place), work, bad_step)


@partial(jax.jit, compiler_options=SOON)
def _chosen(which: Any, yes: State, no: State) -> State:
    def pick(one: Any, other: Any) -> Any:
        return jnp.where(which.reshape(-1, *[1] * (one.ndim - 1)), one, other)

    return jax.tree.map(pick, yes, no)


def _mask(population: Population, which: Sequence[bool]) -> np.ndarray:
    return pad(np.array(which), population.spread.capacity)


def remember(population: Population, which: Sequence[bool]) -> Population:
    """Return the population with the present states of these members kept as their best."""
    if not any(which):
        return population
    mask = _mask(population, which)
    return population._replace(best=_chosen(mask, population.states, population.best))


def state_of(population: Population, place: int) -> State:
    """Return a member's present state, on the host."""
    state = jax.tree.map(lambda array: np.asarray(array[place]), population.states)
    return _own_part(population, place, state)


def states_of(population: Population) -> list[tuple[State, State]]:
    """Return each member's kept state and its last one, on the host."""
    both = jax.device_get((population.best, population.states))
    (best, like), (last, _) = map(jax.tree.flatten, both)

    def own(leaves: list[np.ndarray], place: int) -> State:
        state = jax.tree.unflatten(like, [leaf[place] for leaf in leaves])
        return _own_part(population, place, state)

    return [(own(best, place), own(last, place)) for place in range(len(population.jobs))]


def _own_part(population: Population, place: int, state: State) -> State:
    return state if population.masks is None else population.masks[place].crop(state)
