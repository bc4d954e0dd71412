"""The target of a table: which column it is, and its values as an array of labels or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import polars as pl

from layerwise.data.dataset import Dataset, Reading
from layerwise.data.frames import CONTROL, cleaned, is_text
from layerwise.errors import DataError


def with_target(frame: pl.DataFrame, reading: Reading, path: Path, notes: list[str]) -> Dataset:
    """Return a table as features and target; rows without a target are left out and counted.

    Parameters
    ----------
    frame : (m, n) all columns, the target among them
    reading : which column is the target, and which to leave out
    path : the file, for the name and the errors
    notes : what was noticed before; not changed

    Raises
    ------
    DataError
        When a column is not found, every target is missing, or no feature is left.

    Examples
    --------
    >>> frame = pl.DataFrame({"x": [1, 2], "y": ["a.", "b."]})
    >>> with_target(frame, Reading(), Path("t.csv"), []).y.tolist()
    ['a', 'b']
    """
    _refuse_names(frame.columns, path)
    name, target = path.name.split(".")[0] or path.name, _target(frame.columns, reading, path)
    dropped = [column_of(frame.columns, wanted, path) for wanted in reading.drop]
    if target in dropped:
        raise DataError(f"{path}: column {target!r} is the target and is to be left out; keep it")
    X, notes = frame.drop(dropped), list(notes)
    if target is None:
        return Dataset(name, X, None, None, tuple(notes))
    if reading.target is None:
        notes.append(f"the target is the last column, {target!r}")
    if X.width < 2:
        raise DataError(
            f"{path}: no column beside the target {target!r}; expected features (separated by "
            "a comma, a semicolon, a tab or a bar)"
        )
    column = _values(frame[target], path, notes)
    missing = column.null_count()
    if missing == len(column):
        raise DataError(f"{path}: every value of the target {target!r} is missing")
    if missing:
        rows = "1 row" if missing == 1 else f"{missing} rows"
        notes.append(f"{rows} without a target left out")
        X = X.filter(column.is_not_null())
    return Dataset(name, X.drop(target), _array(column.drop_nulls()), target, tuple(notes))


def _refuse_names(names: Sequence[str], path: Path) -> None:
    for at, name in enumerate(names, start=1):
        if not name:
            raise DataError(f"{path}: column {at} has no name; give it one")
        if CONTROL.search(name):
            raise DataError(f"{path}: the name of column {at} holds a control character: {name!r}")


def _target(names: Sequence[str], reading: Reading, path: Path) -> str | None:
    wanted = reading.target
    if not reading.target_required and (wanted is None or wanted not in names):
        return None
    if wanted is not None:
        return column_of(names, wanted, path)
    kept = set(names) - {column_of(names, dropped, path) for dropped in reading.drop}
    return next((name for name in reversed(names) if name in kept), names[-1])


def column_of(names: Sequence[str], wanted: str, path: Path) -> str:
    """Return the column of that name, or of that number counted from 1 or, negative, from the end.

    Raises
    ------
    DataError
        When there is none; lists the nearest names.

    Examples
    --------
    >>> column_of(["age", "label"], "-1", Path("t.csv"))
    'label'
    """
    if wanted in names:
        return wanted
    at = int(wanted) if wanted.removeprefix("-").isdecimal() and wanted.isascii() else None
    if at and abs(at) <= len(names):
        return names[at - 1 if at > 0 else at]
    if at is not None:
        raise DataError(f"{path}: no column number {at}; expected 1 to {len(names)}, or a name")
    near = get_close_matches(wanted, names, n=3) or names[:8]
    raise DataError(f"{path}: no column {wanted!r}; did you mean {', '.join(map(repr, near))}?")


def _values(column: pl.Series, path: Path, notes: list[str]) -> pl.Series:
    if column.dtype.is_temporal():
        raise DataError(
            f"{path}: the target {column.name!r} holds dates or times; expected classes or "
            "numbers: choose another column with --target"
        )
    if not is_text(column.dtype):
        return column
    text = cleaned(column)
    known = text.drop_nulls()
    if len(known) and known.str.ends_with(".").all():
        notes.append(f"the labels of {column.name!r} all end with a full stop: it was taken off")
        return text.str.strip_suffix(".").str.strip_chars_end()
    return text


def _array(column: pl.Series) -> np.ndarray:
    if is_text(column.dtype):
        return np.array(column.to_list(), dtype=object)
    if column.dtype == pl.Boolean:
        return column.to_numpy().astype(bool)
    # unsigned ones past 2^63 become floats, as in text
    if (
        column.dtype.is_integer()
        and not (whole := column.cast(pl.Int64, strict=False)).null_count()
    ):
        return whole.to_numpy().copy()
    return column.cast(pl.Float64).to_numpy().copy()
