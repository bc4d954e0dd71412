"""Piecewise-linear embedding of numbers: x_i stays, and V_i P(x_i), a line in each bin, joins it.

P has a row per bin of `edges` t (numbers, bins + 1, 1): (x - t_b) / (t_b+1 - t_b), 0 before the bin
and 1 behind it; the first bin goes on to the left, the last one to the right. Backward:
dV = dE P' / m, dx = dx + sum over the bins that x is in of (V' dE)_b / (t_b+1 - t_b).
Gorishniy, Rubachev and Babenko, On embeddings for numerical features, NeurIPS 2022.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.embedding import joined, parted
from layerwise.propagation.notation import (
    Array,
    Cache,
    Columns,
    Given,
    PrevColumns,
    RandomKey,
    Share,
    Tensors,
)

OUTPUT = "A"


class Piecewise(NamedTuple):
    """Settings: rows that enter, how many of the first are numbers, bins and outputs of each."""

    n_prev: int
    numbers: int
    bins: int
    outputs: int

    @property
    def n(self) -> int:
        return self.n_prev + self.numbers * self.outputs


class Kept(NamedTuple):
    """What backward needs from forward: P and its slope, both (numbers, bins, m), and V."""

    P: Array
    slope: Array
    V: Array


def init(key: RandomKey, settings: Piecewise, dtype: Any, numbers: Tensors) -> Tensors:
    """Return V (numbers, outputs, bins) of zeros: training starts from x alone."""
    return {"V": jnp.zeros((settings.numbers, settings.outputs, settings.bins), dtype)}


def _bins(x: Array, edges: Array) -> tuple[Array, Array]:
    """Return P and its slope for x (numbers, 1, m)."""
    width = edges[:, 1:] - edges[:, :-1]
    slope = jnp.where(width > 0, 1 / jnp.where(width > 0, width, 1 + 0 * width), 0 * width)
    Q, place = (x - edges[:, :-1]) * slope, jnp.arange(edges.shape[1] - 1)[None, :, None]
    low = jnp.where(place == 0, -jnp.inf, 0).astype(Q.dtype)
    high = jnp.where(place == edges.shape[1] - 2, jnp.inf, 1).astype(Q.dtype)
    return jnp.clip(Q, low, high), jnp.where((low < Q) & (high > Q), slope, 0 * slope)


def forward(
    settings: Piecewise, parameters: Tensors, A_prev: PrevColumns, given: Given
) -> tuple[Columns, Cache]:
    P, slope = _bins(A_prev[: settings.numbers, None, :], given.numbers["edges"])
    V = parameters["V"]
    return joined(A_prev, V @ P), Kept(P, slope, V)


def backward(
    settings: Piecewise, dA: Columns, cache: Kept, share: Share
) -> tuple[PrevColumns, Tensors]:
    dx, dE, others = parted(dA, settings.numbers, settings.outputs)
    dV = (dE * share[None]) @ cache.P.mT
    dx = dx + jnp.sum(cache.slope * (cache.V.mT @ dE), axis=1)
    return jnp.concatenate([dx, others]), {"V": dV}
