"""The computational graph as SVG: values above the edges, derivatives below them."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from layerwise.study.trace.notation import symbol_text
from layerwise.study.trace.value import Node, Trace
from layerwise.study.trace.writing import known_at, short

NODE, EDGE, TALL, EDGE_OF_PAGE = 54, 104, 44, 6  # pixels
LONG = 10  # letters: a longer label is written smaller
INPUT = NODE + 90, 62  # the box of a parameter
BESIDE, BELOW = INPUT[0] // 2 + 2, INPUT[1] + 8
ABOVE, FOR_SKIPS = 34, 40
Known = Mapping[str, tuple[int, np.ndarray]]


class Place(NamedTuple):
    """Where a node stands: its left edge and its middle's height."""

    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + NODE // 2


def graph(trace: Trace) -> str:
    """Return the graph; every text says in `data-at` from which step on it is known."""
    known = known_at(trace)
    skipping = any(node.skips for node in trace.nodes)
    y = ABOVE + (FOR_SKIPS if skipping else 0) + TALL // 2
    places = {
        node.symbol: Place(EDGE_OF_PAGE + at * (NODE + EDGE), y)
        for at, node in enumerate(trace.nodes)
    }
    inputs = _inputs(trace.nodes, places)
    lowest = max(corner.y for _, corner in inputs)
    width = max(corner.x for _, corner in inputs) + INPUT[0] + EDGE_OF_PAGE
    height = lowest + INPUT[1] + EDGE_OF_PAGE
    parts = [_marks()]
    for node, after in zip(trace.nodes, trace.nodes[1:], strict=False):
        parts.append(_edge(node.symbol, places[node.symbol], places[after.symbol], known))
    for node in trace.nodes:
        parts += [_skip(node, places), _node(node, places[node.symbol], known)]
        parts += [_arrow(places[node.symbol])] if node.inputs else []
    parts += [_input(symbol, corner, known) for symbol, corner in inputs]
    label = "the computational graph: values above the edges, derivatives below"
    return (
        f'<svg role="img" aria-label="{label}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def _marks() -> str:
    return (
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" '
        'markerHeight="11" markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0L10 5L0 10z" class="tip"/></marker></defs>'
    )


def _edge(symbol: str, start: Place, end: Place, known: Known) -> str:
    left, right, y = start.x + NODE, end.x, start.y
    middle = (left + right) // 2
    at, values = known[symbol]
    parts = [
        f'<path class="edge" data-edge="{html.escape(symbol)}" d="M{left} {y}H{right - 2}" '
        'marker-end="url(#tip)"/>',
        _text(str(values.shape), middle, y - 27, ("shape", at, symbol)),
        _text(_short(values), middle, y - 9, ("value", at, symbol)),
    ]
    slope = f"d{symbol}"
    if slope in known:
        at, values = known[slope]
        parts.append(_text(_short(values), middle, y + 21, ("slope", at, slope)))
        parts.append(_text(symbol_text(slope), middle, y + 38, ("slope faint", at, slope)))
    return "".join(parts)


def _short(values: np.ndarray) -> str:
    return short(values, 2).replace("-", "−").replace(" .. ", "..")


def _text(words: str, x: int, y: int, about: tuple[str, int, str]) -> str:
    kind, at, symbol = about
    small = " long" if len(words) > LONG else ""
    return (
        f'<text class="{kind}{small}" x="{x}" y="{y}" data-at="{at}" '
        f'data-symbol="{html.escape(symbol)}">{html.escape(words)}</text>'
    )


def _node(node: Node, place: Place, known: Known) -> str:
    at, values = known[node.symbol]
    own = ""
    if node.symbol == "J":
        own = _text(_short(values), place.middle, place.y - TALL // 2 - 9, ("value", at, "J"))
    return _box(node.symbol, place.x, place.y - TALL // 2, (NODE, TALL)) + own


def _box(symbol: str, x: int, y: int, size: tuple[int, int]) -> str:
    width, height = size
    return (
        f'<g class="node" data-node="{html.escape(symbol)}"><rect x="{x}" y="{y}" '
        f'width="{width}" height="{height}" rx="8"/><text class="name" x="{x + width // 2}" '
        f'y="{y + (height // 2 + 5 if height == TALL else 20)}">'
        f"{html.escape(symbol_text(symbol))}</text></g>"
    )


def _inputs(nodes: tuple[Node, ...], places: Mapping[str, Place]) -> list[tuple[str, Place]]:
    """Return where parameters, targets and masks stand: below their node, two beside each other.

    They are one below the other where a neighbour has some of its own, or there are more than two.
    """
    found = []
    for at, node in enumerate(nodes):
        place, count = places[node.symbol], len(node.inputs)
        beside = [other for other in (at - 1, at + 1) if 0 <= other < len(nodes)]
        alone = count == 2 and not any(nodes[other].inputs for other in beside)
        for row, symbol in enumerate(node.inputs):
            shift = (-BESIDE, BESIDE)[row] if alone else 0
            x = max(EDGE_OF_PAGE, place.middle - INPUT[0] // 2 + shift)
            y = place.y + TALL // 2 + 24 + (0 if alone else row * BELOW)
            found.append((symbol, Place(x, y)))
    return found


def _arrow(place: Place) -> str:
    under = place.y + TALL // 2
    return (
        f'<path class="edge" d="M{place.middle} {under + 24}V{under + 2}" marker-end="url(#tip)"/>'
    )


def _input(symbol: str, corner: Place, known: Known) -> str:
    x, y = corner
    parts, middle = [_box(symbol, x, y, INPUT)], x + INPUT[0] // 2
    if symbol in known:
        step, values = known[symbol]
        parts.append(_text(_short(values), middle, y + 37, ("value", step, symbol)))
    if f"d{symbol}" in known:
        step, values = known[f"d{symbol}"]
        words = f"d: {_short(values)}"
        parts.append(_text(words, middle, y + 54, ("slope", step, f"d{symbol}")))
    return "".join(parts)


def _skip(node: Node, places: Mapping[str, Place]) -> str:
    if node.skips is None:
        return ""
    start, end = places[node.skips], places[node.symbol]
    top, under = start.y - TALL // 2 - 60, start.y - TALL // 2 - 2
    return (
        f'<path class="edge" d="M{start.middle} {under}V{top + 12}Q{start.middle} {top} '
        f"{start.middle + 12} {top}H{end.middle - 12}Q{end.middle} {top} {end.middle} "
        f'{top + 12}V{under}" marker-end="url(#tip)"/>'
    )
