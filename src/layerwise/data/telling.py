"""What becomes of each column, in plain words: one line per column, or per group of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from layerwise.data.columns import Category, Column, Date, Dropped, Number
from layerwise.data.encoding import Encoder

MOST_LINES = 20  # columns up to which each has a line of its own
LONGEST = 40  # characters of a name or a value
NOUNS = {
    "number": ("number", "numbers"),
    "category": ("category", "categories"),
    "date": ("date", "dates"),
    "left out": ("column", "columns"),
}


class Line(NamedTuple):
    """A column's name, its kind and its treatment; of a group the first and the last name."""

    name: str
    kind: str
    treatment: str


def told(encoder: Encoder, size: int | None = None) -> list[Line]:
    """Return what becomes of the columns, in their order.

    Parameters
    ----------
    encoder : as learned by `learn`
    size : of the columns that learned embeddings of categories have, where there are any

    Returns
    -------
    list of Line
        One per column up to 20 columns; of more, one per kind and treatment.

    Examples
    --------
    >>> from layerwise.data.encoding import learn
    >>> told(learn(np.array([[1.0], [2.0], [4.0]]), None, None))
    [Line(name='x0', kind='number', treatment='minus the median 2, divided by 3')]
    """
    if encoder.pixels is not None:
        sizes = " x ".join(map(str, encoder.pixels))
        return [Line("pixels", "picture", f"{sizes}, divided by 255")]
    if len(encoder.columns) <= MOST_LINES:
        return [_line(column, size) for column in encoder.columns]
    groups: dict[Any, list[int]] = {}
    for place, column in enumerate(encoder.columns):
        groups.setdefault(_alike(column), []).append(place)
    return [_group(encoder.columns, places, size) for places in groups.values()]


def as_text(lines: Sequence[Line]) -> list[str]:
    """Return the lines of a table, with a heading."""
    rows = [Line("column", "kind", "treatment"), *lines]
    wide = [max(len(row[i]) for row in rows) + 2 for i in range(2)]
    return [f"{row.name:<{wide[0]}}{row.kind:<{wide[1]}}{row.treatment}" for row in rows]


def _line(column: Column, size: int | None) -> Line:
    name = _short(column.name)
    if isinstance(column, Dropped):
        return Line(name, "left out", _short(column.reason, 2 * LONGEST))
    return Line(name, column.kind, _treatment(column, size) + _absent(column))


def _treatment(column: Number | Category | Date, size: int | None) -> str:
    if isinstance(column, Category):
        return _of_category(column, size)
    center, scale = f"{column.center:.4g}", f"{column.scale:.4g}"
    if isinstance(column, Date):
        middle = np.datetime64(0, "D") + np.timedelta64(round(column.center), "D")
        places = "year, week and day" if column.time_of_day else "year and week"
        return f"days from {middle}, divided by {scale}; sine and cosine of the {places}"
    if column.quantiles:
        return f"standard normal by {len(column.quantiles)} quantiles, median {center}"
    return f"minus the median {center}, divided by {scale}{_bent(column)}"


def _bent(column: Number) -> str:
    return ", tails bent" if column.clip else ""


def _of_category(column: Category, size: int | None) -> str:
    count, rarer = len(column.values), ", rarer ones as 'other'" if column.other else ""
    if column.form == "sign":
        low, high = (_short(value) for value in column.values)
        return f"{low!r} is -1, {high!r} is 1"
    if column.form == "level":
        return f"{count} values{rarer}, {_embedding(size)}"
    return f"{count} value{'s' if count > 1 else ''} one-hot{rarer}"


def _embedding(size: int | None) -> str:
    return "learned embedding" + (f" of size {size}" if size else "")


def _absent(column: Number | Category | Date) -> str:
    own = column.missing if isinstance(column, Category) else column.indicator
    if not own and not column.absent:
        return ""
    share = f"{100 * column.absent:.3g} % missing" if column.absent else "missing ones"
    if isinstance(column, Category) and column.form != "one_hot":
        return f"; {share}: {'0' if column.form == 'sign' else 'a level of its own'}"
    return f"; {share}: a column of its own" if own else f"; {share}, where another column is too"


def _alike(column: Column) -> tuple[str, Any]:
    """Return what columns of one group have in common: the kind, and the form of the treatment."""
    if isinstance(column, Dropped):
        return "left out", column.reason.split(":")[0]
    if isinstance(column, Category):
        return "category", column.form
    return column.kind, isinstance(column, Number) and bool(column.quantiles)


def _group(columns: Sequence[Column], places: list[int], size: int | None) -> Line:
    own = [columns[place] for place in places]
    kind, form = _alike(own[0])
    if len(own) == 1:
        return _line(own[0], size)
    names = [_short(own[at].name) for at in (0, 1, -1)]
    if len(own) == 2:
        name = ", ".join(names[:2])
    elif places[-1] - places[0] == len(places) - 1:
        name = f"{names[0]} ... {names[2]}"
    else:
        name = f"{names[0]}, {names[1]}, ... {names[2]}"
    return Line(name, kind, f"{len(own)} {NOUNS[kind][1]}: {_in_common(own, form, size)}")


def _in_common(own: list[Any], form: Any, size: int | None) -> str:
    if isinstance(own[0], Dropped):
        return form
    if isinstance(own[0], Category):
        counts = [len(column.values) for column in own]
        how = {"one_hot": "one-hot", "sign": "one is -1, one is 1", "level": _embedding(size)}
        values = f"{min(counts)} to {max(counts)} values"
        text = f"{values if min(counts) < max(counts) else f'{counts[0]} values'}, {how[form]}"
    elif isinstance(own[0], Date):
        text = "days, sine and cosine of the year and the week"
    elif form:
        text = "standard normal by their quantiles"
    else:
        text = "minus the median, divided by the quartile range"
        bent = sum(column.clip for column in own)
        text += f"; {bent} with tails bent" if bent else ""
    gaps = [column.absent for column in own if _absent(column)]
    return text + (f"; {len(gaps)} with missing values{_up_to(max(gaps))}" if gaps else "")


def _up_to(share: float) -> str:
    return f" (up to {100 * share:.3g} %)" if share else ""


def _short(text: str, longest: int = LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 3] + "..."
