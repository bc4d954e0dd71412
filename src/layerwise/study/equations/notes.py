"""What is right and yet worth a word: conventions."""

from __future__ import annotations

from layerwise.study.equations.conventions import NOTES
from layerwise.study.equations.tree import Binary, Call, Equation, Node, Number, Symbol, bare, parts

RELU = "ReLU's derivative at 0"
RELU_WHY = (
    "at z = 0 ReLU has no derivative; this takes 1 there, ours is 0: a convention, no mistake"
)
ONE_UNIT = "one output unit"
ONE_UNIT_WHY = "right for one output unit; with several, sum over the examples only, axis=1"


def convention(name: str) -> tuple[str, str]:
    """Return the name of a convention of 1/m, and what to know of it."""
    return {"early": "1/m on dZ", "sum": "no 1/m"}[name], NOTES[name]


def at_zero(equation: Equation) -> bool:
    """Return whether a line says what ReLU's derivative is at 0, and says 1."""
    if of_a_number(equation):
        right = bare(equation.right)
        return isinstance(right, Number) and right.value == 1
    return any(_includes_zero(node) for node in parts(equation.right))


def _includes_zero(node: Node) -> bool:
    if not isinstance(node, Binary) or node.sign not in (">=", "<="):
        return False
    left, right = (node.left, node.right) if node.sign == ">=" else (node.right, node.left)
    one, other = bare(left), bare(right)
    zero = isinstance(other, Number) and other.value == 0
    return zero and isinstance(one, Symbol) and one.family in ("Z", "A")


def of_a_number(equation: Equation) -> bool:
    """Return whether a line is about the derivative at a number, such as relu'(0)."""
    left = equation.left
    if not isinstance(left, Call) or not left.primed or left.function not in ("relu", "g"):
        return False
    return isinstance(bare(left.arguments[0]), Number)


def holds_for_one_unit(equation: Equation) -> bool:
    """Return whether one output unit is an assumption of the line, not of the cost it states."""
    left = equation.left
    return isinstance(left, Symbol) and left.family == "db" and left.index is not None
