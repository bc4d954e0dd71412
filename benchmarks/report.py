"""What a run leaves behind: results.json, tables.md and a picture of each part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are aligned right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def seconds(value: float) -> str:
    """Return a time with three digits and its unit."""
    units = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
    unit, size = next((each for each in units if value >= each[1]), units[-1])
    number = value / size
    return f"{number:.{0 if number >= 100 else 1 if number >= 10 else 2}f} {unit}"


def count(number: float) -> str:
    """Return a count with its thousands apart."""
    return f"{number:,.0f}".replace(",", " ")


def told(machine: dict[str, Any]) -> str:
    """Say what machine the figures are of, in one paragraph."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; "
        f"load {machine['load'][0]} before the run; Python {machine['python']}; {versions}; "
        f"commit {machine['commit']}, {machine['when'][:10]}."
    )


def write(folder: Path, results: dict[str, Any]) -> None:
    """Write all figures of the run, each repetition of them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
