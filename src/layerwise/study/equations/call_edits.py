"""The edits of functions: primes, layers of g, axes of sums, dot for multiply."""

from __future__ import annotations

import re
from collections.abc import Iterator

from layerwise.study.equations import slips
from layerwise.study.equations.slips import Edit
from layerwise.study.equations.tree import Call, Node
from layerwise.study.equations.writing import NUMPY, Piece, Writer

_ACTIVATIONS = ("sigmoid", "tanh", "relu")


def call_edits(node: Call, writer: Writer) -> Iterator[Edit]:
    """Yield the edits of one function."""
    opened = writer.text.find("(", node.name[1], node.end)
    if node.function in (*_ACTIVATIONS, "g", "leaky_relu") and opened > 0:
        yield from _activation_edits(node, writer, opened)
    if node.function in ("dot", "multiply"):
        yield from _product_edits(node, writer, opened)
    if node.function == "sum":
        yield from _sum_edits(node, writer, opened)
    if node.function != "sum" or node.arguments[0].start > opened:
        yield Edit(slips.TRANSPOSE, (Piece(node.end, node.end, writer.mark),))


def _activation_edits(node: Call, writer: Writer, opened: int) -> Iterator[Edit]:
    if node.prime:
        yield Edit(slips.NO_PRIME, (Piece(*node.prime, ""),))
    elif not node.primed:
        prime = "_prime" if writer.dialect == NUMPY else "'"
        yield Edit(slips.PRIME, (Piece(opened, opened, prime),))
    if node.index and node.place:
        for by in (-1, 1):
            yield Edit(slips.OTHER_G, (Piece(*node.place, node.index.moved(by).text()),))
    if node.function in _ACTIVATIONS and not node.python:
        for other in _ACTIVATIONS:
            yield Edit(slips.FUNCTION, (Piece(*node.name, other),))


def _product_edits(node: Call, writer: Writer, opened: int) -> Iterator[Edit]:
    matrix = node.function == "dot"
    slip, other = (slips.ELEMENTS, "multiply") if matrix else (slips.MATRIX, "dot")
    yield Edit(slip, (Piece(*node.name, other),))
    one, two = node.arguments
    if opened < one.start:
        yield Edit(slips.ORDER, (_move(one, two, writer), _move(two, one, writer)))


def _move(there: Node, moved: Node, writer: Writer) -> Piece:
    return Piece(there.start, there.end, writer.text[moved.start : moved.end])


def _sum_edits(node: Call, writer: Writer, opened: int) -> Iterator[Edit]:
    if opened > 0:
        inner = node.arguments[0]
        alone = writer.text[inner.start : inner.end]
        yield Edit(slips.NO_SUM, (Piece(node.start, node.end, alone),))
    if not node.python:
        return
    axis = re.compile(r"axis\s*=\s*\d").search(writer.text, node.start, node.end)
    close = node.end - 1
    if axis:
        other = f"axis={1 - (node.axis or 0)}"
        if node.axis == 0 or node.kept:
            yield Edit(slips.AXIS, (Piece(*axis.span(), other),))
        if not node.kept and node.axis == 0:
            both = (Piece(*axis.span(), "axis=1"), Piece(close, close, ", keepdims=True"))
            yield Edit(slips.AXIS, both)
    if not node.kept and node.axis is not None:
        kept = re.compile(r"keepdims\s*=\s*(?:False|0)").search(writer.text, node.start, node.end)
        piece = (
            Piece(*kept.span(), "keepdims=True") if kept else Piece(close, close, ", keepdims=True")
        )
        yield Edit(slips.KEEPDIMS, (piece,))
    if node.axis is None:
        more = ", axis=1" + ("" if node.kept else ", keepdims=True")
        yield Edit(slips.AXIS, (Piece(close, close, more),))
