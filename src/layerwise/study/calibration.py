"""Whether probabilities keep what they promise."""

from __future__ import annotations

import numpy as np

BINS = 15


def calibration_error(
    probabilities: np.ndarray, places: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """Return the expected calibration error: how far the stated sureness is from the accuracy.

    The probability of the predicted class is set beside the share of rows where it is right, in
    fifteen bins of equal width, and the differences are averaged by the weight of the bins. Even
    perfect probabilities have some: `calibration_by_chance`.

    Parameters
    ----------
    probabilities : array of shape (m, number of classes)
    places : whole numbers of shape (m,)
        Each row's class, as its column.
    weights : array of shape (m,), optional

    Notes
    -----
    Naeini et al., AAAI 2015; Guo et al., On calibration of modern neural networks, ICML 2017.

    Examples
    --------
    >>> sure = np.array([[0.9, 0.1], [0.9, 0.1]])
    >>> round(calibration_error(sure, np.array([0, 1])), 3)
    0.4
    """
    weights = np.ones(len(places)) if weights is None else weights
    sureness = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == places
    bins = np.minimum((sureness * BINS).astype(int), BINS - 1)
    missed = np.bincount(bins, weights * (sureness - right), minlength=BINS)
    return float(np.abs(missed).sum() / weights.sum())


def calibration_by_chance(rows: int) -> float:
    """Return the error that perfect probabilities have on so many rows, at most, in the mean.

    In each bin the share that is right varies by at most half a root of its rows, either way; the
    mean of such a normal variable's size is sqrt(2 / pi) of it.

    >>> round(calibration_by_chance(360), 3), round(calibration_by_chance(10_000), 3)
    (0.081, 0.015)
    """
    return float(np.sqrt(BINS / (2 * np.pi * rows)))
