"""An exercise: problems with what is given, questions, answers, and the way to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from layerwise.study.exercises import marking, writing

Matrix = tuple[tuple[float, ...], ...]
Part = str | Matrix  # LaTeX, or a matrix to put in


def matrix(values: Any) -> Matrix:
    """Return an array of two axes as a value that compares and hashes."""
    return tuple(tuple(map(float, row)) for row in np.atleast_2d(values).tolist())


@dataclass(frozen=True)
class Answer:
    """What a question asks for by `name`: a matrix, a whole number or a shape; how to get it.

    `way` is an equation, then the same with numbers put in.
    """

    name: str
    value: Matrix | int | str
    way: tuple[tuple[Part, ...], ...] = ()


@dataclass(frozen=True)
class Question:
    """A question in words, with mathematics between dollars, lines to look at, and its answers."""

    text: str
    answers: tuple[Answer, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is given to several questions, for m examples."""

    text: str
    m: int
    given: tuple[tuple[str, Matrix], ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Exercise:
    """Problems of one kind drawn from a seed, with a sheet and a key.

    `answers` are all answers by name; those of a second problem begin with "2.". A notebook shows
    the sheet.
    """

    kind: str
    seed: int
    problems: tuple[Problem, ...]

    @property
    def answers(self) -> dict[str, Answer]:
        """Each answer by the name that `check` takes."""
        return {
            marking.named(place, answer.name): answer
            for place, problem in enumerate(self.problems, start=1)
            for question in problem.questions
            for answer in question.answers
        }

    def sheet(self, format: str = "markdown") -> str:
        """Return the questions as Markdown, or as a whole LaTeX document."""
        return writing.written(self, format, key=False)

    def key(self, format: str = "markdown") -> str:
        """Return the answers with the way to each, as Markdown or LaTeX."""
        return writing.written(self, format, key=True)

    def _repr_markdown_(self) -> str:
        return self.sheet()

    def check(self, answers: Mapping[str, Any]) -> tuple[marking.Mark, ...]:
        """Return which answers are right, and the likely slip of those that are not.

        Parameters
        ----------
        answers : mapping
            By name as the sheet writes it, such as {"dW1": [[1, 0.5]], "W1": "(3, 4)"}; numbers
            may be rounded to 3 decimals. Those left out are not marked.

        Raises
        ------
        DataError
            When a name is not asked for.

        Examples
        --------
        >>> import layerwise
        >>> asked = layerwise.exercise("dimensions", seed=3)
        >>> asked.check({"W1": asked.answers["W1"].value})[0].right
        True
        """
        return marking.marked(self, answers)
