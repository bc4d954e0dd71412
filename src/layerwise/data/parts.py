"""What a column becomes: a number, a date's parts, the columns of a category."""

from __future__ import annotations

import numpy as np
import polars as pl

from layerwise.data.columns import Category, Column, Date
from layerwise.data.frames import cleaned, is_text
from layerwise.errors import DataError

DAY = 86_400e6  # microseconds
DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f")


def as_numbers(series: pl.Series, name: str) -> np.ndarray:
    """Return a column as float64 with NaN where it is missing; names a cell that is no number."""
    kind = series.dtype
    if kind in (pl.Date, pl.Datetime, pl.Time) or kind.is_nested():
        raise DataError(f"column {name!r} holds {kind}; expected numbers, as in the training")
    text = cleaned(series) if is_text(kind) else series
    if isinstance(kind, pl.Duration):
        text = series.dt.total_seconds(fractional=True)
    numbers = text.cast(pl.Float64, strict=False)
    bad = (numbers.is_null() & text.is_not_null()) | numbers.is_infinite().fill_null(False)
    _refuse(bad, series, name, "is not a finite number, and this column holds numbers")
    return numbers.fill_null(np.nan).to_numpy()


def _refuse(bad: pl.Series, series: pl.Series, name: str, fault: str) -> None:
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise DataError(
            f"column {name!r}, row {row + 1}: {series[row]!r} {fault}; correct the cell or leave "
            "it empty"
        )


def parts_of(column: Column) -> list[str]:
    """Return the names of the columns that a category or a date becomes."""
    if isinstance(column, Date):
        places = ["year", "week", *(["day"] if column.time_of_day else [])]
        waves = [f"{wave} of {place}" for place in places for wave in ("sine", "cosine")]
        parts = ["days", *waves, *(["missing"] if column.indicator else [])]
        return [f"{column.name} {part}" for part in parts]
    if not isinstance(column, Category):
        return []
    if column.form == "sign":
        return [f"{column.name}={column.values[1]}"]
    if column.form == "level":
        return [f"{column.name} level"]
    extra = [word for word in ("other", "missing") if getattr(column, word)]
    return [f"{column.name}={value}" for value in (*column.values, *extra)]


def encoded_parts(column: Column, series: pl.Series) -> list[np.ndarray]:
    """Return the columns that a category or a date becomes, (m, parts); of others none."""
    if isinstance(column, Category):
        return [_category(column, series)]
    return [_date(column, series)] if isinstance(column, Date) else []


def _category(column: Category, series: pl.Series) -> np.ndarray:
    text = cleaned(series)
    known = {value: i for i, value in enumerate(column.values)}
    count = len(column.values)
    places = text.replace_strict(known, default=count, return_dtype=pl.Int64).to_numpy().copy()
    places[text.is_null().to_numpy()] = count + 1
    if column.form == "sign":
        return np.array([-1.0, 1.0, 0.0, 0.0])[places][:, None]
    if column.form == "level":
        rarer, absent = (count + 1) * column.other, (column.levels - 1) * column.missing
        return np.array([*range(1, count + 1), rarer, absent])[places][:, None]
    return np.eye(count + 2)[places][:, [*range(count), *_extra_places(column)]]


def _extra_places(column: Category) -> list[int]:
    count = len(column.values)
    return [count] * column.other + [count + 1] * column.missing


def days_of(series: pl.Series, name: str) -> np.ndarray:
    """Return dates as days since 1970, with fractions, NaN where missing; names another cell."""
    kind = series.dtype
    if is_text(kind):
        text = cleaned(series)
        series = parsed(text)
        _refuse(series.is_null() & text.is_not_null(), text, name, "is no date like 2024-12-31")
    elif kind not in (pl.Date, pl.Datetime, pl.Null) and series.null_count() < len(series):
        raise DataError(f"column {name!r} holds {kind}; expected dates, as in the training")
    micros = series.cast(pl.Datetime("us")).to_physical().cast(pl.Float64)
    return micros.fill_null(np.nan).to_numpy() / DAY


def parsed(text: pl.Series) -> pl.Series:
    """Return the dates of a text column, null where a cell is none of the form 2024-12-31."""
    found = pl.Series(text.name, [None], pl.Datetime("us")).new_from_index(0, len(text))
    for form in DATES:
        if found.null_count() == text.null_count():
            break
        found = found.fill_null(text.str.to_datetime(form, strict=False, time_unit="us"))
    return found


def _date(column: Date, series: pl.Series) -> np.ndarray:
    days = days_of(series, column.name)
    turns = [days / 365.2425, days / 7, *([days] if column.time_of_day else [])]
    waves = [wave(2 * np.pi * turn) for turn in turns for wave in (np.sin, np.cos)]
    parts = np.stack([(days - column.center) / column.scale, *waves], axis=1)
    absent = np.isnan(days)[:, None]
    parts = np.nan_to_num(parts, nan=0.0)
    return np.concatenate([parts, absent], axis=1) if column.indicator else parts
