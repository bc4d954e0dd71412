"""Rows as they enter the network: encoded block by block into the table that training reads."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from layerwise.data.encoding import Encoder
from layerwise.errors import DataError
from layerwise.estimators.sampling import Sample
from layerwise.training.minibatches import Table, bucket, pad, room, table

ENCODED_AT_ONCE = 8192  # rows


class Encoded(NamedTuple):
    """Rows that enter the network, (m, n_x), with targets (m, n[L]) and weights (m,).

    They are the first `count` of a table that is padded already.
    """

    table: Table
    count: int

    @property
    def rows(self) -> np.ndarray:
        return self.table.X[: self.count]

    @property
    def targets(self) -> np.ndarray:
        return self.table.Y[: self.count]

    @property
    def weights(self) -> np.ndarray:
        return self.table.weights[: self.count]


def encode(
    sample: Sample, encoder: Encoder, target: Any, dtype: str, wide: bool = False
) -> Encoded:
    """Return a sample as it enters the network, in the room that training takes it from.

    `wide`: more tables have this room in common.

    Raises
    ------
    DataError
        When a value is too large for the type, or cannot be read as its column says.
    """
    count = len(sample.weights)
    # a frame names the row of a bad cell by its number: it is read as a whole
    step = count if isinstance(sample.rows, pl.DataFrame) else ENCODED_AT_ONCE
    X = room((bucket(count, wide), len(encoder.names)), dtype)
    for at in range(0, count, step):
        part = encoder.encode(sample.taken(slice(at, at + step)), dtype)
        if not np.isfinite(part).all():
            raise DataError(
                f"a value is too large for {dtype} once it is scaled; try dtype='float64'"
            )
        X[at : at + len(part)] = part
    targets, weights = target.encode(sample.targets, dtype), sample.weights.astype(dtype)
    return Encoded(Table(X, pad(targets, len(X)), pad(weights, len(X))), count)


def merged(examples: Encoded) -> Encoded:
    """Return equal examples merged into one with the sum of their weights, in a fixed order.

    The full batch's cost is the same, and a row of weight 2 is the row twice to the last bit.
    """
    width = examples.rows.shape[1]
    both = np.concatenate([examples.rows, examples.targets], axis=1)
    unique, place = np.unique(both, axis=0, return_inverse=True)
    weights = np.bincount(place.ravel(), weights=examples.weights)
    X, Y = (np.ascontiguousarray(part) for part in (unique[:, :width], unique[:, width:]))
    return Encoded(table(X, Y, weights.astype(examples.weights.dtype)), len(unique))
