"""Two pictures: the ratio on every set as dots, and error beside seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.charts import OURS, STYLE, THEIRS, plt
from benchmarks.tables import summary
from benchmarks.tables.drawing import TableSet
from benchmarks.tables.methods import PEERS
from benchmarks.tables.summary import Fits, Summary

ENDS = (0.25, 2.5)  # dots beyond stand at the edge
MARKS = "os^Dv<>ph*"


def looks(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return colour and mark of each method; Layerwise's are warm, the strong peers stand out."""
    theirs = list(reversed(PEERS))
    ours = sorted(
        (name for name in names if name not in PEERS), key=lambda name: name != "layerwise"
    )
    made = dict(zip(theirs, THEIRS, strict=False))
    made |= {name: OURS[place % len(OURS)] for place, name in enumerate(ours)}
    marks = {name: MARKS[place % len(MARKS)] for place, name in enumerate((*theirs, *ours))}
    return {name: {"color": made[name], "marker": marks[name]} for name in names}


def dots(
    fits: Fits, tables: Sequence[TableSet], compared: tuple[Sequence[str], str], path: Path
) -> None:
    """Draw the error ratio of each method on each set, the halves side by side."""
    methods, base = compared
    shown = [name for name in methods if name not in (base, "constant")]
    halves = {half: [table for table in tables if table.half == half] for half in "AB"}
    tall = max(map(len, halves.values()))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(1, 2, figsize=(13, 1.8 + 0.32 * tall), layout="constrained")
        for axes, (half, chosen) in zip(grid, halves.items(), strict=True):
            _half(axes, fits, chosen, (shown, base))
            axes.set_title("A, for choosing" if half == "A" else "B, for reporting")
        lines, words = grid[0].get_legend_handles_labels()
        figure.legend(lines, words, loc="outside upper center", ncols=5)
        _save(figure, path)


def _half(axes: Any, fits: Fits, tables: Sequence[TableSet], compared: Any) -> None:
    shown, base = compared
    for name, look in looks(shown).items():
        found = [summary.ratio(fits, table, name, base) for table in tables]
        own = name not in PEERS
        axes.plot(
            np.clip(found, *ENDS), range(len(tables)), linestyle="", label=name,
            markersize=9 if own else 6, alpha=1 if own else 0.75, zorder=3 if own else 2, **look,
        )  # fmt: skip
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(ENDS[0] * 0.95, ENDS[1] * 1.05)
    ticks = [0.25, 0.5, 0.7, 0.86, 1, 1.5, 2.5]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_yticks(range(len(tables)), [table.name for table in tables])
    axes.invert_yaxis()
    axes.set_xlabel(f"error / error of {base} (less is better)")


def times(summaries: Sequence[Summary], base: str, path: Path) -> None:
    """Draw the geometric mean of the ratios against the seconds of all fits."""
    shown = [each for each in summaries if each.sets and each.method != "constant"]
    look = looks([each.method for each in shown])
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(8, 5.5), layout="constrained")
        for each in shown:
            at = each.fit_seconds / each.sets, each.ratio
            axes.plot(*at, linestyle="", markersize=10, **look[each.method])
            axes.annotate(each.method, at, (8, 4), textcoords="offset points")
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("{x:g}" if _near(shown) else "")
        axes.margins(0.15)
        axes.set_title("The defaults on all sets: error and time")
        axes.set_xlabel("seconds of a fit, mean over the sets, compilation included")
        axes.set_ylabel(f"error / error of {base}, geometric mean (less is better)")
        _save(figure, path)


def _near(shown: Sequence[Summary]) -> bool:
    """Return whether the axis of seconds is so short that its minor ticks need numbers."""
    seconds = [each.fit_seconds / each.sets for each in shown] or [1.0]
    return max(seconds) < 20 * min(seconds)


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
