"""What an equation is once read: a small tree of which every part knows its columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

Span = tuple[int, int]


class Index(NamedTuple):
    """A layer: l, L or nothing, plus a whole number."""

    base: str
    offset: int = 0

    def text(self) -> str:
        if not self.base:
            return str(self.offset)
        return self.base + (f"{self.offset:+d}" if self.offset else "")

    def moved(self, by: int) -> Index:
        return Index(self.base, self.offset + by)


@dataclass(frozen=True)
class Node:
    """A part of an equation, from column `start` up to column `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Number(Node):
    value: float


@dataclass(frozen=True)
class Symbol(Node):
    """A tensor or number of the lecture: its family, its layer, one example or all of them."""

    family: str
    index: Index | None = None
    example: bool = False  # with (i): a column of the batch
    column: bool = False  # in lower case: of one example
    style: str = "bare"  # how the layer is written
    name: Span = (0, 0)
    place: Span | None = None  # where the layer's index stands


@dataclass(frozen=True)
class Transpose(Node):
    inner: Node
    mark: Span
    inside: bool = False  # the mark stands within the symbol's own superscript


@dataclass(frozen=True)
class Group(Node):
    inner: Node


@dataclass(frozen=True)
class Negative(Node):
    inner: Node


@dataclass(frozen=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True)
class Binary(Node):
    sign: str
    left: Node
    right: Node
    at: Span


@dataclass(frozen=True)
class Call(Node):
    """A function of the lecture or of NumPy, or its derivative."""

    function: str
    arguments: tuple[Node, ...]
    primed: bool = False
    index: Index | None = None
    axis: int | None = None
    kept: bool = False
    python: bool = False  # with NumPy's meaning: np.sum without an axis is a number
    name: Span = (0, 0)
    place: Span | None = None
    prime: Span | None = None


@dataclass(frozen=True)
class Total(Node):
    """A sum over the examples, with an index or without."""

    body: Node


@dataclass(frozen=True)
class Choice(Node):
    """One value where a comparison holds, another where it does not."""

    test: Node
    then: Node
    other: Node | None


class Equation(NamedTuple):
    """A left side, how it is assigned (=, +=, -=, /=), and a right side."""

    left: Node
    sign: str
    right: Node
    at: Span


def parts(node: Node) -> Iterator[Node]:
    """Yield a node and everything within it, outer before inner."""
    yield node
    for child in children(node):
        yield from parts(child)


def children(node: Node) -> Iterator[Node]:
    """Yield what stands directly within a node."""
    for field in fields(node):
        value = getattr(node, field.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                yield child


def bare(node: Node) -> Node:
    """Return what stands within parentheses."""
    return bare(node.inner) if isinstance(node, Group) else node


def index_of(node: Node) -> Index | None:
    """Return the layer of a left side, where it is written."""
    for part in parts(node):
        if isinstance(part, Symbol) and part.index is not None:
            return part.index
    return None
