"""Tensors as HTML: brackets in an equation, a table with names, or a picture with figures."""

from __future__ import annotations

import html

import numpy as np

from layerwise.study.matrices import number
from layerwise.study.trace.notation import to_html
from layerwise.study.trace.picture import picture
from layerwise.study.trace.value import Step, Trace
from layerwise.study.trace.writing import (
    Piece,
    column_names,
    is_small,
    pieces,
    row_names,
    shape_of,
    summary,
)

MOST_IN_FULL = 4096  # numbers; a larger tensor is whole in the JSON form alone
SQUARE = 14  # pixels at most, of a picture's number
WIDEST = 900


def put_in(step: Step, digits: int) -> str:
    """Return the right side with its numbers in place of the symbols, or nothing."""
    found = pieces(step)
    if not found:
        return ""
    parts = "".join(_piece(piece, digits) for piece in found)
    result = _matrix(step.values, digits) if is_small(step.values) else ""
    equals = '<span class="sign">=</span>'
    ending = f"{equals}{result}" if result else ""
    return f'<div class="numbers">{equals}{parts}{ending}</div>'


def _piece(piece: Piece, digits: int) -> str:
    if piece.values is None:
        return f'<span class="sign">{to_html(piece.words)}</span>'
    negative = piece.values.size == 1 and float(piece.values.ravel()[0]) < 0
    shown = _matrix(piece.values, digits)
    return f'<span class="sign">(</span>{shown}<span class="sign">)</span>' if negative else shown


def _matrix(values: np.ndarray, digits: int) -> str:
    if values.size == 1:
        return f'<span class="single">{_number(values.ravel()[0], digits)}</span>'
    rows = "".join(
        "<tr>" + "".join(f"<td>{_number(value, digits)}</td>" for value in row) + "</tr>"
        for row in values
    )
    return f'<span class="brackets"><table>{rows}</table></span>'


def _number(value: float, digits: int) -> str:
    return _minus(number(float(value), digits))


def _minus(written: str) -> str:
    return written.replace("-", "−")


def shown(trace: Trace, symbol: str, values: np.ndarray, digits: int) -> str:
    """Return a tensor: a table with the names of its rows and columns, or a picture."""
    if not values.ndim:
        return f'<p class="alone">{_number(float(values), digits)}</p>'
    if is_small(values):
        return table(trace, symbol, values, digits)
    made, figures = picture(values), summary(values, digits)
    told = "".join(
        f"<div><dt>{name}</dt><dd>{_minus(value)}</dd></div>" for name, value in figures.items()
    )
    side = max(1, min(SQUARE, WIDEST // made.width))
    height = max(side, 24) if made.height == 1 else side * made.height
    edge = number(made.edge, 3)
    note = f"<p>{made.note}.</p>" if made.note else ""
    whole = _in_full(trace, symbol, values, digits)
    label = f"{html.escape(symbol)} as a picture, one square per number"
    return (
        f'<dl class="figures">{told}</dl><figure><div class="scroll" tabindex="0">'
        f'<img alt="{label}" src="{made.address}" '
        f'style="width:{side * made.width}px;height:{height}px"></div>'
        f'<figcaption><span>−{edge}</span><span class="legend"></span><span>{edge}</span>'
        f"<span>white is 0</span></figcaption>{note}</figure>{whole}"
    )


def _in_full(trace: Trace, symbol: str, values: np.ndarray, digits: int) -> str:
    if values.ndim != 2 or values.size > MOST_IN_FULL:
        return '<p class="faint">Every number is in the JSON form of the trace.</p>'
    whole = table(trace, symbol, values, digits)
    return f"<details><summary>all {values.size} numbers</summary>{whole}</details>"


def table(trace: Trace, symbol: str, values: np.ndarray, digits: int) -> str:
    """Return a matrix as a table with the names of its rows and columns."""
    rows, columns = row_names(trace, symbol, values), column_names(trace, symbol, values)
    heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    lines = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{_number(value, digits)}</td>" for value in line)
        + "</tr>"
        for name, line in zip(rows, values, strict=True)
    )
    top = f"<thead><tr><td></td>{heads}</tr></thead>" if any(columns) else ""
    return (
        f'<div class="scroll" tabindex="0"><table class="named">{top}<tbody>{lines}</tbody>'
        "</table></div>"
    )


def operands(trace: Trace, step: Step, digits: int) -> str:
    """Return the tensors that a step is made of, folded, where they are not put in."""
    if pieces(step) or not step.operands:
        return ""
    parts = "".join(
        f"<h4>{to_html(name)} <small>{step.kinds[name]}, {html.escape(shape_of(values))}</small>"
        f"</h4>{shown(trace, name, values, digits)}"
        for name, values in step.operands.items()
    )
    return f"<details><summary>what it is made of</summary>{parts}</details>"
