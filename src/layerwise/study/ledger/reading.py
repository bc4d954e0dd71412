"""Runs out of the ledger, as values; a few queries whatever their number, without Optuna."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from layerwise.errors import SettingError
from layerwise.study.ledger.listing import Runs
from layerwise.study.ledger.record import KEY
from layerwise.study.ledger.refusing import clearly, shown
from layerwise.study.ledger.run import Run, Study
from layerwise.study.ledger.sqlite import check_ours, to_read
from layerwise.study.ledger.storage import CONNECTING, INSTALL, file_of, url_of

AT_ONCE = ("settings", "chosen", "scores", "seconds", "stopped", "failure", "seed", "model")
AT_ONCE += ("batch", "rung")  # of a search, of a ladder
TRIALS = """
SELECT t.trial_id, t.study_id, t.state, t.datetime_start, v.value
FROM trials t LEFT JOIN trial_values v ON v.trial_id = t.trial_id AND v.objective = 0 {}
ORDER BY t.trial_id DESC"""
ATTRIBUTES = "SELECT trial_id, key, value_json FROM trial_user_attributes WHERE key IN ({}) {}"
PARAMS = "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params {}"
CURVE = """
SELECT step, intermediate_value FROM trial_intermediate_values
WHERE trial_id = {} ORDER BY step"""


def runs(place: str | Path | None = None) -> Runs:
    """Return every recorded run, the newest first: of train, fit, ladder and search.

    Use it to list, filter and compare what was tried; a notebook shows a table.

    Parameters
    ----------
    place : str or Path, optional
        A file, an address postgresql://user@host/name, or None: "layerwise-runs.db" in this folder.

    Returns
    -------
    Runs
        A list of `Run`: `.id`, `.kind`, `.settings`, `.changed` (those not at their default),
        `.scores`, `.curves`, `.data`, `.environment`, `.model()` and more.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    SettingError, OSError
        When it is no database of runs, or a server does not answer.

    Notes
    -----
    Lecture row 28.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, runs
    >>> X, y = load_iris(return_X_y=True)
    >>> place = os.path.join(tempfile.mkdtemp(), "runs.db")
    >>> model = DNNClassifier((4,), epochs=2, random_state=0).fit(X, y, track=place)
    >>> [(run.id, run.kind, run.settings["epochs"]) for run in runs(place)]
    [(1, 'fit', 2)]
    """
    return Runs(_read(url_of(place), ""))


def run_of(place: str | Path | None, number: int) -> Run:
    """Return the run of this id.

    Raises
    ------
    SettingError
        When the database holds no such run; the message says which there are.
    """
    url = url_of(place)
    found = _read(url, f"WHERE t.trial_id = {int(number)}")
    if found:
        return found[0]
    newest = next(iter(_rows(url, "SELECT max(trial_id) FROM trials")))[0]
    there = f"its newest is {newest}" if newest else "it holds none"
    raise SettingError(f"run {number}: {shown(url)} has no such run; {there}")


def beside(run: Run) -> Runs:
    """Return the runs of the same study, this one too."""
    return Runs(one for one in _read(run.study.place, "") if one.study.name == run.study.name)


def _read(url: str, which: str) -> list[Run]:
    studies, trials = _studies(url), _rows(url, TRIALS.format(which))
    kept = _kept(url, which.replace("t.trial_id", "trial_id"))
    more = partial(_more, url)
    return [
        Run(number, studies[study], state.lower(), _date(began), value, kept[number], more)
        for number, study, state, began, value in trials
        if study in studies
    ]


def _kept(url: str, which: str) -> dict[int, dict[str, Any]]:
    """Return what the list shows of each trial, and its params."""
    names = ", ".join(f"'{name}'" for name in AT_ONCE)
    kept: dict[int, dict[str, Any]] = defaultdict(lambda: {"params": {}})
    for trial, key, text in _rows(url, ATTRIBUTES.format(names, which.replace("WHERE", "AND"))):
        value = json.loads(text)
        kept[trial][key] = _placed(url, value) if key == "model" else value
    for trial, name, value, distribution in _rows(url, PARAMS.format(which)):
        kept[trial]["params"][name] = _param(value, distribution)
    return kept


def _placed(url: str, model: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a model with its path from here; it is kept from the database's."""
    database, path = file_of(url), model.get("path")
    if path is None or database is None:
        return model
    return model | {"path": os.path.normpath(database.parent / path)}


def _studies(url: str) -> dict[int, Study]:
    found = _rows(
        url,
        "SELECT s.study_id, s.study_name, a.value_json FROM studies s "
        f"JOIN study_user_attributes a ON a.study_id = s.study_id AND a.key = '{KEY}'",
    )
    return {study: Study(name, json.loads(text), url) for study, name, text in found}


def _more(url: str, number: int) -> dict[str, Any]:
    """Return what is read of one run alone: its environment and its curves."""
    names = ", ".join(f"'{name}'" for name in ("environment", "curves", "watched", "lost"))
    names += ", 'best_epoch', 'given'"
    rows = _rows(url, ATTRIBUTES.format(names, f"AND trial_id = {number}"))
    found = {key: json.loads(text) for _, key, text in rows}
    watched = dict(tuple(row) for row in _rows(url, CURVE.format(number)))
    return found | {"figures": watched}


def _rows(url: str, query: str) -> list[Any]:
    with _reading(url) as execute:
        return execute(query)


@contextmanager
def _reading(url: str) -> Iterator[Any]:
    path = file_of(url)
    with clearly(url):
        if path is None:
            with _engine(url).connect() as connection:
                yield lambda query: list(connection.exec_driver_sql(query))
            return
        if not path.exists():
            raise FileNotFoundError(2, "there are no runs here: no such file", str(path))
        if check_ours(path) is None:
            yield lambda query: []
            return
        connection = to_read(str(path))
        try:
            yield lambda query: connection.execute(query).fetchall()
        finally:
            connection.close()


@cache
def _engine(url: str) -> Any:
    try:
        import sqlalchemy as sql
    except ImportError as error:
        raise SettingError(f"a server needs SQLAlchemy: {INSTALL}") from error
    own = {"connect_timeout": CONNECTING}
    return sql.create_engine(url, poolclass=sql.pool.NullPool, connect_args=own)


@cache
def _distribution(text: str) -> tuple[str, Any]:
    found = json.loads(text)
    return found["name"], found["attributes"].get("choices")


def _param(value: float, text: str) -> Any:
    """Return a search's param as it was suggested, from the number that Optuna stores."""
    kind, choices = _distribution(text)
    if choices is not None:
        return choices[int(value)]
    return int(value) if "Int" in kind else value


def _date(text: Any) -> datetime | None:
    if text is None:
        return None
    found = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC).astimezone()
