"""Scaling: A = s * A_prev, with one s learned per input: how much each column counts.

Backward: dA_prev = s * dA, ds = sum(dA * A_prev) / m. Holzmueller et al., NeurIPS 2024 (RealMLP).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.notation import Bias, Cache, Columns, Given, RandomKey, Share, Tensors

OUTPUT = "A"


class Scaling(NamedTuple):
    """Settings of a scaling: its units."""

    n: int


class Kept(NamedTuple):
    """What backward needs from forward."""

    A_prev: Columns
    s: Bias


def init(key: RandomKey, settings: Scaling, dtype: Any, numbers: Tensors) -> Tensors:
    """Return s (n, 1) of ones: at first every column counts as it is."""
    return {"s": jnp.ones((settings.n, 1), dtype)}


def forward(
    settings: Scaling, parameters: Tensors, A_prev: Columns, given: Given
) -> tuple[Columns, Cache]:
    s: Bias = parameters["s"]
    return s * A_prev, Kept(A_prev, s)


def backward(settings: Scaling, dA: Columns, cache: Kept, share: Share) -> tuple[Columns, Tensors]:
    ds = jnp.sum(dA * share * cache.A_prev, axis=1, keepdims=True)
    return cache.s * dA, {"s": ds}
