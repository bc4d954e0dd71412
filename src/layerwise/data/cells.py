"""What a text column holds: numbers, booleans, dates or words; bad cells are named by line."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from layerwise.data.frames import CONTROL, cleaned
from layerwise.errors import DataError

COMMA = r"^([+-]?[0-9]+),([0-9]+)$"
THOUSANDS = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
MOSTLY, FEW = 0.95, 20
SHOWN = 3  # bad cells quoted in one error
DAY = (
    r"^([0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
    r"|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}$)"
)
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")
TIMES = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f%:z")
DECIMAL = "decimal commas, read as decimal points"
AMBIGUOUS = "dates that may be month/day or day/month: kept as words; write them as 2024-12-31"


class Origin(NamedTuple):
    """Where cells come from: the file, the line of each row, and the separator."""

    path: str
    lines: pl.Series
    separator: str = ","


def typed(column: pl.Series, origin: Origin) -> tuple[pl.Series, str]:
    """Return a text column as what it holds, and what was decided about it ("" for nothing).

    Parameters
    ----------
    column : (m,) strings, missing ones as null or as a word such as "?"
    origin : for the errors

    Returns
    -------
    The column as Int64, Float64, Boolean, Date, Datetime or String, and DECIMAL, AMBIGUOUS or "".

    Raises
    ------
    DataError
        When a column of numbers holds something else, a number is not finite, or a text holds a
        control character.

    Examples
    --------
    >>> origin = Origin("t.csv", pl.Series([2, 3]))
    >>> typed(pl.Series("x", ["1.5", "NA"]), origin)[0].to_list()
    [1.5, None]
    """
    text = cleaned(column)
    numbers = text.cast(pl.Float64, strict=False)
    if text.null_count() == len(text):
        return text, ""
    if numbers.null_count() == text.null_count():
        return _checked(text, numbers, origin), ""
    dotted = text.str.replace(COMMA, "$1.$2")
    commas = (dotted != text).any()
    numbers = dotted.cast(pl.Float64, strict=False)
    if commas and numbers.null_count() == text.null_count():
        _refuse_thousands(text, origin)
        return _checked(text, numbers, origin), DECIMAL
    _refuse_mixed(text, numbers, origin)
    refuse(
        text, text.str.contains(CONTROL.pattern), origin,
        "not plain text (a control character); take it out",
    )  # fmt: skip
    known = text.drop_nulls()
    if set(known.head(FEW).str.to_lowercase()) <= {"true", "false"}:
        lower = text.str.to_lowercase()
        if set(lower.drop_nulls().unique()) == {"true", "false"}:
            return lower == "true", ""
    return _dates(text, known)


def _checked(text: pl.Series, numbers: pl.Series, origin: Origin) -> pl.Series:
    refuse(
        text, ~numbers.is_finite(), origin,
        "not a finite number; correct the cell or leave it empty",
    )  # fmt: skip
    whole = text.cast(pl.Int64, strict=False)
    return whole if whole.null_count() == text.null_count() else numbers


def _refuse_mixed(text: pl.Series, numbers: pl.Series, origin: Origin) -> None:
    known = len(text) - text.null_count()
    if known >= FEW and len(text) - numbers.null_count() >= MOSTLY * known:
        refuse(
            text, numbers.is_null(), origin,
            "in a column of numbers (mixed types); correct the cell or leave it empty",
        )  # fmt: skip


def _refuse_thousands(text: pl.Series, origin: Origin) -> None:
    commas = text.str.contains(",", literal=True)
    if origin.separator == "," and text.filter(commas).str.contains(THOUSANDS).all():
        refuse(
            text, commas, origin,
            "either thousands or a decimal comma; write 1234 or 1.234",
        )  # fmt: skip


def refuse(text: pl.Series, bad: pl.Series, origin: Origin, fault: str) -> None:
    """Raise DataError when a cell is bad: names the file, the lines, the column and the cells."""
    places = (bad & text.is_not_null()).arg_true()
    if not len(places):
        return
    cells = [f"{text[place][:40]!r}" for place in places.head(SHOWN).to_list()]
    where = [str(origin.lines[place]) for place in places.head(SHOWN).to_list()]
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    lines = f"line {where[0]}" if len(places) == 1 else f"lines {', '.join(where)}{more}"
    verb = "is" if len(places) == 1 else "are"
    raise DataError(
        f"{origin.path}, {lines}, column {text.name!r}: {', '.join(cells)} {verb} {fault}"
    )


def _dates(text: pl.Series, known: pl.Series) -> tuple[pl.Series, str]:
    if not known.str.contains(DAY).all():
        return text, ""
    fits = [form for form in DATES if not known.str.to_date(form, strict=False).null_count()]
    if len(fits) > 1:
        return text, AMBIGUOUS
    if fits:
        return text.str.to_date(fits[0]), ""
    times = text.str.replace(" ", "T", literal=True).str.replace(r"Z$", "+00:00")
    for form in TIMES:
        found = times.str.to_datetime(form, strict=False)
        if found.null_count() == text.null_count():
            return found.dt.replace_time_zone(None), ""
    return text, ""
