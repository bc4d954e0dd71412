"""What the right side of a line should come to, by its left side and how it is assigned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from layerwise.study.equations.tree import Call, Equation, Node, Symbol, parts
from layerwise.study.equations.values import ClashError, Scene, tensor, value


def family_of(node: Node) -> str:
    """Return the family of a left side; nothing for a function or an expression."""
    if isinstance(node, Symbol):
        return node.family
    return "loss" if isinstance(node, Call) and node.function == "loss" else ""


def same(one: Node, other: Node) -> bool:
    """Return whether two parts name the same tensor of the same layer."""
    return (
        isinstance(one, Symbol)
        and isinstance(other, Symbol)
        and (one.family, one.index) == (other.family, other.index)
    )


def updates(equation: Equation) -> bool:
    """Return whether a line changes a parameter: W = W - ..., W -= ..."""
    if not isinstance(equation.left, Symbol) or equation.left.family not in ("W", "b", "w"):
        return False
    if same(equation.left, equation.right):  # taken out of a dictionary
        return False
    again = any(same(equation.left, part) for part in parts(equation.right))
    return again or equation.sign in ("-=", "+=") or _speaks_of(equation, "rate")


def _speaks_of(equation: Equation, family: str) -> bool:
    return any(isinstance(p, Symbol) and p.family == family for p in parts(equation.right))


def target(equation: Equation, scene: Scene) -> np.ndarray:
    """Return what the right side of an equation should come to in a scene."""
    left = equation.left
    if updates(equation) and isinstance(left, Symbol):
        return _updated(equation, left, scene)
    if equation.sign == "/=":
        return np.asarray(float(scene.network.examples))
    if equation.sign in ("+=", "-=") and isinstance(left, Symbol):
        return _gathered(left, scene)
    wanted = value(left, scene)
    if isinstance(left, Symbol) and any(same(left, part) for part in parts(equation.right)):
        wanted = wanted / scene.network.examples if _speaks_of(equation, "m") else wanted
    if _speaks_of(equation, "l2") and isinstance(left, Symbol):
        return wanted + _penalty(left, scene)
    return wanted


def _updated(equation: Equation, left: Symbol, scene: Scene) -> np.ndarray:
    slope = value(replace(left, family="d" + left.family), scene)
    if _speaks_of(equation, "l2") and left.family != "b":
        slope = slope + _penalty(replace(left, family="d" + left.family), scene)
    step = scene.network.numbers["rate"] * slope
    if equation.sign == "-=":
        return step
    return -step if equation.sign == "+=" else value(left, scene) - step


def _penalty(left: Symbol, scene: Scene) -> np.ndarray:
    share = scene.network.numbers["l2"] / scene.network.examples
    if left.family in ("dW", "dw"):
        return share * value(replace(left, family=left.family[1:]), scene)
    if left.family == "J":
        each = [t for (family, _), t in scene.network.tensors.items() if family == "W"]
        return np.asarray(share / 2 * sum(float(np.sum(t**2)) for t in each))
    return np.asarray(0.0)


def _gathered(left: Symbol, scene: Scene) -> np.ndarray:
    # inside the loop over examples: what one of them adds
    network, at = scene.network, [min(scene.example, scene.network.examples - 1)]
    if left.family == "J":
        return network.loss[:, at]
    if left.family not in ("dW", "db", "dw"):
        raise ClashError(left, "only dW, db and J are gathered with +=")
    change = tensor(Symbol(0, 0, "dZ", left.index), scene)[:, at]
    if left.family == "db":
        return change
    index = scene.own if left.index is None else left.index
    before = tensor(Symbol(0, 0, "A", index.moved(-1)), scene)[:, at]
    return before @ change.T if left.family == "dw" else change @ before.T
