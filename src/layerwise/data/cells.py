"""What a text column holds: numbers, booleans, dates or words; bad cells named by line."""

from __future__ import annotations

import polars as pl

from layerwise.data.frames import cleaned
from layerwise.errors import DataError

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
INFINITE = r"(?i)^[+-]?inf(inity)?$"
DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
MOSTLY = 0.95
FEW = 20
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d")
TIMES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


def typed(column: pl.Series, lines: pl.Series, path: str) -> tuple[pl.Series, str | None]:
    """Return a text column as what it holds, with a sentence when something was decided.

    Raises
    ------
    DataError
        When a column of numbers holds something else, or a number is not finite.
    """
    text = cleaned(column)
    known = text.drop_nulls()
    if known.is_empty():
        return text, None
    commas = known.str.contains(DECIMAL_COMMA)
    if commas.any() and (commas | known.str.contains(NUMBER)).all():
        text, known = (part.str.replace(",", ".", literal=True) for part in (text, known))
        note = f"column {column.name!r} has decimal commas"
        return _numbers(text, lines, path), note
    numeric = known.str.contains(NUMBER) | known.str.contains(INFINITE)
    if numeric.all():
        return _numbers(text, lines, path), None
    if len(known) >= FEW and numeric.sum() >= MOSTLY * len(known):
        _refuse_mixed(text, lines, path)
    if set(known.str.to_lowercase().unique()) == {"true", "false"}:
        return text.str.to_lowercase() == "true", None
    return _dates(text, known), None


def _numbers(text: pl.Series, lines: pl.Series, path: str) -> pl.Series:
    numbers = text.cast(pl.Float64, strict=False)
    bad = text.is_not_null() & (numbers.is_null() | numbers.is_infinite().fill_null(True))
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise DataError(
            f"{path}, line {lines[row]}, column {text.name!r}: {text[row]!r} is not a "
            "finite number; correct the cell or leave it empty"
        )
    whole = text.cast(pl.Int64, strict=False)
    return whole if whole.null_count() == text.null_count() else numbers


def _refuse_mixed(text: pl.Series, lines: pl.Series, path: str) -> None:
    odd = text.is_not_null() & ~text.str.contains(NUMBER).fill_null(True)
    row = int(odd.arg_max() or 0)
    raise DataError(
        f"{path}, line {lines[row]}, column {text.name!r}: {text[row][:40]!r} in a column "
        "of numbers (mixed types); correct the cell or leave it empty"
    )


def _dates(text: pl.Series, known: pl.Series) -> pl.Series:
    sample = known.head(50)
    if not sample.str.contains(r"^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}").all():
        return text
    for form in DATES:
        if known.str.to_date(form, strict=False).null_count() == 0:
            return text.str.to_date(form, strict=False)
    for form in TIMES:
        if known.str.to_datetime(form, strict=False).null_count() == 0:
            return text.str.to_datetime(form, strict=False)
    return text
