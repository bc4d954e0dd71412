"""Measuring the learning rate: the sweep of many rates, the edge, and the curvature beside them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone

from layerwise.errors import DataError, SettingError
from layerwise.estimators.metering import (
    FIRST,
    LAST,
    Bench,
    around_the_edge,
    bench_of,
    one_rate,
    spaced,
    swept,
)
from layerwise.estimators.preparing import prepared_from
from layerwise.study.meter.value import Known, Meter, Steep
from layerwise.training.compilation import keep_compiled_programs, let_go, use_all_cores
from layerwise.training.curvature import ADAPTIVE, bound, curvature
from layerwise.training.population import state_of
from layerwise.training.sweeping import epochs_of

PRODUCTS = 2e12  # multiplications of the first sweep: about a minute on two cores
REACH = 1e4  # how far the first sweep goes from the bound of the curvature, down and up
SHARES = (0.0, 0.1, 0.5, 1.0)  # of the epochs, after which the curvature is taken
MOST_RATES, MOST_SEEDS = 1000, 100


class Asked(NamedTuple):
    """How many seeds and rates, and who hears how far it is."""

    seeds: int = 5
    rates: int = 64
    told: Callable[[str], None] | None = None


USUAL = Asked()


def meter_of(estimator: Any, given: tuple[Any, Any, Any], asked: Asked = USUAL) -> Meter:
    """Return what `estimator.meter` returns; `given` is X, y and the weights or None.

    Raises
    ------
    DataError, SettingError
        When the data or a setting cannot be used, or the optimizer finds its own step.
    """
    _check("seeds", asked.seeds, 1, MOST_SEEDS)
    _check("rates", asked.rates, 4, MOST_RATES)
    model: Any = clone(estimator)
    keep_compiled_programs()
    use_all_cores()
    with model._precision():
        prepared = prepared_from(model, given)
        runs = asked.seeds * asked.rates
        start = prepared.settings["initialization"]
        bench = bench_of(prepared.job, start, asked.seeds, (runs, PRODUCTS))
        found = _measured(bench, prepared.settings["learning_rate"], asked)
    let_go()
    return Meter.of(found, bench, model._precision)


def _check(name: str, value: Any, low: int, high: int) -> None:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (whole and low <= value <= high):
        raise SettingError(f"{name}={value!r}: expected a whole number from {low} to {high}")


def _measured(bench: Bench, own: float, asked: Asked) -> Known:
    job, state = bench.jobs[0], bench.states[0]
    law = bound(job, state)
    low, high = (FIRST, LAST) if law is None else (law / REACH, law * REACH)
    first = swept(bench, spaced(low, high, asked.rates), asked.told)
    if not np.isfinite(first.began).all():
        raise DataError(
            "the cost is not finite before the first step: no learning rate can be measured; look "
            "for values in X that are far too large, or another initialization"
        )
    every = around_the_edge(bench, first, asked.told)
    every = every if own in every.rates else every.beside(swept(bench, [own], asked.told))
    return Known(first.rates, every, own, _along(bench, every.best))


def _along(bench: Bench, rate: float) -> tuple[Steep, ...]:
    """Return the curvature at the start and along a run at this rate."""
    job, state = one_rate(bench.jobs[0], rate), bench.states[0]
    adaptive, found, ends = job.plan.optimizer in ADAPTIVE, [], []
    last = {max(1, round(share * bench.epochs)) for share in SHARES if share}
    found.append(Steep(0, curvature(job, state), None if adaptive else bound(job, state)))
    moments = epochs_of([job], [state], bench.room)
    for epoch, moment in enumerate(islice(moments, bench.epochs), start=1):
        if moment.stopped[0]:
            return tuple(found)
        if epoch in last:
            ends.append((epoch, state_of(moment.population, 0)))
    for epoch, after in ends:
        found.append(Steep(epoch, curvature(job, after), bound(job, after)))
    return tuple(found)
