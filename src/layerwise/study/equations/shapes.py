"""The dimension proof of a line: every factor with its shape in the lecture's letters."""

from __future__ import annotations

import numpy as np

from layerwise.study.equations.targets import target
from layerwise.study.equations.tree import (
    Binary,
    Call,
    Choice,
    Equation,
    Group,
    Negative,
    Node,
    Number,
    Power,
    Symbol,
    Total,
    Transpose,
)
from layerwise.study.equations.values import ClashError, Scene, value


def dimensions(scene: Scene, letter: str) -> dict[int, str]:
    """Return the letters of the numbers of a network whose widths all differ."""
    network, names = scene.network, {1: "1"}
    if network.depth == 1 and letter != "1":  # logistic regression: layers are not counted
        return {network.widths[0]: "n_x", network.widths[1]: "n", network.examples: "m", 1: "1"}
    for layer, width in enumerate(network.widths):
        if letter == "l":
            by = layer - scene.layer
            if layer == network.depth and by > 1:
                names.setdefault(width, "n[L]")
                continue
            text = f"l{by:+d}" if by else "l"
        elif letter == "L":
            by = layer - network.depth
            text = f"L{by:+d}" if by else "L"
        else:
            text = str(layer)
        names.setdefault(width, f"n[{text}]")
    names.setdefault(network.examples, "m")
    return names


def shape_text(shape: tuple[int, ...], names: dict[int, str]) -> str:
    """Return a shape in letters.

    >>> shape_text((4, 7), {4: "n[l]", 7: "m"})
    '(n[l], m)'
    """
    if len(shape) == 1:
        return f"({names.get(shape[0], str(shape[0]))},)"
    return "(" + ", ".join(names.get(size, str(size)) for size in shape) + ")"


def proof_text(equation: Equation, scene: Scene, letter: str) -> str:
    """Return the right side in shapes, and what it comes to against what it should."""
    names = dimensions(scene, letter)
    with np.errstate(all="ignore"):
        text = _shapes(equation.right, scene, names)
        try:
            found = shape_text(value(equation.right, scene).shape, names)
        except ClashError:
            found = ""
        try:
            wanted = shape_text(target(equation, scene).shape, names)
        except ClashError:
            wanted = ""
    if not found:
        return f"{text}  does not fit"
    arrow = "" if text == found else f"{text} -> "
    agree = found == wanted or {found, wanted} <= {"()", "(1, 1)", "(1,)"}
    return f"{arrow}{found}" if agree or not wanted else f"{arrow}{found}, but {wanted} is due"


def _shapes(node: Node, scene: Scene, names: dict[int, str]) -> str:
    if isinstance(node, Number):
        return f"{node.value:g}"
    if isinstance(node, Symbol):
        return _symbol(node, scene, names)
    if isinstance(node, Transpose):
        return _turned(node, scene, names)
    if isinstance(node, Group):
        inner = _shapes(node.inner, scene, names)
        simple = not isinstance(node.inner, Binary) or _number(node.inner, scene)
        return inner if simple else f"[{inner}]"
    if isinstance(node, Negative):
        return "-" + _shapes(node.inner, scene, names)
    if isinstance(node, Power):
        return _shapes(node.base, scene, names)
    if isinstance(node, Binary):
        return _pair(node, scene, names)
    if isinstance(node, Total):
        return "sum of " + _shapes(node.body, scene, names)
    if isinstance(node, Choice):
        return _shapes(node.test, scene, names)
    return _call(node, scene, names) if isinstance(node, Call) else ""


def _number(node: Node, scene: Scene) -> bool:
    try:
        return value(node, scene).ndim == 0
    except ClashError:
        return False


def _symbol(node: Symbol, scene: Scene, names: dict[int, str]) -> str:
    try:
        shape = value(node, scene).shape
    except ClashError:
        return "?"
    short = {"rate": "alpha", "l2": "lambda"}
    return shape_text(shape, names) if shape else short.get(node.family, node.family)


def _turned(node: Transpose, scene: Scene, names: dict[int, str]) -> str:
    try:
        return shape_text(value(node, scene).shape, names)
    except ClashError:
        return _shapes(node.inner, scene, names) + "'"


def _pair(node: Binary, scene: Scene, names: dict[int, str]) -> str:
    left, right = _shapes(node.left, scene, names), _shapes(node.right, scene, names)
    if node.sign == "/":
        left, right = _held(node.left, left), _held(node.right, right)
    sign = {" ": " ", "@": " ", "·": " ", "/": "/"}.get(node.sign, f" {node.sign} ")
    return (
        f"{left}{sign}{right}" if len(left) < 9 and node.sign == "/" else _spaced(left, sign, right)
    )


def _held(node: Node, text: str) -> str:
    # a fraction has no parentheses of its own
    return f"[{text}]" if isinstance(node, Binary) and node.sign in ("+", "-") else text


def _spaced(left: str, sign: str, right: str) -> str:
    return f"{left} {sign.strip()} {right}" if sign.strip() else f"{left} {right}"


def _call(node: Call, scene: Scene, names: dict[int, str]) -> str:
    each = [_shapes(argument, scene, names) for argument in node.arguments]
    if node.function == "dot":
        return " ".join(each)
    if node.function in ("multiply", "divide"):
        return f" {'*' if node.function == 'multiply' else '/'} ".join(each)
    if node.function in ("sum", "mean"):
        return f"sum of {each[0]}"
    if node.function == "transpose":
        return _turned(Transpose(0, 0, node.arguments[0], (0, 0)), scene, names)
    return each[-1] if node.function == "maximum" else each[0]
