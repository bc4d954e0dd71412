"""Periodic embedding of numbers: x_i stays, and V_i cos(2 pi (w_i x_i + p_i)) joins it.

The first `numbers` rows of A_prev are embedded, each by frequencies w_i, phases p_i and V_i of its
own; the others pass. With T = w x + p in turns and dT = -2 pi sin(2 pi T) V' dE, backward is
dV = dE cos(2 pi T)' / m, dw = sum(dT x) / m, dp = sum(dT) / m and dx = dx + sum_f dT w.
Gorishniy et al., NeurIPS 2022; in this form Holzmueller et al., NeurIPS 2024 (PBLD).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation import turns
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


class Periodic(NamedTuple):
    """Settings: rows that enter, how many of the first are numbers, how these are embedded."""

    n_prev: int
    numbers: int
    frequencies: int
    outputs: int

    @property
    def n(self) -> int:
        return self.n_prev + self.numbers * self.outputs


class Kept(NamedTuple):
    """What backward needs from forward: x (numbers, 1, m), T (numbers, frequencies, m), w, V."""

    x: Array
    T: Array
    w: Array
    V: Array


def init(key: RandomKey, settings: Periodic, dtype: Any, numbers: Tensors) -> Tensors:
    """Return w from N(0, scale^2), p from U(+-1/2), V from U(+-1 / sqrt frequencies)."""
    (_, count, F, E), keys = settings, jax.random.split(key, 3)
    return {
        "w": numbers["scale"] * jax.random.normal(keys[0], (count, F, 1), dtype),
        "p": jax.random.uniform(keys[1], (count, F, 1), dtype, -0.5, 0.5),
        "V": F**-0.5 * jax.random.uniform(keys[2], (count, E, F), dtype, -1, 1),
    }


def forward(
    settings: Periodic, parameters: Tensors, A_prev: PrevColumns, given: Given
) -> tuple[Columns, Cache]:
    x, w, V = A_prev[: settings.numbers, None, :], parameters["w"], parameters["V"]
    T = w * x + parameters["p"]
    return joined(A_prev, V @ turns.cos(T)), Kept(x, T, w, V)


def backward(
    settings: Periodic, dA: Columns, cache: Kept, share: Share
) -> tuple[PrevColumns, Tensors]:
    dx, dE, others = parted(dA, settings.numbers, settings.outputs)
    dT = -2 * jnp.pi * turns.sin(cache.T) * (cache.V.mT @ dE)
    dT_mean, dV = dT * share[None], (dE * share[None]) @ turns.cos(cache.T).mT
    dw, dp = (jnp.sum(t, axis=2, keepdims=True) for t in (dT_mean * cache.x, dT_mean))
    dx = dx + jnp.sum(dT * cache.w, axis=1)
    return jnp.concatenate([dx, others]), {"w": dw, "p": dp, "V": dV}
