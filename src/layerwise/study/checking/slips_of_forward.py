"""Known slips of the forward pass and of the cost. Lecture rows 5, 14 and 16."""

from __future__ import annotations

import numpy as np

from layerwise.study.checking.activations import ACTIVATIONS, sigmoid, softmax
from layerwise.study.checking.equations import Absent

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
COST = {
    "the sign: the cost is not negated": lambda s, right: -right,
    "sum for mean (1/m is missing)": lambda s, right: right * s.m,
    "1/m twice": lambda s, right: right / s.m,
    "1/(2m) for 1/m": lambda s, right: right / 2,
    "the term (1-Y) log(1-A) is missing": lambda s, right: -np.sum(s.Y * np.log(s.A)) / s.m,
    "the term Y log(A) is missing": lambda s, right: (
        -np.sum((1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "Y and 1-Y are swapped": lambda s, right: (
        -np.sum((1 - s.Y) * np.log(s.A) + s.Y * np.log(1 - s.A)) / s.m
    ),
    "minus between the two terms": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) - (1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "the minus holds for the first term only": lambda s, right: (
        (-np.sum(s.Y * np.log(s.A)) + np.sum((1 - s.Y) * np.log(1 - s.A))) / s.m
    ),
    "1/m holds for the first term only": lambda s, right: (
        -np.sum(s.Y * np.log(s.A)) / s.m - np.sum((1 - s.Y) * np.log(1 - s.A))
    ),
    "1/m holds for the second term only": lambda s, right: (
        -np.sum(s.Y * np.log(s.A)) - np.sum((1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "log(A) in both terms": lambda s, right: -np.sum(np.log(s.A)) / s.m,
    "1 - log(A) for log(1 - A)": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) + (1 - s.Y) * (1 - np.log(s.A))) / s.m
    ),
    "broadcasting: + for *": lambda s, right: (
        -np.sum(s.Y + np.log(s.A) + (1 - s.Y) + np.log(1 - s.A)) / s.m
    ),
    "Y and A are swapped": lambda s, right: (
        -np.sum(s.A * np.log(s.Y) + (1 - s.A) * np.log(1 - s.Y)) / s.m
    ),
    "log base 10": lambda s, right: right / np.log(10),
    "log base 2": lambda s, right: right / np.log(2),
    "the log is missing": lambda s, right: -np.sum(s.Y * s.A + (1 - s.Y) * (1 - s.A)) / s.m,
    "the log is missing in the first term": lambda s, right: (
        -np.sum(s.Y * s.A + (1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "the log is missing in the second term": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) + (1 - s.Y) * (1 - s.A)) / s.m
    ),
    "1 is missing: Y for 1 - Y": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) + s.Y * np.log(1 - s.A)) / s.m
    ),
    "1 is missing: log(A) for log(1 - A)": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) + (1 - s.Y) * np.log(s.A)) / s.m
    ),
    "squared error for cross-entropy": lambda s, right: np.sum((s.A - s.Y) ** 2) / s.m,
    "half squared error for cross-entropy": lambda s, right: np.sum((s.A - s.Y) ** 2) / (2 * s.m),
    "absolute error for cross-entropy": lambda s, right: np.sum(np.abs(s.A - s.Y)) / s.m,
    "the loss of each example, not summed": lambda s, right: (
        -(s.Y * np.log(s.A) + (1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "the loss of each example, neither summed nor divided": lambda s, right: (
        -(s.Y * np.log(s.A) + (1 - s.Y) * np.log(1 - s.A))
    ),
    "1/(m-1) for 1/m": lambda s, right: right * s.m / (s.m - 1),
    "the sign of Z Y in the stable form": lambda s, right: (
        np.sum(s.Y * np.log(s.A / (1 - s.A)) - np.log(1 - s.A)) / s.m
    ),
    "Z Y is missing in the stable form": lambda s, right: -np.sum(np.log(1 - s.A)) / s.m,
    "broadcasting: an outer product of Y and log(A)": lambda s, right: (
        -np.sum(s.Y.T @ np.log(s.A) + (1 - s.Y).T @ np.log(1 - s.A)) / s.m
    ),
    "only the last example": lambda s, right: -np.sum(
        (s.Y * np.log(s.A) + (1 - s.Y) * np.log(1 - s.A))[:, -1]
    ) / s.m,
}  # fmt: skip
COST_OF_CLASSES = {
    "the sign: the cost is not negated": lambda s, right: -right,
    "sum for mean (1/m is missing)": lambda s, right: right * s.m,
    "1/m twice": lambda s, right: right / s.m,
    "the mean over classes and examples": lambda s, right: right / s.A.shape[0],
    "the binary cost for several classes": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) + (1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "Y and A are swapped": lambda s, right: -np.sum(s.A * np.log(s.Y)) / s.m,
    "the log is missing": lambda s, right: -np.sum(s.Y * s.A) / s.m,
    "Y is left out": lambda s, right: -np.sum(np.log(s.A)) / s.m,
}
COST_L2 = {
    "L2 is missing in the cost": lambda s, right: s.J_data,
    "L2 with lambda / m for lambda / (2m)": lambda s, right: 2 * right - s.J_data,
    "L2 without 1/m": lambda s, right: s.J_data + (right - s.J_data) * s.m,
    "L2 with lambda for lambda / (2m)": lambda s, right: s.J_data + (right - s.J_data) * 2 * s.m,
    "L2 without lambda": lambda s, right: s.J_data + (right - s.J_data) / s.lambd,
    "L2 is subtracted": lambda s, right: 2 * s.J_data - right,
    "L2 on b as well": lambda s, right: right + s.lambd / (2 * s.m) * total_of_biases(s),
    "L2 without the square": lambda s, right: s.J_data + s.lambd / (2 * s.m) * sum(
        np.sum(W) for W in s.weights.values()
    ),
    "L1 for L2 (absolute values)": lambda s, right: s.J_data + s.lambd / (2 * s.m) * sum(
        np.sum(np.abs(W)) for W in s.weights.values()
    ),
    "L2 with the norm, not its square": lambda s, right: s.J_data + s.lambd / (2 * s.m) * sum(
        np.sqrt(np.sum(W**2)) for W in s.weights.values()
    ),
    "L2 with the square of the sum": lambda s, right: s.J_data + s.lambd / (2 * s.m) * sum(
        np.sum(W) ** 2 for W in s.weights.values()
    ),
    "L2 with the mean of W^2": lambda s, right: s.J_data + s.lambd / (2 * s.m) * sum(
        np.mean(W**2) for W in s.weights.values()
    ),
    "L2 leaves out the last layer": lambda s, right: right - _share_of(s, max(s.weights)),
    "L2 leaves out the first layer": lambda s, right: right - _share_of(s, 1),
    "L2 leaves out layer 2": lambda s, right: right - _share_of(s, 2),
    "L2 of the first layer only": lambda s, right: s.J_data + _share_of(s, 1),
    "L2 of the last layer only": lambda s, right: s.J_data + _share_of(s, max(s.weights)),
    "the cross-entropy is missing, L2 alone": lambda s, right: right - s.J_data,
    **{
        f"L2 without the square in layer {l}": lambda s, right, l=l: (
            right - _share_of(s, l) + s.lambd / (2 * s.m) * np.sum(s.weights[l])
        )
        for l in (1, 2, 3)
    },
}  # fmt: skip


def total_of_biases(s):
    return sum(np.sum(s.biases[l] ** 2) for l in s.biases)


def _share_of(s, l):
    if l not in s.weights:
        raise Absent("W")
    return s.lambd / (2 * s.m) * np.sum(s.weights[l] ** 2)


TABLES = {
    "Z": LINEAR,
    "A": ACTIVATION,
    **CACHED,
    "J": COST,
    "J classes": COST_OF_CLASSES,
    "J l2": COST_L2,
}
