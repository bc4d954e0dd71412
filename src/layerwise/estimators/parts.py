"""The rows that each of many estimators learns from, and their weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from layerwise.errors import DataError


def parts_of(
    count: int, data: tuple[Any, Any, Any], rows: Any
) -> list[Callable[[], tuple[Any, Any, Any]]]:
    """Return one function for each estimator, which makes the (X, y, weights) it is to learn from.

    Estimators with equal rows and equal weights have the same function.

    Parameters
    ----------
    count : how many estimators there are
    data : X, y and weights: none, (m,) for all, or (count, m)
    rows : None for all rows, or the row numbers of each

    Raises
    ------
    DataError
        When there are not as many weights or row numbers as expected.
    """
    X, y, weights = data
    own = _each_weights(weights, count, _num_samples(X))
    chosen = _each_rows(rows, count, _num_samples(X))
    made: dict[tuple[bytes, bytes], Any] = {}
    parts = []
    for which, weight in zip(chosen, own, strict=True):
        key = (_bytes(which), _bytes(weight))
        parts.append(made.setdefault(key, partial(_part, X, y, weight, which)))
    return parts


def _bytes(array: np.ndarray | None) -> bytes:
    return b"" if array is None else array.tobytes()


def _part(X: Any, y: Any, weights: np.ndarray | None, which: np.ndarray | None) -> Any:
    if which is None:
        return X, y, weights
    return (
        _safe_indexing(X, which),
        _safe_indexing(y, which),
        None if weights is None else weights[which],
    )


def _each_weights(weights: Any, count: int, rows: int) -> list[np.ndarray | None]:
    if weights is None:
        return [None] * count
    given = np.asarray(weights, dtype=np.float64)
    if given.shape == (rows,):
        return [given] * count
    if given.shape == (count, rows):
        return list(given)
    raise DataError(
        f"sample_weight has the shape {given.shape}: expected ({rows},), one weight per row, or "
        f"({count}, {rows}), a line of them for each estimator"
    )


def _each_rows(rows: Any, count: int, most: int) -> list[np.ndarray | None]:
    if rows is None:
        return [None] * count
    given = list(rows)
    if len(given) != count:
        raise DataError(
            f"rows has {len(given)} entries for {count} estimators: expected the row numbers of "
            "each, or None for all rows"
        )
    return [_row_numbers(place, one, most) for place, one in enumerate(given)]


def _row_numbers(place: int, given: Any, most: int) -> np.ndarray:
    numbers = np.asarray(given)
    whole = numbers.ndim == 1 and numbers.dtype.kind in "iu" and len(numbers)
    if not whole or numbers.min() < 0 or numbers.max() >= most:
        words = f"shape {numbers.shape} and type {numbers.dtype}"
        words += f", from {numbers.min()} to {numbers.max()}" if whole else ""
        raise DataError(
            f"rows[{place}] ({words}): expected row numbers from 0 to {most - 1}; "
            "np.flatnonzero turns a mask into them"
        )
    return numbers.astype(np.int64)
