"""The training loop: a generator that yields one record per epoch; who wants to watch, iterates."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.errors import DivergenceError
from layerwise.propagation.data_driven import is_data_driven
from layerwise.propagation.notation import Examples
from layerwise.training.divergence import first_not_finite
from layerwise.training.epoch import Report, run_epoch, start, start_on
from layerwise.training.minibatches import Table, as_columns, shuffled, take
from layerwise.training.plan import Numbers, Plan, State, Work
from layerwise.training.schedules import ReduceOnPlateau
from layerwise.training.score import metric
from layerwise.training.step import run_of


class Epoch(NamedTuple):
    """The record of one epoch.

    `cost` and `metric` are means over the training examples as they were met, before each update;
    the validation figures are taken after the last update (None without validation rows). The
    metric is the accuracy (several labels: the share of rows with all of them right), for
    regression the root mean squared error (several targets: over all of them, in standard units),
    for quantiles the mean of their losses; where a scorer was asked for, the validation metric is
    its score. `gradient_norms` (of the last batch) and `update_norms` (of the whole epoch) hold
    one number per layer, 1 to L; `learning_rate` is that of the epoch's first step.
    """

    epoch: int
    cost: float
    metric: float
    validation_cost: float | None
    validation_metric: float | None
    seconds: float
    gradient_norms: tuple[float, ...]
    update_norms: tuple[float, ...]
    learning_rate: float


class Snapshot(NamedTuple):
    """An epoch's record, and the state at its end with its cost (on the validation rows, or on
    the training rows where none are held out).

    `score` is what a scorer says of the state, the greater the better; None without a scorer.
    """

    record: Epoch
    state: State
    cost: float
    score: float | None = None


class Job(NamedTuple):
    """All that training needs: the plan, the rows (and how many are real), numbers, seed, dtype.

    `plateau` says when the learning rate falls, decided between epochs; None: it does not.
    """

    plan: Plan
    training: Table
    rows: int
    validation: Table | None
    numbers: Numbers
    seed: int
    dtype: Any
    plateau: ReduceOnPlateau | None = None


def begin(job: Job) -> State:
    """Return the state before the first epoch: the parameters as initialized."""
    state = start(job.plan, jax.random.key(job.seed), job.numbers, job.dtype)
    if not is_data_driven(job.plan.network):
        return state
    return start_on(job.plan, state, _first_batch(job), job.numbers)


def _first_batch(job: Job) -> Examples:
    rows, size = jax.device_put(job.training), job.plan.batch_size
    if not size:
        return as_columns(rows)
    return take(rows, jax.device_put(shuffled(job.rows, size, job.seed, 1)[:size]))


def train(job: Job, state: State, costs: Sequence[float] = ()) -> Iterator[Snapshot]:
    """Yield a snapshot per epoch, without end; the caller stops when it has seen enough.

    Parameters
    ----------
    job : what to train on, and how
    state : where to begin, or to go on
    costs : of the snapshots already taken; a plateau watches them, epochs are counted on from them

    Raises
    ------
    DivergenceError
        When the cost of a step, the validation cost or a parameter is not finite.
    """
    tables = jax.device_put((job.training, job.validation))
    watched = list(costs)
    while True:
        number = len(watched) + 1
        work, began = work_of(job, tables, watched), time.perf_counter()
        state, report = run_epoch(job.plan, state, work, job.numbers)
        report = jax.device_get(report)
        if not is_sound(report):
            raise diverged_in(job, state, work, report, number)
        record = record_of(job, report, number, time.perf_counter() - began)
        watched.append(float(report.after))
        yield Snapshot(record, state, watched[-1])


def work_of(job: Job, tables: tuple[Any, Any], watched: Sequence[float]) -> Work:
    """Return what the epoch after those with the watched costs works on, over these tables."""
    size, number = job.plan.batch_size, len(watched) + 1
    factor = 1.0 if job.plateau is None else job.plateau.plateau(watched)
    return Work(
        *tables,
        order=shuffled(job.rows, size, job.seed, number) if size else None,
        steps=np.int32(-(-job.rows // size) if size else 1),
        epoch=np.int32(number),
        key=jax.random.fold_in(jax.random.key(job.seed), number),
        factor=np.asarray(factor, job.dtype),
    )


def record_of(job: Job, report: Report, number: int, seconds: float) -> Epoch:
    """Return the record of an epoch's report."""
    network = job.plan.network
    cost, mean_score = report.validation or (None, None)
    return Epoch(
        epoch=number,
        cost=float(report.cost),
        metric=metric(network, float(report.score)),
        validation_cost=None if cost is None else float(cost),
        validation_metric=None if mean_score is None else metric(network, float(mean_score)),
        seconds=seconds,
        gradient_norms=tuple(map(float, report.gradient_norms)),
        update_norms=tuple(map(float, report.update_norms)),
        learning_rate=float(report.learning_rate),
    )


def is_sound(report: Report) -> bool:
    """Return whether costs and parameters stayed finite."""
    # an update is not finite when a parameter is not
    figures = [report.cost, *report.update_norms]
    if report.validation is not None:
        figures.append(report.validation[0])
    return bool(np.isfinite(figures).all() and report.bad_step == 0)


def diverged_in(job: Job, state: State, work: Work, report: Report, number: int) -> DivergenceError:
    """Return the error that names the first tensor that is not finite."""
    step = int(report.bad_step) or int(work.steps)
    if work.order is None or report.bad_step == 0:
        batch = as_columns(work.training)
    else:
        rows = work.order[(step - 1) * job.plan.batch_size : step * job.plan.batch_size]
        batch = take(work.training, rows)
    run = run_of(job.numbers, state, None)
    found = first_not_finite(job.plan.network, state.parameters, batch, run)
    if found is None and work.validation is not None:
        validation = as_columns(work.validation)
        found = first_not_finite(job.plan.network, state.parameters, validation, run)
    return DivergenceError(number, step, *(found or (job.plan.network.depth, "J")))
