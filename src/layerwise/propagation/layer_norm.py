"""Layer normalization: Zn = (Z - mu) / s, out = gamma Zn + beta; mu and s per example, over units.

Backward, with avg(.) over the units and dZn = gamma * dA:
dZ = (dZn - avg(dZn) - Zn avg(dZn Zn)) / s, dgamma = sum(dA Zn) / m, dbeta = sum(dA) / m.
Ba, Kiros and Hinton, 2016; lecture row 30.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.notation import (
    Bias,
    Cache,
    Columns,
    Given,
    PerExample,
    RandomKey,
    Share,
    Tensors,
)

OUTPUT = "Z"


class LayerNorm(NamedTuple):
    """Settings of a layer normalization: its units; epsilon is among the numbers."""

    n: int


class Kept(NamedTuple):
    """What backward needs from forward."""

    Zn: Columns
    s: PerExample
    gamma: Bias


def _avg(values: Columns) -> PerExample:
    return jnp.mean(values, axis=0, keepdims=True)


def init(key: RandomKey, settings: LayerNorm, dtype: Any, numbers: Tensors) -> Tensors:
    """Return gamma of ones and beta of zeros, both (n, 1)."""
    return {"gamma": jnp.ones((settings.n, 1), dtype), "beta": jnp.zeros((settings.n, 1), dtype)}


def forward(
    settings: LayerNorm, parameters: Tensors, Z: Columns, given: Given
) -> tuple[Columns, Cache]:
    mu = _avg(Z)
    s = jnp.sqrt(_avg((Z - mu) ** 2) + given.numbers["epsilon"])
    Zn = (Z - mu) / s
    return parameters["gamma"] * Zn + parameters["beta"], Kept(Zn, s, parameters["gamma"])


def backward(
    settings: LayerNorm, dA: Columns, cache: Kept, share: Share
) -> tuple[Columns, Tensors]:
    dZn = cache.gamma * dA
    dZ = (dZn - _avg(dZn) - cache.Zn * _avg(dZn * cache.Zn)) / cache.s
    dA_mean = dA * share
    dgamma = jnp.sum(dA_mean * cache.Zn, axis=1, keepdims=True)
    return dZ, {"gamma": dgamma, "beta": jnp.sum(dA_mean, axis=1, keepdims=True)}
