"""The training loop: a generator that yields one record per epoch; who wants to watch, iterates."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.errors import DivergenceError
from layerwise.propagation.data_driven import is_data_driven
from layerwise.propagation.notation import Examples
from layerwise.training.divergence import first_not_finite
from layerwise.training.epoch import run_epoch, start, start_on
from layerwise.training.minibatches import ABSENT, Table, as_columns, draw, shuffled, take
from layerwise.training.plan import Numbers, Plan, State, Work
from layerwise.training.report import Figures, figures_of
from layerwise.training.schedules import ReduceOnPlateau
from layerwise.training.score import metric
from layerwise.training.step import run_of

Orders = dict[tuple[Any, ...], np.ndarray]  # of an epoch's rows, by all that they depend on
SHORT = 0.02  # seconds up to which an epoch is begun before the one before has been looked at


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
    """An epoch's record, and the state at its end with its cost.

    The cost is that of the validation rows. Where none are held out, it is that of the training
    rows: of all of them at once after the update, or as mini-batches met them.

    `score` is what a scorer says of the state, the greater the better; None without a scorer.
    `compared` are costs of the validation rows of which the smallest is what epochs are compared
    by; without any it is the metric.
    """

    record: Epoch
    state: State
    cost: float
    score: float | None = None
    compared: tuple[float, ...] = ()


class Job(NamedTuple):
    """All that training needs: the plan, the rows (and how many are real), numbers, seed, dtype.

    `plateau` says when the learning rate falls, decided between epochs; None: it does not.
    `chosen` are the numbers of the rows that are trained on, `rows` of them; None: the first ones.
    """

    plan: Plan
    training: Table
    rows: int
    validation: Table | None
    numbers: Numbers
    seed: int
    dtype: Any
    plateau: ReduceOnPlateau | None = None
    chosen: np.ndarray | None = None

    @property
    def drawn_from(self) -> int | np.ndarray:
        """What an epoch's order is drawn from: so many rows, or these."""
        return self.rows if self.chosen is None else self.chosen


def begin(job: Job) -> State:
    """Return the state before the first epoch: the parameters as initialized."""
    known = job.plan, np.uint32(job.seed), job.numbers, job.dtype
    return (
        start_on(*known, _first_batch(job)) if is_data_driven(job.plan.network) else start(*known)
    )


def state_shapes(job: Job) -> State:
    """Return the shapes and types of the state before the first epoch."""
    return start.eval_shape(job.plan, np.uint32(job.seed), job.numbers, job.dtype)


def _first_batch(job: Job) -> Examples:
    rows, size = job.training, job.plan.batch_size
    if not size:
        return as_columns(rows)
    order = shuffled(job.drawn_from, size, (job.seed, 1), len(rows.weights))[:size]
    weights = np.where(order == ABSENT, 0, rows.weights[order]).astype(rows.weights.dtype)
    return as_columns(Table(rows.X[order], rows.Y[order], weights))


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
    tables, numbers = jax.device_put(((job.training, job.validation), job.numbers))
    watched, ahead, seconds = list(costs), None, math.inf

    def begun(state: State, past: Sequence[float]) -> tuple[Work, Any]:
        work = work_of(job, tables, past)
        return work, run_epoch(job.plan, state, work, numbers)

    while True:
        began = time.perf_counter()
        work, (after, report) = ahead or begun(state, watched)
        # the next epoch runs while the host looks at this one: in vain only if this was the last
        ahead = None
        if seconds < SHORT and job.plateau is None:
            ahead = begun(after, [*watched, math.nan])
        figures = figures_of(job.plan, report.figures, job.validation is not None)
        if not is_sound(figures):
            raise diverged_in(job, state, work, int(report.bad_step))
        state, seconds = after, time.perf_counter() - began
        record = record_of(job, figures, work, seconds)
        watched.append(cost_of(figures))
        yield Snapshot(record, state, watched[-1], compared=compared_of(figures))


def cost_of(figures: Figures) -> float:
    """Return the cost that epochs are compared by: of the validation rows where there are any."""
    if figures.validation is not None:
        return figures.validation.cost
    return figures.cost if figures.after is None else figures.after


def compared_of(figures: Figures) -> tuple[float, ...]:
    """Return the costs of which the smallest is what epochs are compared by, or none."""
    return () if figures.validation is None else figures.validation.compared


def work_of(
    job: Job, tables: tuple[Any, Any], watched: Sequence[float], orders: Orders | None = None
) -> Work:
    """Return what the epoch after those with the watched costs works on, over these tables.

    An order that is among the `orders` is taken from there, another one is put there.
    """
    size, number = job.plan.batch_size, len(watched) + 1
    factor = 1.0 if job.plateau is None else job.plateau.plateau(watched)
    return Work(
        *tables,
        order=_order(job, number, {} if orders is None else orders) if size else None,
        steps=np.int32(-(-job.rows // size) if size else 1),
        epoch=np.int32(number),
        seed=np.uint32(job.seed),
        factor=np.asarray(factor, job.dtype),
    )


def _order(job: Job, number: int, orders: Orders) -> np.ndarray:
    size, padded = job.plan.batch_size, len(job.training.weights)
    chosen = None if job.chosen is None else id(job.chosen)
    own = job.rows, chosen, size, job.seed, number, padded
    if own not in orders:
        orders[own] = shuffled(job.drawn_from, size, (job.seed, number), padded)
    return orders[own]


def record_of(job: Job, figures: Figures, work: Work, seconds: float) -> Epoch:
    """Return the record of an epoch that came to these figures."""
    network = job.plan.network
    cost, mean_score, _ = figures.validation or (None, None, None)
    return Epoch(
        epoch=int(work.epoch),
        cost=figures.cost,
        metric=metric(network, figures.score),
        validation_cost=cost,
        validation_metric=None if mean_score is None else metric(network, mean_score),
        seconds=seconds,
        gradient_norms=figures.gradient_norms,
        update_norms=figures.update_norms,
        learning_rate=figures.learning_rate,
    )


def is_sound(figures: Figures) -> bool:
    """Return whether costs and parameters stayed finite."""
    # an update is not finite when a parameter is not
    held_out = 0.0 if figures.validation is None else figures.validation.cost
    return all(map(math.isfinite, (figures.cost, *figures.update_norms, held_out)))


def diverged_in(job: Job, before: State, work: Work, bad_step: int) -> DivergenceError:
    """Return the error that names the first tensor that is not finite.

    `before` is the state before the epoch. The steps up to the bad one are taken again: they come
    to the same bits, and what is left shows where it went wrong.
    """
    sound = work._replace(steps=np.int32(bad_step - 1 if bad_step else work.steps))
    state, _ = run_epoch(job.plan, before, sound, job.numbers)
    step = bad_step or int(work.steps)
    if work.order is None or not bad_step:
        batch = as_columns(work.training)
    else:
        rows = work.order[(step - 1) * job.plan.batch_size : step * job.plan.batch_size]
        batch = take(work.training, draw(work.training, rows))
    run = run_of(job.numbers, state, None)
    found = first_not_finite(job.plan.network, state.parameters, batch, run)
    if found is None and work.validation is not None:
        validation = as_columns(work.validation)
        found = first_not_finite(job.plan.network, state.parameters, validation, run)
    return DivergenceError(int(work.epoch), step, *(found or (job.plan.network.depth, "J")))
