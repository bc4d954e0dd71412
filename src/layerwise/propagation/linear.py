"""Linear: Z[l] = c W[l] A[l-1] + b[l], where c is 1 but in the tangent form of Jacot et al., 2018.

Backward: dW[l] = c dZ[l] A[l-1]' / m, db[l] = sum(dZ[l]) / m, dA[l-1] = c W[l]' dZ[l].
There W is from N(0, 1) and c = 1 / sqrt(n[l-1]). Lecture rows 14 and 17.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.initialization import INITIALIZATIONS, Size
from layerwise.propagation.notation import (
    Bias,
    Cache,
    Columns,
    Given,
    Number,
    PrevColumns,
    RandomKey,
    Share,
    Tensors,
    Weights,
)
from layerwise.propagation.product import product

OUTPUT = "Z"


class Linear(NamedTuple):
    """Settings of a linear block: units before it, its own units, how W starts, whether b is there.

    Before a batch normalization b would be subtracted again with the mean: there is none.
    `compute` is the type that matrices are multiplied in; None is their own.
    """

    n_prev: int
    n: int
    initialization: str
    bias: bool = True
    compute: str | None = None


class Kept(NamedTuple):
    """What backward needs from forward."""

    A_prev: PrevColumns
    W: Weights
    c: Number | None


def init(key: RandomKey, settings: Linear, dtype: Any, numbers: Tensors) -> Tensors:
    """Return W (n, n_prev) drawn as the settings say, and b (n, 1) of zeros."""
    size = Size(settings.n, settings.n_prev, dtype)
    W = INITIALIZATIONS[settings.initialization](key, size, numbers)
    return {"W": W, "b": jnp.zeros((settings.n, 1), dtype)} if settings.bias else {"W": W}


def forward(
    settings: Linear, parameters: Tensors, A_prev: PrevColumns, given: Given
) -> tuple[Columns, Cache]:
    W: Weights = parameters["W"]
    c = given.numbers.get("c")
    Z = product(W, A_prev, settings.compute, c)
    if settings.bias:
        b: Bias = parameters["b"]
        Z = Z + b
    return Z, Kept(A_prev, W, c)


def backward(
    settings: Linear, dZ: Columns, cache: Kept, share: Share
) -> tuple[PrevColumns, Tensors]:
    dZ_mean = dZ * share
    dW = product(dZ_mean, cache.A_prev.T, settings.compute, cache.c)
    db = jnp.sum(dZ_mean, axis=1, keepdims=True)
    dA_prev = product(cache.W.T, dZ, settings.compute, cache.c)
    return dA_prev, {"W": dW, "b": db} if settings.bias else {"W": dW}
