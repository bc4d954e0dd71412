"""How large a file of equations may be, and how it is refused: nothing of it is ever run."""

from __future__ import annotations

from layerwise.errors import DataError

BYTES = 200_000
LINES = 2_000
EQUATIONS = 200
CHARACTERS = 1_000  # of one line
TOKENS = 200  # of one line
DEPTH = 25  # of nested parentheses
SUMS = 2  # within one another: each takes the examples anew
LAYERS = 12
EXPONENT = 64
DIGITS = 20  # of one number
SECONDS = 4.0  # of searching for the slips of a file; what is left is told without its slip


class MisreadError(Exception):
    """A line is not an equation of the lecture: what was expected, and at which column."""

    def __init__(self, message: str, column: int):
        self.message, self.column = message, column
        super().__init__(message)


class HostileError(MisreadError):
    """A line asks for more than any slide does: the whole file is refused."""


def refuse(number: int, text: str, error: MisreadError) -> DataError:
    """Return the error for a line that makes the whole file unusable."""
    shown = text if len(text) <= 60 else text[:57] + "..."
    return DataError(
        f"line {number}, column {error.column + 1}: {error.message}, in {shown!r}; nothing was run"
    )
