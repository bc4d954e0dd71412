"""The few kinds of pictures: grouped bars, and curves in one or several panels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

STYLE = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "font.size": 12,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "layerwise",
}
OURS = ("#c8421e", "#e58a5f", "#f2bb9b")
THEIRS = ("#1f4e79", "#6fa8dc", "#3d8b5f", "#9a7fb8", "#c9a9dd", "#7f7f7f", "#b8b8b8")


def colours(names: Sequence[str]) -> dict[str, str]:
    """Return a colour per name; ours are warm."""
    ours, others = iter(OURS), iter(THEIRS)
    return {name: next(ours if name.startswith("Layerwise") else others) for name in names}


def bars(groups: dict[str, dict[str, float]], words: str, path: Path) -> None:
    """Draw a group of bars for each key, one bar per name, on a logarithmic axis."""
    names = list(dict.fromkeys(name for values in groups.values() for name in values))
    colour = colours(names)
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(max(8, 2.6 * len(groups)), 5.5), layout="constrained")
        width = 0.86 / len(names)
        for place, name in enumerate(names):
            at = [k for k, values in enumerate(groups.values()) if name in values]
            heights = [values[name] for values in groups.values() if name in values]
            drawn = axes.bar(
                [k + (place - (len(names) - 1) / 2) * width for k in at],
                heights, width * 0.92, label=name, color=colour[name],
            )  # fmt: skip
            axes.bar_label(drawn, list(map(_short, heights)), rotation=90, padding=3, fontsize=9)
        axes.set_yscale("log")
        axes.set_ylim(*_room([height for values in groups.values() for height in values.values()]))
        axes.set_xticks(range(len(groups)), list(groups))
        axes.grid(False, axis="x")
        axes.set_ylabel(words)
        figure.legend(loc="outside upper center", ncols=4)
        _save(figure, path)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def _room(heights: Sequence[float]) -> tuple[float, float]:
    """Return the ends of a logarithmic axis with room for the figures above the bars."""
    least, most = min(heights) / 2, max(heights)
    return least, most * (most / least) ** 0.18


class Panel(NamedTuple):
    """Curves over one axis: {name: (xs, ys)}; notes stand in the legend beside the names."""

    across: str
    up: str
    curves: dict[str, tuple[Sequence[float], Sequence[float]]]
    base: int = 10


def curves(panels: Sequence[Panel], path: Path) -> None:
    """Draw panels of curves side by side, both axes logarithmic."""
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, columns, figsize=(6.5 * columns + 1.5, 4.6 * rows), squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for panel, axes in zip(panels, grid.flat, strict=False):
            _panel(panel, axes)
        for axes in list(grid.flat)[len(panels) :]:
            axes.remove()
        _save(figure, path)


def _panel(panel: Panel, axes: Any) -> None:
    colour = colours(list(panel.curves))
    for place, (name, (xs, ys)) in enumerate(panel.curves.items()):
        style = {"marker": "os^Dv"[place % 5], "linestyle": "-" if place < 2 else "--"}
        axes.plot(xs, ys, label=name, color=colour[name], **style)
    axes.set_xscale("log", base=panel.base)
    axes.set_yscale("log")
    axes.set_xlabel(panel.across)
    axes.set_ylabel(panel.up)
    axes.legend()


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
