"""The activations g and their derivatives, each from Z. Lecture rows 19 and 21."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from layerwise.study.checking.equations import Array


class Activation(NamedTuple):
    """g, its derivative g', and both as a line of NumPy."""

    name: str
    of: Callable[[Array], Array]
    prime: Callable[[Array], Array]
    line: str
    prime_line: str
    prime_of_A: Callable[[Array], Array] = lambda A: (A > 0) * 1.0


def sigmoid(Z: Array) -> Array:
    return 1 / (1 + np.exp(-Z))


def softmax(Z: Array, axis: int | None = 0) -> Array:
    powers = np.exp(Z - np.max(Z, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


ACTIVATIONS = {
    row.name: row
    for row in (
        Activation(
            "relu",
            lambda Z: np.maximum(0, Z),
            lambda Z: (Z > 0) * 1.0,
            "np.maximum(0, Z)",
            "(Z > 0)",
        ),
        Activation(
            "sigmoid",
            sigmoid,
            lambda Z: sigmoid(Z) * (1 - sigmoid(Z)),
            "1 / (1 + np.exp(-Z))",
            "A * (1 - A), where A = sigmoid(Z)",
            lambda A: A * (1 - A),
        ),
        Activation(
            "tanh",
            np.tanh,
            lambda Z: 1 - np.tanh(Z) ** 2,
            "np.tanh(Z)",
            "(1 - A**2), where A = np.tanh(Z)",
            lambda A: 1 - A**2,
        ),
        Activation(
            "leaky_relu",
            lambda Z: np.where(Z > 0, Z, 0.01 * Z),
            lambda Z: np.where(Z > 0, 1.0, 0.01),
            "np.where(Z > 0, Z, 0.01 * Z)",
            "np.where(Z > 0, 1, 0.01)",
            lambda A: np.where(A > 0, 1.0, 0.01),
        ),
        Activation("identity", lambda Z: Z, np.ones_like, "Z", "1"),
        Activation(
            "softmax",
            softmax,
            lambda Z: softmax(Z) * (1 - softmax(Z)),
            "np.exp(Z - Z.max(axis=0)) / np.exp(Z - Z.max(axis=0)).sum(axis=0)",
            "A - Y for the last layer",
        ),
    )
}
