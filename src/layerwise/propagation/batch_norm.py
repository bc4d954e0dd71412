"""Batch normalization: Zn = (Z - mu) / s, out = gamma Zn + beta; mu and s^2 = var + eps per unit.

In training mu and var are the batch's weighted mean and variance, in prediction the running ones.
Backward, with mean(.) over the examples and dZn = gamma * dA:
dZ = (dZn - mean(dZn) - Zn mean(dZn Zn)) / s, dgamma = mean(dA Zn), dbeta = mean(dA).
Ioffe and Szegedy, ICML 2015; lecture row 30.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.notation import Bias, Cache, Columns, Given, RandomKey, Share, Tensors

OUTPUT = "Z"


class BatchNorm(NamedTuple):
    """Settings of a batch normalization: its units; epsilon and momentum are among the numbers."""

    n: int


class Kept(NamedTuple):
    """What backward needs from forward, and the batch's statistics."""

    Zn: Columns
    s: Bias
    gamma: Bias
    mu: Bias
    var: Bias


def _mean(values: Columns, share: Share) -> Bias:
    return jnp.sum(values * share, axis=1, keepdims=True)


def init(key: RandomKey, settings: BatchNorm, dtype: Any, numbers: Tensors) -> Tensors:
    """Return gamma of ones and beta of zeros, both (n, 1)."""
    return {"gamma": jnp.ones((settings.n, 1), dtype), "beta": jnp.zeros((settings.n, 1), dtype)}


def first_statistics(settings: BatchNorm, dtype: Any) -> Tensors:
    return {"mean": jnp.zeros((settings.n, 1), dtype), "var": jnp.ones((settings.n, 1), dtype)}


def forward(
    settings: BatchNorm, parameters: Tensors, Z: Columns, given: Given
) -> tuple[Columns, Cache]:
    if given.key is None:
        mu, var = given.statistics["mean"], given.statistics["var"]
    else:
        mu = _mean(Z, given.share)
        var = _mean((Z - mu) ** 2, given.share)
    s = jnp.sqrt(var + given.numbers["epsilon"])
    Zn = (Z - mu) / s
    return parameters["gamma"] * Zn + parameters["beta"], Kept(Zn, s, parameters["gamma"], mu, var)


def gather(cache: Kept, given: Given) -> Tensors:
    keep, before = given.numbers["momentum"], given.statistics
    batch = {"mean": cache.mu, "var": cache.var}
    return {name: keep * before[name] + (1 - keep) * batch[name] for name in before}


def backward(
    settings: BatchNorm, dA: Columns, cache: Kept, share: Share
) -> tuple[Columns, Tensors]:
    dZn = cache.gamma * dA
    pull = _mean(dZn, share) + cache.Zn * _mean(dZn * cache.Zn, share)
    dZ = (dZn - pull) / cache.s
    return dZ, {"gamma": _mean(dA * cache.Zn, share), "beta": _mean(dA, share)}
