"""Linear: Z[l] = W[l] A[l-1] + b[l].

Backward: dW[l] = dZ[l] A[l-1]' / m, db[l] = sum(dZ[l]) / m, dA[l-1] = W[l]' dZ[l].
Lecture rows 14 and 17.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.initialization import INITIALIZATIONS
from layerwise.propagation.notation import (
    Bias,
    Cache,
    Columns,
    PrevColumns,
    RandomKey,
    Share,
    Tensors,
    Weights,
)

OUTPUT = "Z"


class Linear(NamedTuple):
    """Settings of a linear block: units before it, its own units, how W starts."""

    n_prev: int
    n: int
    initialization: str


class Kept(NamedTuple):
    """What backward needs from forward."""

    A_prev: PrevColumns
    W: Weights


def init(key: RandomKey, settings: Linear, dtype: Any) -> Tensors:
    """Return W (n, n_prev) drawn as the settings say, and b (n, 1) of zeros."""
    draw = INITIALIZATIONS[settings.initialization]
    return {
        "W": draw(key, settings.n, settings.n_prev, dtype),
        "b": jnp.zeros((settings.n, 1), dtype),
    }


def forward(settings: Linear, parameters: Tensors, A_prev: PrevColumns) -> tuple[Columns, Cache]:
    W: Weights = parameters["W"]
    b: Bias = parameters["b"]
    Z = W @ A_prev + b
    return Z, Kept(A_prev, W)


def backward(
    settings: Linear, dZ: Columns, cache: Kept, share: Share
) -> tuple[PrevColumns, Tensors]:
    dZ_mean = dZ * share
    dW = dZ_mean @ cache.A_prev.T
    db = jnp.sum(dZ_mean, axis=1, keepdims=True)
    dA_prev = cache.W.T @ dZ
    return dA_prev, {"W": dW, "b": db}
