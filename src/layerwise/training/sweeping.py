"""The costs of many trainings at once, to be looked at and not to be kept: a sweep.

It goes on where a member diverges: that one rests, and the step is noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from layerwise.training.gathering import gather
from layerwise.training.loop import Job, cost_of, is_sound, work_of
from layerwise.training.members import Turn, run_epochs_soon
from layerwise.training.plan import State, Work
from layerwise.training.population import Population
from layerwise.training.report import figures_of


class Moment(NamedTuple):
    """Where a sweep stands after an epoch.

    `costs` (members,) are means over the training rows as they were met, NaN from the epoch on in
    which a member diverged; `stopped` (members,) the step, counted from the first epoch on, whose
    cost was not finite, 0 for who goes on.
    """

    population: Population
    costs: np.ndarray
    stopped: np.ndarray


def epochs_of(jobs: Sequence[Job], states: Sequence[State], room: int = 0) -> Iterator[Moment]:
    """Yield the moments of a sweep without end; jobs are of one plan and equally many rows.

    Sweeps with `room` for as many members share a program.
    """
    population = gather(jobs, states, room)
    jobs, stopped = population.jobs, np.zeros(len(jobs), np.int64)
    watched: list[list[float]] = [[] for _ in jobs]
    while True:
        active = [place for place in range(len(jobs)) if not stopped[place]]
        costs = np.full(len(jobs), np.nan)
        if active:
            works = _works(jobs, active, watched)
            population, reports = _stepped(population, works)
            found = _costs(population, works, reports, stopped)
            for place, (cost, compared) in found.items():
                costs[place] = cost
                watched[place].append(compared)
        yield Moment(population, costs, stopped.copy())


def _works(
    jobs: Sequence[Job], active: Sequence[int], watched: list[list[float]]
) -> dict[int, Work]:
    """Return what each active member works on; the order is drawn once for all of a seed."""
    first: dict[Any, Work] = {}
    works = {}
    for place in active:
        job = jobs[place]
        known = first.get((job.seed, id(job.chosen)))
        if known is None or job.plateau is not None:
            known = first[job.seed, id(job.chosen)] = work_of(job, (None, None), watched[place])
        works[place] = known
    return works


def _stepped(population: Population, works: dict[int, Work]) -> tuple[Population, Any]:
    capacity, first = population.spread.capacity, next(iter(works.values()))

    def of_all(name: str) -> np.ndarray:
        value = np.asarray(getattr(first, name))
        whole = np.broadcast_to(value, (capacity, *value.shape)).copy()
        for place, work in works.items():
            whole[place] = getattr(work, name)
        return whole

    order = None if first.order is None else of_all("order")
    turn = Turn(order, first.steps, of_all("epoch"), of_all("factor"))
    now = turn, *population.spread.turns(list(works))
    fixed = population.shared, population.own, population.numbers
    states, reports = run_epochs_soon(
        population.plan, population.spread, population.states, fixed, now
    )
    return population._replace(states=states), reports


def _costs(
    population: Population, works: dict[int, Work], reports: Any, stopped: np.ndarray
) -> dict[int, tuple[float, float]]:
    """Return the cost of each member that goes on; the others' step is noted in `stopped`."""
    all_figures, bad = np.asarray(reports.figures), np.asarray(reports.bad_step)
    found = {}
    for place, work in works.items():
        held_out = population.jobs[place].validation is not None
        figures = figures_of(population.plan, all_figures[place], held_out)
        if is_sound(figures):
            found[place] = figures.cost, cost_of(figures)
        else:
            steps = int(work.steps)
            stopped[place] = (int(work.epoch) - 1) * steps + (int(bad[place]) or steps)
    return found
