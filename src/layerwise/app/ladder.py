"""`layerwise ladder`: the simplest model that is not significantly worse than the best."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from cyclopts import Parameter
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layerwise.app.card import print_card
from layerwise.app.ladder_record import ladder_recorded
from layerwise.app.main import DONE, INTERRUPTED, app
from layerwise.app.recording import place_of
from layerwise.app.rows import data_errors
from layerwise.app.run_file import Run, run_from
from layerwise.app.settings import setting_flags, settings_from
from layerwise.app.showing import busy
from layerwise.app.splitting import Whole, whole
from layerwise.app.train import DATA, DATA_HELP, DataFlags
from layerwise.data.builtin import NAMES
from layerwise.errors import SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.regressor import DNNRegressor
from layerwise.study.ladder.answering import Ladder, concluded
from layerwise.study.ladder.asking import Asked, asked_of
from layerwise.study.ladder.climbing import Trained, climb
from layerwise.study.ladder.comparing import Rung
from layerwise.study.ladder.ladder import DEFAULTS
from layerwise.study.ladder.telling import of, where

TEST = "Rows to compare on, read like DATA. [default: the data's own test rows, else folds]"


@Parameter(name="*", group=DATA)
@dataclass(frozen=True)
class RowFlags(DataFlags):
    """How the data is read."""

    test: Annotated[str | None, Parameter(help=TEST)] = None


@Parameter(name="*")
@dataclass(frozen=True)
class LadderFlags:
    """How the rungs are compared.

    Parameters
    ----------
    cv
        Folds, drawn anew for each seed; test rows that are given take their place.
    seeds
        First weights of each rung per fold.
    most
        Hidden layers of the deepest rung.
    width
        Units of each hidden layer. [default: the widest of hidden-units, else 64]
    out
        Where the picture goes (.png).
    runs
        The database that keeps a record of each rung: a file, postgresql://user@host/name, or none.
        [default: layerwise-runs.db in the picture's folder]
    json
        Print one JSON object on stdout and nothing else.
    """

    cv: int = 5
    seeds: int = 3
    most: int = 3
    width: int | None = None
    out: str = "ladder.png"
    runs: str | None = None
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False


NO_ROW_FLAGS, NO_LADDER_FLAGS, NO_SETTING_FLAGS = RowFlags(), LadderFlags(), setting_flags()()


def ladder(
    data: Annotated[str | None, Parameter(help=DATA_HELP)] = None,
    /,
    *,
    flags: LadderFlags = NO_LADDER_FLAGS,
    reading: RowFlags = NO_ROW_FLAGS,
    settings: Any = NO_SETTING_FLAGS,
) -> int:
    """Train the rungs on DATA, compare them and name the simplest that is not worse.

    Parameters
    ----------
    data : str, optional
        What to train on; without it the help is shown.
    flags, reading, settings
        The flags, in groups.
    """
    run = run_from({"data": data, **asdict(reading), **asdict(settings)}, None)
    if run is None:
        app.help_print(["ladder"])
        print("Built-in data sets: " + ", ".join(NAMES))
        return DONE
    picture = Path(flags.out)
    if picture.suffix.lower() != ".png":
        raise SettingError(f"--out {picture}: expected a name with the ending .png")
    return _shown(run, flags, picture)


# cyclopts reads the annotations: these flags come from the estimator's signature
ladder.__annotations__["settings"] = setting_flags()


def _shown(run: Run, flags: LadderFlags, picture: Path) -> int:
    place_of(flags.runs, picture)  # a wrong one is told before training
    began = time.perf_counter()
    found, asked, answer = _climbed(run, flags)
    options = _options(flags, settings_from(run.settings))
    run = replace(run, runs=flags.runs)
    noted = ladder_recorded(run, found, (asked, answer), options, picture)
    with busy("drawing"):
        answer.save(picture)
    seconds = time.perf_counter() - began
    if flags.json:
        print(_as_json(found, asked, answer, (picture, seconds)))
    else:
        _show(found, asked, answer, (picture, seconds))
        if noted.line:
            print(f"recorded  {noted.line}" if noted.id else noted.line)
    return INTERRUPTED if answer.interrupted else DONE


def _climbed(run: Run, flags: LadderFlags) -> tuple[Whole, Asked, Ladder]:
    settings = settings_from(run.settings)
    with data_errors(run.data, run.test):
        found = whole(run)
    face = DNNRegressor if found.task == "regression" else DNNClassifier
    estimator: Any = face()
    estimator.set_params(**(settings | {"verbose": 0}))
    options = DEFAULTS | _options(flags, settings) | {"test": found.test}
    with data_errors(run.data):
        asked = asked_of(*found.rows, estimator, options)
        return found, asked, concluded(asked, _told(asked, climb(asked, settings["verbose"])))


def _options(flags: LadderFlags, settings: dict[str, Any]) -> dict[str, Any]:
    own = {"cv": flags.cv, "seeds": flags.seeds, "most": flags.most, "width": flags.width}
    return own | {"random_state": settings["random_state"] or 0}


def _told(asked: Asked, climbing: Iterable[Trained]) -> Iterator[Trained]:
    """Yield the rungs, saying on a terminal's error stream how each went."""
    names = iter([*(shape.name for shape in asked.rungs[1:]), ""])
    for one in climbing:
        if sys.stderr.isatty():
            score = "failed" if one.error else f"{one.scores.mean():.3f}"
            following = next(names)
            then = f"; now {following}, {len(asked.parts)} networks" if following else ""
            print(f"{one.shape.name}: {score}{then}", file=sys.stderr)
        yield one


def _show(found: Whole, asked: Asked, answer: Ladder, where_to: tuple[Path, float]) -> None:
    picture, seconds = where_to
    m, n = len(found.rows[1]), _columns(found.rows[0])
    why = f" ({found.why})" if found.why else ""
    rows = f"{found.task}{why}; {m:,} rows, {n:,} columns; compared on {where(asked)}"
    last = f"{picture}, {seconds:.0f} s"
    notes = [Text(note, style="dim") for note in found.notes]
    shown = [Text(answer.finding), _table(answer), Text(rows, style="dim"), *notes, Text(last)]
    print_card(found.name, shown, "ladder")


def _columns(X: Any) -> int:
    return int(np.prod(X.shape[1:]))


def _table(answer: Ladder) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("rung", no_wrap=True)
    for name in ("numbers", str(answer.facts[2].value), "95 %", "worse by", "p"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for rung in answer.rungs:
        table.add_row(*_cells(answer, rung), style="bold" if rung is answer.simplest else "")
    return Padding(table, (1, 0))


def _cells(answer: Ladder, rung: Rung) -> list[str]:
    beside = ["-", "-"]
    if rung is not answer.best:
        p = "< 0.001" if rung.p < 0.001 else f"{rung.p:.3f}"
        beside = [of(rung.worse_by), p]
    words = ["worse"] if rung.is_worse else []
    words += ["best"] if rung is answer.best else []
    words += ["simplest"] if rung is answer.simplest else []
    score = [f"{rung.parameters:,}", f"{rung.mean:.3f}", _edges(rung.interval)]
    return [rung.name, *score, *beside, ", ".join(words)]


def _edges(interval: tuple[float, float]) -> str:
    return f"{of(interval[0])} to {of(interval[1])}"


def _as_json(found: Whole, asked: Asked, answer: Ladder, where_to: tuple[Path, float]) -> str:
    picture, seconds = where_to
    card = {
        "task": found.task,
        "score": answer.facts[2].value,
        "compared_on": where(asked),
        "finding": answer.finding,
        "simplest": answer.simplest.name,
        "best": answer.best.name,
        "shows_from": answer.shows_from,
        "rungs": [
            {**line, "scores": rung.scores.tolist()}
            for line, rung in zip(answer.table.to_dicts(), answer.rungs, strict=True)
        ],
        "trained_on": {one.shape.name: one.scores.tolist() for one in answer.by_heart},
        "failed": {name: str(error) for name, error in answer.failed},
        "interrupted": answer.interrupted,
        "seconds": round(seconds, 3),
        "picture": str(picture),
    }
    return json.dumps(card, allow_nan=False)
