"""How sure a score is: 95 % intervals and paired comparisons on the same held-out rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest

NORMAL_95 = 1.959963984540054
LEVEL = 0.05
MOST_RESAMPLES, FEWEST_RESAMPLES = 2000, 200
MOST_DRAWS = 20_000_000  # keeps a bootstrap of a million rows to a few seconds


class Interval(NamedTuple):
    """A 95 % interval."""

    low: float
    high: float


def wilson(successes: int, trials: int) -> Interval:
    """Return Wilson's 95 % interval of a share.

    Use it for an accuracy: unlike the normal interval it stays within 0 and 1 and is right for
    few rows and for shares near the ends.

    Parameters
    ----------
    successes, trials : int
        So many of so many; ``trials`` is at least 1.

    Notes
    -----
    Wilson, "Probable inference, the law of succession, and statistical inference", 1927.

    Examples
    --------
    >>> low, high = wilson(40, 50)
    >>> round(low, 3), round(high, 3)
    (0.67, 0.888)
    """
    share, z2 = successes / trials, NORMAL_95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    spread = share * (1 - share) / trials + z2 / (4 * trials**2)
    half = NORMAL_95 * float(np.sqrt(spread)) / (1 + z2 / trials)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


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
