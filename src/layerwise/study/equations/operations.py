"""What is done with numbers: element by element, products, NumPy's sums. There is nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from layerwise.study.equations.tree import Binary, Call, Node


class ClashError(Exception):
    """Shapes that do not fit: where, and which."""

    def __init__(self, node: Node, message: str):
        self.node, self.message = node, message
        super().__init__(message)


ELEMENTWISE: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    ">": lambda a, b: np.asarray(a > b) * 1.0,
    "<": lambda a, b: np.asarray(a < b) * 1.0,
    ">=": lambda a, b: np.asarray(a >= b) * 1.0,
    "<=": lambda a, b: np.asarray(a <= b) * 1.0,
    "==": lambda a, b: np.asarray(a == b) * 1.0,
}

SINGLE: dict[str, Callable[[Any], Any]] = {
    "log": np.log,
    "exp": np.exp,
    "abs": np.abs,
    "square": np.square,
    "transpose": np.transpose,
    "number": lambda found: found,
    "negative": np.negative,
    "squeeze": np.squeeze,
}
PAIRS = {"multiply": "*", "divide": "/", "dot": "@", "maximum": "maximum", "power": "power"}


def broadcast(node: Binary, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return an operation element by element, as NumPy pairs shapes."""
    try:
        return np.asarray(ELEMENTWISE[node.sign](left, right))
    except ValueError:
        words = {"+": "add", "-": "subtract", "/": "divide"}.get(node.sign, "pair")
        raise ClashError(node, f"do not {words} element by element") from None


def pair(node: Call, sign: str, found: list[np.ndarray]) -> np.ndarray:
    """Return what a function of two arrays makes of them."""
    left, right = found
    if sign == "maximum":
        return np.maximum(left, right)
    if sign == "power":
        return np.asarray(left**right)
    one, two = node.arguments
    joined = Binary(node.start, node.end, sign, one, two, node.name)
    if sign != "@":
        return broadcast(joined, left, right)
    if left.ndim == 0 or right.ndim == 0:
        return left * right
    if left.shape[-1] != right.shape[0]:
        raise ClashError(node, "do not fit in a product")
    return left @ right


def python_mean(node: Call, found: np.ndarray) -> np.ndarray:
    """Return NumPy's mean with its axis and its keepdims."""
    total = python_sum(node, found)
    return np.asarray(total / (found.size / max(np.size(total), 1)))


def python_sum(node: Call, found: np.ndarray) -> np.ndarray:
    """Return NumPy's sum with its axis and its keepdims."""
    if node.axis is None or found.ndim < 2:
        return np.sum(found, keepdims=node.kept and node.axis is None)
    return found.sum(axis=node.axis, keepdims=node.kept)
