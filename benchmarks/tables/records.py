"""The file of fits: a JSON line each, appended as they end, so that a run can be taken up again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.tables.methods import Method

OUT_OF_TIME = "out of time"
Record = dict[str, Any]
Key = tuple[str, int, str]


def append(path: Path, record: Record) -> None:
    """Write one line at the end, apart from a line that a killed run left half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
    with path.open("a") as file:
        file.write(torn * "\n" + json.dumps(record) + "\n")


def read(path: Path) -> list[Record]:
    """Return the lines, of each set, split and method the last; a torn last line is left out."""
    found: dict[Key, Record] = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[key(record)] = record
    return list(found.values())


def key(record: Record) -> Key:
    """Return what a line is the result of."""
    return record["set"], record["split"], record["method"]


def forget(path: Path, of: Callable[[Record], bool]) -> int:
    """Drop lines from the file; returns how many."""
    records = read(path)
    kept = [record for record in records if not of(record)]
    beside = path.with_suffix(".part")
    beside.write_text("".join(json.dumps(record) + "\n" for record in kept))
    beside.replace(path)
    return len(records) - len(kept)


def done(records: Iterable[Record], method: Method, most: int) -> set[tuple[str, int]]:
    """Return the sets and splits that are there, of these settings and this cap.

    What failed is tried again; what ran out of time is not.
    """
    return {
        (record["set"], record["split"])
        for record in records
        if record["method"] == method.name
        and record["settings"] == method.settings
        and record["most"] == most
        and record.get("failed", OUT_OF_TIME) == OUT_OF_TIME
    }
