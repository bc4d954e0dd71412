"""What kind of column this is: numbers, categories, a date, or one that must go."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from layerwise.data.columns import Category, Column, Date, Dropped, Number
from layerwise.data.frames import cleaned, is_text, refuse_infinities
from layerwise.data.numbers import center_and_scale, describe_number, share_of
from layerwise.data.parts import DAY, parsed
from layerwise.data.treatment import DEFAULT, Treatment
from layerwise.errors import DataError

TEXT_WORDS = 3  # words per cell on average, above which a column of distinct cells is prose
FEW_ROWS = 20
LIKE_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")
IDENTIFIER = "an identifier: another value in every row"
# a running number may be a time that matters: it goes only where the name says what it is
LAST_WORDS = {"id", "ids", "identifier", "key", "uid", "uuid", "guid"}
WHOLE_NAMES = {"index", "row", "rownames", "row names", "row number", "row no", "unnamed 0"}


def describe(series: pl.Series, weights: np.ndarray | None, how: Treatment = DEFAULT) -> Column:
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
        return _describe_numbers(name, _floats(series), weights, how)
    if kind in (pl.Date, pl.Datetime):
        return _describe_date(series, weights)
    if is_text(kind):
        return _describe_text(series, weights, how)
    raise DataError(
        f"column {name!r} holds {kind}; expected numbers, strings, booleans or dates: "
        "turn it into such columns or leave it out"
    )


def _floats(series: pl.Series) -> np.ndarray:
    if isinstance(series.dtype, pl.Duration):
        series = series.dt.total_seconds(fractional=True)
    refuse_infinities(series.to_frame())
    return series.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _describe_numbers(
    name: str, values: np.ndarray, weights: np.ndarray | None, how: Treatment
) -> Column:
    found = describe_number(name, values, weights, how.numbers)
    if isinstance(found, Number) and _says_identifier(name) and _numbers_rows(values):
        return Dropped(name=name, reason=IDENTIFIER)
    return found


def _says_identifier(name: str) -> bool:
    """Return whether a name is like "PassengerId", "row_id", "Key" or "Unnamed: 0"."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    whole = " ".join(words).lower()
    return whole in WHOLE_NAMES or whole.split(" ")[-1] in LAST_WORDS


def _numbers_rows(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    whole = len(known) >= FEW_ROWS and bool((known == np.floor(known)).all())
    return whole and len(np.unique(known)) == len(known)


def _describe_text(series: pl.Series, weights: np.ndarray | None, how: Treatment) -> Column:
    text = cleaned(series)
    if text.null_count() == len(text):
        return Dropped(name=series.name, reason="all values are missing")
    if series.dtype == pl.String:
        numbers = text.cast(pl.Float64, strict=False)
        if numbers.null_count() == text.null_count():
            values = _floats(numbers.alias(series.name))
            return _describe_numbers(series.name, values, weights, how)
        if LIKE_A_DATE.match(str(text.drop_nulls()[0])):
            dates = parsed(text)
            if dates.null_count() == text.null_count():
                return _describe_date(dates, weights)
    return _describe_words(text, series.dtype == pl.String, weights, how)


def _describe_words(
    text: pl.Series, may_be_prose: bool, weights: np.ndarray | None, how: Treatment
) -> Column:
    known, values = text.drop_nulls(), _by_frequency(text, weights)
    if len(values) == 1 and not text.null_count():
        return Dropped(name=text.name, reason=f"constant: always {values[0]!r}")
    if len(known) >= FEW_ROWS:
        spread = len(values) / len(known)
        if may_be_prose:
            _refuse_prose(known, spread)
        if spread > 0.95:
            return Dropped(name=text.name, reason=IDENTIFIER)
    most = how.most_values(len(values), len(text))
    return Category(
        name=text.name,
        values=tuple(sorted(values[:most])),
        other=len(values) > most,
        missing=text.null_count() > 0,
        form=how.form_of(len(values)),
        absent=share_of(text.is_null().to_numpy(), weights),
    )


def _by_frequency(text: pl.Series, weights: np.ndarray | None) -> list[str]:
    """Return the values, those of most rows (or of most weight) first, equal ones by name."""
    known = text.drop_nulls()
    values = known.unique().sort()
    codes = known.replace_strict(values, range(len(values)), return_dtype=pl.Int64).to_numpy()
    own = None if weights is None else weights[text.is_not_null().to_numpy()]
    order = np.argsort(-np.bincount(codes, own), kind="stable")
    return values[order].to_list()


def _refuse_prose(known: pl.Series, spread: float) -> None:
    words = float(known.str.count_matches(r"\S+").mean() or 0)  # pyright: ignore[reportArgumentType]
    if spread > 0.5 and words > TEXT_WORDS:
        raise DataError(
            f"column {known.name!r} is free text ({spread:.0%} of its cells are distinct, "
            f"{words:.0f} words each); a dense network cannot read it: leave the column out"
        )


def _describe_date(series: pl.Series, weights: np.ndarray | None) -> Column:
    known = series.is_not_null().to_numpy()
    days = series.cast(pl.Datetime("us")).to_physical().cast(pl.Float64).drop_nulls() / DAY
    if days.is_empty():
        return Dropped(name=series.name, reason="all values are missing")
    values = days.to_numpy()
    if values.min() == values.max() and known.all():
        return Dropped(name=series.name, reason=f"constant: always {series[0]}")
    center, scale = center_and_scale(values, None if weights is None else weights[known])
    return Date(
        name=series.name,
        center=center,
        scale=scale if scale > 0 else 1.0,
        time_of_day=bool((values % 1 != 0).any()),
        indicator=not known.all(),
        absent=share_of(~known, weights),
    )
