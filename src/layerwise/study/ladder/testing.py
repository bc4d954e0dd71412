"""Is a rung worse than the best? One-sided tests of paired differences, and Holm's correction.

Over folds the training rows overlap, so that the folds' differences are not independent: their
variance is taken (1 / J + n_test / n_train) times, not 1 / J times (Nadeau and Bengio, Inference
for the generalization error, Machine Learning 52, 2003; over repeated folds Bouckaert and Frank,
2004). On given test rows the sign of each row's difference is turned at random: of right and wrong
answers of one network each this is McNemar's exact test.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import binom, t

from layerwise.estimators.score_intervals import Interval
from layerwise.study.intervals import LEVEL, bootstrap_of_mean

DRAWS, MOST_SIGNS = 10_000, 200_000_000
ROUNDING = 1e-9


class Paired(NamedTuple):
    """A mean difference (above 0: worse than the best), its 95 % interval, the one-sided p-value.

    `values` and `chances` are the mean differences that there could be if nothing but luck made
    them, and how probable each is.
    """

    mean: float
    interval: Interval
    p: float
    values: np.ndarray
    chances: np.ndarray

    def smallest_that_shows(self, level: float) -> float:
        """Return the smallest difference whose p-value would be at most `level` (inf: none)."""
        beyond = np.cumsum(self.chances[::-1])[::-1]
        shown = self.values[(beyond <= level + ROUNDING) & (self.values > 0)]
        return float(shown.min()) if len(shown) else float("inf")


def spread_of(values: np.ndarray, share: float) -> float:
    """Return the standard error of the mean of one score per split.

    Parameters
    ----------
    values : scores or differences (J,)
    share : rows tested per row trained on
    """
    return float(np.sqrt((1 / len(values) + share) * values.var(ddof=1)))


def interval_of(values: np.ndarray, share: float) -> Interval:
    """Return the 95 % interval of the mean of one score per split (J,).

    >>> low, high = interval_of(np.array([0.8, 0.9, 0.85]), share=0.5)
    >>> round(low, 3), round(high, 3)
    (0.654, 1.046)
    """
    reach = float(t.isf(LEVEL / 2, len(values) - 1)) * spread_of(values, share)
    mean = float(values.mean())
    return Interval(mean - reach, mean + reach)


def over_splits(differences: np.ndarray, share: float) -> Paired:
    """Return the corrected resampled t-test of one difference per split (J,).

    >>> paired = over_splits(np.array([0.3, 0.2, 0.4, 0.3]), share=0.25)
    >>> round(paired.p, 4), round(paired.smallest_that_shows(0.05), 3)
    (0.0069, 0.136)
    """
    mean, spread = float(differences.mean()), spread_of(differences, share)
    free = len(differences) - 1
    if spread <= ROUNDING:
        p = 0.0 if mean > ROUNDING else 1.0
        return Paired(mean, Interval(mean, mean), p, np.zeros(1), np.ones(1))
    grid = np.linspace(0, 1, DRAWS + 1)[1:-1]  # each as probable as the next
    values = t.ppf(grid, free) * spread
    p = float(t.sf(mean / spread, free))
    return Paired(mean, interval_of(differences, share), p, values, np.full(len(grid), 1 / DRAWS))


def over_rows(differences: np.ndarray, seeds: int, seed: int) -> Paired:
    """Return the sign-flip test of one difference per test row (m,).

    Parameters
    ----------
    differences : array (m,)
        How much more the rung loses on the row than the best does, a mean over the seeds.
    seeds : int
        Where the differences are shares of so many seeds (right or wrong), the test is exact.
    seed : int
        Of the signs that are drawn where they are not, and of the bootstrap interval.

    >>> paired = over_rows(np.array([1.0, 1, 1, 1, 1, -1, 0, 0]), seeds=1, seed=0)
    >>> round(paired.mean, 6), round(paired.p, 6)  # McNemar: 5 of 6 by luck
    (0.5, 0.109375)
    """
    count, mean = len(differences), float(differences.mean())
    whole = np.round(differences * seeds)
    if np.allclose(whole, differences * seeds, atol=1e-6) and np.abs(whole).max() <= seeds:
        values, chances = _exact(np.abs(whole).astype(int), seeds)
        values = values / (seeds * count)
    else:
        values, chances = _drawn(differences, seed)
    p = float(min(chances[values >= mean - ROUNDING].sum(), 1.0))
    return Paired(mean, bootstrap_of_mean(differences, seed), p, values, chances)


def _exact(sizes: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of sizes with random signs, and their probabilities."""
    chances = np.ones(1)
    for size in range(1, most + 1):
        n = int(np.sum(sizes == size))
        own = np.zeros(2 * size * n + 1)
        own[:: 2 * size] = binom.pmf(np.arange(n + 1), n, 0.5)
        chances = np.convolve(chances, own)
    reach = len(chances) // 2
    values, possible = np.arange(-reach, reach + 1), chances > 0
    return values[possible], chances[possible]


def _drawn(differences: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random, count = np.random.default_rng(seed), len(differences)
    draws = int(np.clip(MOST_SIGNS // count, 1000, DRAWS))
    sums = [differences @ random.choice((-1.0, 1.0), count) for _ in range(draws)]
    # the one that was seen counts as drawn too: a p-value is never 0
    values = np.sort(np.append(sums, differences.sum())) / count
    return values, np.full(draws + 1, 1 / (draws + 1))


def holm(chances: np.ndarray) -> np.ndarray:
    """Return p-values corrected for how many there are. Holm, 1979.

    >>> holm(np.array([0.04, 0.01, 0.03])).tolist()
    [0.06, 0.03, 0.06]
    """
    order = np.argsort(chances, kind="stable")
    factors = np.arange(len(chances), 0, -1)
    corrected = np.empty(len(chances))
    corrected[order] = np.minimum(np.maximum.accumulate(chances[order] * factors), 1.0)
    return corrected
