"""Panels over a plane: who is predicted where, heights, clouds of points."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from layerwise.study.drawing.colours import (
    GREY,
    LETTERS,
    ORANGE,
    SEQUENTIAL,
    colour_of,
    mark_of,
    pale,
)
from layerwise.study.matrices import number
from layerwise.study.panels import Boundary, Cloud, Heights

LEVELS = 24
LEGEND_UP_TO = 4  # classes; the names of more stand in their middles
OUTLINE = [patheffects.withStroke(linewidth=3, foreground="white")]


def _named(axes: Axes, labels: tuple[str, str]) -> None:
    axes.set_xlabel(labels[0], fontsize=LETTERS)
    axes.set_ylabel(labels[1], fontsize=LETTERS)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5))


def _points(axes: Axes, X: np.ndarray, y: np.ndarray, size: float) -> None:
    for place in np.unique(y):
        color, mark = colour_of(int(place)), mark_of(int(place))
        axes.scatter(
            *X[y == place].T, s=size, color=color, marker=mark, linewidths=0.3, edgecolor="white"
        )


def _legend(axes: Axes, names: tuple[str, ...]) -> None:
    shown: list[Any] = [
        Line2D([], [], color=colour_of(i), marker=mark_of(i), linestyle="", label=name)
        for i, name in enumerate(names)
    ]
    axes.legend(handles=shown, fontsize=LETTERS - 3, framealpha=0.8, handletextpad=0.1)


def draw_boundary(axes: Axes, panel: Boundary) -> None:
    count = len(panel.margins)
    axes.imshow(
        panel.margins.argmax(axis=0), extent=panel.corners, origin="lower", aspect="auto",
        cmap=ListedColormap([pale(colour_of(i)) for i in range(count)]),
        vmin=-0.5, vmax=count - 0.5, interpolation="nearest",
    )  # fmt: skip
    for place in range(1 if count == 2 else 0, count):
        ahead = panel.margins[place] - np.delete(panel.margins, place, axis=0).max(axis=0)
        if ahead.min() < 0 < ahead.max():  # a constant answer has no border
            axes.contour(ahead, levels=[0], extent=panel.corners, colors=GREY, linewidths=1.5)
    _points(axes, panel.X, panel.y, 16)
    _named(axes, panel.labels)
    if panel.names:
        _legend(axes, panel.names)


def draw_heights(axes: Axes, panel: Heights) -> None:
    low, high = _range(panel)
    levels = (np.geomspace if panel.log else np.linspace)(low, high, LEVELS)
    across = np.linspace(*panel.corners[:2], panel.values.shape[1])
    up = np.linspace(*panel.corners[2:], panel.values.shape[0])
    same: Any = {"levels": levels, "norm": LogNorm(low, high) if panel.log else None}
    filled = axes.contourf(across, up, panel.values, cmap=SEQUENTIAL, **same)
    thin = same | {"levels": levels[::3]}
    axes.contour(across, up, panel.values, colors="white", linewidths=0.5, **thin)
    figure: Any = axes.figure
    ticks = levels[::4] if panel.log else MaxNLocator(5)
    shape = FuncFormatter(lambda value, _: number(value, 2 if panel.log else 4))
    bar = figure.colorbar(filled, ax=axes, ticks=ticks, format=shape)
    bar.set_label(panel.unit, fontsize=LETTERS)
    bar.ax.tick_params(labelsize=LETTERS - 2)
    if panel.points is not None:
        axes.scatter(
            *panel.points[:, :2].T, c=panel.points[:, 2], s=22, cmap=SEQUENTIAL,
            vmin=low, vmax=high, edgecolor="white", linewidths=0.6,
        )  # fmt: skip
    if panel.path is not None:
        _path(axes, panel.path)
    _named(axes, panel.labels)


def _range(panel: Heights) -> tuple[float, float]:
    shown = [panel.values.ravel()] + ([] if panel.points is None else [panel.points[:, 2]])
    low, high = float(min(map(np.min, shown))), float(max(map(np.max, shown)))
    return low, high if high > low else low + 1  # a plain has one height


def _path(axes: Axes, path: np.ndarray) -> None:
    if len(path) > 1:
        axes.plot(*path.T, color="white", linewidth=4)
        axes.plot(*path.T, color=ORANGE, linewidth=2, marker="o", markersize=4)
        axes.plot(*path[0], color="white", marker="s", markersize=10, markeredgecolor="black")
    axes.plot(*path[-1], color="white", marker="*", markersize=18, markeredgecolor="black")


def draw_cloud(axes: Axes, panel: Cloud) -> None:
    size = 14 if len(panel.X) > 400 else 24
    if panel.names:
        _points(axes, panel.X, panel.y, size)
        if len(panel.names) <= LEGEND_UP_TO:
            _legend(axes, panel.names)
        else:
            _names_in_the_middle(axes, panel)
    else:
        found = axes.scatter(
            *panel.X.T, c=panel.y, s=size, cmap=SEQUENTIAL, linewidths=0.2, edgecolor="white"
        )
        if panel.unit:
            figure: Any = axes.figure
            bar = figure.colorbar(found, ax=axes)
            bar.set_label(panel.unit, fontsize=LETTERS)
    _named(axes, panel.labels)
    if panel.diagonal:
        edges = [panel.X.min(), panel.X.max()]
        axes.plot(edges, edges, color=GREY, linewidth=1.5, linestyle="--")


def _names_in_the_middle(axes: Axes, panel: Cloud) -> None:
    for place, name in enumerate(panel.names):
        there = panel.X[panel.y == place]
        if len(there):
            x, y = np.median(there, axis=0)
            axes.text(
                x, y, name, fontsize=LETTERS + 1, fontweight="bold",
                color="black", ha="center", va="center", path_effects=OUTLINE,
            )  # fmt: skip
