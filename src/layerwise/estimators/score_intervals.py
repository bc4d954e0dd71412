"""How sure a score is: the intervals of a share, and of R2, for rows that may have weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri


class Interval(NamedTuple):
    """An interval; of 95 % where nothing else is said."""

    low: float
    high: float


class ScoreInterval(NamedTuple):
    """A score and its interval."""

    score: float
    low: float
    high: float


def normal_quantile(confidence: float) -> float:
    """Return how many standard deviations a two-sided normal interval takes.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return float(ndtri((1 + confidence) / 2))


def as_counts(weights: np.ndarray) -> np.ndarray:
    """Return weights as numbers of rows: whole ones as they are, others to the effective number.

    A whole number k counts a row k times. Other weights say how much rows count, not how many they
    are: they are scaled to the sum (sum w)^2 / sum w^2, m for equal ones. Kish, Survey sampling,
    1965.

    >>> as_counts(np.array([2.0, 1.0])).tolist(), as_counts(np.array([0.25, 0.25])).tolist()
    ([2.0, 1.0], [1.0, 1.0])
    """
    if (weights == np.round(weights)).all():
        return weights
    return weights * (weights.sum() / np.square(weights).sum())


def wilson(successes: float, trials: float, confidence: float = 0.95) -> Interval:
    """Return Wilson's interval of a share.

    Use it for an accuracy: unlike the normal interval it stays within 0 and 1 and is right for
    few rows and for shares near the ends.

    Parameters
    ----------
    successes, trials : float
        So many of so many, ``trials`` above 0; whole numbers unless rows have weights.
    confidence : float, default 0.95

    Notes
    -----
    Wilson, "Probable inference, the law of succession, and statistical inference", 1927.

    Examples
    --------
    >>> low, high = wilson(40, 50)
    >>> round(low, 3), round(high, 3)
    (0.67, 0.888)
    """
    quantile = normal_quantile(confidence)
    share, z2 = successes / trials, quantile**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    spread = share * (1 - share) / trials + z2 / (4 * trials**2)
    half = quantile * float(np.sqrt(spread)) / (1 + z2 / trials)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def of_accuracy(right: np.ndarray, weights: np.ndarray, confidence: float) -> ScoreInterval:
    """Return the share of rows that are right, and Wilson's interval."""
    counts = as_counts(weights)
    trials = float(counts.sum())
    low, high = wilson(float(counts @ right), trials, confidence)
    return ScoreInterval(float(np.average(right, weights=weights)), low, high)


def of_r2(
    y: np.ndarray, predicted: np.ndarray, weights: np.ndarray, confidence: float
) -> ScoreInterval:
    """Return R2, the mean over the columns of y and predicted (m, K), and its interval.

    By the delta method on the logarithm of 1 - R2, a ratio of two means of squares: a row adds
    e^2 - (1 - R2) d^2 to it to first order, e being its error and d its distance from the mean.
    A column that is constant has R2 1 when it is met and 0 otherwise, as in scikit-learn.
    """
    counts = as_counts(weights)
    squares = (predicted - y) ** 2
    spreads = (y - np.average(y, axis=0, weights=weights)) ** 2
    error, spread = (np.average(of, axis=0, weights=weights) for of in (squares, spreads))
    constant = spread == 0
    scale = np.where(constant, 1.0, spread)
    missed = np.where(constant, error > 0, error / scale)
    added = np.where(constant, 0.0, (squares - missed * spreads) / scale).mean(axis=1)
    rest = float(missed.mean())
    if not rest:
        return ScoreInterval(1.0, 1.0, 1.0)
    deviation = np.sqrt(np.average(added**2, weights=weights) / max(counts.sum() - 1, 1))
    factor = np.exp(normal_quantile(confidence) * float(deviation) / rest)
    return ScoreInterval(1 - rest, 1 - rest * float(factor), 1 - rest / float(factor))
