"""Which jobs can be members of one population, how many at once, and how they become one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.training.frames import kind_of, worth_joining
from layerwise.training.loop import Job, state_shapes
from layerwise.training.masks import masked
from layerwise.training.members import Own, Shared, spread_over
from layerwise.training.minibatches import Table, pad
from layerwise.training.plan import State
from layerwise.training.population import Population

ALIKE = 1.25  # members whose row counts differ by more would wait for each other
MEMORY = 2**30  # bytes that a population may take: a larger one runs in waves
STATES = 6  # copies of a member's state: present, best, on the way to and from the device


def shape_of(job: Job) -> Hashable:
    """Return what has to be equal for jobs to be members of one population."""
    X, Y, _ = job.training
    # with all rows in a batch the random draws of dropout and noise depend on the padding
    rows = len(X) if job.plan.batch_size == 0 else None
    numbers = jax.tree.structure(job.numbers)
    return job.plan, job.dtype, X.shape[1], Y.shape[1], rows, job.validation is None, numbers


def alike(jobs: Sequence[Job]) -> list[list[int]]:
    """Return the places of the jobs in groups that can each be one population.

    Networks of other widths or depths are together where that is faster.
    """
    groups: list[list[int]] = []
    for place in sorted(range(len(jobs)), key=lambda place: -jobs[place].rows):
        for group in groups:
            first, job = jobs[group[0]], jobs[place]
            if shape_of(first) == shape_of(job) and first.rows <= ALIKE * job.rows:
                group.append(place)
                break
        else:
            groups.append([place])
    return sorted(sorted(group) for group in _joined(jobs, groups))


def _joined(jobs: Sequence[Job], groups: list[list[int]]) -> list[list[int]]:
    joined: list[list[int]] = []
    for group in sorted(groups, key=lambda group: jobs[group[0]].plan.network.weights):
        job = jobs[group[0]]
        for others in joined:
            before, more = ([jobs[place] for place in places] for places in (others, group))
            rows = [one.rows for one in (*before, *more)]
            same = kind_of(job) is not None and kind_of(job) == kind_of(before[0])
            if same and max(rows) <= ALIKE * min(rows) and worth_joining(before, more):
                others.extend(group)
                break
        else:
            joined.append(group)
    return joined


def at_once(jobs: Sequence[Job]) -> int:
    """Return how many of these jobs may be one population, by the memory that they take."""
    masks = masked(jobs)
    jobs = [mask.filled for mask in masks] if masks else jobs
    _, different = _different([job.training for job in jobs])
    tables = [sum(array.nbytes for array in table[:2]) for table in different]
    state = state_shapes(jobs[0])
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
    masks = masked(jobs)
    inside, begun = list(jobs), list(states)
    if masks:
        inside = [mask.filled for mask in masks]
        begun = [mask.fill(state) for mask, state in zip(masks, jax.device_get(begun), strict=True)]
    spread = spread_over(inside[0].plan, len(jobs[0].training.X), max(room, len(jobs)))
    members, places, shared = _with_shared_tables(inside)
    filled = [*range(len(jobs)), *[len(jobs) - 1] * (spread.capacity - len(jobs))]
    own, numbers, first = spread.place(
        (
            _own([members[k] for k in filled], [places[k] for k in filled]),
            _stacked([inside[k].numbers for k in filled]),
            _stacked([begun[k] for k in filled]),
        )
    )
    faces, everywhere = tuple(jobs if masks else members), spread.place_all(shared)
    return Population(faces, masks, inside[0].plan, spread, everywhere, own, numbers, first, first)


def with_best(population: Population, states: Sequence[State]) -> Population:
    """Return the population with these as the states that its members remember."""
    masks = population.masks
    if masks:
        states = [mask.fill(state) for mask, state in zip(masks, states, strict=True)]
    missing = population.spread.capacity - len(states)
    filled = [*states, *[states[-1]] * missing]
    return population._replace(best=population.spread.place(_stacked(filled)))


class _Stack(NamedTuple):
    """Different tables one below the other, and for each member the place of its own."""

    values: tuple[np.ndarray, np.ndarray]
    places: list[int]
    rows: int

    def view(self, table: Table, member: int) -> Table:
        """Return a member's table as a view of the stack, with its own weights."""
        first = self.places[member] * self.rows
        X, Y = (part[first : first + self.rows] for part in self.values)
        return Table(X, Y, pad(table.weights, self.rows))


def _with_shared_tables(
    jobs: Sequence[Job],
) -> tuple[list[Job], list[tuple[int, int]], Shared]:
    """Return the jobs with views of the shared tables, so that these are there once; and places."""
    training = _stack([job.training for job in jobs])
    tables = [job.validation for job in jobs if job.validation is not None]
    if not tables:
        views = [
            job._replace(training=training.view(job.training, k)) for k, job in enumerate(jobs)
        ]
        return views, [(place, 0) for place in training.places], Shared(training.values, None)
    held_out = _stack(tables)
    views = [
        job._replace(training=training.view(job.training, k), validation=held_out.view(table, k))
        for k, (job, table) in enumerate(zip(jobs, tables, strict=True))
    ]
    places = list(zip(training.places, held_out.places, strict=True))
    return views, places, Shared(training.values, held_out.values)


def _own(members: Sequence[Job], places: Sequence[tuple[int, int]]) -> Own:
    held_out = [job.validation.weights for job in members if job.validation is not None]
    table, watched = np.array(places, np.int32).T
    return Own(
        training=np.stack([job.training.weights for job in members]),
        validation=np.stack(held_out) if held_out else None,
        table=table,
        held_out=watched,
        seed=np.array([job.seed for job in members], np.uint32),
    )


def _different(tables: Sequence[Table]) -> tuple[list[int], list[Table]]:
    """Return for each table its place among the different ones, and these."""
    first: dict[tuple[int, ...], Table] = {}
    identities = [tuple(id(array) for array in table[:2]) for table in tables]
    for identity, table in zip(identities, tables, strict=True):
        first.setdefault(identity, table)
    order = list(first)
    return [order.index(identity) for identity in identities], list(first.values())


def _stack(tables: Sequence[Table]) -> _Stack:
    places, different = _different(tables)
    rows = max(len(table.X) for table in different)
    if len(different) == 1:
        return _Stack((different[0].X, different[0].Y), places, rows)
    X, Y = (np.concatenate([pad(table[of], rows) for table in different]) for of in (0, 1))
    return _Stack((X, Y), places, rows)


def _stacked(trees: Sequence[Any]) -> Any:
    # on the host: stacking on the device would compile once for every shape and count
    return jax.tree.map(lambda *leaves: np.stack(leaves), *jax.device_get(list(trees)))
