"""NumPy with forward and backward by hand: every array is made once and filled again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.workloads import BETA1, BETA2, EPSILON, LEARNING_RATE, Problem, Weights


class Vector:
    """All parameters end to end, with views of each W and b, so that Adam is one sweep."""

    def __init__(self, weights: Weights):
        self.all = np.concatenate([array.ravel() for layer in weights for array in layer])
        self.layers, at = [], 0
        for W, b in weights:
            middle, end = at + W.size, at + W.size + b.size
            self.layers.append((self.all[at:middle].reshape(W.shape), self.all[middle:end]))
            at = end


class Adam:
    """The two means and the count of steps."""

    def __init__(self, size: int):
        self.mean, self.square, self.step = *np.zeros((2, size), np.float32), 0
        self.room = np.empty((2, size), np.float32)

    def update(self, values: np.ndarray, slopes: np.ndarray) -> None:
        self.step += 1
        rise, below = self.room
        self.mean *= BETA1
        self.mean += np.multiply(slopes, 1 - BETA1, out=rise)
        self.square *= BETA2
        np.multiply(slopes, slopes, out=rise)
        self.square += np.multiply(rise, 1 - BETA2, out=rise)
        np.multiply(self.square, 1 / (1 - BETA2**self.step), out=below)
        np.sqrt(below, out=below)
        below += EPSILON
        np.multiply(self.mean, LEARNING_RATE / (1 - BETA1**self.step), out=rise)
        values -= np.divide(rise, below, out=rise)


class Room:
    """The arrays of a batch: A of every layer (X is A[0]), and the slope dZ of every layer."""

    def __init__(self, widths: tuple[int, ...], rows: int):
        self.A = [np.empty((rows, n), np.float32) for n in widths]
        self.dZ = [np.empty((rows, n), np.float32) for n in widths]
        self.at = np.arange(rows)


def take_step(room: Room, parameters: Vector, slopes: Vector, y: np.ndarray) -> None:
    """Fill the slopes of the mean cross-entropy of the batch in room.A[0]."""
    A, dZ, last = room.A, room.dZ, len(parameters.layers)
    for place, (W, b) in enumerate(parameters.layers):
        np.matmul(A[place], W, out=A[place + 1])
        A[place + 1] += b
        if place + 1 < last:
            np.maximum(A[place + 1], 0, out=A[place + 1])
    head(A[last], dZ[last], y, room.at)
    for place in reversed(range(last)):
        dW, db = slopes.layers[place]
        np.matmul(A[place].T, dZ[place + 1], out=dW)
        np.sum(dZ[place + 1], axis=0, out=db)
        if place:
            np.matmul(dZ[place + 1], parameters.layers[place][0].T, out=dZ[place])
            dZ[place] *= A[place] > 0


def head(Z: np.ndarray, dZ: np.ndarray, y: np.ndarray, at: np.ndarray) -> None:
    """Fill dZ = (A - Y) / m of a sigmoid or a softmax."""
    if Z.shape[1] == 1:
        np.tanh(np.multiply(Z, 0.5, out=dZ), out=dZ)  # sigmoid(z) = (1 + tanh(z / 2)) / 2
        dZ += 1
        dZ *= 0.5
        dZ[:, 0] -= y
    else:
        np.exp(np.subtract(Z, Z.max(axis=1, keepdims=True), out=dZ), out=dZ)
        dZ /= dZ.sum(axis=1, keepdims=True)
        dZ[at, y] -= 1
    dZ /= np.float32(len(y))


def prepare(problem: Problem, options: dict[str, Any]) -> Callable[[int], Any]:
    X, y, size = problem.X, problem.y, problem.workload.batch
    random, widths = np.random.default_rng(0), problem.workload.widths
    rooms = {rows: Room(widths, rows) for rows in {size, len(X) % size or size}}
    slopes = Vector(problem.weights)

    def train(epochs: int) -> Vector:
        parameters, adam = Vector(problem.weights), Adam(slopes.all.size)
        for _ in range(epochs):
            order = random.permutation(len(X))
            for at, end in pairwise([*range(0, len(X), size), len(X)]):
                rows, room = order[at:end], rooms[end - at]
                np.take(X, rows, axis=0, out=room.A[0])
                take_step(room, parameters, slopes, y[rows])
                adam.update(parameters.all, slopes.all)
        return parameters

    return train


def weights(trained: Vector) -> Weights:
    return trained.layers


def product(size: int) -> Callable[[], Any]:
    """Return a call that multiplies two square matrices once."""
    random = np.random.default_rng(0)
    left, right = random.standard_normal((2, size, size), np.float32)
    out = np.empty_like(left)
    return lambda: np.matmul(left, right, out=out)
