"""Several trainings at once: jobs of one shape are members of one compiled program.

A member comes to what it would come to alone. One that rests or has diverged takes no step.
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
from layerwise.training.epoch import Report, run_epoch
from layerwise.training.loop import Epoch, Job, diverged_in, is_sound, record_of, work_of
from layerwise.training.minibatches import ABSENT, Table
from layerwise.training.plan import Numbers, Plan, State, Work

ALIKE = 1.25  # members whose row counts differ by more would wait for each other
SMALL_STEP = 100_000  # multiplications of a forward pass, up to which members step at once


class Population(NamedTuple):
    """K members: the first axis of every array in the tables, numbers and states is theirs.

    `best` are the states that the caller told `remember` to keep.
    """

    jobs: tuple[Job, ...]
    training: Table
    validation: Table | None
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
    return job.plan, job.dtype, X.shape[1], Y.shape[1], rows, job.validation is None


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


def gather(jobs: Sequence[Job], states: Sequence[State]) -> Population:
    """Return the population of jobs of one shape, each with the state that it begins from."""
    training = _stacked_tables([job.training for job in jobs])
    held = [job.validation for job in jobs if job.validation is not None]
    validation = _stacked_tables(held) if held else None
    own = tuple(  # views, so that the tables exist once
        job._replace(training=_member(training, k), validation=_member(validation, k))
        for k, job in enumerate(jobs)
    )
    begin = stacked(states)
    numbers = jax.device_put(stacked([job.numbers for job in jobs]))
    tables = jax.device_put((training, validation))
    return Population(own, tables[0], tables[1], numbers, begin, begin)


def _stacked_tables(tables: Sequence[Table]) -> Table:
    rows = max(len(table.X) for table in tables)

    def together(parts: Sequence[np.ndarray]) -> np.ndarray:
        whole = np.zeros((len(parts), rows, *parts[0].shape[1:]), parts[0].dtype)
        for place, part in enumerate(parts):
            whole[place, : len(part)] = part
        return whole

    return Table(*(together(parts) for parts in zip(*tables, strict=True)))


def stacked(trees: Sequence[Any]) -> Any:
    """Return trees of one structure as one, with a first axis for its members."""
    return jax.tree.map(
        lambda *leaves: (jnp if isinstance(leaves[0], jax.Array) else np).stack(leaves), *trees
    )


def _member(tree: Any, place: int) -> Any:
    return jax.tree.map(lambda array: array[place], tree)


@partial(jax.jit, static_argnums=(0, 1))
def run_epochs(
    plan: Plan, at_once: bool, states: State, work: Work, numbers: Numbers
) -> tuple[State, Report]:
    """Take an epoch of every member: a step of all at once, or one member after the other.

    A step that a member does not have leaves it as it is.
    """

    def one(member: tuple[State, Work, Numbers]) -> tuple[State, Report]:
        return run_epoch(plan, *member)

    members = states, work, numbers
    return jax.vmap(one)(members) if at_once else jax.lax.map(one, members)


def steps_at_once(plan: Plan, rows: int) -> bool:
    """Return whether a step of all members at once is quicker than one member after the other.

    On an accelerator it is. A processor's cores are already busy with one member's products when
    these are large: decision 15 has the figures.
    """
    widths = [block.settings for block in plan.network.blocks if block.kind == "linear"]
    products = sum(linear.n * linear.n_prev for linear in widths) * (plan.batch_size or rows)
    return jax.default_backend() != "cpu" or products <= SMALL_STEP


@jax.jit
def _chosen(which: Any, yes: State, no: State) -> State:
    def pick(one: Any, other: Any) -> Any:
        return jnp.where(which.reshape(-1, *[1] * (one.ndim - 1)), one, other)

    return jax.tree.map(pick, yes, no)


def advance(
    population: Population, costs: Sequence[Sequence[float] | None]
) -> tuple[Population, list[Outcome | None]]:
    """Return the population after an epoch, and what it came to for each member.

    `costs` are those of the epochs a member has behind it; None: it rests, and so is its outcome.
    """
    began, plan = time.perf_counter(), population.jobs[0].plan
    works = [_work(job, watched) for job, watched in zip(population.jobs, costs, strict=True)]
    together = stacked(_of_one_width(works))
    work = together._replace(training=population.training, validation=population.validation)
    at_once = steps_at_once(plan, population.training.X.shape[1])
    states, reports = run_epochs(plan, at_once, population.states, work, population.numbers)
    reports = jax.device_get(reports)
    active = [place for place, watched in enumerate(costs) if watched is not None]
    share = (time.perf_counter() - began) / len(active)
    after = population._replace(states=states)
    outcomes: list[Outcome | None] = [None] * len(costs)
    for place in active:
        outcomes[place] = _outcome(after, (place, share), works[place], _member(reports, place))
    return after, outcomes


def _work(job: Job, watched: Sequence[float] | None) -> Work:
    if watched is None:
        return work_of(job, (None, None), ())._replace(steps=np.int32(0))
    return work_of(job, (None, None), watched)


def _of_one_width(works: Sequence[Work]) -> list[Work]:
    width = max(0 if work.order is None else len(work.order) for work in works)
    if not width:
        return list(works)

    def filled(order: Any) -> np.ndarray:
        return np.pad(order, (0, width - len(order)), constant_values=ABSENT)

    return [work._replace(order=filled(work.order)) for work in works]


def _outcome(
    population: Population, which: tuple[int, float], work: Work, report: Report
) -> Outcome:
    place, seconds = which
    job, number = population.jobs[place], int(work.epoch)
    if is_sound(report):
        return Outcome(record_of(job, report, number, seconds), float(report.after))
    tables = jax.device_put((job.training, job.validation))
    work = work._replace(training=tables[0], validation=tables[1])
    state = _member(population.states, place)
    return Outcome(None, float("nan"), diverged_in(job, state, work, report, number))


def remember(population: Population, which: Sequence[bool]) -> Population:
    """Return the population with the present states of these members kept as their best."""
    if not any(which):
        return population
    return population._replace(best=_chosen(np.array(which), population.states, population.best))


def state_of(population: Population, place: int) -> State:
    """Return a member's present state."""
    return _member(population.states, place)


def states_of(population: Population) -> list[tuple[State, State]]:
    """Return each member's kept state and its last one, on the host."""
    both = jax.device_get((population.best, population.states))
    return [_member(both, place) for place in range(len(population.jobs))]
