"""Every known slip, by the kind of line it is in; one table per topic."""

from __future__ import annotations

from layerwise.study.checking import (
    slips_of_backward,
    slips_of_batch_norm,
    slips_of_cost,
    slips_of_forward,
    slips_of_regularization,
    slips_of_updates,
)
from layerwise.study.checking.equations import Slip
from layerwise.study.checking.lines import LINES, Line

TOPICS = (
    slips_of_forward,
    slips_of_cost,
    slips_of_backward,
    slips_of_regularization,
    slips_of_updates,
    slips_of_batch_norm,
)
# a slip of these may be in the line of W alone, or of b alone
OF_ONE = {" of W": "W", " of b": "b"}
# these change the right value by a factor and so may stand on top of another slip
SCALING = ("1/m", "the sign", "the factor 2")


def _catalogue() -> dict[str, list[Slip]]:
    tables: dict[str, list[Slip]] = {}
    for topic in TOPICS:
        for kind, slips in topic.TABLES.items():
            endings = ("", *OF_ONE) if topic is slips_of_updates else ("",)
            for ending in endings:
                tables[kind + ending] = [
                    Slip(kind + ending, name, wrong, name.startswith(SCALING))
                    for name, wrong in slips.items()
                ]
    return tables


CATALOGUE = _catalogue()


def line_of(kind: str) -> Line:
    """Return the right line of a kind; the line of W alone is that of W and b."""
    for ending in OF_ONE:
        kind = kind.removesuffix(ending)
    return LINES[kind]
