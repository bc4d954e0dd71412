"""The fair readings of a line: which output, which activations, which layers it may mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product

from layerwise.study.equations import networks
from layerwise.study.equations.conventions import MEAN
from layerwise.study.equations.names import LAYERED
from layerwise.study.equations.targets import family_of
from layerwise.study.equations.tree import Call, Equation, Index, Node, Symbol, index_of, parts

SPECIFIC = ("sigmoid", "tanh", "relu", "leaky_relu")


@dataclass(frozen=True)
class Sheet:
    """What the whole file says: its depth in numbers, its output, its activations, its 1/m."""

    depth: int = 0
    letters: bool = False
    output: bool = False  # whether Y, Yhat or J is met
    heads: tuple[str, ...] = ()
    hidden: dict[str, str] = field(default_factory=dict)
    convention: str = MEAN
    until: float = float("inf")  # when the search for slips ends


@dataclass(frozen=True)
class Where:
    """Which layers l a line speaks of; without a word of it, all that there are."""

    first: Index | None = None
    last: Index | None = None

    def allows(self, layer: int, depth: int) -> bool:
        if self.first is None or self.last is None:
            return True
        ends = [depth * (end.base == "L") + end.offset for end in (self.first, self.last)]
        return min(ends) <= layer <= max(ends)


@dataclass(frozen=True)
class Reading:
    """One way to take a line: the output, the hidden activation, and the layers of bare symbols."""

    head: str
    hidden: str
    mode: str = "written"  # written, every, only, last or hidden


def readings(equation: Equation, sheet: Sheet) -> list[Reading]:
    """Return the ways to take a line, the most natural first."""
    nodes = [*parts(equation.left), *parts(equation.right)]
    heads, hidden = _heads(equation, nodes, sheet), _hidden(equation, nodes, sheet)
    modes = _modes(equation, nodes)
    return [Reading(*each) for each in product(heads, hidden, modes)]


def _families(nodes: list[Node]) -> set[str]:
    return {node.family for node in nodes if isinstance(node, Symbol)}


def _heads(equation: Equation, nodes: list[Node], sheet: Sheet) -> list[str]:
    families = _families(nodes)
    if families & {"w", "dw"}:
        return (
            [networks.ONE, networks.SQUARED] if networks.SQUARED in sheet.heads else [networks.ONE]
        )
    cost = family_of(equation.left) in ("J", "loss")
    if cost and not sheet.heads:
        return [
            networks.SIGMOID, networks.ONE, networks.SOFTMAX, networks.SQUARED, networks.DOUBLED
        ]  # fmt: skip
    found = list(sheet.heads)
    if not found or not families & {"Y", "Yhat"}:
        found.append(networks.SIGMOID)
    total = any(
        isinstance(n, Call) and n.function in ("sum", "mean") and n.axis is None for n in nodes
    )
    if total or cost:
        found.append(networks.ONE)
    return found


def _hidden(equation: Equation, nodes: list[Node], sheet: Sheet) -> list[str]:
    calls = {node.function for node in nodes if isinstance(node, Call)}
    defined = isinstance(equation.left, Call) and equation.left.primed
    plain = not _families(nodes) & {"Z", "dA", "dZ"} and not defined
    if family_of(equation.left) in ("J", "loss", "dW", "db") and plain:
        return [networks.GENERAL]  # no hidden activation is met
    if "g" in calls and not defined:
        return [networks.GENERAL]
    declared = {sheet.hidden[key] for key in keys(nodes, sheet.depth) if key in sheet.hidden}
    if declared:
        return sorted(declared)
    return [networks.GENERAL, *SPECIFIC, *(["identity"] if "identity" in calls else [])]


def keys(nodes: list[Node], depth: int) -> list[str]:
    """Return which layers' activations a line speaks of: numbers, or `hidden`."""
    found = []
    for node in nodes:
        if isinstance(node, Symbol) and node.family in ("A", "Z", "dZ") and node.index:
            index = node.index
            if not index.base and index.offset not in (0, depth):
                found += [str(index.offset), "hidden"]
            elif index.base == "l" or index.offset < 0:
                found.append("hidden")
    return found[:2] if found and found[0].isdigit() else found


def _modes(equation: Equation, nodes: list[Node]) -> list[str]:
    if _families(nodes) & {"w", "dw"}:
        return ["only"]
    if not implicit(equation):
        left = index_of(equation.left)
        return ["written", "hidden"] if left and left.base == "l" else ["written"]
    if _families(nodes) & {"X", "Y", "Yhat"}:
        return ["only", "last"]
    return ["every", "hidden", "only", "last"]


def implicit(equation: Equation) -> bool:
    """Return whether the layer of a line is nowhere written."""
    found = [p for side in (equation.left, equation.right) for p in parts(side)]
    layered = [p for p in found if isinstance(p, Symbol) and p.family in LAYERED]
    written = [p for p in layered if p.index is not None and p.style != "prev"]
    return bool(layered) and not written


def deeper(sheet: Sheet) -> Sheet:
    """Return the sheet with one more layer behind the last that is named by a number."""
    return replace(sheet, depth=sheet.depth + 1)
