"""`layerwise exercise`: a sheet of exercises with its key, or the marks of a learner's answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from layerwise.app.main import DONE, SLIPS, app
from layerwise.data.atomic import write_atomically
from layerwise.errors import DataError
from layerwise.study.exercises import making
from layerwise.study.exercises.exercise import Exercise
from layerwise.study.exercises.writing import FORMATS

Kind = Annotated[
    str | None, Parameter(help="dimensions, forward, backward or update.", show_default=False)
]
Answers = Annotated[
    str | None, Parameter(help="A JSON file of answers to mark.", show_default=False)
]


def exercise(
    kind: Kind = None,
    /,
    *,
    seed: Annotated[int, Parameter(help="The same seed is the same sheet.")] = 0,
    number: Annotated[int, Parameter(help="Problems on the sheet.")] = 1,
    format: Annotated[Literal["markdown", "latex"], Parameter(help="Of both files.")] = "markdown",
    out: Annotated[str, Parameter(help="The folder for the two files.")] = ".",
    answers: Answers = None,
) -> int:
    """Write the sheet and the key of an exercise, or mark the answers to it."""
    if kind is None:
        _list()
        return DONE
    made = making.exercise(kind, seed, number)
    if answers is not None:
        return _marked(made, Path(answers))
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for part, text in (("", made.sheet(format)), ("-key", made.key(format))):
        path = folder / f"{kind}-{seed}{part}.{FORMATS[format]}"
        write_atomically(path, text.encode())
        print(path)
    return DONE


def _list() -> None:
    app.help_print(["exercise"])
    for name, (words, _) in making.KINDS.items():
        print(f"{name:<12}{words}")


def _marked(made: Exercise, path: Path) -> int:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path}: is not JSON ({error}); expected {_example(made)}") from None
    if not isinstance(given, dict):
        raise DataError(f"{path}: holds no object; expected {_example(made)}")
    marks = made.check(given)
    for mark in marks:
        print(f"{mark.name:<12}{'right' if mark.right else f'wrong: {mark.note}'}")
    right = sum(mark.right for mark in marks)
    print(f"{right} right of {len(marks)}; {len(made.answers) - len(marks)} left out")
    return DONE if right == len(marks) else SLIPS


def _example(made: Exercise) -> str:
    return f'answers by name, such as {{"{next(iter(made.answers))}": [[1, 0.5], [0, 2]]}}'
