"""An exercise as Markdown and as a LaTeX document; both write mathematics between dollars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from layerwise.errors import SettingError
from layerwise.study.exercises.marking import named
from layerwise.study.matrices import in_latex, number

FORMATS = {"markdown": "md", "latex": "tex"}
DIGITS = 5
PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\setlength{\parskip}{1ex}
\begin{document}
"""


def symbol(name: str) -> str:
    """Return a tensor's name as the lecture writes it, in LaTeX.

    >>> symbol("dW1"), symbol("X")
    ('dW^{[1]}', 'X')
    """
    return re.sub(r"^(d?[A-Za-z])(\d)$", r"\1^{[\2]}", name)


def put(values: Any) -> str:
    """Return a matrix in LaTeX; a single number without brackets."""
    found = np.atleast_2d(np.asarray(values, np.float64))
    return number(found[0, 0], DIGITS) if found.shape == (1, 1) else in_latex(found, DIGITS)


def written(exercise: Any, format: str, key: bool) -> str:
    """Return the sheet or the key in one of FORMATS."""
    if format not in FORMATS:
        raise SettingError(f"format={format!r}: expected {' or '.join(map(repr, FORMATS))}")
    latex = format == "latex"
    title = f"{exercise.kind.capitalize()}, exercise {exercise.seed}{': the key' if key else ''}"
    lines = [rf"\section*{{{title}}}" if latex else f"# {title}"]
    if not key:
        lines.append("Round to 3 decimals where a number is longer. Examples are columns.")
    for place, problem in enumerate(exercise.problems, start=1):
        if len(exercise.problems) > 1:
            lines.append(rf"\subsection*{{Problem {place}}}" if latex else f"## Problem {place}")
        lines += _problem(problem, place, key, latex)
    body = "\n\n".join(lines) + "\n"
    return f"{PREAMBLE}{body}\\end{{document}}\n" if latex else body


def _problem(problem: Any, place: int, key: bool, latex: bool) -> Iterator[str]:
    if not key:
        yield problem.text
        for name, values in problem.given:
            yield _display(f"{symbol(name)} = {put(values)}", latex)
    for at, question in enumerate(problem.questions, start=1):
        yield f"{_bold(f'{at}.', latex)} {question.text}"
        yield from (_code(line, latex) for line in question.lines)
        if key:
            for answer in question.answers:
                yield from _answer(answer, latex)
        else:
            names = ", ".join(_code(named(place, one.name), latex) for one in question.answers)
            yield f"Answers: {names}"


def _answer(answer: Any, latex: bool) -> Iterator[str]:
    if isinstance(answer.value, tuple):
        for equation in answer.way:
            steps = "".join(part if isinstance(part, str) else put(part) for part in equation)
            yield _display(steps, latex)
        return
    way = "; ".join("".join(map(str, equation)) for equation in answer.way)
    told = f"{_code(answer.name, latex)}: {_bold(str(answer.value), latex)}"
    yield f"{told}, {way}" if way else told


def _display(mathematics: str, latex: bool) -> str:
    return rf"\[ {mathematics} \]" if latex else f"$${mathematics}$$"


def _bold(text: str, latex: bool) -> str:
    return rf"\textbf{{{text}}}" if latex else f"**{text}**"


def _code(text: str, latex: bool) -> str:
    if not latex:
        return f"`{text}`"
    return rf"\texttt{{{text.replace('_', chr(92) + '_')}}}"
