"""Random networks, every tensor of which is known: what an equation is held against.

Plain NumPy in float64, written out beside the board's own code, so that neither proves itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

SIGMOID, ONE, SOFTMAX, SQUARED, DOUBLED = "sigmoid", "one", "softmax", "squared", "doubled"
GENERAL = "general"  # an activation of its own in each layer, none of the known ones
LEAK = 0.01
_WIDTHS = (4, 3, 5, 6, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16)
_EXAMPLES = 7
Values = np.ndarray


class Case(NamedTuple):
    """Which network to draw: depth, hidden activation, output, examples, widths."""

    depth: int
    hidden: str = GENERAL
    head: str = SIGMOID
    single: bool = False
    equal: bool = False


@dataclass(frozen=True)
class Network:
    """A drawn network: its widths, its activations, and its tensors by family and layer."""

    case: Case
    widths: tuple[int, ...]
    examples: int
    tensors: dict[tuple[str, int], Values]
    numbers: dict[str, float]
    slopes: tuple[float, ...]  # of the general activation, layer by layer
    loss: Values

    @property
    def depth(self) -> int:
        return self.case.depth

    def activation(self, layer: int) -> str:
        if layer < self.depth:
            return self.case.hidden
        return {ONE: "sigmoid", SIGMOID: "sigmoid", SOFTMAX: "softmax"}.get(
            self.case.head, "identity"
        )


def sigmoid(values: Values) -> Values:
    return 1 / (1 + np.exp(-values))


def softmax(values: Values) -> Values:
    raised = np.exp(values - np.max(values, axis=0, keepdims=True))
    return raised / raised.sum(axis=0, keepdims=True)


KNOWN: dict[str, tuple[Callable[[Values], Values], Callable[[Values], Values]]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.where(z > 0, z, LEAK * z), lambda z: np.where(z > 0, 1.0, LEAK)),
    "identity": (lambda z: z * 1.0, np.ones_like),
}


def activate(name: str, values: Values, slope: float, primed: bool) -> Values:
    """Return g or g' of an array; `slope` is that of the general activation."""
    if name == "softmax":
        return softmax(values)
    if name == GENERAL:
        bent = np.tanh(values + slope)
        return 1 - bent**2 + slope if primed else bent + slope * values
    return KNOWN[name][primed](values)


@lru_cache(maxsize=256)
def draw(case: Case) -> Network:
    """Return the network of a case: always the same one."""
    random = np.random.default_rng([case.depth, case.equal, case.single, 5])
    outputs = {ONE: 1}.get(case.head, 3)
    inner = (4,) * case.depth if case.equal else _spread(case.depth, outputs)
    widths = (*inner, 4 if case.equal and outputs > 1 else outputs)
    examples = 1 if case.single else _EXAMPLES
    slopes = tuple(0.3 + 0.17 * layer for layer in range(case.depth + 1))
    tensors = {("A", 0): random.normal(size=(widths[0], examples))}
    for layer in range(1, case.depth + 1):
        tensors["W", layer] = 1.3 * random.normal(size=(widths[layer], widths[layer - 1]))
        tensors["W", layer] /= np.sqrt(widths[layer - 1])
        tensors["b", layer] = random.normal(size=(widths[layer], 1)) / 2
    target = _target(random.uniform(0.1, 0.9, (widths[-1], examples)), case.head)
    numbers = {"rate": 0.37, "l2": 0.61, "m": float(examples), "e": float(np.e)}
    loss = np.zeros((1, examples))
    network = Network(case, widths, examples, tensors, numbers, slopes, loss)
    with np.errstate(all="ignore"):  # a deep network may saturate
        _forward(network)
        _backward(network, target)
        np.copyto(loss, _loss(tensors["A", case.depth], target, case.head))
    return network


def _spread(depth: int, outputs: int) -> tuple[int, ...]:
    # all different, and different from the outputs
    return tuple(width for width in _WIDTHS if width != outputs)[:depth] or (4,)


def _target(values: Values, head: str) -> Values:
    return values / values.sum(axis=0, keepdims=True) if head == SOFTMAX else values


def _forward(network: Network) -> None:
    tensors = network.tensors
    for layer in range(1, network.depth + 1):
        tensors["Z", layer] = tensors["W", layer] @ tensors["A", layer - 1] + tensors["b", layer]
        name, slope = network.activation(layer), network.slopes[layer]
        tensors["A", layer] = activate(name, tensors["Z", layer], slope, False)


def _backward(network: Network, target: Values) -> None:
    tensors, last = network.tensors, network.depth
    output = tensors["A", last]
    tensors["Y", 0] = target
    tensors["dA", last] = _start(output, target, network.case.head)
    for layer in range(last, 0, -1):
        slope, name = network.slopes[layer], network.activation(layer)
        if name == "softmax":
            change = output - target
        else:
            change = tensors["dA", layer] * activate(name, tensors["Z", layer], slope, True)
        tensors["dZ", layer] = change
        tensors["dW", layer] = change @ tensors["A", layer - 1].T / network.examples
        tensors["db", layer] = change.sum(axis=1, keepdims=True) / network.examples
        tensors["dA", layer - 1] = tensors["W", layer].T @ change


def _start(output: Values, target: Values, head: str) -> Values:
    if head == SOFTMAX:
        return -target / output
    if head in (SQUARED, DOUBLED):
        return (output - target) * (2 if head == DOUBLED else 1)
    return -target / output + (1 - target) / (1 - output)


def _loss(output: Values, target: Values, head: str) -> Values:
    if head in (SQUARED, DOUBLED):
        each = (output - target) ** 2 / (1 if head == DOUBLED else 2)
    elif head == SOFTMAX:
        each = -target * np.log(output)
    else:
        each = -target * np.log(output) - (1 - target) * np.log(1 - output)
    return each.sum(axis=0, keepdims=True)
