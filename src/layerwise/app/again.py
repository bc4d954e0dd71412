"""The rows of a recorded run, read again by its recorded source."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from layerwise.app.rows import data_errors
from layerwise.app.run_file import Run as Reading
from layerwise.app.splitting import split, whole
from layerwise.data.builtin import NAMES
from layerwise.errors import SettingError
from layerwise.study.ledger.fingerprint import fingerprint
from layerwise.study.ledger.run import Run

AS_TUPLES = ("drop", "image_size")


def reading_of(run: Run, data: str | None = None) -> Reading:
    """Return how a run's rows were read, with other data in their place where it is named.

    Raises
    ------
    SettingError
        When the run's rows came from Python: they cannot be read again.
    """
    source = {name: value for name, value in run.source.items() if name != "estimator"}
    if source.get("data") is None:
        raise SettingError(
            f"run {run.id} was fitted in Python, where its rows are: "
            f"`layerwise.runs(...)` gives the run, and run.replay(X, y) trains it again"
        )
    for name in AS_TUPLES:
        if source.get(name) is not None:
            source[name] = tuple(source[name])
    source["drop"] = source.get("drop") or ()
    if data is not None:
        source["data"] = data
    own = {"validation_split": run.settings.get("validation_split", "random")}
    return Reading(**source, settings=own)


class Again(NamedTuple):
    """Rows that were read again: those to train on, those to score on, and all of them known by.

    `test` is None where a ladder held its rows out itself; `seed` is that of the drawing.
    """

    rows: tuple[Any, Any]
    test: tuple[Any, Any] | None
    known: dict[str, Any]
    seed: int


def rows_of(run: Run, data: str | None = None) -> Again:
    """Return the rows of a run as it had them.

    Raises
    ------
    SettingError, DataError, OSError
        When they cannot be read again.
    """
    reading, seed = reading_of(run, data), run.settings.get("random_state") or 0
    if data is None and reading.data not in NAMES and not Path(reading.data).exists():
        raise FileNotFoundError(2, "no longer there; --data names another file", reading.data)
    with data_errors(reading.data, reading.test):
        if run.kind == "ladder":
            found = whole(reading)
            apart = found.test if reading.test is not None else None
            return Again(found.rows, found.test, known_by(found.rows, apart), seed)
        parts = split(reading, seed)
    apart = parts.test if reading.test is not None else None
    return Again(parts.training, parts.test, known_by(parts.whole, apart), seed)


def known_by(rows: tuple[Any, Any], test: tuple[Any, Any] | None) -> dict[str, Any]:
    """Return the fingerprint of what was read; test rows from elsewhere count in its hash."""
    data = fingerprint(*rows)
    if test is not None:
        data["test"] = fingerprint(*test)["hash"]
        both = f"{data['hash']} {data['test']}"
        data["hash"] = hashlib.sha256(both.encode()).hexdigest()
    return data
