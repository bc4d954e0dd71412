"""Known slips of the cost, with L2 and without. Lecture rows 5, 21 and 30."""

from __future__ import annotations

import numpy as np

from layerwise.study.checking.equations import Absent

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
    "1/m for the second term only, and the minus for the first": lambda s, right: (
        -np.sum(s.Y * np.log(s.A)) + np.sum((1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "A for Y in the first term": lambda s, right: (
        -np.sum(s.A * np.log(s.A) + (1 - s.Y) * np.log(1 - s.A)) / s.m
    ),
    "A for Y in the second term": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) + (1 - s.A) * np.log(1 - s.A)) / s.m
    ),
    "log(A) in both terms": lambda s, right: -np.sum(np.log(s.A)) / s.m,
    "log(1 + A) for log(1 - A)": lambda s, right: (
        -np.sum(s.Y * np.log(s.A) + (1 - s.Y) * np.log(1 + s.A)) / s.m
    ),
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
    **{
        f"log base {base} in the {place} term": lambda s, right, a=a, b=b: (
            -np.sum(s.Y * np.log(s.A) / np.log(a) + (1 - s.Y) * np.log(1 - s.A) / np.log(b)) / s.m
        )
        for base in (2, 10)
        for place, a, b in (("first", base, np.e), ("second", np.e, base))
    },
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


TABLES = {"J": COST, "J classes": COST_OF_CLASSES, "J l2": COST_L2}
