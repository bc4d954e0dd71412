"""What is trained: rows, first weights, and how many multiplications a step needs.

Two classes are one sigmoid unit, as Layerwise and scikit-learn build them, more are a softmax;
so every peer computes the same network. Arrays are rows here: W has the shape (inputs, units).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

LEARNING_RATE = 1e-3
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
Weights = list[tuple[np.ndarray, np.ndarray]]


class Workload(NamedTuple):
    """A network, its rows and its batch.

    After `check_epochs` the peers' costs have to agree, each within `tolerance` of their median:
    they begin from the same weights but shuffle for themselves, and the first steps of a wide
    network are wild.
    """

    name: str
    rows: int
    inputs: int
    hidden: tuple[int, ...]
    classes: int
    batch: int
    check_epochs: int
    tolerance: float = 0.15

    @property
    def outputs(self) -> int:
        return 1 if self.classes == 2 else self.classes

    @property
    def widths(self) -> tuple[int, ...]:
        return self.inputs, *self.hidden, self.outputs

    @property
    def steps(self) -> int:
        return -(-self.rows // self.batch)

    @property
    def shape(self) -> str:
        return "-".join(map(str, self.widths))

    @property
    def flops(self) -> float:
        """Operations of a mean step's products: forward, dW, and dA but for the first layer."""
        products = [n * n_prev for n_prev, n in pairwise(self.widths)]
        return 2.0 * (3 * sum(products) - products[0]) * self.rows / self.steps


class Problem(NamedTuple):
    """A workload with its rows, its labels 0, 1, ... and the weights that all peers start with."""

    workload: Workload
    X: np.ndarray
    y: np.ndarray
    weights: Weights


WORKLOADS = {
    each.name: each
    for each in (
        Workload("tiny", 2000, 2, (8, 8), 2, 32, 10),
        Workload("digits", 1797, 64, (64,), 10, 32, 5),
        Workload("table", 8192, 20, (128, 128), 2, 256, 5),
        Workload("mnist", 8192, 784, (512, 512), 10, 256, 2),
        Workload("wide", 2048, 784, (2048, 2048), 10, 256, 2, 0.4),
    )
}


def problem(name: str) -> Problem:
    """Return a workload's rows and first weights: the same ones at every call."""
    workload = WORKLOADS[name]
    X, y = (
        digits()
        if name == "digits"
        else generated(workload.rows, workload.inputs, workload.classes)
    )
    return Problem(workload, X, y, first_weights(workload.widths))


def generated(rows: int, inputs: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return normal rows and the labels that a network drawn at random gives them.

    The columns have the median 0 and the interquartile range 1, to which Layerwise scales what it
    is given: so all peers train on the same numbers.
    """
    random = np.random.default_rng(0)
    X = random.standard_normal((rows, inputs), np.float32)
    low, middle, high = np.quantile(X, (0.25, 0.5, 0.75), axis=0, method="inverted_cdf")
    X = (X - middle) / (high - low)
    inside = np.tanh(X @ random.standard_normal((inputs, 16), np.float32))
    return X, np.argmax(inside @ random.standard_normal((16, classes), np.float32), axis=1)


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return scikit-learn's digits, from 0 to 1 in steps of 1 / 255, as bytes of pictures are."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return np.round(X / 16 * 255).astype(np.float32) / np.float32(255), y


def first_weights(widths: tuple[int, ...]) -> Weights:
    """Return normal weights of variance 2 / inputs (He), and zeros."""
    random = np.random.default_rng(1)
    return [
        (
            random.standard_normal((n_prev, n), np.float32) * np.float32(np.sqrt(2 / n_prev)),
            np.zeros(n, np.float32),
        )
        for n_prev, n in pairwise(widths)
    ]


def cost(X: np.ndarray, y: np.ndarray, weights: Weights) -> float:
    """Return the mean cross-entropy over all rows in float64, the same judge for every peer."""
    A = X.astype(np.float64)
    for place, (W, b) in enumerate(weights):
        Z = A @ W.astype(np.float64) + b.astype(np.float64)
        A = np.maximum(Z, 0) if place + 1 < len(weights) else Z
    if A.shape[1] == 1:  # the logits of two classes are 0 and Z
        A = np.concatenate([np.zeros_like(A), A], axis=1)
    return float(np.mean(np.logaddexp.reduce(A, axis=1) - A[np.arange(len(y)), y]))
