"""The difference of two runs' scores: in pairs where that can be done, else from their intervals.

The interval of the difference of two independent estimates is made of their own: Zou and Donner,
"Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier

from layerwise.estimators.score_intervals import Interval
from layerwise.study.intervals import FEWEST_RESAMPLES, LEVEL, MOST_DRAWS, MOST_RESAMPLES, mcnemar
from layerwise.study.ladder.testing import over_splits
from layerwise.study.ledger.run import Run
from layerwise.study.matrices import number


class Gap(NamedTuple):
    """The second's score less the first's, its 95 % interval, and how it was found.

    `p` is two-sided, None where there is no test beside the interval; `better` is the id of the run
    that is better beyond chance, None where they cannot be told apart.
    """

    metric: str
    value: float
    interval: Interval
    p: float | None
    paired: bool
    how: str
    better: int | None

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        low, high = (number(end, 3) for end in self.interval)
        p = "" if self.p is None else f", p = {number(self.p, 2)}"
        reach = f"difference {number(self.value, 3)}, 95 % interval {low} to {high}{p}"
        if self.better is None:
            return f"They cannot be told apart by {self.metric} ({reach}; {self.how})."
        return f"Run {self.better} is better by {self.metric} ({reach}; {self.how})."


def gap_of(a: Run, b: Run, test: tuple[Any, Any] | None, why: str = "") -> Gap | str:
    """Return the difference of the scores, or why there is none.

    Parameters
    ----------
    a, b : two runs
    test : X and y that neither model was trained on, to predict with both; None: there are none
    why : what kept such rows from being there
    """
    if a.metric != b.metric:
        return f"no difference of scores: {a.metric} and {b.metric} are not the same measure"
    if a.value is None or b.value is None:
        failed = a.id if a.value is None else b.id
        return f"no difference of scores: run {failed} has none"
    if test is not None:
        return _of_rows(a, b, test)
    splits = a.split_scores, b.split_scores
    if a.study == b.study and len(splits[0]) == len(splits[1]) > 1:
        return _of_splits(a, b, splits)
    return _unpaired(a, b, why)


def _verdict(a: Run, b: Run, interval: Interval, p: float | None) -> int | None:
    told_apart = not interval.low <= 0 <= interval.high if p is None else p < LEVEL
    if not told_apart:
        return None
    down = a.study.about.get("direction") == "minimize"
    second_is_higher = interval.low + interval.high > 0
    return b.id if second_is_higher != down else a.id


def _of_rows(a: Run, b: Run, test: tuple[Any, Any]) -> Gap:
    X, y = test
    models = a.model(), b.model()
    predicted = [np.asarray(model.predict(X)) for model in models]
    how = f"paired on the same {len(y):,} test rows"
    if is_classifier(models[0]):
        one, other = ((said == y).reshape(len(y), -1).all(axis=1) for said in predicted)
        each = other.astype(np.float64) - one
        interval, p = _resampled(each[:, None], lambda means: means[0]), mcnemar(one, other)
        how += ", McNemar's test"
        value = float(each.mean())
    else:
        squares = np.stack([_squares(said, y) for said in predicted], axis=1)
        interval, p = _resampled(squares, _of_roots), None
        value = float(_of_roots(squares.mean(axis=0)))
    return Gap(a.metric, value, interval, p, True, how, _verdict(a, b, interval, p))


def _squares(said: np.ndarray, y: Any) -> np.ndarray:
    true = np.asarray(y, np.float64).reshape(len(y), -1)
    return ((said.reshape(true.shape) - true) ** 2).mean(axis=1)


def _of_roots(means: np.ndarray) -> float:
    return float(np.sqrt(means[1]) - np.sqrt(means[0]))


def _resampled(values: np.ndarray, of: Any) -> Interval:
    """Return the percentile bootstrap's interval of a figure of the columns' means (m, k)."""
    count = int(np.clip(MOST_DRAWS // len(values), FEWEST_RESAMPLES, MOST_RESAMPLES))
    random = np.random.default_rng(0)
    rows = (random.integers(len(values), size=len(values)) for _ in range(count))
    found = [of(values[which].mean(axis=0)) for which in rows]
    low, high = np.quantile(found, [LEVEL / 2, 1 - LEVEL / 2])
    return Interval(float(low), float(high))


def _of_splits(a: Run, b: Run, splits: tuple[Sequence[float], Sequence[float]]) -> Gap:
    differences = np.subtract(splits[1], splits[0])
    folds = max(int(a.study.about.get("folds") or 0), 2)
    pair = over_splits(differences, 1 / (folds - 1))
    p = min(2 * min(pair.p, 1 - pair.p), 1.0) if differences.any() else 1.0
    how = f"paired over the same {len(differences)} splits and seeds, corrected t-test"
    better = _verdict(a, b, pair.interval, p)
    return Gap(a.metric, float(pair.mean), pair.interval, p, True, how, better)


def _unpaired(a: Run, b: Run, why: str) -> Gap | str:
    ends = [run.scores[0] if run.scores else {} for run in (a, b)]
    if a.data.get("hash") != b.data.get("hash"):
        why = "their data differs"
    reason = f" ({why})" if why else ""
    if any(score.get("low") is None or score.get("high") is None for score in ends):
        return f"no interval of the difference: a score without one of its own{reason}"
    (one, low, high), (other, lower, higher) = (
        (score["value"], score["low"], score["high"]) for score in ends
    )
    value = other - one
    down = float(np.hypot(other - lower, high - one))
    up = float(np.hypot(higher - other, one - low))
    interval = Interval(value - down, value + up)
    how = f"not paired, from the two intervals{reason}"
    return Gap(a.metric, value, interval, None, False, how, _verdict(a, b, interval, None))
