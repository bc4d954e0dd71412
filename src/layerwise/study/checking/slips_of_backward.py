"""Known slips of the backward pass. Lecture rows 17 and 18."""

from __future__ import annotations

import numpy as np

from layerwise.study.checking.activations import ACTIVATIONS
from layerwise.study.checking.equations import Absent
from layerwise.study.checking.slips_of_starts import DA_LAST, DZ_LAST, SHARED_OUT

# of a right value alone: they may come on top of another slip of the same line
SCALINGS = {
    "the sign": lambda s, right: -right,
    "1/m twice": lambda s, right: right / s.m,
    "1/(2m) for 1/m": lambda s, right: right / 2,
    "the factor 2 of a square": lambda s, right: right * 2,
    "1/(m-1) for 1/m": lambda s, right: right * s.m / (s.m - 1),
}
SUM_FOR_MEAN = {"1/m is missing (sum for mean)": lambda s, right: right * s.m}


def _of(name, formula):
    """Return a slip of one activation; asked of another g it does not apply."""

    def wrong(s, right):
        if s.g.name != name:
            raise Absent(name)
        return formula(s)

    return wrong


def _one_number_off(s, of_next):
    """Return the next layer's gradient; layer L-1 has none, for layer L is kept before the loop."""
    return np.empty(0) if s.W_next is s.W_last else of_next


