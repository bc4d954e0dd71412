"""Scaling numbers robustly, with weights on rows. Source: RealMLP (Holzmueller et al., 2024)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from layerwise.data.columns import MOST_QUANTILES, Column, Dropped, Number
from layerwise.data.treatment import Form

FAR = 8.0  # in units of the scale: where a column counts as having far tails
FEWEST_QUANTILES = 100


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


def normal_quantiles(values: np.ndarray, weights: np.ndarray | None) -> tuple[float, ...]:
    """Return quantiles of values without NaN at evenly spread shares: 1/2n, 3/2n, ..., 1 - 1/2n.

    There is one per 30 distinct values, but at least 100 and at most 1000. By the inverted
    distribution function, as above.
    """
    if weights is None:
        ordered, steps = np.sort(values), np.arange(1.0, len(values) + 1)
    else:
        order = np.argsort(values, kind="stable")
        ordered, steps = values[order], np.cumsum(weights[order])
    distinct = np.count_nonzero(np.diff(ordered)) + 1
    shares = _shares(int(np.clip(distinct // 30, FEWEST_QUANTILES, MOST_QUANTILES)))
    places = np.searchsorted(steps, (shares - 1e-12) * steps[-1])
    return tuple(ordered[places].tolist())


def _shares(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / count


class Curve(NamedTuple):
    """Distinct quantiles of the column at a place, and the standard normal's numbers for them."""

    place: int
    values: np.ndarray
    normal: np.ndarray


def curve(place: int, quantiles: Sequence[float]) -> Curve:
    """Return the line through a column's quantiles; equal ones count as their middle share."""
    values, same = np.unique(np.array(quantiles), return_inverse=True)
    shares = np.bincount(same, _shares(len(quantiles))) / np.bincount(same)
    return Curve(place, values, ndtri(shares))


def describe_number(
    name: str, values: np.ndarray, weights: np.ndarray | None, form: Form = "robust"
) -> Column:
    """Return how a column of numbers (NaN: missing) is scaled, or why it is dropped."""
    present = ~np.isnan(values)
    known, own = values[present], None if weights is None else weights[present]
    if not len(known):
        return Dropped(name=name, reason="all values are missing")
    if known.min() == known.max() and present.all():
        return Dropped(name=name, reason=f"constant: always {known[0]:g}")
    center, scale = center_and_scale(known, own)
    if not (np.isfinite(scale) and scale > 0):
        center, scale = float(known[0]), 1.0
    far = max(known.max() - center, center - known.min()) > FAR * scale
    return Number(
        name=name,
        center=center,
        scale=scale,
        clip=form == "robust_clipped" or (form == "robust" and bool(far)),
        indicator=bool(~present.all()),
        quantiles=normal_quantiles(known, own) if form == "quantile_normal" else (),
        absent=share_of(~present, weights),
    )


def share_of(which: np.ndarray, weights: np.ndarray | None) -> float:
    """Return the share of the rows, or of their weight, that these are."""
    share = which.mean() if weights is None else weights[which].sum() / weights.sum()
    return min(float(share), 1.0)


class Scaling(NamedTuple):
    """The centers and scales of columns, (k,) each, the positions of bent ones, and curves."""

    centers: np.ndarray
    scales: np.ndarray
    bent: np.ndarray
    curves: tuple[Curve, ...]


def scaling(columns: Sequence[Number]) -> Scaling:
    """Return how these columns are scaled."""
    return Scaling(
        np.array([column.center for column in columns]),
        np.array([column.scale for column in columns]),
        np.flatnonzero([column.clip for column in columns]),
        tuple(curve(i, own.quantiles) for i, own in enumerate(columns) if own.quantiles),
    )


def scaled(values: np.ndarray, how: Scaling) -> np.ndarray:
    """Return (m, k) float64 numbers scaled, zeros where they are missing."""
    result = values - how.centers
    result /= how.scales
    if len(how.bent):
        far = result[:, how.bent]
        result[:, how.bent] = far / np.sqrt(1 + (far / 3) ** 2)
    for place, known, normal in how.curves:
        result[:, place] = np.interp(values[:, place], known, normal)
    if not np.isfinite(result).all():
        np.nan_to_num(result, copy=False, nan=0.0)
    return result
