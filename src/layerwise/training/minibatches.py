"""Rows into buckets, buckets into mini-batches.

A bucket is the next row count of a coarse list, filled up with rows of weight zero, so that folds
and similar tables share one compiled program.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.propagation.network import Examples
from layerwise.propagation.notation import Array

BUCKETS_PER_DOUBLING = 8
WIDE = 16_384  # rows: of more, the filling would be felt
ALIGNMENT = 64  # bytes
ABSENT = -1  # fills the last short batch; a row of this number has weight zero


Values = Any  # an array of numpy or of jax: the compiled program takes either


class Table(NamedTuple):
    """Examples as rows: X (rows, n_x), Y (rows, n[L]), weights (rows,); padding weighs zero."""

    X: Values
    Y: Values
    weights: Values


def bucket(rows: int, wide: bool = False) -> int:
    """Return the row count to pad to: the next multiple of 8, or at most an eighth more.

    A wide bucket is a power of two up to WIDE rows: more tables share a program, and steps of
    mini-batches take no notice of the rows that fill it up.

    >>> bucket(1000), bucket(1024), bucket(1025), bucket(1025, wide=True)
    (1024, 1024, 1152, 2048)
    """
    if wide and rows <= WIDE:
        return max(8, 1 << (rows - 1).bit_length())
    grain = max(8, 2 ** ((rows - 1).bit_length() - 1) // BUCKETS_PER_DOUBLING)
    return -(-rows // grain) * grain


def room(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return zeros that begin where JAX takes an array of numpy as it is, without a copy."""
    size, kind = math.prod(shape), np.dtype(dtype)
    zeros = np.zeros(size * kind.itemsize + ALIGNMENT, np.uint8)
    first = -zeros.ctypes.data % ALIGNMENT
    return zeros[first : first + size * kind.itemsize].view(kind).reshape(shape)


def pad(rows: np.ndarray, count: int) -> np.ndarray:
    """Return `rows` with zeros below until there are `count` of them."""
    if len(rows) == count:
        return rows
    padded = room((count, *rows.shape[1:]), rows.dtype)
    padded[: len(rows)] = rows
    return padded


def table(X: np.ndarray, Y: np.ndarray, weights: np.ndarray, least: int = 1) -> Table:
    """Return the examples padded to their bucket, or that of `least` rows."""
    count = bucket(max(len(X), least))
    return Table(pad(X, count), pad(Y, count), pad(weights, count))


def automatic_batch_size(rows: int) -> int:
    """Return a power of two from 16 to 256 that makes about 50 steps of an epoch."""
    return int(np.clip(2 ** round(np.log2(max(rows, 1) / 50)), 16, 256))


def shuffled(
    rows: int | np.ndarray, batch_size: int, at: tuple[int, int], padded: int
) -> np.ndarray:
    """Return the row numbers of one epoch, padded with ABSENT to whole batches of a padded table.

    Depends on `at` = (seed, number of the epoch) alone, so that any epoch can be repeated. `rows`
    is how many there are, or the numbers of those that are trained on.
    """
    count = rows if isinstance(rows, int) else len(rows)
    order = np.full(-(-padded // batch_size) * batch_size, ABSENT, np.int32)
    order[:count] = np.random.default_rng(at).permutation(rows)
    return order


def as_columns(rows: Table) -> Examples:
    """Return all rows of a table as the lecture's columns."""
    return Examples(rows.X.T, rows.Y.T, rows.weights[None, :])


def own_rows(rows: Table, place: Array | int) -> Table:
    """Return the table at a place among those stacked in X and Y; `rows` itself if it is alone.

    The weights are its own already, and say how many rows it has.
    """
    count = len(rows.weights)
    if len(rows.X) == count:
        return rows
    X, Y = (jax.lax.dynamic_slice_in_dim(part, place * count, count) for part in rows[:2])
    return Table(X, Y, rows.weights)


class Draw(NamedTuple):
    """Where drawn rows lie in X and Y, as unsigned numbers, and what they weigh."""

    at: Values
    weights: Values


def draw(rows: Table, numbers: Array, place: Array | int = 0) -> Draw:
    """Return where the rows of these numbers lie; ABSENT ones get weight zero.

    `place` is that of the table among those stacked in X and Y.
    """
    present, own = numbers >= 0, numbers.clip(0)
    weights = rows.weights.at[own].get(mode="promise_in_bounds")
    at = (own + place * len(rows.weights)).astype(np.uint32)  # so that none counts from the end
    return Draw(at, weights * present.astype(weights.dtype))


def take(rows: Table, drawn: Draw) -> Examples:
    """Return the drawn rows as columns."""
    X, Y = (part.at[drawn.at].get(mode="promise_in_bounds") for part in rows[:2])
    return Examples(X.T, Y.T, drawn.weights[None, :])
