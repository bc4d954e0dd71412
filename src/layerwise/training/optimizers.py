"""The update rules, by the course's names; Optax computes them. Lecture rows 6 and 30."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import optax

from layerwise.propagation.notation import Number


class Numbers(NamedTuple):
    """The numeric settings: arguments of the compiled program, so a new value compiles nothing."""

    learning_rate: Number
    momentum: Number
    l2_share: Number


OPTIMIZERS: dict[str, Callable[[Numbers], optax.GradientTransformation]] = {
    "gradient_descent": lambda numbers: optax.sgd(numbers.learning_rate),
    "momentum": lambda numbers: optax.sgd(numbers.learning_rate, numbers.momentum),
    "adam": lambda numbers: optax.adam(numbers.learning_rate, b1=numbers.momentum),
}
