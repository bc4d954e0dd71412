"""Delimited text: found out, not guessed. The standard library's csv module is the one parser."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from layerwise.data.frames import MISSING_WORDS
from layerwise.errors import DataError

SEPARATORS = "\t;|,"  # at equal consistency the first: a comma is also a decimal comma
NAMES = {"\t": "a tab", ",": "','", ";": "';'", "|": "'|'"}
SAMPLE_LINES, SAMPLE_CHARACTERS = 100, 200_000
MOST_ROWS, MOST_CELLS = 50_000, 2_000_000  # of a chunk on its way into a frame
LINE = "\0line"  # no column of a file can have this name: NUL is refused
QUOTED = re.compile(r'(?:^|(?<=[,;\t| \r\n]))"(?:[^"]|"")*(?:"|\Z)')
VALUE = re.compile(
    r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?"  # a number
    r"|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*"  # a date
)
NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
Rows = Iterator[tuple[int, list[str]]]


def separator_of(lines: Sequence[str]) -> str:
    """Return the separator that cuts the first lines most consistently into fields.

    >>> separator_of(["name;price\\n", '"nut; bolt";1,5\\n', "saw;12,25\\n"])
    ';'
    """
    text = "".join(lines)
    cut = len(text) > SAMPLE_CHARACTERS
    bare = [line for line in QUOTED.sub("", text[:SAMPLE_CHARACTERS]).splitlines() if line.strip()]
    bare = bare[:-1] if cut and len(bare) > 1 else bare
    best, most = ",", 0.0
    for separator in SEPARATORS:
        counts = Counter(line.count(separator) for line in bare)
        fields, times = counts.most_common(1)[0] if counts else (0, 0)
        if fields and times / len(bare) > most:
            best, most = separator, times / len(bare)
    return best


def rows_of(lines: Iterable[str], separator: str, path: Path) -> Rows:
    """Yield (line number, fields) of each row; blank lines are left out.

    In a table of one column a blank line between two rows is a row whose cell is missing.

    Raises
    ------
    DataError
        At a row of another width than the first, or a quote that is not closed, with its line.
    """
    # csv's own limit is 131 072 characters; a long cell is a matter of memory, not of form
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    width, blank = 0, []
    for line, fields in _records(reader, path):
        if not fields or (fields == [""] and width != 1):
            blank.append(line)
            continue
        if width == 1:
            yield from ((number, [""]) for number in blank)
        blank, width = [], width or len(fields)
        if len(fields) != width:
            raise DataError(
                f"{path}, line {line}: {len(fields)} fields, expected {width} as in the first "
                f"row (the separator is {NAMES[separator]}); add or remove separators, or quote "
                "the field"
            )
        yield line, fields


def _records(reader: Iterator[list[str]], path: Path) -> Rows:
    while True:
        line: int = reader.line_num + 1  # pyright: ignore[reportAttributeAccessIssue]
        try:
            fields = next(reader, None)
        except csv.Error as error:
            fault = "a quote is opened and never closed"
            if "expected after" in str(error):
                fault = "text stands behind a closing quote, or the quote is not closed"
            raise DataError(
                f"{path}, line {line}: {fault}; close the quote, and double it inside a quoted "
                "field"
            ) from None
        if fields is None:
            return
        yield line, fields


def is_missing(cell: str) -> bool:
    """Return whether a cell is one of the words for "missing".

    >>> is_missing(" n/a"), is_missing("0")
    (True, False)
    """
    return cell.strip().upper() in MISSING_WORDS


def has_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names the columns: words above numbers, or words met only there.

    Parameters
    ----------
    first : the fields of the first row
    below : the fields of some rows below it

    >>> has_header(["color", "size"], [["red", "3"], ["blue", "?"]])
    True
    >>> has_header(["red", "?"], [["blue", "3"], ["red", "4"]])
    False
    >>> has_header(["", "color"], [["3.5", "red"], ["4.5", "blue"]])
    True
    """
    if any(VALUE.fullmatch(cell.strip()) for cell in first):
        return False
    columns = [[cell.strip() for cell in column] for column in zip(*below, strict=True)]
    if columns and not first[0].strip() and counts_rows(columns[0]):
        return True
    pairs = [(name.strip(), column) for name, column in zip(first, columns, strict=False)]
    above = [name for name, column in pairs if _is_numeric(column)]
    # one word above numbers settles it: another column may well be named "Na"
    if not all(map(is_missing, above)):
        return True
    # an empty name above numbers says nothing, but "?" there is a cell
    words = [(name, column) for name, column in pairs if not _is_numeric(column)]
    named = all(name for name, _ in words) and not any(above)
    repeated = any(name in column for name, column in words)
    return named and not repeated and (bool(words) or not above)


def _is_numeric(column: list[str]) -> bool:
    known = [cell for cell in column if not is_missing(cell)]
    return bool(known) and all(NUMBER.fullmatch(cell) for cell in known)


def counts_rows(cells: Sequence[str]) -> bool:
    """Return whether cells are 0, 1, 2, ... or 1, 2, 3, ...

    >>> counts_rows(["1", "2", "3"]), counts_rows(["1", "3"])
    (True, False)
    """
    first = 1 if cells and cells[0].strip() == "1" else 0
    return bool(cells) and all(
        cell.strip() == str(number) for number, cell in enumerate(cells, first)
    )


def column_names(first: tuple[int, list[str]], path: Path) -> list[str]:
    """Return the names in a header; only the first may be empty.

    Raises
    ------
    DataError
        When a name is empty or two are equal, with the positions.
    """
    line, names = first[0], [name.strip() for name in first[1]]
    seen: dict[str, int] = {}
    for at, name in enumerate(names, start=1):
        if not name and at > 1:
            raise DataError(f"{path}, line {line}: column {at} has no name; give it one")
        if name in seen:
            raise DataError(
                f"{path}, line {line}: columns {seen[name]} and {at} are both named {name!r}; "
                "give each its own name"
            )
        seen[name] = at
    return names


def rows_per_chunk(width: int) -> int:
    """Return how many rows of so many fields are held as Python strings at a time.

    >>> rows_per_chunk(15), rows_per_chunk(10_000)
    (50000, 200)
    """
    return max(1, min(MOST_ROWS, MOST_CELLS // width))


def to_columns(rows: Rows, names: Sequence[str]) -> pl.DataFrame:
    """Return the rows as text columns with a column LINE of line numbers, chunk by chunk."""
    frames, chunk, lines = [], [], []
    most = rows_per_chunk(len(names))
    for line, fields in rows:
        chunk.append(fields)
        lines.append(line)
        if len(chunk) == most:
            frames.append(_frame(chunk, lines, names))
            chunk, lines = [], []
    if chunk or not frames:
        frames.append(_frame(chunk, lines, names))
    return pl.concat(frames)


def _frame(chunk: list[list[str]], lines: list[int], names: Sequence[str]) -> pl.DataFrame:
    columns = zip(*chunk, strict=True) if chunk else [()] * len(names)
    series = [
        pl.Series(name, column, pl.String) for name, column in zip(names, columns, strict=True)
    ]
    return pl.DataFrame([*series, pl.Series(LINE, lines, pl.Int64)])
