"""The verdict on a learning rate, from the runs that were made with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from layerwise.estimators.metering import Bench, Sweep
from layerwise.study.matrices import number

NEAR = 0.02  # of the way that the cost falls at the best rate: as good as that
DIGITS = 2


class Verdict(NamedTuple):
    """A word, "too small", "right" or "too large", and the sentence with its numbers."""

    word: str
    text: str


class Evidence(NamedTuple):
    """The runs that verdicts are drawn from: the bench, all runs, the largest stable, the best."""

    bench: Bench
    sweep: Sweep
    largest: float | None
    best: float

    @classmethod
    def of(cls, bench: Bench, sweep: Sweep) -> Evidence:
        """Return the evidence of a sweep."""
        return cls(bench, sweep, sweep.largest_stable, sweep.best)

    def place(self, rate: float) -> int:
        """Return the place of a rate that was tried."""
        return int(np.argmin(np.abs(np.log(self.sweep.rates / rate))))

    def middle(self, rate: float) -> np.ndarray:
        """Return the costs of a rate by epoch, the median over the seeds; NaN once it diverged."""
        costs = self.sweep.costs[self.place(rate)]
        middle = np.median(np.where(np.isnan(costs), np.inf, costs), axis=0)
        return np.where(np.isinf(middle), np.nan, middle)

    def end(self, rate: float) -> float:
        """Return the cost that a rate ends with, the median over the seeds."""
        ends = self.sweep.ends[self.place(rate)]
        return float(np.median(np.where(np.isnan(ends), np.inf, ends)))


def falls_as_far(evidence: Evidence, rate: float) -> bool:
    """Return whether the cost falls nearly as far as at the best rate."""
    began, best = float(np.median(evidence.sweep.began)), evidence.end(evidence.best)
    return evidence.end(rate) <= best + NEAR * abs(began - best)


def verdict_on(evidence: Evidence, rate: float) -> Verdict:
    """Return the verdict on a rate that was tried."""
    place, largest = evidence.place(rate), evidence.largest
    unstable = ~evidence.sweep.stable[place]
    if unstable.any() or largest is None or rate > largest * (1 + 1e-9):
        return Verdict("too large", _unstable(evidence, rate, unstable))
    shown, best = number(rate, DIGITS), number(evidence.best, DIGITS)
    end, least = number(evidence.end(rate), 3), number(evidence.end(evidence.best), 3)
    known = _largest(evidence)
    if falls_as_far(evidence, rate):
        beside = f", the best rate, {best}, at {least}" if rate != evidence.best else ""
        return Verdict("right", f"{shown} is right: the cost ends at {end}{beside}; {known}")
    if rate < evidence.best:
        slow = _slower(evidence, rate)
        text = f"{shown} is too small: the cost is still {end} after {_steps(evidence)}; {slow}"
        return Verdict("too small", f"{text}; {known}")
    text = f"{shown} is too large: the cost does not diverge, but ends at {end}"
    return Verdict("too large", f"{text}, with {best} at {least}; {known}")


def _steps(evidence: Evidence) -> str:
    return f"{evidence.bench.epochs * evidence.bench.steps} steps"


def _largest(evidence: Evidence) -> str:
    if evidence.largest is None:
        return "no rate that was tried stayed stable"
    over = len(evidence.bench.jobs)
    return (
        f"{number(evidence.largest, DIGITS)} is the largest rate that stayed stable over {over} "
        + ("seeds" if over > 1 else "seed")
    )


def _slower(evidence: Evidence, rate: float) -> str:
    """Return how soon the best rate got as far: measured, not extrapolated."""
    fast, end, bench = evidence.middle(evidence.best), evidence.end(rate), evidence.bench
    there = np.flatnonzero(fast <= end)
    at = int(there[0]) + 1 if len(there) else bench.epochs
    best, times = number(evidence.best, DIGITS), number(bench.epochs / at, DIGITS)
    got = f"{number(evidence.best, DIGITS)} gets there in {at * bench.steps}"
    least = number(evidence.end(evidence.best), 3)
    if bench.epochs <= at:
        return f"{best} ends at {least}"
    more = "at least " if at == 1 else "about "
    return f"{got}, {more}{times} times faster, and ends at {least}"


def _unstable(evidence: Evidence, rate: float, unstable: np.ndarray) -> str:
    shown, largest = number(rate, DIGITS), evidence.largest
    times = "" if largest is None else f"{number(rate / largest, DIGITS)} times "
    begins = f"{shown} is {times if largest is not None and rate > largest else ''}too large"
    return f"{begins}: {_what_happens(evidence, rate, unstable)}; {_largest(evidence)}"


def _what_happens(evidence: Evidence, rate: float, unstable: np.ndarray) -> str:
    place, seeds = evidence.place(rate), len(unstable)
    stopped = evidence.sweep.stopped[place]
    diverged = stopped[stopped > 0]
    if len(diverged):
        share = "" if len(diverged) == seeds else f" for {len(diverged)} of {seeds} seeds"
        steps = int(np.median(diverged))
        return f"the cost diverges after {steps} step{'s' if steps != 1 else ''}{share}"
    if not unstable.any():
        return "it stayed stable itself, but rates near it did not"
    worst = int(np.argmax(evidence.sweep.ends[place] - evidence.sweep.began))
    end, began = evidence.sweep.ends[place][worst], evidence.sweep.began[worst]
    share = "" if unstable.all() else f" for {int(unstable.sum())} of {seeds} seeds"
    return f"the cost ends at {number(end, 3)}{share}, above the {number(began, 3)} it began with"
