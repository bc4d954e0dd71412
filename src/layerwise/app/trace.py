"""`layerwise trace`: one training step of a model, every number visible."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from cyclopts import Group, Parameter

from layerwise.app.rows import arranged, data_errors, names_of, refuse_other_width, with_answers
from layerwise.app.targets import as_targets, known_labels
from layerwise.data.atomic import write_atomically
from layerwise.errors import DataError, SettingError
from layerwise.estimators.persistence import load
from layerwise.study.scoring import task_of
from layerwise.study.trace.value import DIGITS, SUFFIXES, Trace, checked_digits, form_of

WHAT, HOW = Group("What is traced", sort_key=1), Group("How it is shown", sort_key=2)
ROWS = re.compile(r"(\d+)(?:-(\d+))?")
MOST_EXAMPLES = 1000


@Parameter(name="*", group=WHAT)
@dataclass(frozen=True)
class WhatFlags:
    """What is traced.

    Parameters
    ----------
    example
        The row of DATA, counted from 0. [default: 0]
    examples
        Several rows as one batch, such as 0-9 or 0,5,7.
    target
        The column with the answers. [default: the one the model does not know]
    member
        Of several members the one to trace, from 1, as in `layerwise why`.
    seed
        Draws the masks of dropout and the noise. [default: 0]
    no_dropout
        Leave out dropout and noise.
    """

    example: int | None = None
    examples: str | None = None
    target: str | None = None
    member: int = 1
    seed: int | None = None
    no_dropout: Annotated[bool, Parameter(negative="", show_default=False)] = False


@Parameter(name="*", group=HOW)
@dataclass(frozen=True)
class HowFlags:
    """How it is shown.

    Parameters
    ----------
    digits
        Significant digits, from 1 to 17.
    format
        text, markdown, latex, html or json. [default: by the ending of --out, else text]
    out
        A file to write: .txt, .md, .tex, .html or .json. [default: on stdout]
    """

    digits: int = DIGITS
    format: str | None = None
    out: str | None = None


ALL_OF_IT, AS_TEXT = WhatFlags(), HowFlags()


def trace(
    model: Annotated[str, Parameter(help="A file from `layerwise train`.")],
    data: Annotated[str, Parameter(help="Rows with their answers, read like those of training.")],
    /,
    *,
    what: WhatFlags = ALL_OF_IT,
    how: HowFlags = AS_TEXT,
) -> None:
    """Take one training step of MODEL on rows of DATA and show every number."""
    form, digits = _form(how, (model, data)), checked_digits(how.digits)
    rows, seed = _rows(what), _seed(what)
    estimator: Any = load(model)
    task, member = task_of(estimator.target_), _member(estimator, what.member)
    if task.startswith("several"):
        raise DataError(
            f"{model} predicts {task}, and trace reads one column of answers: trace it in Python "
            "with load(...).trace(X, y)"
        )
    found = with_answers(estimator, data, what.target)
    X, _ = arranged(found.X, names_of(estimator), data)
    refuse_other_width(X, estimator.n_features_in_, data)
    with data_errors(data):
        y = as_targets(_taken(found.y, rows, data), task, found.target)
        y = y if task == "regression" else known_labels(y, estimator.classes_)
        made = estimator.trace(_taken(X, rows, data), y, member=member, seed=seed)
    _deliver(_named(made, rows), form, digits, how.out)


def _member(estimator: Any, member: int) -> int:
    count = estimator.n_members_
    if not 1 <= member <= count:
        raise SettingError(f"--member {member}: expected a whole number from 1 to {count}")
    return member - 1


def _deliver(made: Trace, form: str, digits: int, out: str | None) -> None:
    written = made.written(form, digits)
    if out is None:
        sys.stdout.write(written)
        return
    write_atomically(out, written.encode())
    print(f"{out}: {len(made.steps)} steps, m = {len(made.examples)}, {form}")


def _named(made: Trace, rows: list[int]) -> Trace:
    return replace(made, examples=tuple(f"example {row}" for row in rows))


def _rows(what: WhatFlags) -> list[int]:
    """Return the numbers of the rows.

    >>> _rows(WhatFlags(examples="0-2,7"))
    [0, 1, 2, 7]
    """
    if what.examples is None:
        return [what.example or 0]
    if what.example is not None:
        raise SettingError("--example and --examples: expected one of them, not both")
    found = []
    for part in what.examples.split(","):
        match = ROWS.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last < first + MOST_EXAMPLES:
            raise SettingError(
                f"--examples {what.examples}: expected rows such as 0-9 or 0,5,7, at most "
                f"{MOST_EXAMPLES}"
            )
        found += range(first, last + 1)
    return found


def _seed(what: WhatFlags) -> int | None:
    if what.no_dropout and what.seed is not None:
        raise SettingError("--seed and --no-dropout: expected one of them, not both")
    return None if what.no_dropout else what.seed or 0


def _taken(rows: Any, places: list[int], data: str) -> Any:
    """Return these rows; refuse one that is not there."""
    beyond = [place for place in places if not 0 <= place < len(rows)]
    if beyond:
        raise SettingError(
            f"example {beyond[0]}: {data} has {len(rows)} rows with answers; expected a number "
            f"from 0 to {len(rows) - 1}"
        )
    return rows[np.asarray(places)] if isinstance(rows, np.ndarray) else rows[places]


def _form(how: HowFlags, read: tuple[str, str]) -> str:
    if how.format is not None and how.format not in SUFFIXES.values():
        expected = ", ".join(SUFFIXES.values())
        raise SettingError(f"--format {how.format}: expected one of {expected}")
    if how.out is None:
        return how.format or "text"
    for other in map(Path, read):
        if Path(how.out).exists() and other.exists() and other.samefile(how.out):
            raise SettingError(f"--out {how.out}: this file is read from; choose another name")
    return how.format or form_of(how.out)
