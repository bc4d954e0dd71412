"""Whether an equation holds: its left side against its right side on random networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layerwise.study.equations.names import LAYERED
from layerwise.study.equations.networks import Case, draw
from layerwise.study.equations.readings import (
    Reading,
    Sheet,
    Where,
    readings,
)
from layerwise.study.equations.targets import family_of, target
from layerwise.study.equations.tree import Call, Equation, Index, Node, Symbol, index_of, parts
from layerwise.study.equations.values import ClashError, Scene, value

TOLERANCE = 1e-9
EVERYWHERE = Where()
_CASES = ((3, False), (4, False), (3, True), (2, False))


@dataclass(frozen=True)
class Failure:
    """Where a line first disagrees: in shape or in value."""

    kind: str  # shape, value or nowhere
    message: str
    scene: Scene | None = None


@dataclass(frozen=True)
class Proof:
    """The verdict on one line; `reading` is that under which it holds."""

    right: bool
    reading: Reading | None
    failure: Failure | None


def prove(equation: Equation, sheet: Sheet, where: Where = EVERYWHERE) -> Proof:
    """Return whether an equation holds on every network, under any fair reading of it."""
    first: Failure | None = None
    for reading in readings(equation, sheet):
        failure = check(equation, reading, sheet, where)
        if failure is None:
            return Proof(True, reading, None)
        if first is None or first.kind == "nowhere":
            first = failure
    return Proof(False, None, first)


def check(
    equation: Equation, reading: Reading, sheet: Sheet, where: Where, equal: bool | None = None
) -> Failure | None:
    """Return the first disagreement under one reading, or None."""
    met = False
    for scene in scenes(equation, reading, sheet, where):
        if equal is not None and scene.network.case.equal != equal:
            continue
        met = True
        failure = disagreement(equation, scene)
        if failure is not None:
            return failure
    return None if met else Failure("nowhere", "no network has all the layers that are named")


def disagreement(equation: Equation, scene: Scene) -> Failure | None:
    """Return how the two sides differ on one network."""
    try:
        with np.errstate(all="ignore"):
            wanted, found = target(equation, scene), value(equation.right, scene)
    except ClashError as clash:
        return Failure("shape", clash.message, scene)
    if wanted.size == found.size == 1:
        wanted, found = wanted.reshape(()), found.reshape(())
    if wanted.shape != found.shape:
        return Failure("shape", "the two sides differ in shape", scene)
    size = float(np.max(np.abs(wanted))) or 1.0
    if np.all(np.isfinite(found)) and np.max(np.abs(wanted - found)) <= TOLERANCE * size:
        return None
    return Failure("value", ratio(wanted, found), scene)


def ratio(wanted: np.ndarray, found: np.ndarray) -> str:
    """Return in words how far a right side is from what it should be."""
    if not np.all(np.isfinite(found)):
        return "the right side is not a finite number"
    if np.allclose(found, 0):
        return "the right side is zero"
    with np.errstate(all="ignore"):
        each = (found / wanted)[np.abs(wanted) > 1e-12]
    if each.size and np.allclose(each, each.flat[0]):
        return f"the right side is {each.flat[0]:.4g} times what it should be"
    far = np.max(np.abs(wanted - found)) / (float(np.max(np.abs(wanted))) or 1.0)
    if far > 2:
        return f"the values differ, by {far:.0f} times the largest"
    return f"the values differ, by {far:.0%} of the largest"


def scenes(equation: Equation, reading: Reading, sheet: Sheet, where: Where) -> Iterator[Scene]:
    """Yield the networks and layers on which a line is held against the truth."""
    nodes = [*parts(equation.left), *parts(equation.right)]
    left = index_of(equation.left)
    own = left if left and not _previous(equation.left) else Index("l")
    single = any(isinstance(n, Symbol) and n.column and not n.example for n in nodes)
    whole = family_of(equation.left) == "J"
    for depth, equal in _depths(nodes, reading, sheet):
        case = Case(depth, reading.hidden, reading.head, single, equal)
        for layer in _layers(depth, nodes, reading, own):
            if where.allows(layer, depth):
                yield Scene(draw(case), layer, own, sheet.convention, whole=whole)


def _previous(node: Node) -> bool:
    return isinstance(node, Symbol) and node.style == "prev"


def _depths(nodes: list[Node], reading: Reading, sheet: Sheet) -> list[tuple[int, bool]]:
    if reading.mode == "only":
        return [(1, False), (1, True)]
    indices = [n.index for n in nodes if isinstance(n, Symbol | Call) and n.index]
    numbers = [index.offset for index in indices if not index.base]
    if not numbers:
        return list(_CASES)
    if any(index.base for index in indices):
        least = max(sheet.depth, *numbers, 1)
        return [(least, False), (least + 1, False), (least, True)]
    least = max(sheet.depth, 1)
    return [(least, False), (least, True)]


def _layers(depth: int, nodes: list[Node], reading: Reading, own: Index) -> list[int]:
    used = [_use(node, own) for node in nodes if isinstance(node, Symbol | Call)]
    letters = [(index, least) for index, least in filter(None, used) if index.base]
    if not letters:
        return [1]
    last = depth - 1 if reading.mode == "hidden" else depth
    layers = [depth] if reading.mode in ("last", "only") else range(0, last + 2)
    found = []
    for layer in layers:
        places = [
            ({"l": layer, "L": depth}[index.base] + index.offset, least, index.base)
            for index, least in letters
        ]
        if all(least <= at <= (last if base == "l" else depth) for at, least, base in places):
            found.append(layer)
    return found if any(index.base == "l" for index, _ in letters) else found[:1]


def _use(node: Symbol | Call, own: Index) -> tuple[Index, int] | None:
    # the layer that a part speaks of, and the first layer that has such a part
    if isinstance(node, Call):
        return (node.index, 1) if node.index else None
    if node.family not in LAYERED:
        return None
    index = node.index if node.index is not None else own
    return index, 0 if node.family in ("A", "dA") else 1
