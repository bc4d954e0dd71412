"""Which loss goes with which output unit, and where the backward pass starts. Lecture row 18.

For the four canonical pairs (identity and squared error, sigmoid and softmax with cross-entropy,
exponential and Poisson) dZ[L] = A[L] - Y; every other row brings its own dZ[L].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from layerwise.propagation import cost_of_classes as classes
from layerwise.propagation import cost_of_numbers as numbers
from layerwise.propagation import focal
from layerwise.propagation.heads import HEADS
from layerwise.propagation.notation import Columns, PerExample, Tensors


class Cost(NamedTuple):
    """A row of COSTS: the head it belongs to, the loss of each example, its derivative dZ[L]."""

    head: str
    loss: Callable[[Columns, Columns, Tensors], PerExample]
    dZ: Callable[[Columns, Columns, Tensors], Columns]


COSTS: dict[str, Cost] = {
    "squared_error": Cost("identity", numbers.squared_error, numbers.squared_error_dZ),
    "absolute_error": Cost("identity", numbers.absolute_error, numbers.absolute_error_dZ),
    "huber": Cost("identity", numbers.huber, numbers.huber_dZ),
    "quantile": Cost("identity", numbers.quantile, numbers.quantile_dZ),
    "poisson": Cost("exponential", numbers.poisson, numbers.poisson_dZ),
    "binary_cross_entropy": Cost(
        "sigmoid", classes.binary_cross_entropy, classes.binary_cross_entropy_dZ
    ),
    "cross_entropy": Cost("softmax", classes.cross_entropy, classes.cross_entropy_dZ),
    "binary_focal": Cost("sigmoid", focal.binary_focal, focal.binary_focal_dZ),
    "focal": Cost("softmax", focal.focal, focal.focal_dZ),
}

# dA[L] of the lecture, from A and Y, for the costs that the board writes in that form
DA: dict[str, Callable[[Columns, Columns], Columns]] = {
    "squared_error": lambda A, Y: A - Y,
    "binary_cross_entropy": lambda A, Y: -Y / A + (1 - Y) / (1 - A),
    "cross_entropy": lambda A, Y: -Y / A,
    "poisson": lambda A, Y: 1 - Y / A,
}


def row_of(cost: str | Cost) -> Cost:
    """Return the row of a name; a user's own Cost is its own row."""
    return COSTS[cost] if isinstance(cost, str) else cost


def dZ_last_through_dA(name: str, A: Columns, Y: Columns) -> Columns:
    """Return dZ[L] by the lecture's longer way, through dA[L]; for A strictly inside its range."""
    return HEADS[COSTS[name].head].back_through_g(DA[name](A, Y), A)
