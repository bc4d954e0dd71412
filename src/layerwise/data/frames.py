"""Any table a user may hold, as one polars frame: pandas, polars, pyarrow, arrays of objects."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl

from layerwise.errors import DataError

MISSING_WORDS = ("", "?", "NA", "N/A", "#N/A", "NAN", "NULL", "NONE", "-")
# text may hold line breaks and tabs; what a terminal obeys, or NUL, it may not
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def is_frame(data: Any) -> bool:
    """Return whether the data has named columns."""
    return hasattr(data, "columns") or hasattr(data, "column_names")


def to_frame(data: Any) -> pl.DataFrame:
    """Return a pandas, polars or pyarrow table, or a 2-D array of objects, as a polars frame.

    Raises
    ------
    DataError
        When two columns have the same name.
    """
    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    if isinstance(data, pl.DataFrame):
        return data
    if hasattr(data, "column_names"):
        return pl.DataFrame(pl.from_arrow(data))
    if hasattr(data, "columns"):
        return _from_pandas(data)
    columns = {f"column_{i}": _series(f"column_{i}", data[:, i]) for i in range(data.shape[1])}
    return pl.DataFrame(columns)


def _from_pandas(data: Any) -> pl.DataFrame:
    names = [str(name) for name in data.columns]
    twice = (
        {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()
    )
    if twice:
        raise DataError(f"two columns are named {min(twice)!r}; give every column its own name")
    return pl.DataFrame([_series(name, data.iloc[:, i]) for i, name in enumerate(names)])


def _series(name: str, values: Any) -> pl.Series:
    kind = getattr(values, "dtype", None)
    if isinstance(kind, np.dtype) and kind.kind == "M":
        return pl.Series(name, np.asarray(values, "datetime64[us]"))
    if isinstance(kind, np.dtype) and kind.kind in "biuf":
        return pl.Series(name, np.asarray(values), nan_to_null=True)
    if isinstance(kind, np.dtype) and kind.kind == "c":
        raise DataError(
            f"Complex data not supported: column {name!r}; give its parts as two columns"
        )
    cells = [None if _absent(value) else value for value in np.asarray(values, dtype=object)]
    if hasattr(kind, "categories"):  # a category stays one, whatever its values are
        words = [None if cell is None else _word(cell) for cell in cells]
        return pl.Series(name, words, pl.Categorical)
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds and all(issubclass(kind, bool | int | float | np.number | np.bool_) for kind in kinds):
        return pl.Series(name, [None if c is None else float(c) for c in cells], pl.Float64)
    if any(issubclass(kind, dict | list | tuple | set | np.ndarray) for kind in kinds):
        found = next(
            cell for cell in cells if isinstance(cell, dict | list | tuple | set | np.ndarray)
        )
        raise TypeError(
            f"argument must be a string or a real number: column {name!r} holds {found!r}"
        )
    if kinds <= {str, np.str_}:
        return pl.Series(name, cells, pl.String)
    try:
        return pl.Series(name, cells, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return pl.Series(name, [None if c is None else _word(c) for c in cells], pl.String)


def _word(cell: Any) -> str:
    """Return a cell as text: 2.0 and 2 are the same value, True is "true" as polars writes it."""
    if isinstance(cell, bool | np.bool_):
        return str(cell).lower()
    return re.sub(r"\.0$", "", str(cell)) if isinstance(cell, float) else str(cell)


def _absent(value: Any) -> bool:
    # NaN, NaT and pandas.NA are the values that are not equal to themselves
    if value is None:
        return True
    if isinstance(value, str | dict | list | tuple | set | np.ndarray):
        return False
    same = value == value
    return same is not True and not (isinstance(same, bool | np.bool_) and bool(same))


def cleaned(column: pl.Series) -> pl.Series:
    """Return a text column stripped of outer spaces, with the words for "missing" made null.

    Raises
    ------
    DataError
        When the column holds what cannot be written as text, such as durations.
    """
    try:
        text = column.cast(pl.String).str.strip_chars()
        if column.dtype.is_float():
            text = text.str.replace(r"\.0$", "")
    except pl.exceptions.PolarsError:
        raise DataError(
            f"column {column.name!r} holds {column.dtype}; expected text, as in the training"
        ) from None
    return text.set(text.str.to_uppercase().is_in(list(MISSING_WORDS)), None)


def refuse_infinities(frame: pl.DataFrame) -> None:
    """Refuse a frame with an infinite number, also one written as text among numbers.

    Raises
    ------
    DataError
        Names the column and the row.
    """
    for column in frame.get_columns():
        numbers = column
        if column.dtype == pl.String:
            text = cleaned(column)
            numbers = text.cast(pl.Float64, strict=False)
            if numbers.null_count() > text.null_count():
                continue
        if numbers.dtype.is_float() and numbers.is_infinite().any():
            row = int(numbers.is_infinite().arg_max() or 0)
            raise DataError(
                f"column {column.name!r}, row {row + 1}: infinity is not a number to learn from "
                "(inf or too large); correct the cell or leave it empty"
            )


def is_text(kind: Any) -> bool:
    """Return whether a polars type holds strings, categories or enumerations."""
    return kind in (pl.String, pl.Categorical, pl.Enum)
