"""Lines that list shapes, such as `b[l], db[l]: (n[l], m)`: read, judged and mended."""

from __future__ import annotations

import re
from typing import NamedTuple

from layerwise.study.equations import networks
from layerwise.study.equations.limits import MisreadError
from layerwise.study.equations.lines import SHAPE_TEXT, Line
from layerwise.study.equations.networks import Case, Network, draw
from layerwise.study.equations.reader import Reader
from layerwise.study.equations.symbols import symbol
from layerwise.study.equations.tree import Index, Symbol

_SEPARATOR = re.compile(r"\.shape\s*={1,2}|:(?!=)|\\in\b|∈|\bis\b|\bhas shape\b|={1,2}")
_SHAPE = re.compile(SHAPE_TEXT)
_UNITS = re.compile(
    r"n(?:_\{?(?P<word>x|y|h|prev)\}?|[_^\[{]*(?P<layer>\d+|[lL](?:[-+]\d+)?)[\]}]*)?$"
)


class Dimension(NamedTuple):
    """One written number of a shape: 1, m, or the units of a layer; and its columns."""

    text: str
    kind: str  # 1, m or n
    index: Index | None
    start: int
    end: int


class Listed(NamedTuple):
    """The tensors of a line and the shape that is said of them."""

    tensors: tuple[Symbol, ...]
    shape: tuple[Dimension, Dimension]


class Verdict(NamedTuple):
    """Which tensor has another shape, and the shape as it should be written."""

    tensor: Symbol
    shape: tuple[str, str]


def listed(line: Line) -> Listed:
    """Read a line of shapes."""
    first = _SEPARATOR.search(line.text, line.start, line.stop)
    found = _SHAPE.search(line.text, first.end(), line.stop) if first else None
    before = found.start() if found else line.stop
    match = [*_SEPARATOR.finditer(line.text, line.start, before), None][-2 if first else 0]
    if match is None or found is None:
        raise MisreadError("expected a shape such as (n[l], n[l-1])", line.start)
    reader = Reader(line.text, line.start, match.start())
    tensors = []
    while reader.now.kind != "end":
        if reader.says("dim", "shape") or reader.sees("(", ")", ",", "=", "=="):
            reader.take()
            continue
        node = symbol(reader)
        if not isinstance(node, Symbol):
            raise MisreadError("expected a tensor", node.start)
        tensors.append(node)
    if not tensors:
        raise MisreadError("expected a tensor such as W[l]", line.start)
    return Listed(tuple(tensors), (_dimension(line, found, "one"), _dimension(line, found, "two")))


def _dimension(line: Line, found: re.Match[str], name: str) -> Dimension:
    text, (start, end) = found[name].strip(), found.span(name)
    if text in ("1", "m"):
        return Dimension(text, text, None, start, end)
    if text == "K":
        return Dimension(text, "n", Index("L"), start, end)
    match = _UNITS.match(text.replace(" ", ""))
    if match is None:
        raise MisreadError(f"the dimension {text!r} is none of 1, m, n[l]", start)
    words = {"x": Index("", 0), "y": Index("L"), "h": Index("", 1), "prev": Index("l", -1)}
    if match["word"]:
        return Dimension(text, "n", words[match["word"]], start, end)
    return Dimension(text, "n", _index(match["layer"]), start, end)


def _index(text: str | None) -> Index | None:
    if text is None:
        return None
    return Index("", int(text)) if text.isdigit() else Index(text[0], int(text[1:] or 0))


def judge(found: Listed, depth: int) -> Verdict | None:
    """Return the first tensor whose shape is another one, or None."""
    numbers = [t.index.offset for t in found.tensors if t.index and not t.index.base]
    depth = max(depth, *numbers, 0)
    for tensor in found.tensors:
        own = tensor.index if tensor.index is not None else Index("l")
        verdict = [_fits(found, tensor, own, draw(case)) for case in _cases(depth, tensor)]
        if not all(verdict[:2]) and not verdict[2]:
            return Verdict(tensor, _due(found, tensor, own))
    return None


def _cases(depth: int, tensor: Symbol) -> tuple[Case, Case, Case]:
    depths = (depth, depth) if depth else (3, 4)
    first, second = (Case(d, single=tensor.column) for d in depths)
    return first, second, first._replace(head=networks.ONE)


def _fits(found: Listed, tensor: Symbol, own: Index, network: Network) -> bool:
    layers = {"l": min(2, network.depth), "L": network.depth}
    expected = _expected(tensor, layers.get(own.base, 0) + own.offset, network)
    written = tuple(_size(each, own, layers, network) for each in found.shape)
    return expected is None or expected == written


def _size(each: Dimension, own: Index, layers: dict[str, int], network: Network) -> int:
    if each.kind != "n":
        return 1 if each.kind == "1" else network.examples
    index = own if each.index is None else each.index
    at = layers.get(index.base, 0) + index.offset
    return network.widths[at] if 0 <= at < len(network.widths) else -1


def _expected(tensor: Symbol, layer: int, network: Network) -> tuple[int, ...] | None:
    family = {"X": ("A", 0), "Y": ("Y", 0), "Yhat": ("A", network.depth)}.get(
        tensor.family, (tensor.family, layer)
    )
    if tensor.family in ("w", "dw"):
        return (network.widths[0], 1)
    found = network.tensors.get(family)
    return None if found is None else found.shape


def _due(found: Listed, tensor: Symbol, own: Index) -> tuple[str, str]:
    units, before = _units(found, own), _units(found, own.moved(-1))
    if tensor.family in ("W", "dW"):
        return units, before
    if tensor.family in ("b", "db") or tensor.column:
        return units, "1"
    return {"X": "n_x", "Y": "n_y", "Yhat": "n_y"}.get(tensor.family, units), "m"


def _units(found: Listed, index: Index) -> str:
    """Return the units of a layer as the line writes them."""
    written = [each.text for each in found.shape if each.kind == "n"]
    text = written[0] if written else "n[l]"
    layer = index.text()
    if re.fullmatch(r"n", text):
        return {("l", 0): "n", ("l", -1): "n_prev"}.get((index.base, index.offset), f"n[{layer}]")
    if text.startswith("n^"):
        return f"n^{{[{layer}]}}"
    if text.startswith("n_") and not text.startswith(("n_x", "n_y", "n_h", "n_prev")):
        return f"n_{{{layer}}}" if len(layer) > 1 else f"n_{layer}"
    return f"n{layer}" if re.fullmatch(r"n\d+", text) else f"n[{layer}]"
