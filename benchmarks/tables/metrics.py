"""What a prediction is judged by; each figure is of one split."""

from __future__ import annotations

import numpy as np

BINS = 15
LEAST_CHANCE = 1e-6  # no probability counts as less, so that one sure mistake is not infinite


def error_rate(y: np.ndarray, predicted: np.ndarray) -> float:
    """Return the share of rows with a wrong class."""
    return float(np.mean(y != predicted))


def rmse(y: np.ndarray, predicted: np.ndarray) -> float:
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.mean((y - predicted) ** 2)))


def log_loss(y: np.ndarray, chances: np.ndarray, classes: np.ndarray) -> float:
    """Return the mean of -ln p of the true class; a class that was never seen has the least p."""
    own = np.where(y[:, None] == classes, chances, 0).sum(axis=1)
    return float(np.mean(-np.log(np.maximum(own, LEAST_CHANCE))))


def calibration_error(y: np.ndarray, chances: np.ndarray, classes: np.ndarray) -> float:
    """Return the mean of |share right - mean confidence| over 15 equal bins, by their rows."""
    confidence = chances.max(axis=1)
    right = y == classes[chances.argmax(axis=1)]
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gap = np.bincount(place, weights=right - confidence, minlength=BINS)
    return float(np.abs(gap).sum() / len(y))


def coverage(y: np.ndarray, interval: np.ndarray) -> float:
    """Return the share of rows inside their interval (m, 2), ends included."""
    return float(np.mean((interval[:, 0] <= y) & (y <= interval[:, 1])))


def mean_width(interval: np.ndarray) -> float:
    """Return the mean width of the intervals (m, 2), in the target's unit."""
    return float(np.mean(interval[:, 1] - interval[:, 0]))
