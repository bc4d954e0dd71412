"""How a tensor is written: whole when it is small, in a few figures when it is large."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from layerwise.study.matrices import number
from layerwise.study.trace.value import Step, Trace

SIGNS = ("+", "-", "*", "/")
MOST_NUMBERS, LONGEST = 64, 16  # a tensor up to 8 x 8, or a column of 16, is written whole


class Piece(NamedTuple):
    """A part of an equation: words and signs, or a tensor in place of its symbol."""

    words: str
    values: np.ndarray | None = None


def is_small(values: np.ndarray) -> bool:
    """Return whether a tensor is written whole.

    >>> is_small(np.zeros((10, 1))), is_small(np.zeros((9, 8))), is_small(np.zeros((2, 2, 2)))
    (True, False, False)
    """
    short = all(length <= LONGEST for length in values.shape)
    return values.ndim <= 2 and values.size <= MOST_NUMBERS and short


def pieces(step: Step) -> list[Piece]:
    """Return the equation's right side with the numbers put in for the symbols.

    A transposed matrix stands there transposed. There are no pieces where the numbers cannot be
    put in, or one of the tensors is large.
    """
    if step.put is None or not all(map(is_small, step.operands.values())):
        return []
    by_length = sorted(step.operands, key=len, reverse=True)
    names = "|".join(map(re.escape, by_length))
    found, at = [], 0
    for match in re.finditer(rf"(?<![A-Za-z_])({names})(?![A-Za-z_])('?)", step.put):
        if match.start() > at:
            found.append(Piece(step.put[at : match.start()]))
        values = step.operands[match[1]]
        found.append(Piece(match[1], values.T if match[2] else values))
        at = match.end()
    return [*found, Piece(step.put[at:])] if at < len(step.put) else found


def lines_of(step: Step, widths: tuple[int, int]) -> list[list[Piece]]:
    """Return the pieces in lines; `widths` are a line's columns and a pair of brackets' own.

    A line breaks before a sign, never between a factor and its matrix.
    """
    most, brackets = widths
    lines: list[list[Piece]] = []
    width = most + 1
    for group in _groups(pieces(step)):
        tensors = (p.values for p in group if p.values is not None and p.values.ndim)
        own = sum(values.shape[-1] + brackets for values in tensors)
        if width + own > most or not lines:
            lines.append([])
            width = 0
        lines[-1] += group
        width += own
    return [line for line in lines if line]


def _groups(found: list[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = [[]]
    for piece in found:
        if piece.values is None and piece.words.strip()[:1] in SIGNS and groups[-1]:
            groups.append([])
        groups[-1].append(piece)
    return groups


def shape_of(values: np.ndarray) -> str:
    """Return a shape as the lecture writes it; "a number" for a number."""
    return str(values.shape) if values.ndim else "a number"


def summary(values: np.ndarray, digits: int) -> dict[str, str]:
    """Return the figures that stand for a large tensor.

    >>> summary(np.array([[0.0, 1.0], [2.0, 5.0]]), 4)
    {'min': '0', 'mean': '2', 'max': '5', 'zeros': '25 %'}
    """
    return {
        "min": number(float(values.min()), digits),
        "mean": number(float(values.mean()), digits),
        "max": number(float(values.max()), digits),
        "zeros": f"{100 * np.mean(values == 0):.3g} %",
    }


def short(values: np.ndarray, digits: int = 3) -> str:
    """Return what fits on an edge of the graph: the number, or the ends of the range.

    >>> short(np.array([[0.25]])), short(np.array([[0.25], [-1.0]]))
    ('0.25', '-1 .. 0.25')
    """
    if values.size == 1:
        return number(float(values.ravel()[0]), digits)
    low, high = (number(float(edge), digits) for edge in (values.min(), values.max()))
    return low if low == high else f"{low} .. {high}"


def known_at(trace: Trace) -> dict[str, tuple[int, np.ndarray]]:
    """Return of every symbol the place of the first step that knows it, and its value.

    Parameters and targets are known from the beginning; a parameter's value is that before the
    update.
    """
    found: dict[str, tuple[int, np.ndarray]] = {
        name: (0, values) for name, values in trace.parameters.items()
    }
    for place, step in enumerate(trace.steps):
        found.setdefault(step.symbol, (place, step.values))
        if "Y" in step.operands:
            found.setdefault("Y", (0, step.operands["Y"]))
    return found


def row_names(trace: Trace, symbol: str, values: np.ndarray) -> tuple[str, ...]:
    """Return the names of a tensor's rows: features, classes, or units."""
    bare, rows = _bare(symbol), values.shape[0]
    if bare in ("X", "A[0]") and rows == len(trace.features):
        return trace.features
    last = f"[{trace.depth}]"
    of_outputs = bare in (f"A{last}", f"Z{last}", f"W{last}", f"b{last}", "Y", "Ys", "Yhat")
    if of_outputs and rows == len(trace.outputs):
        return trace.outputs
    if bare in ("loss", "J"):
        return (bare,)
    return tuple(f"unit {place}" for place in range(1, rows + 1))


def column_names(trace: Trace, symbol: str, values: np.ndarray) -> tuple[str, ...]:
    """Return the names of a tensor's columns: examples, or what enters a layer."""
    bare, columns = _bare(symbol), values.shape[1]
    name, _, layer = bare.partition("[")
    if name == "W":
        before = trace.features if layer == "1]" else ()
        return before if len(before) == columns else _numbered("unit", columns)
    if columns == 1 and name in ("b", "a", "gamma", "beta", "s", "mu", "sigma"):
        return ("",)
    return trace.examples if len(trace.examples) == columns else _numbered("", columns)


def _numbered(word: str, count: int) -> tuple[str, ...]:
    return tuple(f"{word} {place}".strip() for place in range(1, count + 1))


def _bare(symbol: str) -> str:
    """Return what a derivative or a step is of.

    >>> _bare("dW[2]"), _bare("step b[1]")
    ('W[2]', 'b[1]')
    """
    return symbol.removeprefix("step ").removeprefix("d")
