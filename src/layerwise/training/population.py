"""Several trainings at once: jobs of one shape are members of one compiled program.

A member comes to what it would come to alone. Members are spread over the devices of a machine; on
each of them they step together in groups, one group after the other.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import DivergenceError
from layerwise.training.loop import (
    Epoch,
    Job,
    begin,
    cost_of,
    diverged_in,
    is_sound,
    record_of,
    work_of,
)
from layerwise.training.members import Own, Shared, Spread, Turn, run_epochs, spread_over
from layerwise.training.minibatches import ABSENT, Table, pad
from layerwise.training.plan import Numbers, State, Work
from layerwise.training.report import figures_of

ALIKE = 1.25  # members whose row counts differ by more would wait for each other
MEMORY = 2**30  # bytes that a population may take: a larger one runs in waves
STATES = 6  # copies of a member's state: present, best, on the way to and from the device


class Population(NamedTuple):
    """K members: the first axis of the arrays in `own`, `numbers` and the states is theirs.

    The axis is filled up to a whole number for each device. `best` are the states that the caller
    told `remember` to keep.
    """

    jobs: tuple[Job, ...]
    spread: Spread
    shared: Shared
    own: Own
    numbers: Numbers
    states: State
    best: State


class Outcome(NamedTuple):
    """What a member's epoch came to: its record and cost, or the error that it diverged with."""

    record: Epoch | None
    cost: float
    error: DivergenceError | None = None


def shape_of(job: Job) -> Hashable:
    """Return what has to be equal for jobs to be members of one population."""
    X, Y, _ = job.training
    # with all rows in a batch the random draws of dropout and noise depend on the padding
    rows = len(X) if job.plan.batch_size == 0 else None
    numbers = jax.tree.structure(job.numbers)
    return job.plan, job.dtype, X.shape[1], Y.shape[1], rows, job.validation is None, numbers


def alike(jobs: Sequence[Job]) -> list[list[int]]:
    """Return the places of the jobs in groups that can each be one population."""
    groups: list[list[int]] = []
    for place in sorted(range(len(jobs)), key=lambda place: -jobs[place].rows):
        for group in groups:
            first, job = jobs[group[0]], jobs[place]
            if shape_of(first) == shape_of(job) and first.rows <= ALIKE * job.rows:
                group.append(place)
                break
        else:
            groups.append([place])
    return sorted(sorted(group) for group in groups)


