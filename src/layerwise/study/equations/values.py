"""The value of an equation's parts on one network: our tree, our operations, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from layerwise.study.equations.conventions import scale
from layerwise.study.equations.networks import Network, activate
from layerwise.study.equations.operations import (
    ELEMENTWISE,
    PAIRS,
    SINGLE,
    ClashError,
    broadcast,
    pair,
    python_mean,
    python_sum,
)
from layerwise.study.equations.tree import (
    Binary,
    Call,
    Choice,
    Group,
    Index,
    Negative,
    Node,
    Number,
    Power,
    Symbol,
    Total,
    Transpose,
    bare,
    parts,
)


@dataclass(frozen=True)
class Scene:
    """One network, one layer l, a convention of 1/m, one example where (i) is written."""

    network: Network
    layer: int
    own: Index  # the layer of symbols that are written without one
    convention: str = "mean"
    example: int = 1
    whole: bool = False  # a plain sum goes over everything: on the line of the cost

    def place(self, index: Index | None) -> int:
        index = self.own if index is None else index
        start = {"l": self.layer, "L": self.network.depth}.get(index.base, 0)
        return start + index.offset


def value(node: Node, scene: Scene) -> np.ndarray:
    """Return what a part comes to, or raise ClashError where shapes do not fit."""
    try:
        return _HOW[type(node)](node, scene)
    except ValueError:  # NumPy's own word for shapes that do not pair
        raise ClashError(node, "do not pair element by element") from None


def _symbol(node: Symbol, scene: Scene) -> np.ndarray:
    found = tensor(node, scene)
    if node.example and found.ndim == 2:
        return found[:, [min(scene.example, found.shape[1] - 1)]]
    return found


def tensor(node: Symbol, scene: Scene) -> np.ndarray:
    """Return all columns of a symbol."""
    network, family = scene.network, node.family
    if family in network.numbers:
        return np.asarray(network.numbers[family])
    if family == "J":
        total = float(network.loss.sum())
        return np.asarray(total if scene.convention == "sum" else total / network.examples)
    if family == "loss":
        return network.loss
    if family in ("w", "dw"):
        return tensor(replace(node, family=family.upper().replace("DW", "dW"), index=None), scene).T
    place = {"X": ("A", 0), "Y": ("Y", 0), "Yhat": ("A", network.depth)}.get(
        family, (family, scene.place(node.index))
    )
    if place not in network.tensors:
        raise ClashError(node, f"there is no {family}[{place[1]}] with {network.depth} layers")
    return network.tensors[place] * scale(family, scene.convention, network.examples)


def _transpose(node: Transpose, scene: Scene) -> np.ndarray:
    return value(node.inner, scene).T


def _negative(node: Negative, scene: Scene) -> np.ndarray:
    return -value(node.inner, scene)


def _power(node: Power, scene: Scene) -> np.ndarray:
    return np.asarray(value(node.base, scene) ** value(node.exponent, scene))


def _binary(node: Binary, scene: Scene) -> np.ndarray:
    left, right = value(node.left, scene), value(node.right, scene)
    if node.sign in ELEMENTWISE:
        return broadcast(node, left, right)
    if left.ndim == 0 or right.ndim == 0 or _one_number(scene, left, right):
        return left * right
    if left.shape[-1] == right.shape[0]:
        return left @ right
    if left.shape == right.shape and (node.sign == "·" or _beside(node)):
        return left * right
    raise ClashError(node, "do not fit in a product")


def _one_number(scene: Scene, left: np.ndarray, right: np.ndarray) -> bool:
    # logistic regression on one example: dz is a number, and dz x is as good as x dz
    logistic = scene.network.depth == 1 and scene.network.widths[-1] == 1
    return logistic and (left.shape == (1, 1) or right.shape == (1, 1))


def _beside(node: Binary) -> bool:
    # a(1 - a) and dA g'(Z): a lecturer leaves the sign out, and no product is possible
    if node.sign != " ":
        return False
    right, left = node.right, node.left
    calls = [bare(node) for node in (left, right)]
    primed = any(isinstance(call, Call) and call.primed for call in calls)
    return primed or (isinstance(right, Group) and not isinstance(bare(right), Symbol))


def _total(node: Total, scene: Scene) -> np.ndarray:
    numbered = any(isinstance(p, Symbol) and p.example for p in parts(node.body))
    if numbered or scene.network.examples == 1:
        each = range(scene.network.examples)
        return np.asarray(sum(value(node.body, replace(scene, example=i)) for i in each))
    return _over_examples(value(node.body, scene), scene)


def _over_examples(found: np.ndarray, scene: Scene) -> np.ndarray:
    return np.sum(found) if scene.whole or found.ndim < 2 else found.sum(axis=1, keepdims=True)


def _choice(node: Choice, scene: Scene) -> np.ndarray:
    test, then = value(node.test, scene), value(node.then, scene)
    other = np.asarray(0.0) if node.other is None else value(node.other, scene)
    return np.where(test > 0, then, other)


def _call(node: Call, scene: Scene) -> np.ndarray:
    if node.function == "loss":
        return _loss(node, scene)
    found = [value(argument, scene) for argument in node.arguments]
    if node.function in PAIRS:
        sign = PAIRS[node.function]
        return pair(node, sign, found)
    if node.function in SINGLE:
        return np.asarray(SINGLE[node.function](found[0]))
    if node.function == "sum":
        if node.python:
            return python_sum(node, found[0])
        return _over_examples(found[0], scene)
    if node.function == "mean":
        return python_mean(node, found[0])
    if node.function == "where":
        return np.where(found[0] > 0, found[1], found[2])
    layer = scene.place(_layer_of(node))
    if node.function == "g" and not 1 <= layer <= scene.network.depth:
        raise ClashError(node, f"there is no g[{layer}] with {scene.network.depth} layers")
    name = scene.network.activation(layer) if node.function == "g" else node.function
    slope = scene.network.slopes[min(max(layer, 0), scene.network.depth)]
    return activate(name, found[0], slope, node.primed)


def _layer_of(node: Call) -> Index | None:
    # g without a layer takes that of its argument
    if node.index is not None:
        return node.index
    for part in parts(node.arguments[0]):
        if isinstance(part, Symbol) and part.index is not None:
            return part.index
    return None


def _loss(node: Call, scene: Scene) -> np.ndarray:
    families = {part.family for part in parts(node) if isinstance(part, Symbol)}
    if families not in ({"Yhat", "Y"}, {"A", "Y"}):
        raise ClashError(node, "the loss compares the output with Y")
    numbered = any(isinstance(part, Symbol) and part.example for part in parts(node))
    found = scene.network.loss
    return found[:, [min(scene.example, found.shape[1] - 1)]] if numbered else found


_HOW: dict[type, Callable[..., np.ndarray]] = {
    Number: lambda node, scene: np.asarray(node.value),
    Symbol: _symbol,
    Transpose: _transpose,
    Group: lambda node, scene: value(node.inner, scene),
    Negative: _negative,
    Power: _power,
    Binary: _binary,
    Call: _call,
    Total: _total,
    Choice: _choice,
}
