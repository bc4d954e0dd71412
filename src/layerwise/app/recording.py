"""A run of `layerwise train` into the ledger; what goes wrong there never loses the model."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from layerwise.app.again import known_by
from layerwise.app.run_file import Run
from layerwise.app.splitting import Split
from layerwise.errors import SettingError
from layerwise.study.ledger.of_fit import entry_of, score_of
from layerwise.study.ledger.record import About, record
from layerwise.study.ledger.refusing import shown
from layerwise.study.ledger.storage import BESIDE, INSTALL, file_of, url_of
from layerwise.study.scoring import Score

NOWHERE = "none"
READ_BY = ("data", "test", "target", "task", "drop", "header", "image_size", "grey")


class Recorded(NamedTuple):
    """Where a run was recorded and as which; `line` is the card's, "" says nothing."""

    id: int | None = None
    place: str | None = None
    line: str = ""


def place_of(runs: str | None, model: Path) -> str | None:
    """Return the database of a run: beside its model unless said otherwise; None for none.

    Raises
    ------
    SettingError
        When --runs is an address of another kind than PostgreSQL's.
    """
    if runs == NOWHERE:
        return None
    place = runs or os.fspath(model.parent / BESIDE)
    url_of(place)
    return place


def recorded(
    run: Run, parts: Split, estimator: Any, made: tuple[Score | None, float, str], model: Path
) -> Recorded:
    """Record a run and return as which; a failure is one line on stderr, for the model is written.

    Parameters
    ----------
    run, parts, estimator : what was read and trained
    made : the test score (None of a run that failed), the seconds of training, why it failed
    model : the model's file
    """
    place = place_of(run.runs, model)
    if place is None:
        return Recorded()
    if find_spec("optuna") is None:
        return Recorded(line=f"not recorded: {INSTALL} keeps a ledger of runs")
    result, seconds, failure = made
    try:
        scores = [] if result is None else [*scores_of(result), *score_of(estimator)]
        entry = entry_of(estimator, scores, seconds, failure)
        if not failure:
            entry.kept["model"]["path"] = _from_database(model, place)
        number = record(place, _about(run, parts, result), entry)
    except (SettingError, OSError) as error:
        print(f"layerwise: the run was not recorded: {words_of(error)}", file=sys.stderr)
        return Recorded()
    where = shown(url_of(place)) if file_of(url_of(place)) is None else place
    return Recorded(number, where, f"{number} in {where}")


def words_of(error: Exception) -> str:
    """Return what a database refused, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split())


def _from_database(model: Path, place: str) -> str:
    database = file_of(url_of(place))
    if database is None:
        return os.fspath(model.resolve())
    return Path(os.path.relpath(model.resolve(), database.resolve().parent)).as_posix()


def _about(run: Run, parts: Split, result: Score | None) -> About:
    metric = "rmse" if parts.task == "regression" else "accuracy"
    metric = result.metric if result else metric
    data = known_by(parts.whole, parts.test if run.test is not None else None)
    return About("train", parts.name, data, metric, source_of(run, parts.task))


def origin_of(run: Run, parts: Split) -> dict[str, Any]:
    """Return what a search records of rows that were read: their name, fingerprint and source."""
    data = known_by(parts.whole, parts.test if run.test is not None else None)
    return {"name": parts.name, "data": data, "source": source_of(run, parts.task)}


def source_of(run: Run, task: str) -> dict[str, Any]:
    """Return how the rows were read, so that they can be read again from any folder."""
    source = {name: getattr(run, name) for name in READ_BY}
    for name in ("data", "test"):
        if source[name] is not None and Path(source[name]).exists():
            source[name] = os.fspath(Path(source[name]).resolve())
    return source | {"task": task}


def scores_of(result: Score) -> list[dict[str, Any]]:
    """Return a test's scores as the ledger keeps them, the main one first."""
    own = {"name": result.metric, "value": result.value, **result.interval._asdict()}
    on = {"rows": result.rows, "on": "test"}
    others = [
        {"name": f"{result.metric} of {name}", "value": value, "low": None, "high": None}
        for name, value, _ in result.baselines
    ]
    if result.r2 is not None:
        others.insert(0, {"name": "r2", "value": result.r2, "low": None, "high": None})
    return [score | on for score in (own, *others)]
