"""A term: factors with signs between them, and which of them belong together.

A product written beside its factors holds tighter than one element by element, as a lecturer
means it: g'(Z) * W' dZ is g'(Z) * (W' dZ). A term with Python's @ is read from the left, as Python
reads it.
"""

from __future__ import annotations

from collections.abc import Callable

from layerwise.study.equations.reader import Reader
from layerwise.study.equations.tree import Binary, Group, Node, Number, Span

PRODUCTS = ("*", "@", "·", "/")
ENDS = ("if", "else", "otherwise", "for", "and", "where", "when")
Sign = tuple[str, Span]


def term(reader: Reader, factor: Callable[[Reader], Node]) -> Node:
    """Read factors up to the next + or - and join them."""
    factors, signs = [factor(reader)], []
    while True:
        if reader.sees(*PRODUCTS):
            token = reader.take()
            signs.append((token.text, (token.start, token.end)))
        elif _begins(reader):
            signs.append((" ", (reader.last.end, reader.now.start)))
        else:
            return _joined(factors, signs)
        factors.append(_divisor(reader, factor) if signs[-1][0] == "/" else factor(reader))


def _begins(reader: Reader) -> bool:
    now = reader.now
    if now.kind == "name":
        return now.text not in ENDS
    return now.kind in ("number", "entry") or reader.sees("(", "{", "[")


def _divisor(reader: Reader, factor: Callable[[Reader], Node]) -> Node:
    # 1/2m without a space means 1/(2m)
    node = factor(reader)
    beside = reader.now.kind == "name" and reader.now.start == node.end
    if isinstance(node, Number) and beside:
        other = factor(reader)
        inner = Binary(node.start, other.end, " ", node, other, (node.end, node.end))
        return Group(node.start, other.end, inner)
    return node


def _joined(factors: list[Node], signs: list[Sign]) -> Node:
    if any(sign == "@" for sign, _ in signs):
        return _from_left(factors, signs)
    groups, between, first = [], [], 0
    for place, (sign, at) in enumerate(signs):
        if sign == "*":
            groups.append(_from_left(factors[first : place + 1], signs[first:place]))
            between.append((sign, at))
            first = place + 1
    groups.append(_from_left(factors[first:], signs[first:]))
    return _from_left(groups, between)


def _from_left(factors: list[Node], signs: list[Sign]) -> Node:
    node = factors[0]
    for (sign, at), right in zip(signs, factors[1:], strict=True):
        node = Binary(node.start, right.end, sign, node, right, at)
    return node
