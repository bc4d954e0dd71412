"""Delimited text: found out, not guessed. The standard library's csv module is the one parser."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from layerwise.data.cells import NUMBER
from layerwise.data.frames import MISSING_WORDS
from layerwise.errors import DataError

SEPARATORS = ",;\t|"
CHUNK = 50_000
LOOK = 1000
NAMES = {"\t": "tab", ",": "','", ";": "';'", "|": "'|'"}
LINE = "\0line"  # no column of a file can have this name: NUL is refused
Rows = Iterator[tuple[int, list[str]]]


def unpacked(path: Path) -> bytes:
    """Return a file's bytes, unpacked when its name ends in .gz or .zst."""
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".gz":
            return gzip.decompress(data)
        if path.suffix.lower() == ".zst":
            return _zstd(data)
    except (OSError, EOFError, ValueError, pl.exceptions.PolarsError) as error:
        raise DataError(f"{path}: cannot be unpacked or read ({error}); write it again") from error
    return data


def _zstd(data: bytes) -> bytes:
    # polars carries a zstd decoder of its own: any text is a one-column table to it
    frame = pl.read_csv(
        io.BytesIO(data), has_header=False, separator="\x1f", quote_char=None,
        infer_schema=False, truncate_ragged_lines=True,
    )  # fmt: skip
    return "\n".join(line or "" for line in frame.to_series(0)).encode()


def decoded(data: bytes, path: Path) -> tuple[str, list[str]]:
    """Return the text of UTF-8 or UTF-16 bytes and what was noticed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), ["the file is UTF-16"]
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: broken UTF-16 at byte {error.start}; save as UTF-8") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}, line {line}: byte {data[error.start]:#04x} is not UTF-8 "
            f"(byte {error.start} of the file); save the file as UTF-8"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(f"{path}, line {line}: a NUL character; the file is damaged or not text")
    return text, []


def separator_of(text: str, path: Path) -> str:
    """Return the separator that cuts the first lines into equally many fields, most fields."""
    if path.suffixes and ".tsv" in [s.lower() for s in path.suffixes]:
        return "\t"
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:200_000].splitlines()[:50] if line]
    best, most = ",", 0.0
    for separator in SEPARATORS:
        counts = Counter(line.count(separator) for line in lines)
        fields, times = counts.most_common(1)[0] if counts else (0, 0)
        # a separator that gives every line the same count beats one that is merely frequent
        worth = fields and times / len(lines) * 1000 + min(fields, 999)
        if worth > most:
            best, most = separator, worth
    return best


def rows_of(text: str, separator: str, path: Path) -> Rows:
    """Yield (line number, fields) of each row; refuses a row of another width by its line."""
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    width, line = 0, 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"{path}, line {line}: {error}; a quote opened here is not closed"
            ) from None
        if fields:
            width = width or len(fields)
            if len(fields) != width:
                raise DataError(
                    f"{path}, line {line}: {len(fields)} fields, expected {width} as in the first "
                    "line; add or remove separators, or quote the field"
                )
            yield line, fields
        line = reader.line_num + 1


def is_missing(cell: str) -> bool:
    """Return whether a cell is one of the words for "missing"."""
    return cell.strip().upper() in MISSING_WORDS


def has_header(first: list[str], below: list[list[str]]) -> bool:
    """Return whether the first row names the columns: words above, numbers or other words below."""
    numeric = [re.match(NUMBER, cell.strip()) is not None for cell in first]
    if any(numeric) or any(cell.strip() and is_missing(cell) for cell in first):
        return False
    columns = list(zip(*below, strict=True)) if below else []
    for column in columns:
        if any(not is_missing(c) for c in column) and all(
            is_missing(c) or re.match(NUMBER, c.strip()) for c in column
        ):
            return True
    return not any(
        name.strip() in map(str.strip, col) for name, col in zip(first, columns, strict=False)
    )


def to_columns(rows: Iterable[tuple[int, list[str]]], names: list[str]) -> pl.DataFrame:
    """Return the rows as text columns, plus a column LINE of line numbers."""
    frames, chunk, lines = [], [], []

    def flush() -> None:
        columns = zip(*chunk, strict=True) if chunk else [[] for _ in names]
        series = [pl.Series(n, c, pl.String) for n, c in zip(names, columns, strict=True)]
        frames.append(pl.DataFrame([*series, pl.Series(LINE, lines, pl.Int64)]))

    for line, fields in rows:
        chunk.append(fields)
        lines.append(line)
        if len(chunk) == CHUNK:
            flush()
            chunk, lines = [], []
    flush()
    return pl.concat(frames)
