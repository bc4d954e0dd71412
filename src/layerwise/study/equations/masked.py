"""The verdict on a line such as `dZ[Z <= 0] = 0`, by the equation that it comes to."""

from __future__ import annotations

from dataclasses import replace

from layerwise.study.equations.findings import NOTE, OK, UNREAD, WRONG, Finding
from layerwise.study.equations.grammar import equation
from layerwise.study.equations.limits import HostileError, MisreadError, refuse
from layerwise.study.equations.masks import Mask, mended
from layerwise.study.equations.notes import RELU, RELU_WHY
from layerwise.study.equations.proof import prove
from layerwise.study.equations.readings import Sheet
from layerwise.study.equations.sheet import sheets
from layerwise.study.equations.tree import Equation


def of_mask(number: int, mask: Mask, sheet: Sheet) -> Finding:
    """Return the finding of one line with a condition, with what it should be where it is wrong."""
    base = Finding(number, mask.text, OK, mask.left)
    try:
        if _holds(mask, sheet):
            if mask.how not in ("<", ">"):
                return base
            return replace(base, status=NOTE, slip=RELU, why=RELU_WHY)
        for slip, right in mended(mask):
            if right != mask and _holds(right, sheet):
                return Finding(
                    number, mask.text, WRONG, mask.left, slip=slip.name, why=slip.why,
                    repair=right.text, shapes_agree=True,
                )  # fmt: skip
    except HostileError as error:
        raise refuse(number, mask.text, error) from None
    except MisreadError as error:
        return Finding(number, mask.text, UNREAD, why=error.message, column=1)
    why = "it makes no dZ of the lecture: dZ is dA where Z > 0, and 0 elsewhere"
    return Finding(number, mask.text, WRONG, mask.left, slip="not the lecture's equation", why=why)


def equations_of(mask: Mask) -> list[Equation]:
    """Return what the line comes to as an equation; none where it cannot be read."""
    try:
        return [equation(mask.product)]
    except (MisreadError, HostileError):
        return []


def _holds(mask: Mask, sheet: Sheet) -> bool:
    found = equation(mask.product)
    return any(prove(found, each).right for each in sheets(found, sheet))
