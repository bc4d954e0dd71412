"""The edits of products and sums: signs, order, transposes of groups, factors that are too many."""

from __future__ import annotations

from collections.abc import Iterator

from layerwise.study.equations import slips
from layerwise.study.equations.slips import Edit
from layerwise.study.equations.tree import (
    Binary,
    Group,
    Negative,
    Node,
    Number,
    Symbol,
    bare,
)
from layerwise.study.equations.writing import NUMPY, Piece, Writer

PRODUCTS = ("*", "@", "·", " ")


def factor_edits(node: Binary | Negative | Group, writer: Writer) -> Iterator[Edit]:
    """Yield the edits of one product, sum or group."""
    if isinstance(node, Negative):
        yield Edit(slips.SIGN, (Piece(node.start, node.start + 1, ""),))
    elif isinstance(node, Group):
        yield from _group_edits(node, writer)
    elif node.sign in PRODUCTS:
        yield from _product_edits(node, writer)
    elif node.sign == "/":
        if isinstance(bare(node.right), Symbol) and not isinstance(bare(node.left), Number):
            slip = slips.NO_SHARE if _is_m(node.right) else slips.FACTOR
            yield Edit(slip, (Piece(node.left.end, node.right.end, ""),))
    elif node.sign in ("+", "-"):
        yield from _sum_edits(node, writer.text)


def _is_m(node: Node) -> bool:
    inner = bare(node)
    return isinstance(inner, Symbol) and inner.family == "m"


def is_share(node: Node) -> bool:
    """Return whether a factor is 1/m."""
    inner = bare(node)
    return (
        isinstance(inner, Binary)
        and inner.sign == "/"
        and isinstance(bare(inner.left), Number)
        and _is_m(inner.right)
    )


def _group_edits(node: Group, writer: Writer) -> Iterator[Edit]:
    inner = node.inner
    if writer.text[node.start] == "(":
        yield Edit(slips.TRANSPOSE, (Piece(node.end, node.end, writer.mark),))
    complement = isinstance(inner, Binary) and inner.sign == "-"
    if complement and isinstance(inner, Binary) and isinstance(inner.right, Symbol):
        text = writer.text[inner.right.start : inner.right.end]
        yield Edit(slips.COMPLEMENT, (Piece(node.start, node.end, text),))


def _product_edits(node: Binary, writer: Writer) -> Iterator[Edit]:
    left, right, text = node.left, node.right, writer.text
    share = is_share(left)
    if share or is_share(right):
        gone = Piece(left.start, right.start, "") if share else Piece(left.end, right.end, "")
        yield Edit(slips.NO_SHARE, (gone,))
        return
    if node.sign == "*":
        yield from _element_edits(node, writer)
    else:
        yield Edit(slips.ELEMENTS, (Piece(left.end, right.start, writer.times()),))
    near = left
    while isinstance(near, Binary) and near.sign in (*PRODUCTS, "/"):
        near = near.right
    one, two = text[near.start : near.end], text[right.start : right.end]
    swap = (Piece(near.start, near.end, two), Piece(right.start, right.end, one))
    yield Edit(slips.ORDER, swap)
    yield Edit(slips.FACTOR, (Piece(left.start, right.start, ""),))
    yield Edit(slips.FACTOR, (Piece(left.end, right.end, ""),))
    if writer.dialect == NUMPY and near is not left:
        around = (Piece(near.start, near.start, "("), Piece(right.end, right.end, ")"))
        yield Edit(slips.BRACKETS, around)


def _element_edits(node: Binary, writer: Writer) -> Iterator[Edit]:
    left, right = node.left, node.right
    yield Edit(slips.MATRIX, (Piece(left.end, right.start, writer.product()),))
    chained = isinstance(left, Binary) and left.sign == "*"
    starts = [left.right.start, right.start] if chained else [right.start]  # pyright: ignore[reportAttributeAccessIssue]
    for slope in writer.slopes():
        for start in starts:
            yield Edit(slips.OTHER_DERIVATIVE, (Piece(start, right.end, slope),))


def _sum_edits(node: Binary, text: str) -> Iterator[Edit]:
    if node.sign == "-":
        one, two = text[node.left.start : node.left.end], text[node.right.start : node.right.end]
        swap = (
            Piece(node.left.start, node.left.end, two),
            Piece(node.right.start, node.right.end, one),
        )
        yield Edit(slips.SIGN, swap)
    other = "-" if node.sign == "+" else "+"
    yield Edit(slips.SIGN, (Piece(*node.at, other),))
    yield Edit(slips.TERM, (Piece(node.left.end, node.right.end, ""),))
    yield Edit(slips.TERM, (Piece(node.left.start, node.right.start, ""),))
