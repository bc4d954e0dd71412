"""Known slips of the forward pass. Lecture rows 14 and 16."""

from __future__ import annotations

import numpy as np

from layerwise.study.checking.activations import ACTIVATIONS, sigmoid, softmax

LINEAR = {
    "b is missing": lambda s, right: s.W @ s.A_prev,
    "W is transposed": lambda s, right: s.W.T @ s.A_prev + s.b,
    "* for @": lambda s, right: s.W * s.A_prev + s.b,
    "the factors of the product are swapped": lambda s, right: s.A_prev @ s.W + s.b,
    "A_prev is transposed": lambda s, right: s.W @ s.A_prev.T + s.b,
    "b is subtracted": lambda s, right: s.W @ s.A_prev - s.b,
    "X for A_prev": lambda s, right: s.W @ s.X + s.b,
    "Z[l-1] for A[l-1]": lambda s, right: s.W @ s.Z_prev + s.b,
    "W of the next layer": lambda s, right: s.W_next @ s.A_prev + s.b,
    "W of the layer before": lambda s, right: s.W_prev @ s.A_prev + s.b,
    "b of the next layer": lambda s, right: s.W @ s.A_prev + s.b_next,
    "b of the layer before": lambda s, right: s.W @ s.A_prev + s.b_prev,
    "b[1] for b[l]": lambda s, right: s.W @ s.A_prev + s.b_first,
    "b[L] for b[l]": lambda s, right: s.W @ s.A_prev + s.b_last,
    "W[1] for W[l]": lambda s, right: s.W_first @ s.A_prev + s.b,
    "A of the layer before A_prev": lambda s, right: s.W @ s.A_prior + s.b,
    "broadcasting: b as a row": lambda s, right: s.W @ s.A_prev + s.b.T,
    "broadcasting: the sum of b everywhere": lambda s, right: s.W @ s.A_prev + np.sum(s.b),
    "broadcasting: the first b everywhere": lambda s, right: s.W @ s.A_prev + s.b[0, 0],
    "b is added before the product": lambda s, right: s.W @ (s.A_prev + s.b),
    "b is added twice": lambda s, right: right + s.b,
    "b is multiplied, not added": lambda s, right: s.W @ s.A_prev * s.b,
    "W is missing": lambda s, right: s.A_prev + s.b,
    "the mean over A_prev for the sum": lambda s, right: s.W @ s.A_prev / s.A_prev.shape[0] + s.b,
}
ACTIVATION = {
    "g is missing (A = Z)": lambda s, right: s.Z,
    "sigmoid for the right g": lambda s, right: sigmoid(s.Z),
    "relu for the right g": lambda s, right: np.maximum(0, s.Z),
    "tanh for the right g": lambda s, right: np.tanh(s.Z),
    "leaky relu for the right g": lambda s, right: ACTIVATIONS["leaky_relu"].of(s.Z),
    "leaky relu with 0.1 for the right g": lambda s, right: np.where(s.Z > 0, s.Z, 0.1 * s.Z),
    "-0.01 Z for 0.01 Z": lambda s, right: np.where(s.Z > 0, s.Z, -0.01 * s.Z),
    "0.01 for 0.01 Z": lambda s, right: np.where(s.Z > 0, s.Z, 0.01),
    "the sides of leaky relu are swapped": lambda s, right: np.minimum(s.Z, 0.01 * s.Z),
    "the layer is left out: A[l-1] for A[l]": lambda s, right: s.A_prev * 1.0,
    "softmax for the right g": lambda s, right: softmax(s.Z),
    "the sign of the exponent: exp(Z) for exp(-Z)": lambda s, right: 1 / (1 + np.exp(s.Z)),
    "1 is missing in the denominator": lambda s, right: 1 / np.exp(-s.Z),
    "minus in the denominator: 1 - exp(-Z)": lambda s, right: 1 / (1 - np.exp(-s.Z)),
    "np.minimum for np.maximum": lambda s, right: np.minimum(0, s.Z),
    "the absolute value for relu": lambda s, right: np.abs(s.Z),
    "the mask itself (Z > 0) for relu": lambda s, right: (s.Z > 0) * 1.0,
    "one maximum over everything": lambda s, right: np.max(s.Z) * np.ones_like(s.Z),
    "np.maximum(1, Z) for np.maximum(0, Z)": lambda s, right: np.maximum(1, s.Z),
    "g' for g": lambda s, right: s.g.prime(s.Z),
    "g is applied twice": lambda s, right: s.g.of(s.g.of(s.Z)),
    "g of A_prev, not of Z": lambda s, right: s.g.of(s.A_prev),
    "b is added again after g": lambda s, right: right + s.b,
    "softmax over the wrong axis": lambda s, right: softmax(s.Z, 1),
    "softmax over all entries at once": lambda s, right: softmax(s.Z, None),
    "softmax is not divided by the sum": lambda s, right: np.exp(s.Z),
    "softmax is not divided by the sum (after the shift)": lambda s, right: np.exp(
        s.Z - np.max(s.Z, axis=0, keepdims=True)
    ),
    "the sum of softmax over the wrong axis": lambda s, right: (
        np.exp(s.Z - np.max(s.Z, axis=0, keepdims=True))
        / np.sum(np.exp(s.Z - np.max(s.Z, axis=0, keepdims=True)), axis=1, keepdims=True)
    ),
    "the sum of softmax over everything": lambda s, right: (
        np.exp(s.Z - np.max(s.Z, axis=0, keepdims=True))
        / np.sum(np.exp(s.Z - np.max(s.Z, axis=0, keepdims=True)))
    ),
    "softmax without exp": lambda s, right: s.Z / np.sum(s.Z, axis=0, keepdims=True),
    "softmax with a mean for the sum": lambda s, right: right * s.Z.shape[0],
    "softmax with exp(-Z)": lambda s, right: softmax(-s.Z),
    "tanh as its denominator's reverse": lambda s, right: 1 / np.tanh(s.Z),
    "exp(-2Z) for exp(-Z)": lambda s, right: sigmoid(2 * s.Z),
    "exp(-2Z) left out: tanh of Z / 2": lambda s, right: np.tanh(s.Z / 2),
}
CACHED = {
    "cached A_prev": {
        "stale cache: A[l] is kept in the place of A[l-1]": lambda s, right: s.A,
        "stale cache: Z[l-1] is kept in the place of A[l-1]": lambda s, right: s.Z_prev,
        "stale cache: X is kept for every layer": lambda s, right: s.X,
        "stale cache: A[l-2] of the layer before": lambda s, right: s.A_prior,
        "Z is kept in the place of A_prev": lambda s, right: s.Z,
        "the cache keeps A_prev transposed": lambda s, right: right.T,
    },
    "cached W": {
        "stale cache: W of the layer before": lambda s, right: s.W_prev,
        "stale cache: W of the next layer": lambda s, right: s.W_next,
        "stale cache: W[1] for every layer": lambda s, right: s.W_first,
        "the cache keeps W transposed": lambda s, right: right.T,
        "the cache keeps A_prev in the place of W": lambda s, right: s.A_prev,
        "the cache keeps b in the place of W": lambda s, right: s.b,
    },
    "cached b": {
        "stale cache: b of the layer before": lambda s, right: s.b_prev,
        "stale cache: b of the next layer": lambda s, right: s.b_next,
        "stale cache: b[1] for every layer": lambda s, right: s.b_first,
        "the cache keeps W in the place of b": lambda s, right: s.W,
        "the cache keeps b transposed": lambda s, right: right.T,
    },
    "cached Z": {
        "stale cache: A[l] is kept in the place of Z[l]": lambda s, right: s.g.of(s.Z),
        "stale cache: Z of the layer before": lambda s, right: s.Z_prev,
        "the cache keeps A_prev in the place of Z": lambda s, right: s.A_prev,
        "the cache keeps g'(Z) in the place of Z": lambda s, right: s.g.prime(s.Z),
        "the cache keeps W A_prev without b": lambda s, right: s.W @ s.A_prev,
    },
    "cached A": {
        "stale cache: Z[l] is kept in the place of A[l]": lambda s, right: s.Z,
        "stale cache: A of the layer before": lambda s, right: s.A_prev,
        "stale cache: A of the next layer": lambda s, right: s.A_next,
    },
}
CACHES = {
    "the cache of one layer is not kept": lambda s, right: right - 1,
    "the cache of one layer is kept twice": lambda s, right: right + 1,
    "only one layer's cache is kept": lambda s, right: 1,
    "no cache is kept": lambda s, right: 0,
}
TABLES = {
    "caches": CACHES,
    "Z": LINEAR,
    "A": ACTIVATION,
    **CACHED,
}
