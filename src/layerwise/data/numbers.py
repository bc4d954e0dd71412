"""Scaling numbers robustly, with weights on rows. Source: RealMLP (Holzmueller et al., 2024)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from layerwise.data.columns import Column, Dropped, Number

FAR = 8.0  # in units of the scale: where a column counts as having far tails


def quantiles(values: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Return the lower quartile, the median and the upper quartile of values without NaN.

    By the inverted distribution function, the one rule under which a row of weight 2 counts
    exactly as the row twice.
    """
    # a hair lower: where a sum of weights meets a quartile exactly, its rounding must not decide
    shares = np.array([0.25, 0.5, 0.75]) - 1e-12
    return np.quantile(values, shares, method="inverted_cdf", weights=weights)


def center_and_scale(values: np.ndarray, weights: np.ndarray | None) -> tuple[float, float]:
    """Return the median and the interquartile range; half the range when the latter is zero."""
    low, middle, high = quantiles(values, weights)
    spread = high - low
    if not spread > 0:
        spread = values.max() / 2 - values.min() / 2
    return float(middle), float(spread)


def describe_number(name: str, values: np.ndarray, weights: np.ndarray | None) -> Column:
    """Return how a column of numbers (NaN: missing) is scaled, or why it is dropped."""
    present = ~np.isnan(values)
    known = values[present]
    if not len(known):
        return Dropped(name=name, reason="all values are missing")
    if known.min() == known.max() and present.all():
        return Dropped(name=name, reason=f"constant: always {known[0]:g}")
    center, scale = center_and_scale(known, None if weights is None else weights[present])
    if not (np.isfinite(scale) and scale > 0):
        center, scale = float(known[0]), 1.0
    far = max(known.max() - center, center - known.min()) > FAR * scale
    return Number(
        name=name, center=center, scale=scale, clip=bool(far), indicator=bool(~present.all())
    )


class Scaling(NamedTuple):
    """The centers and scales of columns, (k,) each, and the positions of those that are bent."""

    centers: np.ndarray
    scales: np.ndarray
    bent: np.ndarray


def scaling(columns: Sequence[Number]) -> Scaling:
    """Return how these columns are scaled."""
    return Scaling(
        np.array([column.center for column in columns]),
        np.array([column.scale for column in columns]),
        np.flatnonzero([column.clip for column in columns]),
    )


def scaled(values: np.ndarray, how: Scaling) -> np.ndarray:
    """Return (m, k) float64 numbers scaled, zeros where they are missing."""
    result = values - how.centers
    result /= how.scales
    if len(how.bent):
        far = result[:, how.bent]
        result[:, how.bent] = far / np.sqrt(1 + (far / 3) ** 2)
    if not np.isfinite(result).all():
        np.nan_to_num(result, copy=False, nan=0.0)
    return result
