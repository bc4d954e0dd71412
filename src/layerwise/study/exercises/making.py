"""Exercises from a seed: the same sheet on every machine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from layerwise.errors import SettingError
from layerwise.study.exercises.exercise import Exercise, Problem
from layerwise.study.exercises.passes import backward, forward
from layerwise.study.exercises.shapes import dimensions
from layerwise.study.exercises.updates import update

KINDS: dict[str, tuple[str, Callable[[np.random.Generator], Problem]]] = {
    "dimensions": ("the shapes of a network, a wrong one, how many parameters", dimensions),
    "forward": ("Z and A of two layers with small numbers, the cost", forward),
    "backward": ("dZ, dW, db, dA of two layers; a wrong equation", backward),
    "update": ("a step of gradient descent, with L2, of momentum, of Adam", update),
}
MOST_SEEDS, MOST_PROBLEMS = 2**32 - 1, 50


def exercise(kind: str, seed: int = 0, number: int = 1) -> Exercise:
    """Return an exercise for pencil and paper with its answers, drawn from a seed.

    Use it for a class, where each learner has a seed, or to practise alone.

    Parameters
    ----------
    kind : str
        "dimensions", "forward", "backward" or "update".
    seed : int, default 0
        From 0 to 4,294,967,295; the same seed is the same sheet everywhere.
    number : int, default 1
        Problems on the sheet, from 1 to 50, each with other numbers.

    Returns
    -------
    Exercise
        With `sheet()`, `key()` and `check(answers)`; a notebook shows the sheet.

    Raises
    ------
    SettingError
        When the kind is none of these, or a number is outside its range.

    Examples
    --------
    >>> asked = exercise("backward", seed=7)
    >>> list(asked.answers)[:3]
    ['dZ2', 'dW2', 'db2']
    >>> all(mark.right for mark in asked.check({"dZ2": asked.answers["dZ2"].value}))
    True

    Notes
    -----
    Lecture rows 14, 15, 17 and 30. The answers are those of Layerwise's own passes in float64.
    """
    if kind not in KINDS:
        raise SettingError(f"exercise: no kind {kind!r}; expected {', '.join(KINDS)}")
    _check("seed", seed, (0, MOST_SEEDS))
    _check("number", number, (1, MOST_PROBLEMS))
    draw = KINDS[kind][1]
    problems = tuple(draw(np.random.default_rng([seed, place])) for place in range(number))
    return Exercise(kind, seed, problems)


def _check(name: str, value: int, most: tuple[int, int]) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not most[0] <= value <= most[1]:
        raise SettingError(f"{name}={value!r}: expected a whole number from {most[0]} to {most[1]}")
