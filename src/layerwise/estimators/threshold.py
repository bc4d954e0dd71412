"""The threshold above which a row is of the second class: predict 1 if A > threshold. Row 10."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from layerwise.estimators.judging import MIDDLE, Judge, asked, first_threshold, informed, scored

MOST_TRIED = 256
DIGITS = 12  # beyond them equal rows may differ by where they stand in a batch


def chosen_threshold(judge: Judge, estimator: Any, known: np.ndarray | None) -> float | None:
    """Return a fitted estimator's threshold: the fixed one, or the best on the validation rows.

    Tried are a half and the middles between neighbouring outputs (at most 256 of them, evenly
    taken); of equal scores the one nearest to a half wins. None with other than two classes.
    `known` are its outputs for the validation rows. Where probabilities are calibrated, so is it.
    """
    setting, checked = estimator.threshold, judge.checked
    if isinstance(setting, Real) or checked is None or known is None:
        first = first_threshold(estimator)
        return first and estimator.trust_.moved(first)
    ask, best = asked("threshold", setting), (np.inf, np.inf, MIDDLE)
    for threshold in candidates(estimator._probabilities(known)[:, 1]):
        knowing = informed(judge._replace(estimator=estimator), known)
        knowing.threshold_ = threshold
        score = round(scored(ask, judge, knowing), DIGITS)
        best = min(best, (-score, abs(threshold - MIDDLE), threshold))
    return best[2]


def candidates(A: np.ndarray) -> list[float]:
    """Return the thresholds that tell outputs apart, and a half.

    >>> candidates(np.array([0.25, 0.75, 0.75]))
    [0.125, 0.5, 0.875]
    """
    steps = np.unique(np.concatenate([[0.0], np.round(A, DIGITS), [1.0]]))
    middles = (steps[1:] + steps[:-1]) / 2
    places = np.linspace(0, len(middles) - 1, min(len(middles), MOST_TRIED)).round().astype(int)
    return np.unique([*middles[places], MIDDLE]).tolist()
