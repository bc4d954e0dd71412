"""Targets as a task needs them: labels that training knows, or numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.data.frames import CONTROL
from layerwise.errors import DataError


def as_targets(y: Any, task: str, name: str | None) -> np.ndarray:
    """Return the targets as labels, or as float64 for regression.

    Raises
    ------
    DataError
        When a target is not of the task's kind.

    Examples
    --------
    >>> as_targets(np.array([1, 2]), "regression", "price")
    array([1., 2.])
    """
    y = np.asarray(y)
    if task != "regression":
        if y.dtype.kind == "f" and not (y == np.round(y)).all():
            raise DataError(f"the target {name!r} holds fractions: use --task regression")
        _refuse_odd_labels(y, name)
        return y.astype(np.int64) if y.dtype.kind == "f" else y
    try:
        numbers = y.astype(np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"the target {name!r} does not hold numbers, such as {y[0]!r}: it cannot be used for "
            "regression; choose another --target or --task"
        ) from None
    if not np.isfinite(numbers).all():
        row = int(np.argmin(np.isfinite(numbers)))
        raise DataError(
            f"the target {name!r}, row {row + 1}: {numbers[row]} is not a finite number"
        )
    return numbers


def _refuse_odd_labels(y: np.ndarray, name: str | None) -> None:
    if y.dtype.kind == "f" and not (np.abs(y) < 2.0**63).all():
        raise DataError(
            f"the target {name!r} holds {y[np.argmax(np.abs(y))]:g}, too large for the number of a "
            "class: use --task regression, or write the classes as words"
        )
    odd = [label for label in set(y.tolist()) if isinstance(label, str) and CONTROL.search(label)]
    if odd:
        raise DataError(f"the target {name!r}: {min(odd)!r} holds a control character; take it out")


def known_labels(y: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return labels in the type of the classes.

    Raises
    ------
    DataError
        When a label is not among the classes: names it.

    Examples
    --------
    >>> known_labels(np.array(["0", "1"]), np.array([0, 1]))
    array([0, 1])
    """
    by_text = {str(label): label for label in classes.tolist()}
    strange = sorted({str(label) for label in y.tolist()} - set(by_text))
    if strange:
        raise DataError(
            f"{len(strange)} label(s) of the rows to score were not met in training: "
            f"{', '.join(map(repr, strange[:5]))}; known classes: "
            f"{', '.join(map(repr, list(by_text)[:10]))}"
        )
    return np.array([by_text[str(label)] for label in y.tolist()], dtype=classes.dtype)
