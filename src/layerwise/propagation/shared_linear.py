"""Members that share W: Z_i[l] = s_i * (W[l] (r_i * A_i[l-1])) + b_i[l], of k members.

Members' units are rows beside each other (unit 1 of all, unit 2 ...): one product serves all. With
P_i = W (r_i * A_i), dP_i = s_i * dZ_i and dQ_i = W' dP_i: dW = sum_i dP_i (r_i * A_i)' / m,
ds_i = sum(dZ_i * P_i) / m, db_i = sum(dZ_i) / m, dr_i = sum(dQ_i * A_i) / m, dA_i = r_i * dQ_i;
before layer 1 all have one A: dA = sum_i dA_i. Wen et al., 2020; Gorishniy et al., TabM, ICLR 2025.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.initialization import INITIALIZATIONS, Size
from layerwise.propagation.notation import Array, Columns, Given, RandomKey, Share, Tensors
from layerwise.propagation.product import product

OUTPUT = "Z"


class SharedLinear(NamedTuple):
    """Settings: a member's units before and in the layer, members, how W starts, `first` layer."""

    n_prev: int
    units: int
    members: int
    initialization: str
    first: bool = False
    compute: str | None = None

    @property
    def n(self) -> int:
        return self.units * self.members


class Kept(NamedTuple):
    """What backward needs from forward: A (n_prev, k or 1, m), P (n, k, m), W, r and s."""

    A: Array
    P: Array
    W: Array
    r: Array
    s: Array


def init(key: RandomKey, settings: SharedLinear, dtype: Any, numbers: Tensors) -> Tensors:
    """Return W as drawn, r and s of ones, b of zeros; in layer 1 r is -1 or 1 by chance."""
    (n_prev, n, k, start, first, _), keys = settings, jax.random.split(key)
    W = INITIALIZATIONS[start](keys[0], Size(n, n_prev, dtype), numbers)
    r, s = (jnp.ones((units, k, 1), dtype) for units in (n_prev, n))
    r = jax.random.rademacher(keys[1], r.shape, dtype) if first else r
    return {"W": W, "r": r, "s": s, "b": jnp.zeros_like(s)}


def _times(W: Array, A: Array, compute: str | None) -> Array:
    return product(W, A.reshape(len(A), -1), compute).reshape(len(W), *A.shape[1:])


def forward(
    settings: SharedLinear, parameters: Tensors, A_prev: Array, given: Given
) -> tuple[Columns, Kept]:
    W, r, s, b = (parameters[name] for name in "Wrsb")
    A = A_prev.reshape(settings.n_prev, -1, A_prev.shape[1])
    P = _times(W, r * A, settings.compute)
    return (s * P + b).reshape(settings.n, -1), Kept(A, P, W, r, s)


def backward(
    settings: SharedLinear, dZ: Columns, cache: Kept, share: Share
) -> tuple[Array, Tensors]:
    (A, P, W, r, s), dZ = cache, dZ.reshape(cache.P.shape)
    dZ_mean, dQ = dZ * share[None], _times(W.T, s * dZ, settings.compute)
    dP, rA = (t.reshape(len(t), -1) for t in (s * dZ_mean, r * A))
    dW = product(dP, rA.T, settings.compute)
    sums = {"r": dQ * share[None] * A, "s": dZ_mean * P, "b": dZ_mean}
    own = {name: jnp.sum(terms, axis=2, keepdims=True) for name, terms in sums.items()}
    dA = jnp.sum(r * dQ, axis=1) if settings.first else (r * dQ).reshape(-1, dQ.shape[2])
    return dA, {"W": dW, **own}
