"""Category embedding: the last rows of A_prev hold levels, and a level becomes E[:, level].

The other rows pass. Backward: dE[:, level] = sum(dA) / m over the examples of that level; a level
is no number that could move, so its dA_prev is 0. Guo and Berkhahn, Entity embeddings, 2016.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

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


class Categories(NamedTuple):
    """Settings: rows that enter, how many levels each category has, the size of their columns.

    Level 0 is any that training has not seen.
    """

    n_prev: int
    levels: tuple[int, ...]
    size: int

    @property
    def n(self) -> int:
        return self.n_prev + len(self.levels) * (self.size - 1)


class Kept(NamedTuple):
    """What backward needs from forward: the place of each example's column, (categories, m)."""

    places: Array


def init(key: RandomKey, settings: Categories, dtype: Any, numbers: Tensors) -> Tensors:
    """Return E (size, all levels) from N(0, 1); of level 0, which is never trained, zeros."""
    E = jax.random.normal(key, (settings.size, sum(settings.levels)), dtype)
    return {"E": E.at[:, _firsts(settings)].set(0)}


def _firsts(settings: Categories) -> Array:
    """Return the place of each category's level 0 among all levels."""
    before = [sum(settings.levels[:i]) for i in range(len(settings.levels))]
    return jnp.array(before, jnp.int32)


def forward(
    settings: Categories, parameters: Tensors, A_prev: PrevColumns, given: Given
) -> tuple[Columns, Cache]:
    others, m = settings.n_prev - len(settings.levels), A_prev.shape[1]
    places = A_prev[others:].astype(jnp.int32) + _firsts(settings)[:, None]
    embedded = parameters["E"].T[places].transpose(0, 2, 1)  # (categories, size, m)
    return jnp.concatenate([A_prev[:others], embedded.reshape(-1, m)]), Kept(places)


def backward(
    settings: Categories, dA: Columns, cache: Kept, share: Share
) -> tuple[PrevColumns, Tensors]:
    count, m = cache.places.shape
    others = settings.n_prev - count
    dE_mean = (dA[others:] * share).reshape(count, settings.size, m).transpose(1, 0, 2)
    dE = jnp.zeros((settings.size, sum(settings.levels)), dA.dtype)
    dE = dE.at[:, cache.places].add(dE_mean)
    return jnp.concatenate([dA[:others], jnp.zeros((count, m), dA.dtype)]), {"E": dE}
