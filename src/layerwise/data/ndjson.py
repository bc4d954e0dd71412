"""NDJSON: an object per line, each line parsed by itself, so that every fault has its line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from layerwise.data import unpacking
from layerwise.data.cells import Origin, refuse, typed
from layerwise.errors import DataError

EXPECTED = 'expected one JSON object per line, such as {"age": 39, "label": "yes"}'


def read_ndjson(path: Path) -> pl.DataFrame:
    """Return the objects of a file as rows; a key that a line does not have is missing there.

    Raises
    ------
    DataError
        Naming the line, at what is not an object of numbers, strings and booleans, at a key that
        stands twice in it, and at a column of mixed types.
    """
    with unpacking.damage_named(path), unpacking.unpacked(path) as raw:
        lines = list(unpacking.lines_of(raw, unpacking.encoding_of(raw), path))
    numbers = [number for number, line in enumerate(lines, start=1) if line.strip()]
    rows = [_parsed(lines[number - 1], number, path) for number in numbers]
    names = list(dict.fromkeys(chain.from_iterable(rows)))
    if not names:
        raise DataError(f"{path}: the file is empty; {EXPECTED}")
    if "" in names:
        line = next(number for number, row in zip(numbers, rows, strict=True) if "" in row)
        raise DataError(f"{path}, line {line}: a key is empty; give it a name")
    origin = Origin(str(path), pl.Series(numbers), "\t")
    return pl.DataFrame([_column(name, [row.get(name) for row in rows], origin) for name in names])


def _parsed(line: str, number: int, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_object, parse_constant=_no_number)
        if isinstance(found, dict):
            if "\\u" in line:  # half of a surrogate pair is no text
                json.dumps(found, ensure_ascii=False).encode()
            return found
        fault = "not an object"
    except RecursionError:
        fault = "nested too deeply"
    except ValueError as error:
        fault = unpacking.reason(error)
    raise DataError(f"{path}, line {number}: {fault}; {EXPECTED}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number; write null")


def _column(name: str, cells: Sequence[Any], origin: Origin) -> pl.Series:
    kinds = {type(cell) for cell in cells} - {type(None)}
    if kinds <= {bool}:
        return pl.Series(name, cells, pl.Boolean if kinds else pl.Null)
    if not kinds <= {int, float, str}:
        _refuse_kind(name, cells, origin)
    text = pl.Series(name, [cell if cell is None else str(cell) for cell in cells], pl.String)
    if kinds == {int} or kinds == {float} or str in kinds:
        return typed(text, origin)[0]
    return typed(text, origin)[0].cast(pl.Float64)


def _refuse_kind(name: str, cells: Sequence[Any], origin: Origin) -> None:
    shown = pl.Series(name, [cell if cell is None else json.dumps(cell) for cell in cells])
    nested = pl.Series([isinstance(cell, dict | list) for cell in cells])
    refuse(shown, nested, origin, "nested; expected a number, a string or true or false")
    flags = pl.Series([isinstance(cell, bool) for cell in cells])
    rare = flags if flags.sum() <= len(cells) / 2 else ~flags
    refuse(shown, rare, origin, "of another kind than the column (mixed types); use one kind")
