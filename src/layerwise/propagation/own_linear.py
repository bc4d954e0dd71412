"""Members with a W of their own: Z_i[l] = W_i[l] A_i[l-1] + b_i[l], the last layer of k members.

Their units are rows beside each other as in shared_linear.py, and so are the rows of W. Backward,
for each member as in linear.py: dW_i = dZ_i A_i' / m, db_i = sum(dZ_i) / m, dA_i = W_i' dZ_i.
Gorishniy et al., TabM, ICLR 2025.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from layerwise.propagation.initialization import INITIALIZATIONS, Size
from layerwise.propagation.notation import (
    Array,
    Bias,
    Cache,
    Columns,
    Given,
    PrevColumns,
    RandomKey,
    Share,
    Tensors,
)

OUTPUT = "Z"


class OwnLinear(NamedTuple):
    """Settings: a member's units before and in the layer, members, how W starts."""

    n_prev: int
    units: int
    members: int
    initialization: str

    @property
    def n(self) -> int:
        return self.units * self.members


class Kept(NamedTuple):
    """What backward needs from forward: A (n_prev, k, m) and W (n, k, n_prev)."""

    A: Array
    W: Array


def init(key: RandomKey, settings: OwnLinear, dtype: Any, numbers: Tensors) -> Tensors:
    """Return W (units k, n_prev), drawn for each member alone, and b (units k, 1) of zeros."""
    size = Size(settings.n, settings.n_prev, dtype)
    drawn = INITIALIZATIONS[settings.initialization](key, size, numbers)
    return {"W": drawn, "b": jnp.zeros((settings.n, 1), dtype)}


def forward(
    settings: OwnLinear, parameters: Tensors, A_prev: PrevColumns, given: Given
) -> tuple[Columns, Cache]:
    n_prev, n, k, _ = settings
    b: Bias = parameters["b"]
    A, W = A_prev.reshape(n_prev, k, -1), parameters["W"].reshape(n, k, n_prev)
    return jnp.einsum("nkp,pkm->nkm", W, A).reshape(n * k, -1) + b, Kept(A, W)


def backward(
    settings: OwnLinear, dZ: Columns, cache: Kept, share: Share
) -> tuple[PrevColumns, Tensors]:
    n_prev, n, k, _ = settings
    dZ_mean = dZ * share
    dW = jnp.einsum("nkm,pkm->nkp", dZ_mean.reshape(n, k, -1), cache.A).reshape(n * k, n_prev)
    dA = jnp.einsum("nkp,nkm->pkm", cache.W, dZ.reshape(n, k, -1)).reshape(n_prev * k, -1)
    return dA, {"W": dW, "b": jnp.sum(dZ_mean, axis=1, keepdims=True)}
