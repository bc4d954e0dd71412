"""Tables from delimited text, Parquet and NDJSON: named columns, typed cells, one target."""

from __future__ import annotations

import io
from difflib import get_close_matches
from itertools import chain, islice
from pathlib import Path

import numpy as np
import polars as pl

from layerwise.data import delimited
from layerwise.data.cells import typed
from layerwise.data.dataset import Dataset, Reading
from layerwise.data.frames import cleaned, is_text
from layerwise.errors import DataError


def read_table(path: Path, kind: str, reading: Reading) -> Dataset:
    """Return a table's features and target; see `reading.read`."""
    if kind in (".ndjson", ".jsonl", ".parquet"):
        frame, notes = _typed_file(path, kind)
    else:
        frame, notes = _text_file(path, reading)
    name = path.name.split(".")[0]
    frame = frame.drop([_column(frame, wanted, path) for wanted in reading.drop])
    return _with_target(name, frame, reading, path, notes)


def _text_file(path: Path, reading: Reading) -> tuple[pl.DataFrame, list[str]]:
    text, notes = delimited.decoded(delimited.unpacked(path), path)
    separator = delimited.separator_of(text, path)
    rows = delimited.rows_of(text, separator, path)
    ahead = list(islice(rows, delimited.LOOK))
    if not ahead:
        raise DataError(f"{path}: the file is empty; expected a table")
    if separator != ",":
        notes.append(f"the separator is {delimited.NAMES[separator]}")
    header = reading.header
    if header is None:
        header = delimited.has_header(ahead[0][1], [fields for _, fields in ahead[1:]])
    width = len(ahead[0][1])
    if header:
        names, ahead = [name.strip() for name in ahead[0][1]], ahead[1:]
    else:
        names = [f"column_{i + 1}" for i in range(width)]
        notes.append(f"no header found: the columns are named column_1 to column_{width}")
    if not ahead:
        raise DataError(f"{path}: only a header, no rows; expected at least one row below it")
    names, index = _checked_names(names, ahead, path)
    frame = delimited.to_columns(chain(ahead, rows), names)
    if index:
        frame = frame.drop(index)
        notes.append("the first column has no name and only counts the rows: it was left out")
    return _typed_columns(frame, path, notes)


def _checked_names(names: list[str], ahead: list, path: Path) -> tuple[list[str], str | None]:
    if not names[0] and all(
        f[0] == str(i) for i, (_, f) in enumerate(ahead, int(ahead[0][1][0] == "1"))
    ):
        return ["row number", *names[1:]], "row number"
    if "" in names:
        at = names.index("") + 1
        raise DataError(f"{path}, line 1: column {at} has no name; give it one")
    seen: dict[str, int] = {}
    for at, name in enumerate(names, start=1):
        if name in seen:
            raise DataError(
                f"{path}, line 1: columns {seen[name]} and {at} are both named {name!r}; "
                "give each its own name"
            )
        seen[name] = at
    return names, None


def _typed_columns(
    frame: pl.DataFrame, path: Path, notes: list[str]
) -> tuple[pl.DataFrame, list[str]]:
    lines, columns = frame.get_column(delimited.LINE), []
    for column in frame.drop(delimited.LINE).get_columns():
        series, note = typed(column, lines, str(path))
        columns.append(series)
        notes += [note] if note else []
    return pl.DataFrame(columns), notes


def _typed_file(path: Path, kind: str) -> tuple[pl.DataFrame, list[str]]:
    try:
        if kind == ".parquet":
            frame = pl.read_parquet(path)
        else:
            frame = pl.read_ndjson(io.BytesIO(delimited.unpacked(path)), infer_schema_length=None)
    except DataError:
        raise
    except Exception as error:  # polars raises many kinds for a damaged file
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path}: cannot be read as {kind[1:]} ({reason[:200]})") from error
    if not frame.height or not frame.width:
        raise DataError(f"{path}: the table is empty; expected at least one row")
    texts = [cleaned(frame[name]) for name in frame.columns if frame[name].dtype == pl.String]
    return frame.with_columns(texts).fill_nan(None), []


def _column(frame: pl.DataFrame, wanted: str, path: Path) -> str:
    if wanted in frame.columns:
        return wanted
    try:
        at = int(wanted)
        return frame.columns[at - 1 if at > 0 else at]
    except (ValueError, IndexError):
        near = get_close_matches(wanted, frame.columns, n=3) or frame.columns[:8]
        raise DataError(
            f"{path}: no column {wanted!r}; did you mean {', '.join(map(repr, near))}?"
        ) from None


def _with_target(
    name: str, frame: pl.DataFrame, reading: Reading, path: Path, notes: list[str]
) -> Dataset:
    if not reading.target_required and (
        reading.target is None or reading.target not in frame.columns
    ):
        return Dataset(name, frame, None, None, tuple(notes))
    target = _column(frame, reading.target, path) if reading.target else frame.columns[-1]
    if not reading.target:
        notes.append(f"the target is the last column, {target!r}")
    column = _target_column(frame[target], notes)
    missing = column.null_count()
    if missing == len(column):
        raise DataError(f"{path}: every value of the target {target!r} is missing")
    if missing:
        notes.append(f"{missing} rows without a target were left out")
        frame = frame.filter(column.is_not_null())
    X = frame.drop(target)
    if not X.width:
        raise DataError(f"{path}: no column beside the target {target!r}; expected features")
    return Dataset(name, X, _labels(column.drop_nulls()), target, tuple(notes))


def _target_column(column: pl.Series, notes: list[str]) -> pl.Series:
    if not is_text(column.dtype):
        return column.to_physical() if column.dtype.is_temporal() else column
    text = cleaned(column)
    if text.drop_nulls().str.ends_with(".").all() and text.null_count() < len(text):
        notes.append(f"the labels of {column.name!r} all end with a full stop: it was taken off")
        return text.str.strip_suffix(".")
    return text


def _labels(column: pl.Series) -> np.ndarray:
    if is_text(column.dtype):
        return np.array(column.to_list(), dtype=object)
    return column.to_numpy().copy()
