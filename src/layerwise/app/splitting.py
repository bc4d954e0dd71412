"""From a run to the rows to train on and the rows to score on, with what was inferred."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from layerwise.app.rows import arranged, data_errors, header_of, refuse_other_width
from layerwise.app.run_file import Run
from layerwise.app.targets import as_targets, known_labels
from layerwise.data.dataset import Dataset, Reading
from layerwise.data.reading import infer_task, read
from layerwise.errors import DataError, SettingError
from layerwise.study.held_out import hold_out_test, last_rows_test


class Split(NamedTuple):
    """The rows to train on and to score on; `origin` says where the latter come from.

    `whole` are all rows that DATA holds, in their order, whichever of them are to be scored on.
    """

    name: str
    target: str | None
    task: str
    why: str
    notes: tuple[str, ...]
    training: tuple[Any, np.ndarray]
    test: tuple[Any, np.ndarray]
    origin: str
    seed: int
    whole: tuple[Any, np.ndarray]


class Whole(NamedTuple):
    """All rows that may be trained on; `test` are those that are given apart from them, or None."""

    name: str
    target: str | None
    task: str
    why: str
    notes: tuple[str, ...]
    rows: tuple[Any, np.ndarray]
    test: tuple[Any, np.ndarray] | None
    origin: str


def whole(run: Run) -> Whole:
    """Read a run's data and return all of it, holding nothing out.

    Raises
    ------
    DataError
        When the data cannot be used, or a test row has a label that training has not met.
    """
    found = read(run.data, _reading(run))
    if found.y is None:
        raise DataError(f"{run.data}: no answers to learn from; expected a target for every row")
    _refuse_idle_flags(run, found)
    task, why = _task(run.task, found)
    y = as_targets(found.y, task, found.target)
    given, origin, notes = _given_test(run, found)
    test = None
    if given is not None:
        test = given.X, _as_known(run, as_targets(given.y, task, found.target), (task, y))
    return Whole(found.name, found.target, task, why, notes, (found.X, y), test, origin)


def split(run: Run, seed: int) -> Split:
    """Read a run's data and return what to train on and what to score on.

    Raises
    ------
    DataError
        When the data cannot be used, or a test row has a label that training has not met.
    """
    found = whole(run)
    X, y = training = found.rows
    test, origin = found.test, found.origin
    if test is None:
        by_time = run.settings.get("validation_split") == "time"
        classes = found.task != "regression"
        drawn = last_rows_test(len(y)) if by_time else hold_out_test(y, classes, seed)
        training, test = ((X[rows], y[rows]) for rows in drawn)
        origin = "the last fifth" if by_time else f"a fifth; seed {seed}"
        test = test[0], _as_known(run, test[1], (found.task, training[1]))
    return Split(*found[:5], training, test, origin, seed, found.rows)


def _as_known(run: Run, y: np.ndarray, training: tuple[str, np.ndarray]) -> np.ndarray:
    task, labels = training
    if task == "regression":
        return y
    with data_errors(run.test or run.data):
        return known_labels(y, np.unique(labels))


def _reading(run: Run) -> Reading:
    return Reading(run.target, run.header, run.drop, run.image_size, bool(run.grey))


def _refuse_idle_flags(run: Run, found: Dataset) -> None:
    """Raise SettingError for a flag that says nothing about this kind of data."""
    is_file, is_folder = Path(run.data).exists(), Path(run.data).is_dir()
    is_table = is_file and isinstance(found.X, pl.DataFrame)
    idle = [] if is_table else ["target", "header", "drop"]
    idle += [] if is_folder else ["image_size", "grey"]
    for name in idle:
        if getattr(run, name) not in (None, ()):
            kind = "a table" if is_table else "no table" if is_file else "a built-in set"
            flag = name.replace("_", "-")
            raise SettingError(f"--{flag} does not apply to {run.data}, which is {kind}")


def _given_test(run: Run, found: Dataset) -> tuple[Dataset | None, str, tuple[str, ...]]:
    """Return the test rows that the run or the data itself gives, from where, and all notes."""
    if run.test is None:
        return found.test, "the data's own test rows", found.notes
    names = found.X.columns if isinstance(found.X, pl.DataFrame) else []
    size = run.image_size
    if isinstance(found.X, np.ndarray) and found.X.ndim > 2:
        size = found.X.shape[1], found.X.shape[2]
    header = header_of(names) if run.header is None else run.header
    other = read(run.test, Reading(found.target, header, (), size, bool(run.grey)))
    if other.y is None:
        raise DataError(f"{run.test}: no answers to compare with; expected a target for every row")
    X, left_out = arranged(other.X, names, run.test)
    refuse_other_width(X, X.width if names else int(np.prod(found.X.shape[1:])), run.test)
    notes = [*other.notes, *([f"left out {', '.join(left_out)}"] if left_out else [])]
    notes = (*found.notes, *(f"test rows: {note}" for note in notes))
    return Dataset(other.name, X, other.y, other.target, ()), f"from {run.test}", notes


def _task(asked: str | None, found: Dataset) -> tuple[str, str]:
    assert found.y is not None
    if asked is None:
        return (found.task, "") if found.task else infer_task(found.y)
    classes = len(set(found.y.tolist()))
    if asked == "binary" and classes != 2:
        raise DataError(f"--task binary: the target has {classes} different values, expected 2")
    # two classes are two classes, however they were asked for
    return ("binary" if asked == "multiclass" and classes == 2 else asked), "asked for with --task"
