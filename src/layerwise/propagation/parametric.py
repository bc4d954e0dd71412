"""Parametric activation: A[l] = Z[l] + a[l] (g[l](Z[l]) - Z[l]), with one a learned per unit.

a = 0 is the identity, a = 1 is g. Backward: dZ[l] = dA[l] * (1 + a[l] (g[l]'(Z[l]) - 1)),
da[l] = sum(dA[l] * (g[l](Z[l]) - Z[l])) / m. Holzmueller et al., NeurIPS 2024 (RealMLP).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.notation import Bias, Cache, Columns, Given, RandomKey, Share, Tensors

OUTPUT = "A"


class Parametric(NamedTuple):
    """Settings of a parametric activation: its units and the name of g."""

    n: int
    name: str


class Kept(NamedTuple):
    """What backward needs from forward."""

    Z: Columns
    a: Bias
    numbers: Tensors


def init(key: RandomKey, settings: Parametric, dtype: Any, numbers: Tensors) -> Tensors:
    """Return a (n, 1) of ones: training starts from g itself."""
    return {"a": jnp.ones((settings.n, 1), dtype)}


def forward(
    settings: Parametric, parameters: Tensors, Z: Columns, given: Given
) -> tuple[Columns, Cache]:
    a: Bias = parameters["a"]
    A = Z + a * (ACTIVATIONS[settings.name].g(Z, given.numbers) - Z)
    return A, Kept(Z, a, given.numbers)


def backward(
    settings: Parametric, dA: Columns, cache: Kept, share: Share
) -> tuple[Columns, Tensors]:
    g, g_prime = ACTIVATIONS[settings.name]
    dZ = dA * (1 + cache.a * (g_prime(cache.Z, cache.numbers) - 1))
    da = jnp.sum(dA * share * (g(cache.Z, cache.numbers) - cache.Z), axis=1, keepdims=True)
    return dZ, {"a": da}
