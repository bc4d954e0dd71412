"""The training loop: a generator that yields one record per epoch; who wants to watch, iterates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.errors import DivergenceError
from layerwise.propagation.notation import Parameters
from layerwise.training.divergence import first_not_finite
from layerwise.training.epoch import Plan, Report, State, Work, run_epoch, start
from layerwise.training.minibatches import Table, as_columns, shuffled, take
from layerwise.training.optimizers import Numbers
from layerwise.training.score import metric


class Epoch(NamedTuple):
    """The record of one epoch.

    `cost` and `metric` are means over the training examples as they were met, before each update;
    the validation figures are taken after the last update (None without validation rows). The
    metric is the accuracy, for regression the root mean squared error. `gradient_norms` (of the
    last batch) and `update_norms` (of the whole epoch) hold one number per layer, 1 to L.
    """

    epoch: int
    cost: float
    metric: float
    validation_cost: float | None
    validation_metric: float | None
    seconds: float
    gradient_norms: tuple[float, ...]
    update_norms: tuple[float, ...]


class Snapshot(NamedTuple):
    """An epoch's record, and the parameters at its end with their cost (on the validation rows,
    or on the training rows where none are held out)."""

    record: Epoch
    parameters: Parameters
    cost: float


class Job(NamedTuple):
    """All that training needs: the plan, the rows (and how many are real), numbers, seed, dtype."""

    plan: Plan
    training: Table
    rows: int
    validation: Table | None
    numbers: Numbers
    seed: int
    dtype: Any


def begin(job: Job) -> State:
    """Return the state before the first epoch: the parameters as initialized."""
    return start(job.plan, jax.random.key(job.seed), job.numbers, job.dtype)


def train(job: Job, state: State) -> Iterator[Snapshot]:
    """Yield a snapshot per epoch, without end; the caller stops when it has seen enough.

    Raises
    ------
    DivergenceError
        When the cost of a step, the validation cost or a parameter is not finite.
    """
    tables = jax.device_put((job.training, job.validation))
    number = 0
    while True:
        number += 1
        work, began = _work(job, tables, number), time.perf_counter()
        state, report = run_epoch(job.plan, state, work, job.numbers)
        report = jax.device_get(report)
        if not _sound(report):
            raise _diverged(job, state, work, report, number)
        record = _record(job, report, number, time.perf_counter() - began)
        yield Snapshot(record, state.parameters, float(report.after))


def _work(job: Job, tables: tuple[Table, Table | None], number: int) -> Work:
    size = job.plan.batch_size
    if size == 0:
        return Work(*tables, order=None, steps=np.int32(1))
    order = shuffled(job.rows, size, job.seed, number)
    return Work(*tables, order=order, steps=np.int32(-(-job.rows // size)))


def _record(job: Job, report: Report, number: int, seconds: float) -> Epoch:
    head = job.plan.network.head
    cost, mean_score = report.validation or (None, None)
    return Epoch(
        epoch=number,
        cost=float(report.cost),
        metric=metric(head, float(report.score)),
        validation_cost=None if cost is None else float(cost),
        validation_metric=None if mean_score is None else metric(head, float(mean_score)),
        seconds=seconds,
        gradient_norms=tuple(map(float, report.gradient_norms)),
        update_norms=tuple(map(float, report.update_norms)),
    )


def _sound(report: Report) -> bool:
    # an update is not finite when a parameter is not
    figures = [report.cost, *report.update_norms]
    if report.validation is not None:
        figures.append(report.validation[0])
    return bool(np.isfinite(figures).all() and report.bad_step == 0)


def _diverged(job: Job, state: State, work: Work, report: Report, number: int) -> DivergenceError:
    step = int(report.bad_step) or int(work.steps)
    if work.order is None or report.bad_step == 0:
        batch = as_columns(work.training)
    else:
        rows = work.order[(step - 1) * job.plan.batch_size : step * job.plan.batch_size]
        batch = take(work.training, rows)
    found = first_not_finite(job.plan.network, state.parameters, batch)
    if found is None and work.validation is not None:
        found = first_not_finite(job.plan.network, state.parameters, as_columns(work.validation))
    return DivergenceError(number, step, *(found or (job.plan.network.depth, "J")))
