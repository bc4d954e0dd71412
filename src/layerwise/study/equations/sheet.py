"""What a whole file says, before any line of it is judged: depth, output, activations, 1/m."""

from __future__ import annotations

from dataclasses import replace

from layerwise.study.equations import networks
from layerwise.study.equations.conventions import CONVENTIONS, EARLY, MEAN, SENSITIVE, SUM, chosen
from layerwise.study.equations.names import LAYERED
from layerwise.study.equations.proof import prove
from layerwise.study.equations.readings import Sheet, Where, deeper
from layerwise.study.equations.targets import family_of, updates
from layerwise.study.equations.tree import (
    Binary,
    Call,
    Equation,
    Index,
    Node,
    Number,
    Power,
    Symbol,
    bare,
    parts,
)

Placed = tuple[Equation, Where]


def sheet_of(placed: list[Placed]) -> Sheet:
    """Return what the equations of a file say together."""
    nodes = [n for e, _ in placed for side in (e.left, e.right) for n in parts(side)]
    indices = [
        node.index for node in nodes
        if node_has_layer(node) and isinstance(node, Symbol | Call) and node.index
    ]  # fmt: skip
    families = {node.family for node in nodes if isinstance(node, Symbol)}
    sheet = Sheet(
        depth=max((index.offset for index in indices if not index.base), default=0),
        letters=any(index.base for index in indices),
        output=bool(families & {"Y", "Yhat", "J", "loss"}),
        heads=_heads([equation for equation, _ in placed]),
    )
    sheet = replace(sheet, hidden=_hidden([equation for equation, _ in placed], sheet))
    return replace(sheet, convention=_convention(placed, sheet))


def node_has_layer(node: Node) -> bool:
    """Return whether a part can carry a layer."""
    return isinstance(node, Call) or (isinstance(node, Symbol) and node.family in LAYERED)


def sheets(equation: Equation, sheet: Sheet) -> list[Sheet]:
    """Return the sheets under which a line may hold: numbers alone need not reach the output."""
    open_ended = sheet.depth and (not sheet.output or sheet.letters)
    return [sheet, deeper(sheet)] if open_ended else [sheet]


def _heads(equations: list[Equation]) -> tuple[str, ...]:
    for equation in equations:
        nodes = list(parts(equation.right))
        if any(isinstance(n, Call) and n.function == "softmax" for n in nodes):
            return (networks.SOFTMAX,)
        squares = any(
            (isinstance(n, Power) and isinstance(bare(n.exponent), Number))
            or (isinstance(n, Call) and n.function in ("square", "power"))
            for n in nodes
        )  # fmt: skip
        cost = family_of(equation.left) in ("J", "loss")
        if cost and squares and not any(isinstance(n, Call) and n.function == "log" for n in nodes):
            return (networks.SQUARED, networks.DOUBLED)
        if family_of(equation.left) == "Yhat" and _linear(equation.right):
            return (networks.SQUARED, networks.DOUBLED)
        if _last(equation.left) and _linear(equation.right):
            return (networks.SQUARED, networks.DOUBLED)
    return ()


def _last(node: Node) -> bool:
    return isinstance(node, Symbol) and node.family == "A" and node.index == Index("L")


def _linear(node: Node) -> bool:
    inner = bare(node)
    if isinstance(inner, Call):
        return inner.function == "identity"
    if isinstance(inner, Symbol):
        return inner.family == "Z"
    return isinstance(inner, Binary) and any(
        isinstance(part, Symbol) and part.family == "w" for part in parts(inner)
    )


def _hidden(equations: list[Equation], sheet: Sheet) -> dict[str, str]:
    found: dict[str, str] = {}
    for equation in equations:
        left, name = equation.left, _activation(equation.right)
        if not isinstance(left, Symbol) or left.family != "A" or left.index is None or not name:
            continue
        index = left.index
        if index.base == "l" or (index.base == "L" and index.offset < 0):
            found["hidden"] = name
        elif not index.base and (index.offset < sheet.depth or not sheet.output):
            found[str(index.offset)] = name
    return found


def _activation(node: Node) -> str:
    inner = bare(node)
    if not isinstance(inner, Call) or inner.primed:
        return ""
    if inner.function == "maximum":
        small = all(isinstance(a, Number | Symbol) for a in inner.arguments)
        return "relu" if small else "leaky_relu"
    known = ("sigmoid", "tanh", "relu", "leaky_relu", "identity")
    return inner.function if inner.function in known else ""


def _convention(placed: list[Placed], sheet: Sheet) -> str:
    right: dict[str, set[int]] = {}
    sensitive = [
        (at, one) for at, one in enumerate(placed)
        if family_of(one[0].left) in SENSITIVE and not updates(one[0])
    ]  # fmt: skip
    for convention in CONVENTIONS:
        under = replace(sheet, convention=convention)
        right[convention] = {
            at for at, (equation, where) in sensitive
            if any(prove(equation, each, where).right for each in sheets(equation, under))
        }  # fmt: skip
    found = chosen(right)
    if found == MEAN and _shareless([one[0] for _, one in sensitive]):
        return SUM if not right[MEAN] - right[SUM] else MEAN
    return EARLY if found == EARLY else found


def _shareless(equations: list[Equation]) -> bool:
    # nowhere a 1/m: the slide means one example, or the sum over all
    means = [e for e in equations if family_of(e.left) in ("dW", "db", "dw")]
    shared = any(
        isinstance(n, Symbol) and n.family == "m" for e in equations for n in parts(e.right)
    )
    return bool(means) and not shared
