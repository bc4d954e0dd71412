"""The time a user waits for `fit` in a new process: the first time, and ever after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.charts import Panel, curves
from benchmarks.driver import empty_cache, once, summary
from benchmarks.report import count, markdown, seconds
from benchmarks.settings import Settings

ROWS = (200, 1000, 5000, 20_000, 100_000)
FIRST, SECOND, PEER = "Layerwise, first time", "Layerwise", "scikit-learn"


def measure(settings: Settings) -> dict[str, Any]:
    sizes = ROWS[:2] if settings.quick else ROWS
    seen: dict[str, Any] = {name: {rows: [] for rows in sizes} for name in (FIRST, SECOND, PEER)}
    scores: dict[str, Any] = {name: {} for name in seen}
    for _ in range(1 if settings.quick else 2):
        for rows in sizes:
            with empty_cache() as environment:
                for name in (FIRST, SECOND):
                    found = once("waiting", "layerwise", environment=environment, rows=rows)
                    _note(found, seen[name][rows], scores[name], rows)
            _note(once("waiting", "scikit_learn", rows=rows), seen[PEER][rows], scores[PEER], rows)
    waited = {
        name: {rows: summary(values) for rows, values in by_rows.items()}
        for name, by_rows in seen.items()
    }
    return {"rows": sizes, "waited": waited, "scores": scores}


def _note(found: dict[str, float], times: list[float], scores: dict[int, float], rows: int) -> None:
    times.append(found["seconds"])
    scores[rows] = found["score"]


def table(result: dict[str, Any]) -> str:
    """Return the seconds of `fit` by rows."""
    rows = []
    for size in result["rows"]:
        middle = {name: by_rows[size]["median"] for name, by_rows in result["waited"].items()}
        ratios = [f"{middle[PEER] / middle[name]:.2f}" for name in (FIRST, SECOND)]
        rows.append([count(size), *map(seconds, middle.values()), *ratios])
    head = ["rows x 20", FIRST, "ever after", PEER]
    ratios = ["scikit-learn / first time", "scikit-learn / ever after"]
    return markdown([*head, *ratios], rows) + (
        "\n`fit` alone, after the imports, in a new process: 20 epochs of 20-100-1 in "
        "scikit-learn's batches of min(200, rows).\n"
    )


def draw(result: dict[str, Any], path: Path) -> None:
    sizes = list(result["rows"])
    lines = {
        name: (sizes, [by_rows[size]["median"] for size in sizes])
        for name, by_rows in result["waited"].items()
    }
    curves([Panel("rows", "seconds until fit returns", lines)], path)
