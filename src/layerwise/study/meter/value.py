"""What the meter found: the stable range, the best rate, and a verdict on any rate."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.measuring_rates import suggested
from layerwise.estimators.metering import HIGHEST, LOWEST, Bench, Sweep, swept
from layerwise.study.matrices import number
from layerwise.study.meter.verdicts import Evidence, Verdict, falls_as_far, verdict_on
from layerwise.study.panels import Band, Curves, Panel
from layerwise.study.why.answer import Answer, Measured

DIGITS = 2
SEEN = 30  # times the largest rate that is marked: larger ones are not drawn
DRAWN_ABOVE = 30  # times the first cost: higher ones leave the picture


class Steep(NamedTuple):
    """The curvature after so many epochs, and the bound that it sets; None: no bound is known."""

    epoch: int
    curvature: float
    bound: float | None


class Known(NamedTuple):
    """All that was measured: the first sweep's rates, every run, the settings' rate, curvatures."""

    first: np.ndarray
    every: Sweep
    own: float
    along: tuple[Steep, ...]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Meter(Answer):
    """What `estimator.meter` found.

    Attributes
    ----------
    largest_stable : float or None
        The largest rate that was stable for every seed, among rates at which runs are: the training
        cost stayed finite over a whole run, and ended no higher than it began.
    best : float
        The rate whose cost at the end is lowest (median over the seeds).
    good : (float, float)
        The range around it in which the cost falls at least 98 % as far.
    curvature : float
        The largest eigenvalue of the Hessian of J at the start.
    bound : float or None
        The largest stable rate by the law of the optimizer, from the curvature at the start; for
        Adam and RMSprop after the first part of the run. None: no law is known.
    along : tuple of Steep
        Curvature and bound at the start and along a run at the best rate.
    rates, costs : arrays (64,)
        The rates of the first sweep, and the cost that each ended with (median over the seeds; inf
        where most diverged).
    seeds : int
        How many runs each rate had.
    rate : float
        The learning rate that `fit` takes by the settings.
    """

    largest_stable: float | None
    best: float
    good: tuple[float, float]
    curvature: float
    bound: float | None
    along: tuple[Steep, ...]
    rates: np.ndarray
    costs: np.ndarray
    seeds: int
    rate: float
    evidence: Evidence
    precision: Callable[[], AbstractContextManager]

    def verdict(self, rate: float | None = None) -> Verdict:
        """Return the verdict on a rate, "too small", "right" or "too large", with its reason.

        A rate that was not among those tried is trained now, once for each seed.

        Parameters
        ----------
        rate : float, optional
            From 1e-12 to 1e6; by default the rate of the settings.

        Raises
        ------
        SettingError
            When it is not such a number.
        """
        rate = self.rate if rate is None else rate
        if isinstance(rate, bool) or not isinstance(rate, int | float | np.number):
            raise SettingError(f"rate={rate!r}: expected a number from 1e-12 to 1e6")
        if not LOWEST <= rate <= HIGHEST:
            raise SettingError(f"rate={rate!r}: expected a number from 1e-12 to 1e6")
        found = self.evidence.sweep
        if not np.isclose(found.rates, rate, rtol=1e-9, atol=0).any():
            with self.precision():
                found = found.beside(swept(self.evidence.bench, [float(rate)]))
        return verdict_on(self.evidence._replace(sweep=found), float(rate))

    @property
    def suggested(self) -> float:
        """The rate to take: the best one, and at most half of the largest stable one."""
        return suggested(self.best, self.largest_stable or self.best)

    @staticmethod
    def of(known: Known, bench: Bench, precision: Callable[[], AbstractContextManager]) -> Meter:
        """Return the value of what was measured."""
        evidence = Evidence.of(bench, known.every)
        own = verdict_on(evidence, known.own)
        ends = np.where(np.isnan(known.every.ends), np.inf, known.every.ends)
        first = np.isin(known.every.rates, known.first)
        bounds = [steep.bound for steep in known.along if steep.bound is not None]
        law = bounds[0] if bounds else None
        return Meter(
            finding=own.text,
            facts=_facts(known, evidence, law),
            panels=_panels(known, evidence, law),
            largest_stable=evidence.largest,
            best=evidence.best,
            good=_good(evidence),
            curvature=known.along[0].curvature,
            bound=law,
            along=known.along,
            rates=known.every.rates[first],
            costs=np.median(ends, axis=1)[first],
            seeds=len(bench.jobs),
            rate=known.own,
            evidence=evidence,
            precision=precision,
        )


def _good(evidence: Evidence) -> tuple[float, float]:
    """Return the range around the best rate in which every rate that was tried falls as far."""
    fine = np.array([falls_as_far(evidence, rate) for rate in evidence.sweep.rates])
    largest = evidence.largest
    fine &= evidence.sweep.rates <= (np.inf if largest is None else largest)
    low = high = int(np.flatnonzero(evidence.sweep.rates == evidence.best)[0])
    while low > 0 and fine[low - 1]:
        low -= 1
    while high + 1 < len(fine) and fine[high + 1]:
        high += 1
    return float(evidence.sweep.rates[low]), float(evidence.sweep.rates[high])


def _facts(known: Known, evidence: Evidence, law: float | None) -> tuple[Measured, ...]:
    bench, (low, high) = evidence.bench, _good(evidence)
    largest, steps = evidence.largest, bench.epochs * bench.steps
    along = ", ".join(f"{number(at.curvature, 3)} after {at.epoch}" for at in known.along[1:])
    facts = [
        Measured("largest stable rate", "none" if largest is None else number(largest, 3)),
        Measured("best rate", number(evidence.best, 3)),
        Measured("nearly as good", f"{number(low, 3)} to {number(high, 3)}"),
        Measured("rate of the settings", number(known.own, 3)),
        Measured("curvature at the start", number(known.along[0].curvature, 3)),
        *([Measured("curvature after epochs", along)] if along else []),
        Measured("bound from the curvature", "no law is known" if law is None else number(law, 3)),
        Measured("each run", f"{bench.epochs} epochs of {bench.rows} rows, {steps} steps in all"),
        Measured("runs", f"{len(evidence.sweep.rates)} rates, {len(bench.jobs)} seeds each"),
    ]
    if (bench.rows, bench.epochs) != (bench.all_rows, bench.all_epochs):
        part = f"a fit has {bench.all_epochs} epochs of {bench.all_rows} rows"
        facts.append(Measured("shortened", part))
    return tuple(facts)


def _panels(known: Known, evidence: Evidence, law: float | None) -> tuple[Panel, ...]:
    sweep, began = evidence.sweep, float(np.median(evidence.sweep.began))
    ends = np.where(np.isnan(sweep.ends), np.inf, sweep.ends)
    marks = {"your rate": known.own, "best": evidence.best}
    marks |= {} if evidence.largest is None else {"largest stable": evidence.largest}
    marks |= {} if law is None else {"bound by curvature": law}
    shown = np.isin(sweep.rates, known.first) & (sweep.rates <= SEEN * max(marks.values()))
    band = Band(
        "cost at the end of a run",
        sweep.rates[shown],
        np.quantile(ends[shown], [0, 0.5, 1], axis=1, method="nearest"),
        marks,
        ("learning rate", "training cost J"),
        (began, DRAWN_ABOVE * began),
    )
    return band, _by_steps(evidence, DRAWN_ABOVE * began)


def _by_steps(evidence: Evidence, most: float) -> Curves:
    """Return the cost against the steps for a rate that is too small, the best and too large."""
    sweep, lines = evidence.sweep, {}
    steps = evidence.bench.steps * np.arange(1, evidence.bench.epochs + 1)
    low, above = _good(evidence)[0] / 20, sweep.rates > (evidence.largest or 0)
    chosen = {"too small": sweep.rates[np.argmin(np.abs(np.log(sweep.rates / low)))]}
    chosen["right"] = evidence.best
    if above.any():
        aim = 3 * (evidence.largest or sweep.rates[0])
        beyond = sweep.rates[above]
        chosen["too large"] = beyond[np.argmin(np.abs(np.log(beyond / aim)))]
    for word, rate in chosen.items():
        costs = evidence.middle(rate)
        seen = costs <= most
        upto = len(costs) if seen.all() else int(np.argmin(seen)) + 1
        shown = np.where(np.isnan(costs), most, np.minimum(costs, most))[:upto]
        lines[f"{word}: {number(rate, DIGITS)}"] = steps[:upto], shown
    title = "cost as training goes on"
    return Curves(title, lines, ("steps", "training cost J"), log=bool((sweep.began > 0).all()))
