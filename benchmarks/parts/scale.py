"""How time and memory grow with rows, features, width and depth, for Layerwise alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.charts import Panel, curves
from benchmarks.driver import once
from benchmarks.report import count, markdown, seconds
from benchmarks.settings import Settings

LARGEST = 3  # points that a slope is fitted to: before them what is the same at every size counts


class Axis(NamedTuple):
    """What grows, by powers of two, and the slopes that time and memory should come to."""

    powers: tuple[int, ...]
    more: tuple[int, ...]
    time: float
    memory: float

    def sizes(self, settings: Settings) -> list[int]:
        chosen = self.powers[:2] if settings.quick else self.powers
        return [2**power for power in (*chosen, *(self.more if settings.full else ()))]


AXES = {
    "rows": Axis((12, 14, 16, 18), (19, 20), 1, 1),
    "features": Axis((4, 6, 8, 10, 12), (13,), 1, 1),
    "width": Axis((5, 7, 8, 9, 10, 11), (12,), 2, 2),
    "depth": Axis((0, 1, 2, 3, 4), (5, 6), 1, 1),
}
WORDS = {
    "rows": "rows x 100 columns, one hidden layer of 64",
    "features": "columns of 8192 rows, one hidden layer of 64",
    "width": "units in each of two hidden layers, 4096 rows x 32",
    "depth": "hidden layers of 128, 4096 rows x 48",
}


def shape(axis: str, size: int) -> dict[str, Any]:
    """Return the rows, features and hidden units of a point."""
    if axis == "rows":
        return {"rows": size, "features": 100, "hidden": [64]}
    if axis == "features":
        return {"rows": 8192, "features": size, "hidden": [64]}
    if axis == "width":
        return {"rows": 4096, "features": 32, "hidden": [size] * 2}
    return {"rows": 4096, "features": 48, "hidden": [128] * size}


def measure(settings: Settings) -> dict[str, Any]:
    axes = {
        name: {size: once("scaling", "point", **shape(name, size)) for size in axis.sizes(settings)}
        for name, axis in AXES.items()
    }
    slopes = {
        name: {figure: slope(points, figure) for figure in ("seconds", "megabytes")}
        for name, points in axes.items()
    }
    return {"axes": axes, "slopes": slopes}


def slope(points: dict[int, dict[str, float]], figure: str) -> float:
    """Return the slope of the largest points in logarithms."""
    sizes = sorted(points)[-LARGEST:]
    values = [max(points[size][figure], 1e-9) for size in sizes]
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def table(result: dict[str, Any]) -> str:
    """Return the smallest and the largest point of each axis, and the slopes."""
    rows = []
    for name, points in result["axes"].items():
        ends = [(size, points[size]) for size in (min(points), max(points))]
        sizes = " to ".join(count(size) for size, _ in ends)
        took = " to ".join(seconds(each["seconds"]) for _, each in ends)
        memory = " to ".join(f"{each['megabytes']:.0f} MB" for _, each in ends)
        slopes = result["slopes"][name]
        timed = f"{slopes['seconds']:.2f} (at most {AXES[name].time:g})"
        held = f"{slopes['megabytes']:.2f} (at most {AXES[name].memory:g})"
        rows.append([f"{name}: {WORDS[name]}", sizes, took, timed, memory, held])
    head = ["what grows", "from, to", "epoch", "slope", "most memory", "slope"]
    return markdown(head, rows) + (
        f"\nBatch 256; slopes in logarithms over the {LARGEST} largest sizes, in brackets what the "
        "work itself grows by; memory beyond that of the imports, with the given rows and the "
        "compiler.\n"
    )


def draw(result: dict[str, Any], path: Path) -> None:
    panels = []
    for name, points in result["axes"].items():
        sizes, slopes = list(points), result["slopes"][name]
        lines = {
            f"milliseconds per epoch, slope {slopes['seconds']:.2f}": (
                sizes,
                [1e3 * each["seconds"] for each in points.values()],
            ),
            f"megabytes, slope {slopes['megabytes']:.2f}": (
                sizes,
                [each["megabytes"] for each in points.values()],
            ),
        }
        panels.append(Panel(WORDS[name], "milliseconds, megabytes", lines, base=2))
    curves(panels, path)
