"""Tables from delimited text, Parquet and NDJSON: named columns, typed cells, one target."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path

import polars as pl

from layerwise.data import delimited, unpacking
from layerwise.data.cells import Origin, typed
from layerwise.data.dataset import Dataset, Reading
from layerwise.data.frames import CONTROL, cleaned, is_text
from layerwise.data.labels import with_target
from layerwise.data.ndjson import read_ndjson
from layerwise.errors import DataError

LOOK = 1000
INDEX = "__index_level_0__"  # what pandas calls the numbers of its rows


def read_table(path: Path, kind: str, reading: Reading) -> Dataset:
    """Return a table's features and target.

    Parameters
    ----------
    path : the file
    kind : its suffix without .gz or .zst, such as ".csv", ".parquet" or ".ndjson"
    reading : the target, the header, and which columns to leave out

    Raises
    ------
    DataError
        One line with the file, the line or the column, and what to do.
    """
    readers = {".parquet": _parquet, ".ndjson": _ndjson, ".jsonl": _ndjson}
    frame, notes = readers[kind](path) if kind in readers else _text(path, reading.header)
    return with_target(frame, reading, path, notes)


def _text(path: Path, header: bool | None) -> tuple[pl.DataFrame, list[str]]:
    with unpacking.damage_named(path), unpacking.unpacked(path) as raw:
        encoding = unpacking.encoding_of(raw)
        notes = ["the file is UTF-16"] if encoding == "utf-16" else []
        lines = unpacking.lines_of(raw, encoding, path)
        sample = list(islice(lines, delimited.SAMPLE_LINES))
        separator = delimited.separator_of(sample)
        if separator != ",":
            notes.append(f"the separator is {delimited.NAMES[separator]}")
        rows = delimited.rows_of(chain(sample, lines), separator, path)
        frame = _frame(rows, header, path, notes)
    return _typed(frame, separator, path, notes)


def _frame(rows: delimited.Rows, header: bool | None, path: Path, notes: list[str]) -> pl.DataFrame:
    first = next(rows, None)
    if first is None:
        raise DataError(f"{path}: the file is empty; expected a table")
    width = len(first[1])
    ahead = list(islice(rows, min(LOOK, delimited.rows_per_chunk(width))))
    if header is None:
        header = delimited.has_header(first[1], [fields for _, fields in ahead])
    if header:
        names = delimited.column_names(first, path)
    else:
        names, ahead = [f"column_{at}" for at in range(1, width + 1)], [first, *ahead]
        notes.append(f"no header found: the columns are named column_1 to column_{width}")
    if not ahead:
        raise DataError(f"{path}: only a header, no rows; expected at least one row below it")
    frame = delimited.to_columns(chain(ahead, rows), names)
    return frame if names[0] else _without_index(frame, first[0], path, notes)


def _without_index(frame: pl.DataFrame, line: int, path: Path, notes: list[str]) -> pl.DataFrame:
    if not delimited.counts_rows(frame.to_series(0).to_list()):
        raise DataError(f"{path}, line {line}: column 1 has no name; give it one")
    notes.append("the first column has no name and only counts the rows: it was left out")
    return frame.drop(frame.columns[0])


def _typed(
    frame: pl.DataFrame, separator: str, path: Path, notes: list[str]
) -> tuple[pl.DataFrame, list[str]]:
    origin = Origin(str(path), frame[delimited.LINE], separator)
    columns, decided = [], {}
    for column in frame.drop(delimited.LINE).get_columns():
        series, decision = typed(column, origin)
        columns.append(series)
        if decision:
            decided.setdefault(decision, []).append(repr(column.name))
    for decision, names in decided.items():
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        notes.append(f"column {shown}: {decision}")
    return pl.DataFrame(columns), notes


def _parquet(path: Path) -> tuple[pl.DataFrame, list[str]]:
    # polars raises many kinds for a damaged file, a panic of its Rust code among them
    with unpacking.damage_named(path, Exception):
        frame = pl.read_parquet(path)
    notes = []
    if INDEX in frame.columns:
        frame = frame.drop(INDEX)
        notes.append("the numbers of the rows that pandas stored were left out")
    frame = _plain(frame, path)
    texts = [cleaned(column) for column in frame.get_columns() if column.dtype == pl.String]
    return frame.with_columns(texts), notes


def _ndjson(path: Path) -> tuple[pl.DataFrame, list[str]]:
    return read_ndjson(path), []


def _plain(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Return a frame of plain columns without NaN; what is nested or infinite is refused."""
    if not frame.height or not frame.width:
        raise DataError(f"{path}: the table is empty; expected at least one row")
    wide = [n for n, kind in frame.schema.items() if kind.is_decimal() or kind == pl.Int128]
    frame = frame.with_columns(pl.col(wide).cast(pl.Float64)) if wide else frame
    for column in frame.get_columns():
        kind = column.dtype
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            raise DataError(
                f"{path}, column {column.name!r}: holds {kind}; expected numbers, strings, "
                "booleans or dates: turn it into such columns or leave it out"
            )
        if kind.is_float():
            bad, fault = column.is_infinite(), "is not a finite number"
        elif is_text(kind):
            bad = column.cast(pl.String).str.contains(CONTROL.pattern)
            fault = "is not plain text (a control character)"
        else:
            continue
        if bad.any():
            row = int(bad.arg_max() or 0) + 1
            raise DataError(
                f"{path}, column {column.name!r}, row {row}: {column[row - 1]!r} {fault}; correct "
                "the cell or leave it empty"
            )
    return frame.fill_nan(None)