DZ = {
    "g' is missing (da for dz)": lambda s, right: s.dA,
    "g' of A, not of Z": lambda s, right: s.dA * s.g.prime(s.A),
    "g' of the layer before: g'(Z[l-1])": lambda s, right: s.dA * s.g_prev.prime(s.Z_prev),
    "g' of the next layer: g'(Z[l+1])": lambda s, right: s.dA * s.g_next.prime(s.Z_next),
    "g' of Z[l+1], not of Z[l]": lambda s, right: s.dA * s.g.prime(s.Z_next),
    "g' of Z[l-1], not of Z[l]": lambda s, right: s.dA * s.g.prime(s.Z_prev),
    "g' of A_prev, not of Z": lambda s, right: s.dA * s.g.prime(s.A_prev),
    "g' of dA, not of Z (the mask of the wrong tensor)": lambda s, right: s.dA * s.g.prime(s.dA),
    "g' from A[l+1], not from A[l]": lambda s, right: s.dA * s.g.prime_of_A(s.A_next),
    "g' from A[l-1], not from A[l]": lambda s, right: s.dA * s.g.prime_of_A(s.A_prev),
    "g for g'": lambda s, right: s.dA * s.g.of(s.Z),
    "the sign of Z for g'(Z)": lambda s, right: s.dA * np.sign(s.Z),
    "Z for g'(Z)": lambda s, right: s.dA * s.Z,
    "dA is missing: g' alone": lambda s, right: s.g.prime(s.Z),
    "@ for *": lambda s, right: s.dA @ s.g.prime(s.Z),
    "@ for *, transposed": lambda s, right: s.dA @ s.g.prime(s.Z).T,
    "g' is added, not multiplied": lambda s, right: s.dA + s.g.prime(s.Z),
    "divided by g'": lambda s, right: s.dA / s.g.prime(s.Z),
    "the mask is reversed: Z < 0": lambda s, right: s.dA * (s.Z < 0),
    "the mask of relu is > 1 for > 0": lambda s, right: s.dA * (s.Z > 1),
    "relu is applied to dA": lambda s, right: np.maximum(0, s.dA),
    "Z where Z > 0, for dA": lambda s, right: np.maximum(0, s.Z),
    "the derivative of sigmoid": lambda s, right: s.dA * ACTIVATIONS["sigmoid"].prime(s.Z),
    "the derivative of tanh": lambda s, right: s.dA * ACTIVATIONS["tanh"].prime(s.Z),
    "the derivative of relu": lambda s, right: s.dA * (s.Z > 0),
    "the derivative of leaky relu": lambda s, right: s.dA * np.where(s.Z > 0, 1, 0.01),
    "0.01 Z for the slope 0.01": lambda s, right: s.dA * np.where(s.Z > 0, 1, 0.01 * s.Z),
    "the slope of leaky relu is -0.01": lambda s, right: s.dA * np.where(s.Z > 0, 1, -0.01),
    "the sides of leaky relu are swapped": lambda s, right: s.dA * np.where(s.Z > 0, 0.01, 1),
    "the slope of leaky relu is 0.1": lambda s, right: s.dA * np.where(s.Z > 0, 1, 0.1),
    "g' twice": lambda s, right: right * s.g.prime(s.Z),
    "1 - A for A (1 - A)": _of("sigmoid", lambda s: s.dA * (1 - s.g.of(s.Z))),
    "A A for A (1 - A)": _of("sigmoid", lambda s: s.dA * s.g.of(s.Z) ** 2),
    "1 - tanh(Z^2): the square inside": _of("tanh", lambda s: s.dA * (1 - np.tanh(s.Z**2))),
    "1 - A without the square": _of("tanh", lambda s: s.dA * (1 - s.g.of(s.Z))),
    "A (1 - A) with A = g(Z) of the wrong activation": lambda s, right: (
        s.dA * s.g.of(s.Z) * (1 - s.g.of(s.Z))
    ),
    "Z (1 - Z): Z for A in g'": lambda s, right: s.dA * s.Z * (1 - s.Z),
    "A (1 + A): the sign in g'": lambda s, right: s.dA * s.g.of(s.Z) * (1 + s.g.of(s.Z)),
    "the bracket of A (1 - A): A * 1 - A": lambda s, right: s.dA * s.g.of(s.Z) - s.g.of(s.Z),
    "1 - Z^2: Z for A in g'": lambda s, right: s.dA * (1 - s.Z**2),
    "1 - A^2 for this g": lambda s, right: s.dA * (1 - s.g.of(s.Z) ** 2),
    "1 + A^2: the sign in g'": lambda s, right: s.dA * (1 + s.g.of(s.Z) ** 2),
    "A^2 for 1 - A^2": lambda s, right: s.dA * s.g.of(s.Z) ** 2,
    "A^2 - 1: the sign in g'": lambda s, right: s.dA * (s.g.of(s.Z) ** 2 - 1),
    "dA of the next layer": lambda s, right: s.dA_next,
    "dA[L] for dA[l]": lambda s, right: s.dA_last * s.g.prime(s.Z),
    **SHARED_OUT,
    "the sign": lambda s, right: -right,
    "the factor 2": lambda s, right: right * 2,
}
DW = {
    **SUM_FOR_MEAN,
    "A for A_prev": lambda s, right: s.dZ @ s.A.T / s.m,
    "dA for dZ (da for dz)": lambda s, right: s.dA @ s.A_prev.T / s.m,
    "A_prev is not transposed": lambda s, right: s.dZ @ s.A_prev / s.m,
    "dZ is transposed, not A_prev": lambda s, right: s.dZ.T @ s.A_prev / s.m,
    "dW is transposed: A_prev dZ'": lambda s, right: s.A_prev @ s.dZ.T / s.m,
    "* for @": lambda s, right: s.dZ * s.A_prev / s.m,
    "* for @ (with the transpose)": lambda s, right: s.dZ * s.A_prev.T / s.m,
    "both factors are transposed": lambda s, right: s.dZ.T @ s.A_prev.T / s.m,
    "A_prev' dZ: the factors are swapped": lambda s, right: s.A_prev.T @ s.dZ / s.m,
    "A_prev dZ without a transpose": lambda s, right: s.A_prev @ s.dZ / s.m,
    "X for A_prev": lambda s, right: s.dZ @ s.X.T / s.m,
    "Z[l-1] for A[l-1]": lambda s, right: s.dZ @ s.Z_prev.T / s.m,
    "Z for A_prev": lambda s, right: s.dZ @ s.Z.T / s.m,
    "Z for dZ": lambda s, right: s.Z @ s.A_prev.T / s.m,
    "A for dZ": lambda s, right: s.A @ s.A_prev.T / s.m,
    "W for dZ A_prev': the parameter itself": lambda s, right: s.W * 1.0,
    "W for A_prev": lambda s, right: s.dZ @ s.W.T / s.m,
    "dZ of the next layer": lambda s, right: s.dZ_next @ s.A_prev.T / s.m,
    "dZ of the layer before": lambda s, right: s.dZ_prev @ s.A_prev.T / s.m,
    "A of the layer before A_prev": lambda s, right: s.dZ @ s.A_prior.T / s.m,
    "divided by n[l], not by m": lambda s, right: right * s.m / s.dZ.shape[0],
    "divided by n[l-1], not by m": lambda s, right: right * s.m / s.A_prev.shape[0],
    "divided by n_x (X.shape[0]), not by m": lambda s, right: right * s.m / s.X.shape[0],
    "m from shape[0]: only the first n[l] examples": lambda s, right: (
        s.dZ[:, : s.dZ.shape[0]] @ s.A_prev[:, : s.dZ.shape[0]].T / s.dZ.shape[0]
    ),
    "only the last example (= for +=)": lambda s, right: s.dZ[:, -1:] @ s.A_prev[:, -1:].T / s.m,
    "the last example is left out": lambda s, right: s.dZ[:, :-1] @ s.A_prev[:, :-1].T / s.m,
    "the first example is left out": lambda s, right: s.dZ[:, 1:] @ s.A_prev[:, 1:].T / s.m,
    "broadcasting: the sum of dZ for every column": lambda s, right: (
        np.sum(s.dZ, axis=1, keepdims=True) * np.ones_like(s.W) / s.m
    ),
    "g'(Z) for dZ": lambda s, right: s.g.prime(s.Z) @ s.A_prev.T / s.m,
    "g' once more": lambda s, right: (s.dZ * s.g.prime(s.Z)) @ s.A_prev.T / s.m,
    "W is added (weight decay that nobody asked for)": lambda s, right: right + s.W,
    "multiplied by the learning rate": lambda s, right: right * s.learning_rate,
    "left out: the loop does not reach this layer": lambda s, right: np.empty(0),
    "A[1] for A_prev": lambda s, right: s.dZ @ s.A_first.T / s.m,
    "kept under the number of the layer before": lambda s, right: _one_number_off(
        s, s.dZ_next @ s.A.T / s.m
    ),
    **SCALINGS,
}
DB = {
    **SUM_FOR_MEAN,
    "divided by n_x (X.shape[0]), not by m": lambda s, right: right * s.m / s.X.shape[0],
    "m from shape[0]: only the first n[l] examples": lambda s, right: (
        np.sum(s.dZ[:, : s.dZ.shape[0]], axis=1, keepdims=True) / s.dZ.shape[0]
    ),
    "keepdims=True is missing: (n,) for (n, 1)": lambda s, right: np.sum(s.dZ, axis=1) / s.m,
    "the sum over the units (axis=0), not over the examples": lambda s, right: (
        np.sum(s.dZ, axis=0, keepdims=True) / s.m
    ),
    "the sum over the units, without keepdims": lambda s, right: np.sum(s.dZ, axis=0) / s.m,
    "the sum over everything (axis is missing)": lambda s, right: np.sum(s.dZ) / s.m,
    "the sum over everything (axis is missing), as (1, 1)": lambda s, right: (
        np.sum(s.dZ, keepdims=True) / s.m
    ),
    "the mean over everything": lambda s, right: np.mean(s.dZ),
    "1/m and keepdims are missing": lambda s, right: np.sum(s.dZ, axis=1),
    "not summed over the examples": lambda s, right: s.dZ / s.m,
    "not summed over the examples, nor divided": lambda s, right: s.dZ * 1.0,
    "dA for dZ (da for dz)": lambda s, right: np.sum(s.dA, axis=1, keepdims=True) / s.m,
    "Z for dZ": lambda s, right: np.sum(s.Z, axis=1, keepdims=True) / s.m,
    "A for dZ": lambda s, right: np.sum(s.A, axis=1, keepdims=True) / s.m,
    "A_prev for dZ": lambda s, right: np.sum(s.A_prev, axis=1, keepdims=True) / s.m,
    "dW summed, for dZ": lambda s, right: np.sum(s.dW, axis=1, keepdims=True),
    "dW summed and divided by m, for dZ": lambda s, right: (
        np.sum(s.dW, axis=1, keepdims=True) / s.m
    ),
    "dZ of the next layer": lambda s, right: np.sum(s.dZ_next, axis=1, keepdims=True) / s.m,
    "dZ of the layer before": lambda s, right: np.sum(s.dZ_prev, axis=1, keepdims=True) / s.m,
    "divided by n[l], not by m": lambda s, right: right * s.m / s.dZ.shape[0],
    "divided by n[l-1], not by m": lambda s, right: right * s.m / s.A_prev.shape[0],
    "kept under the number of the layer before": lambda s, right: _one_number_off(
        s, np.sum(s.dZ_next, axis=1, keepdims=True) / s.m
    ),
    "the maximum for the mean": lambda s, right: np.max(s.dZ, axis=1, keepdims=True),
    "the absolute values are summed": lambda s, right: (
        np.sum(np.abs(s.dZ), axis=1, keepdims=True) / s.m
    ),
    "only the last example (= for +=)": lambda s, right: s.dZ[:, -1:] / s.m,
    "the last example is left out": lambda s, right: (
        np.sum(s.dZ[:, :-1], axis=1, keepdims=True) / s.m
    ),
    "the square of dZ": lambda s, right: np.sum(s.dZ**2, axis=1, keepdims=True) / s.m,
    "W for dZ": lambda s, right: np.sum(s.W, axis=1, keepdims=True) / s.m,
    "dA_prev for dZ": lambda s, right: np.sum(s.W.T @ s.dZ, axis=1, keepdims=True) / s.m,
    "db is b": lambda s, right: s.b * 1.0,
    "db is transposed: (1, n) for (n, 1)": lambda s, right: right.T,
    "b times the sum: b does not stand in db": lambda s, right: right * s.b,
    "g' once more": lambda s, right: (
        np.sum(s.dZ * s.g.prime(s.Z), axis=1, keepdims=True) / s.m
    ),
    "zero": lambda s, right: np.zeros_like(right),
    "left out: the loop does not reach this layer": lambda s, right: np.empty(0),
    "dW for db": lambda s, right: s.dW * 1.0,
    "L2 on b": lambda s, right: right + s.lambd / s.m * s.b,
    "multiplied by the learning rate": lambda s, right: right * s.learning_rate,
    **SCALINGS,
}  # fmt: skip
DA_PREV = {
    "W for W' (the transpose is missing)": lambda s, right: s.W @ s.dZ,
    "dW for W": lambda s, right: s.dW.T @ s.dZ,
    "dA for dZ (da for dz)": lambda s, right: s.W.T @ s.dA,
    "the factors are swapped: dZ W'": lambda s, right: s.dZ @ s.W.T,
    "the factors are swapped: dZ W": lambda s, right: s.dZ @ s.W,
    "dZ' W: transposed as a whole": lambda s, right: s.dZ.T @ s.W,
    "dZ is transposed too": lambda s, right: s.W.T @ s.dZ.T,
    "* for @": lambda s, right: s.W * s.dZ,
    "* for @ (with the transpose)": lambda s, right: s.W.T * s.dZ,
    "W of the layer before": lambda s, right: s.W_prev.T @ s.dZ,
    "W of the next layer": lambda s, right: s.W_next.T @ s.dZ,
    "W[L] for W[l]": lambda s, right: s.W_last.T @ s.dZ,
    "W[1] for W[l]": lambda s, right: s.W_first.T @ s.dZ,
    "W after its update": lambda s, right: (s.W - s.learning_rate * s.dW).T @ s.dZ,
    **{
        f"W after its update (by {rate} dW)": lambda s, right, rate=rate: (
            (s.W - rate * s.dW).T @ s.dZ
        )
        for rate in (0.01, 0.1, 0.5, 1)
    },
    "m from shape[0]: only the first n[l] examples": lambda s, right: np.where(
        np.arange(s.dZ.shape[1]) < s.dZ.shape[0], right, 0.0
    ),
    "W is missing: dZ is passed on": lambda s, right: s.dZ * 1.0,
    "dZ is missing: W' A": lambda s, right: s.W.T @ s.A,
    "Z for dZ": lambda s, right: s.W.T @ s.Z,
    "A_prev for W": lambda s, right: s.A_prev.T @ s.dZ,
    "b is added": lambda s, right: right + s.b,
    "dZ of the next layer": lambda s, right: s.W.T @ s.dZ_next,
    "1/m belongs to dW and db, not here": lambda s, right: right / s.m,
    "multiplied by m": lambda s, right: right * s.m,
    "multiplied by the learning rate": lambda s, right: right * s.learning_rate,
    "multiplied by A_prev": lambda s, right: right * s.A_prev,
    "g' of A_prev is already in it": lambda s, right: right * s.g.prime(s.A_prev),
    "g' of this layer once more": lambda s, right: s.W.T @ (s.dZ * s.g.prime(s.Z)),
    "the sign": lambda s, right: -right,
    "the factor 2": lambda s, right: right * 2,
}
HANDED = {
    "the cache of the next layer": lambda s, right: s.with_cache_of(s.layer + 1),
    "the cache of the layer before": lambda s, right: s.with_cache_of(s.layer - 1),
    "the cache of layer L": lambda s, right: s.with_cache_of(s.L),
    "the cache of layer 1": lambda s, right: s.with_cache_of(1),
}
TABLES = {
    "dA last": DA_LAST,
    "dZ last": DZ_LAST,
    "dZ": DZ,
    "dW": DW,
    "db": DB,
    "dA_prev": DA_PREV,
    "handed cache": HANDED,
}
