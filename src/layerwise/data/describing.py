"""What kind of column this is: numbers, categories, a date, or one that must go."""

from __future__ import annotations

import numpy as np
import polars as pl

from layerwise.data.columns import Category, Column, Date, Dropped
from layerwise.data.frames import cleaned, is_text
from layerwise.data.numbers import center_and_scale, describe_number
from layerwise.errors import DataError

MOST_CATEGORIES = 100
TEXT_WORDS = 3  # words per cell on average, above which a column of distinct cells is prose
FEW_ROWS = 20


def describe(series: pl.Series, weights: np.ndarray | None) -> Column:
    """Return what the column is and what is learned of it from these training rows.

    Raises
    ------
    DataError
        When the column is free text, or nested; names it and says what to do.
    """
    name, kind = series.name, series.dtype
    if kind == pl.Null:
        return Dropped(name=name, reason="all values are missing")
    if kind.is_numeric() or kind in (pl.Boolean, pl.Duration):
        return describe_number(name, _floats(series), weights)
    if kind in (pl.Date, pl.Datetime):
        return _describe_date(series)
    if is_text(kind):
        return _describe_text(series, weights)
    raise DataError(
        f"column {name!r} holds {kind}; expected numbers, strings, booleans or dates: "
        "turn it into such columns or leave it out"
    )


def _floats(series: pl.Series) -> np.ndarray:
    if isinstance(series.dtype, pl.Duration):
        series = series.dt.total_seconds(fractional=True)
    values = series.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise DataError(
            f"column {series.name!r}, row {row + 1}: infinity is not a number to learn from "
            "(inf or too large); correct the cell or leave it empty"
        )
    return values


def _describe_text(series: pl.Series, weights: np.ndarray | None) -> Column:
    text = cleaned(series)
    known = text.drop_nulls()
    if known.is_empty():
        return Dropped(name=series.name, reason="all values are missing")
    if series.dtype == pl.String:
        numbers = text.cast(pl.Float64, strict=False)
        if numbers.null_count() == text.null_count():
            return describe_number(series.name, _floats(numbers.alias(series.name)), weights)
    counts = known.value_counts(sort=True, name="rows").sort(
        ["rows", series.name], descending=[True, False]
    )
    values = counts[series.name].to_list()
    if len(values) == 1 and not text.null_count():
        return Dropped(name=series.name, reason=f"constant: always {values[0]!r}")
    if series.dtype == pl.String and len(known) >= FEW_ROWS:
        spread = len(values) / len(known)
        _refuse_prose(known, spread)
        if spread > 0.95:
            return Dropped(name=series.name, reason="an identifier: another value in every row")
    return Category(
        name=series.name,
        values=tuple(sorted(values[:MOST_CATEGORIES])),
        other=len(values) > MOST_CATEGORIES,
        missing=text.null_count() > 0,
    )


def _refuse_prose(known: pl.Series, spread: float) -> None:
    words = float(known.str.count_matches(r"\S+").mean() or 0)  # pyright: ignore[reportArgumentType]
    if spread > 0.5 and words > TEXT_WORDS:
        raise DataError(
            f"column {known.name!r} is free text ({spread:.0%} of its cells are distinct, "
            f"{words:.0f} words each); a dense network cannot read it: leave the column out"
        )


def _describe_date(series: pl.Series) -> Column:
    days = series.cast(pl.Datetime("us")).to_physical().cast(pl.Float64).drop_nulls() / 86_400e6
    if days.is_empty():
        return Dropped(name=series.name, reason="all values are missing")
    values = days.to_numpy()
    if values.min() == values.max() and not series.null_count():
        return Dropped(name=series.name, reason=f"constant: always {series[0]}")
    center, scale = center_and_scale(values, None)
    return Date(
        name=series.name,
        center=center,
        scale=scale if scale > 0 else 1.0,
        time_of_day=bool((values % 1 != 0).any()),
        indicator=series.null_count() > 0,
    )
