"""A score on held-out rows, how sure it is, and whether it differs from the baselines'."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from layerwise.data.targets import ClassTarget, LabelsTarget, NumbersTarget
from layerwise.estimators.score_intervals import Interval, wilson
from layerwise.study.intervals import LEVEL, bootstrap_of_mean, mcnemar

BETTER, WORSE, SAME = "better", "worse", "not distinguishable"
WIDE_ACCURACY, WIDE_SHARE = 0.1, 0.3


class Baseline(NamedTuple):
    """A simpler model's score on the same rows; `verdict` says how the network compares."""

    name: str
    score: float
    verdict: str


class Score(NamedTuple):
    """The result on m held-out rows: accuracy, or RMSE in the target's units with R2 beside it."""

    task: str
    metric: str
    value: float
    interval: Interval
    r2: float | None
    rows: int
    baselines: tuple[Baseline, ...]

    @property
    def is_wide(self) -> bool:
        """Whether so few rows tell little."""
        width = self.interval.high - self.interval.low
        return width > (WIDE_ACCURACY if self.metric == "accuracy" else WIDE_SHARE * self.value)


def task_of(target: Any) -> str:
    """Return "binary", "multiclass" or "regression" for a fitted estimator's `target_`.

    A target of several columns is "several labels" or "several numbers".
    """
    if isinstance(target, LabelsTarget | NumbersTarget):
        return target.kind if isinstance(target, NumbersTarget) else "several labels"
    if not isinstance(target, ClassTarget):
        return "regression"
    return "binary" if len(target.classes) == 2 else "multiclass"


def score(
    task: str, y: np.ndarray, predicted: np.ndarray, others: dict[str, np.ndarray], seed: int
) -> Score:
    """Return the score of predictions beside those of the baselines.

    Parameters
    ----------
    task : str
        "binary", "multiclass" or "regression".
    y, predicted : arrays of shape (m,)
        What is true and what the network says.
    others : dict
        The predictions of each baseline for the same rows.
    seed : int
        Of the bootstrap (regression only).

    Examples
    --------
    >>> y = np.array([0, 1, 1, 1, 0, 1, 1, 1])
    >>> found = score("binary", y, y, {"majority": np.ones(8, int)}, seed=0)
    >>> found.value, found.baselines[0].score, found.baselines[0].verdict
    (1.0, 0.75, 'not distinguishable')
    """
    if task == "regression":
        return _of_numbers(y, predicted, others, seed)
    right = predicted == y
    baselines = tuple(
        Baseline(name, float(np.mean(guess == y)), _more_often_right(right, guess == y))
        for name, guess in others.items()
    )
    interval = wilson(int(right.sum()), len(y))
    return Score(task, "accuracy", float(right.mean()), interval, None, len(y), baselines)


def _more_often_right(right: np.ndarray, other: np.ndarray) -> str:
    if mcnemar(right, other) >= LEVEL:
        return SAME
    return BETTER if right.sum() > other.sum() else WORSE


def _of_numbers(
    y: np.ndarray, predicted: np.ndarray, others: dict[str, np.ndarray], seed: int
) -> Score:
    squares = (predicted - y) ** 2
    baselines = []
    for name, guess in others.items():
        other = (guess - y) ** 2
        verdict = _smaller(bootstrap_of_mean(squares - other, seed))
        baselines.append(Baseline(name, float(np.sqrt(other.mean())), verdict))
    low, high = np.sqrt(bootstrap_of_mean(squares, seed))
    value, interval = float(np.sqrt(squares.mean())), Interval(float(low), float(high))
    r2 = _r2(y, squares)
    return Score("regression", "rmse", value, interval, r2, len(y), tuple(baselines))


def _smaller(difference: Interval) -> str:
    if difference.low <= 0 <= difference.high:
        return SAME
    return BETTER if difference.high < 0 else WORSE


def _r2(y: np.ndarray, squares: np.ndarray) -> float | None:
    spread = float(((y - y.mean()) ** 2).sum())
    return 1 - float(squares.sum()) / spread if spread > 0 else None
