"""Where 1/m lives: the lecture's convention and the two others that are right in themselves."""

from __future__ import annotations

MEAN, EARLY, SUM = "mean", "early", "sum"
CONVENTIONS = (MEAN, EARLY, SUM)
NOTES = {
    EARLY: (
        "1/m is on dZ[L] already, so dW and db carry none: every derivative here is that of the "
        "mean J; the lecture keeps dA and dZ per example and puts 1/m on dW and db"
    ),
    SUM: (
        "no 1/m: right when J is the sum over the examples; when J is their mean, dW and db "
        "carry 1/m"
    ),
}
SENSITIVE = frozenset({"dA", "dZ", "dW", "db", "dw", "J"})


def scale(family: str, convention: str, examples: int) -> float:
    """Return what a tensor of the lecture's convention is multiplied by in another.

    >>> scale("dW", SUM, 5), scale("dZ", EARLY, 5), scale("A", SUM, 5)
    (5.0, 0.2, 1.0)
    """
    if convention == SUM and family in ("dW", "db", "dw"):
        return float(examples)
    if convention == EARLY and family in ("dA", "dZ"):
        return 1 / examples
    return 1.0


def chosen(right: dict[str, set[int]]) -> str:
    """Return the convention of a file from the lines that are right under each.

    The lecture's, unless another explains more lines; a sum only where no line speaks against it,
    for a single 1/m that was left out must not make the others wrong.
    """
    if len(right[EARLY]) > len(right[MEAN]):
        return EARLY if len(right[EARLY]) >= len(right[SUM]) else SUM
    if right[SUM] > right[MEAN]:
        return SUM
    return MEAN
