"""Panels of numbers as colours: a matrix with names, a sheet of small pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from layerwise.study.drawing.colours import DIVERGING, LETTERS, SEQUENTIAL
from layerwise.study.panels import Matrix, Tiles

LONG = 22  # letters of a name that are shown
GAP = 0.12  # between tiles, of a tile
MOST_NAMES = 24


def draw_matrix(axes: Axes, panel: Matrix) -> None:
    most = float(np.abs(panel.values).max()) or 1.0
    low, colours = (0.0, SEQUENTIAL) if panel.above_zero else (-most, DIVERGING)
    shown = axes.imshow(panel.values, cmap=colours, vmin=low, vmax=most, aspect="auto")
    for axis, names, turn in zip((axes.yaxis, axes.xaxis), panel.names, (0, 55), strict=True):
        step = -(-len(names) // MOST_NAMES)
        places = range(0, len(names), step)
        axis.set_ticks(list(places), [_short(names[i]) for i in places])
        if turn and max(map(len, names)) > 3:
            axes.tick_params(axis="x", labelrotation=turn)
            for label in axes.get_xticklabels():
                label.set(ha="right", rotation_mode="anchor")
    _bar(axes, shown, panel.unit)


def _short(name: str) -> str:
    return name if len(name) <= LONG else name[: LONG - 1] + "…"


def _bar(axes: Axes, shown: Any, unit: str) -> None:
    figure: Any = axes.figure
    bar = figure.colorbar(shown, ax=axes, fraction=0.05)
    bar.set_label(unit, fontsize=LETTERS)
    bar.ax.tick_params(labelsize=LETTERS - 2)


def draw_tiles(axes: Axes, panel: Tiles) -> None:
    count, high, wide = panel.pictures.shape[:3]
    lines = 1 + max(caption.count("\n") for caption in panel.captions)
    above = (0.06 + 0.15 * lines) * high  # room for a tile's caption
    across = min(count, int(np.ceil(np.sqrt(1.6 * count))))
    down = -(-count // across)
    low, most, colours = _scale(panel)
    shown = None
    for place, picture in enumerate(panel.pictures):
        left, top = (place % across) * (1 + GAP) * wide, (place // across) * (high + above)
        shown = axes.imshow(
            picture, extent=(left, left + wide, top + high, top), cmap=colours, vmin=low,
            vmax=most, interpolation="nearest",
        )  # fmt: skip
        axes.text(
            left + wide / 2, top - 0.02 * high, panel.captions[place], ha="center", va="bottom",
            fontsize=LETTERS - (1 if across <= 8 else 4),
        )  # fmt: skip
    axes.set_xlim(0, across * (1 + GAP) * wide)
    axes.set_ylim(down * (high + above) - above, -above)
    axes.set_aspect("equal")
    axes.axis("off")
    if panel.pictures.ndim == 3:
        _bar(axes, shown, panel.unit)


def _scale(panel: Tiles) -> tuple[float, float, str]:
    if panel.symmetric:
        most = float(np.abs(panel.pictures).max()) or 1.0
        return -most, most, DIVERGING
    return float(panel.pictures.min()), float(panel.pictures.max()), "gray"
