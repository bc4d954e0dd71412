"""How sure a figure is: the bootstrap, and paired comparisons on the same held-out rows."""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest

from layerwise.estimators.score_intervals import Interval

LEVEL = 0.05
MOST_RESAMPLES, FEWEST_RESAMPLES = 2000, 200
MOST_DRAWS = 20_000_000  # keeps a bootstrap of a million rows to a few seconds


def bootstrap_of_mean(values: np.ndarray, seed: int) -> Interval:
    """Return the percentile bootstrap's 95 % interval of a mean; the same seed, the same interval.

    Examples
    --------
    >>> interval = bootstrap_of_mean(np.array([1.0, 2.0, 3.0, 4.0]), seed=0)
    >>> 1 <= interval.low < 2.5 < interval.high <= 4
    True
    """
    count = int(np.clip(MOST_DRAWS // len(values), FEWEST_RESAMPLES, MOST_RESAMPLES))
    random = np.random.default_rng(seed)
    means = [values[random.integers(len(values), size=len(values))].mean() for _ in range(count)]
    low, high = np.quantile(means, [LEVEL / 2, 1 - LEVEL / 2])
    return Interval(float(low), float(high))


def mcnemar(right: np.ndarray, other_right: np.ndarray) -> float:
    """Return the exact McNemar test's p-value that two classifiers are equally often right.

    Only the rows count on which exactly one of them is right.

    Parameters
    ----------
    right, other_right : boolean arrays of shape (m,)
        Which of the same rows each of them has right.

    Notes
    -----
    McNemar, "Note on the sampling error of the difference between correlated proportions", 1947.

    Examples
    --------
    >>> mcnemar(np.array([True] * 6), np.array([False] * 6))
    0.03125
    """
    only_one = int(np.sum(right & ~other_right))
    only_other = int(np.sum(~right & other_right))
    if not only_one + only_other:
        return 1.0
    return float(binomtest(only_one, only_one + only_other, 0.5).pvalue)
