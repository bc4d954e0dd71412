"""The search for the edit that makes a wrong line right: it names the slip."""

from __future__ import annotations

import time
from itertools import combinations
from typing import NamedTuple

from layerwise.study.equations import slips
from layerwise.study.equations.edits import edits
from layerwise.study.equations.grammar import equation as read
from layerwise.study.equations.limits import MisreadError
from layerwise.study.equations.proof import prove
from layerwise.study.equations.readings import Sheet, Where
from layerwise.study.equations.slips import Edit, Slip
from layerwise.study.equations.targets import same, updates
from layerwise.study.equations.tree import Equation, parts
from layerwise.study.equations.writing import Piece, Writer, apply, overlap

MOST = 800  # lines that are tried, of a long one FEWER
FEWER = 50
PAIRED = 30  # of the commonest slips, two at a time
LONG = 160  # characters, from which on two at a time are too many


class Mended(NamedTuple):
    """What was wrong and the line as it should be."""

    slips: tuple[Slip, ...]
    text: str


class Place(NamedTuple):
    """Where an equation stands: its whole line, the columns, and the file's sheet."""

    text: str
    start: int
    stop: int
    where: Where
    sheet: Sheet
    dialect: str
    until: float = float("inf")  # when the search ends, on the clock of time.monotonic


def mend(equation: Equation, place: Place) -> Mended | None:
    """Return the line with the one edit that makes it right, or two; None when there is none."""
    tanh = "tanh" in place.sheet.hidden.values()
    writer = Writer(place.text, equation, place.dialect, tanh)
    long = place.stop - place.start > LONG
    found = _unique(edits(equation, writer))[: FEWER if long else MOST]
    for edit in found:
        if time.monotonic() > place.until:
            return None
        text = _right(place, edit.pieces)
        if text is not None:
            return Mended((_named(equation, edit),), text)
    if long:
        return None
    likely = [edit for edit in found if edit.slip.rank < 2][:PAIRED]
    for one, two in combinations(likely, 2):
        if time.monotonic() > place.until:
            return None
        if overlap(one.pieces, two.pieces):
            continue
        text = _right(place, (*one.pieces, *two.pieces))
        if text is not None:
            return Mended((one.slip, two.slip), text)
    return None


def _unique(found: list[Edit]) -> list[Edit]:
    unique: dict[tuple[Piece, ...], Edit] = {}
    for edit in found:
        unique.setdefault(edit.pieces, edit)
    return [edit for edit in unique.values() if edit.pieces]


def _right(place: Place, pieces: tuple[Piece, ...]) -> str | None:
    text = apply(place.text, pieces)
    grown = len(text) - len(place.text)
    try:
        equation = read(text, place.start, place.stop + grown)
    except MisreadError:
        return None
    if any(same(equation.left, part) for part in parts(equation.right)) and not updates(equation):
        return None  # a left side is no explanation of itself
    return text if prove(equation, place.sheet, place.where).right else None


def _named(equation: Equation, edit: Edit) -> Slip:
    turned = edit.slip.name == slips.SIGN.name and updates(equation)
    return slips.UPHILL if turned else edit.slip
