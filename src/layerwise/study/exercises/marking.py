"""Which of a learner's answers are right, and what the likely slip of a wrong one is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from layerwise.errors import DataError
from layerwise.estimators.dimension_formulas import written

ROUNDED = 1.5e-3  # in the third decimal: a table's numbers are rounded before


class Mark(NamedTuple):
    """Whether the answer of a name is right, and what is likely wrong with it."""

    name: str
    right: bool
    note: str = ""


def named(problem: int, name: str) -> str:
    """Return an answer's name among several problems, counted from 1.

    >>> named(1, "dW1"), named(2, "dW1")
    ('dW1', '2.dW1')
    """
    return name if problem == 1 else f"{problem}.{name}"


def marked(exercise: Any, answers: Mapping[str, Any]) -> tuple[Mark, ...]:
    """Return a mark for each answer given."""
    known = exercise.answers
    unknown = [name for name in answers if name not in known]
    if unknown:
        raise DataError(f"the answer {unknown[0]!r} is not asked for; expected {', '.join(known)}")
    found = []
    for name, given in answers.items():
        place = int(name.split(".")[0]) if "." in name else 1
        note = _slip(given, known[name].value, exercise.problems[place - 1].m)
        found.append(Mark(name, not note, note))
    return tuple(found)


def _slip(given: Any, right: Any, m: int) -> str:
    """Return what is wrong, nothing when it is right."""
    if isinstance(right, str):
        return _shape_slip(given, right)
    try:
        values = np.atleast_2d(np.asarray(given, dtype=np.float64))
    except (TypeError, ValueError):
        return f"{given!r} is no number and no matrix"
    expected = np.atleast_2d(np.asarray(right, dtype=np.float64))
    if isinstance(right, int):
        return "" if values.shape == (1, 1) and values[0, 0] == right else "not this number"
    return _matrix_slip(values, expected, m)


def _shape_slip(given: Any, right: str) -> str:
    text = written(given) if isinstance(given, list | tuple) else str(given)
    sizes = [part.strip() for part in text.strip().strip("()").split(",")]
    expected = right.strip("()").split(", ")
    if sizes == expected:
        return ""
    return "it is transposed" if sizes == expected[::-1] else "not this shape"


def _matrix_slip(values: np.ndarray, right: np.ndarray, m: int) -> str:
    if _close(values, right):
        return ""
    if values.shape != right.shape:
        if _close(values, right.T):
            return "it is transposed"
        return f"it has the shape {written(values.shape)}, expected {written(right.shape)}"
    guesses = (
        ("it is transposed", right.T),
        ("the sign is the opposite", -right),
        ("1/m is forgotten, or does not belong here", m * right),
        ("there is one 1/m too many", right / m),
    )
    for words, guess in guesses:
        if _close(values, guess):
            return words
    off = np.abs(values - right) > ROUNDED
    row, column = (int(at) + 1 for at in np.argwhere(off)[0]) if off.any() else (1, 1)
    return f"{int(off.sum())} of {off.size} numbers are wrong, first row {row}, column {column}"


def _close(values: np.ndarray, right: np.ndarray) -> bool:
    return values.shape == right.shape and bool((np.abs(values - right) <= ROUNDED).all())
