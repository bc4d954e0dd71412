"""Which jobs can be members of one population, how many at once, and how they become one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import jax
import numpy as np

from layerwise.training.frames import kind_of, worth_one_program
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
            together = [jobs[place] for place in (*others, *group)]
            rows = [one.rows for one in together]
            same = kind_of(job) is not None and kind_of(job) == kind_of(together[0])
            if same and max(rows) <= ALIKE * min(rows) and worth_one_program(together):
                others.extend(group)
                break
        else:
            joined.append(group)
    return joined


def at_once(jobs: Sequence[Job]) -> int:
    """Return how many of these jobs may be one population, by the memory that they take."""
    masks = masked(jobs)
    jobs = [mask.filled for mask in masks] if masks else jobs
    _, different = _different_tables(jobs)
    tables = [sum(array.nbytes for array in job.training[:2]) for job in different]
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


def _with_shared_tables(jobs: Sequence[Job]) -> tuple[list[Job], list[int], Shared]:
    """Return the jobs with views of the shared tables, so that these are there once; and places."""
    places, different = _different_tables(jobs)
    training = _below_each_other([job.training for job in different])
    held_out = [job.validation for job in different if job.validation is not None]
    shared = Shared(training, _below_each_other(held_out) if held_out else None)
    pairs = zip(jobs, places, strict=True)
    return [_with_views(job, shared, place, len(different)) for job, place in pairs], places, shared


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
