"""A trace as text: every equation, the numbers put in, and the computational graph."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

import numpy as np

from layerwise.study.matrices import in_text, number
from layerwise.study.trace.value import PHASES, Step, Trace
from layerwise.study.trace.writing import (
    Piece,
    is_small,
    known_at,
    lines_of,
    shape_of,
    short,
    summary,
)

WIDEST, MARGIN, GRAPH = 100, "    ", 96
PER_LINE = 10  # columns of matrices
HEADINGS = {
    "forward": "FORWARD: from X to A[L], layer by layer",
    "cost": "COST: how wrong A[L] is",
    "backward": "BACKWARD: from dZ[L] to the first layer",
    "update": "UPDATE: one step of the optimizer",
}


class Box(NamedTuple):
    """Lines of equal width."""

    lines: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.lines[0])


def as_text(trace: Trace, digits: int) -> str:
    """Return the whole trace for a terminal, with so many significant digits."""
    lines = [*_heading(trace), "", *_graph(trace)]
    places = {id(step): place for place, step in enumerate(trace.steps, start=1)}
    for phase in PHASES:
        lines += ["", HEADINGS[phase], "=" * len(HEADINGS[phase])]
        for step in trace.steps:
            if step.phase == phase:
                lines += ["", *_step(step, places[id(step)], digits)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(trace: Trace) -> list[str]:
    facts = "; ".join(f"{name} = {value}" for name, value in trace.facts.items())
    paragraphs = [f"One training step: {facts}", *trace.notes]
    return [line for text in paragraphs for line in textwrap.wrap(text, WIDEST)]


def _step(step: Step, place: int, digits: int) -> list[str]:
    lines = [f"{place}. {step.symbol}  {shape_of(step.values)}", MARGIN + step.equation]
    begin = MARGIN + " " * step.equation.index("=") + "= "
    for at, parts in enumerate(lines_of(step, (PER_LINE, 1))):
        boxes = [_box(part, digits) for part in parts]
        lines += _apart(_beside([Box((" " * len(begin) if at else begin,)), *boxes]))
    lines += _apart(_beside([Box((begin,)), _box(Piece("", step.values), digits)]))
    return [*lines, *(MARGIN + line for line in textwrap.wrap(step.sentence, WIDEST - 4))]


def _apart(lines: list[str]) -> list[str]:
    """Return lines with room around them where they are a matrix."""
    return lines if len(lines) == 1 else [*lines, ""]


def _box(part: Piece, digits: int) -> Box:
    if part.values is None:
        return Box((part.words,))
    values = part.values
    if values.size == 1:
        written = number(float(values.ravel()[0]), digits)
        return Box((f"({written})" if written.startswith("-") and part.words else written,))
    if is_small(values):
        return Box(tuple(in_text(values, digits)))
    figures = ", ".join(f"{name} {value}" for name, value in summary(values, digits).items())
    return Box((f"{shape_of(values)}: {figures}",))


def _beside(boxes: list[Box]) -> list[str]:
    height = max(len(box.lines) for box in boxes)
    return ["".join(_line(box, place, height) for box in boxes) for place in range(height)]


def _line(box: Box, place: int, height: int) -> str:
    above = (height - len(box.lines)) // 2
    inside = 0 <= place - above < len(box.lines)
    return box.lines[place - above] if inside else " " * box.width


def _graph(trace: Trace) -> list[str]:
    """Return the graph: values above the edges, derivatives below; inputs of a node below it."""
    known, bands = known_at(trace), []
    width, line = 0, []
    for node, after in zip(trace.nodes, (*trace.nodes[1:], None), strict=True):
        box = _edge(node.symbol, known, after is not None)
        if line and width + box.width > GRAPH:
            bands.append(line)
            width, line = 0, []
        line.append(box)
        width += box.width
    lines = ["The graph: values above the edges, derivatives below"]
    for band in [*bands, line]:
        lines += ["", *_beside(band)]
    lines.append("")
    for name, values in trace.parameters.items():
        slope = known.get(f"d{name}", (0, np.zeros(0)))[1]
        lines.append(f"{MARGIN}{name} {values.shape}: {short(values)}, d{name}: {short(slope)}")
    return lines


def _edge(symbol: str, known: dict[str, tuple[int, np.ndarray]], goes_on: bool) -> Box:
    above = short(known[symbol][1])
    if not goes_on:
        lines = ("", f"{symbol} = {above}", "")
    else:
        below = f"d{symbol}: {short(known[f'd{symbol}'][1])}" if f"d{symbol}" in known else ""
        width = max(len(above), len(below)) + 2
        pad = " " * (len(symbol) + 1)
        lines = (pad + above, f"{symbol} " + "-" * width + "> ", pad + below)
    most = max(map(len, lines))
    return Box(tuple(line.ljust(most) for line in lines))