def at_once(jobs: Sequence[Job]) -> int:
    """Return how many of these jobs may be one population, by the memory that they take."""
    _, different = _different_tables(jobs)
    tables = [sum(array.nbytes for array in job.training[:2]) for job in different]
    state = jax.eval_shape(partial(begin, jobs[0]))
    own = sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(state))
    # one table has to be there for the smallest wave too
    taken = len(jobs) * STATES * own + sum(tables) - max(tables)
    waves = max(-(-taken // MEMORY), 1)
    return -(-len(jobs) // waves)


def gather(jobs: Sequence[Job], states: Sequence[State], room: int = 0) -> Population:
    """Return the population of jobs of one shape, each with the state that it begins from.

    Tables whose arrays are the same ones are there once. Populations with `room` for as many
    members share a program.
    """
    room = max(room, len(jobs))
    spread = spread_over(jobs[0].plan, len(jobs[0].training.X), room)
    places, different = _different_tables(jobs)
    training = _below_each_other([job.training for job in different])
    held_out = [job.validation for job in different if job.validation is not None]
    shared = Shared(training, _below_each_other(held_out) if held_out else None)
    # with views, so that the tables exist once
    members = [
        _with_views(job, shared, place, len(different))
        for job, place in zip(jobs, places, strict=True)
    ]
    filled = [*range(len(jobs)), *[len(jobs) - 1] * (spread.capacity - len(jobs))]
    own, numbers, first = spread.place(
        (
            _own([members[k] for k in filled], [places[k] for k in filled]),
            _stacked([jobs[k].numbers for k in filled]),
            _stacked([states[k] for k in filled]),
        )
    )
    everywhere = spread.place_all(shared)
    return Population(tuple(members), spread, everywhere, own, numbers, first, first)


def _own(members: Sequence[Job], places: Sequence[int]) -> Own:
    held_out = [job.validation.weights for job in members if job.validation is not None]
    return Own(
        training=np.stack([job.training.weights for job in members]),
        validation=np.stack(held_out) if held_out else None,
        table=np.array(places, np.int32),
        seed=np.array([job.seed for job in members], np.uint32),
    )


def _different_tables(jobs: Sequence[Job]) -> tuple[list[int], list[Job]]:
    first: dict[tuple[int, ...], Job] = {}
    identities = []
    for job in jobs:
        tables = [job.training, *([] if job.validation is None else [job.validation])]
        identities.append(tuple(id(array) for table in tables for array in table[:2]))
        first.setdefault(identities[-1], job)
    order = list(first)
    return [order.index(identity) for identity in identities], list(first.values())


def _below_each_other(tables: Sequence[Table]) -> tuple[np.ndarray, np.ndarray]:
    rows = max(len(table.X) for table in tables)
    if len(tables) == 1:
        return tables[0].X, tables[0].Y
    X, Y = (np.concatenate([pad(table[of], rows) for table in tables]) for of in (0, 1))
    return X, Y


def _with_views(job: Job, shared: Shared, place: int, count: int) -> Job:
    def view(all_rows: tuple[np.ndarray, np.ndarray], table: Table) -> Table:
        rows = len(all_rows[0]) // count
        X, Y = (part[place * rows : (place + 1) * rows] for part in all_rows)
        return Table(X, Y, pad(table.weights, rows))

    held_out = job.validation and shared.validation and view(shared.validation, job.validation)
    return job._replace(training=view(shared.training, job.training), validation=held_out)


def _stacked(trees: Sequence[Any]) -> Any:
    # on the host: stacking on the device would compile once for every shape and count
    return jax.tree.map(lambda *leaves: np.stack(leaves), *jax.device_get(list(trees)))


def _member(tree: Any, place: int) -> Any:
    return jax.tree.map(lambda array: array[place], tree)


def advance(
    population: Population, costs: Sequence[Sequence[float] | None]
) -> tuple[Population, list[Outcome | None]]:
    """Return the population after an epoch, and what it came to for each member.

    `costs` are those of the epochs a member has behind it; None: it rests, and so is its outcome.
    """
    began, jobs = time.perf_counter(), population.jobs
    active = {
        place: work_of(jobs[place], (None, None), watched)
        for place, watched in enumerate(costs)
        if watched is not None
    }
    now = _turn(active, population.spread.capacity), *population.spread.turns(list(active))
    fixed = population.shared, population.own, population.numbers
    states, reports = run_epochs(jobs[0].plan, population.spread, population.states, fixed, now)
    figures, bad_steps = np.asarray(reports.figures), np.asarray(reports.bad_step)
    share = (time.perf_counter() - began) / len(active)
    outcomes: list[Outcome | None] = [None] * len(costs)
    for place, work in active.items():
        job = jobs[place]
        came_to = figures_of(job.plan, figures[place], job.validation is not None)
        if is_sound(came_to):
            outcomes[place] = Outcome(record_of(job, came_to, work, share), cost_of(came_to))
        else:
            error = _divergence(population, (place, work), int(bad_steps[place]))
            outcomes[place] = Outcome(None, float("nan"), error)
    diverged = [outcome is not None and outcome.error is not None for outcome in outcomes]
    if any(diverged):  # they stay as they were before this epoch
        states = _chosen(_mask(population, diverged), population.states, states)
    return population._replace(states=states), outcomes


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


def _divergence(population: Population, which: tuple[int, Work], bad_step: int) -> DivergenceError:
    place, work = which
    job = population.jobs[place]
    tables = jax.device_put((job.training, job.validation))
    work = work._replace(training=tables[0], validation=tables[1])
    return diverged_in(job, state_of(population, place), work, bad_step)


@jax.jit
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
    return jax.tree.map(lambda array: np.asarray(array[place]), population.states)


def states_of(population: Population) -> list[tuple[State, State]]:
    """Return each member's kept state and its last one, on the host."""
    both = jax.device_get((population.best, population.states))
    return [_member(both, place) for place in range(len(population.jobs))]
