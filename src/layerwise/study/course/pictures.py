"""The course's pictures: light, large letters, colours that the colour-blind can tell apart.

The colours are those of Okabe and Ito, "Color universal design", 2008.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import MaxNLocator
from PIL import Image

from layerwise.study.course.results import Boundary, Comparison, Curves, Panel, Result

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#555555"
LINES = (BLUE, ORANGE, GREEN, PURPLE)
DASHES = ("-", "--", "-.", ":")
PALE = ListedColormap(["#d6e6f2", "#fbe3d2"])
WIDE, HIGH, TITLE, LETTERS = 4.2, 3.5, 16, 13
PIXELS_ACROSS = 1500
ACROSS = {4: 2, 8: 4}  # panels in a row where it is not all of them: near a screen's shape


def picture_png(result: Result) -> bytes:
    """Return an experiment's picture as PNG, its finding above its panels."""
    across = ACROSS.get(len(result.panels), len(result.panels))
    down = -(-len(result.panels) // across)
    size = (max(WIDE * across, 2 * WIDE), HIGH * down + 0.9)
    picture = Picture(figsize=size, layout="constrained", facecolor="white")
    picture.suptitle(
        result.finding,
        fontsize=TITLE if across < ACROSS[8] else 1.6 * TITLE,
        fontweight="bold",
        wrap=True,
    )
    each = np.ravel(picture.subplots(down, across, squeeze=False))
    for axes, panel in zip(each, result.panels, strict=False):
        _draw(axes, panel)
    for axes in each[len(result.panels) :]:
        axes.axis("off")
    return _as_png(picture)


def _as_png(picture: Picture) -> bytes:
    stream, small = io.BytesIO(), io.BytesIO()
    picture.savefig(stream, format="png", dpi=PIXELS_ACROSS / picture.get_figwidth())
    # flat colours: a palette keeps the file small enough to stand in the repository
    Image.open(stream).convert("RGB").quantize(64).save(small, format="png", optimize=True)
    return small.getvalue()


def _draw(axes: Axes, panel: Panel) -> None:
    draw: Any = {Boundary: _boundary, Curves: _curves, Comparison: _comparison}[type(panel)]
    draw(axes, panel)
    axes.set_title(panel.title, fontsize=LETTERS + 2)
    axes.tick_params(labelsize=LETTERS - 2)
    axes.spines[["top", "right"]].set_visible(False)


def _boundary(axes: Axes, panel: Boundary) -> None:
    axes.imshow(
        panel.chance > 0.5, extent=panel.corners, origin="lower", aspect="auto", cmap=PALE,
        vmin=0, vmax=1, interpolation="nearest",
    )  # fmt: skip
    inside = panel.chance.min() < 0.5 < panel.chance.max()
    if inside:  # a constant answer has no border
        axes.contour(panel.chance, levels=[0.5], extent=panel.corners, colors=GREY, linewidths=1.5)
    for label, color, mark in ((0, BLUE, "o"), (1, ORANGE, "^")):
        points = panel.X[panel.y == label]
        axes.scatter(*points.T, s=16, color=color, marker=mark, linewidths=0.3, edgecolor="white")
    axes.set_xlabel("x1", fontsize=LETTERS)
    axes.set_ylabel("x2", fontsize=LETTERS)


def _curves(axes: Axes, panel: Curves) -> None:
    for place, (name, (x, y)) in enumerate(panel.lines.items()):
        color, dash = LINES[place % len(LINES)], DASHES[place % len(DASHES)]
        axes.plot(x, y, color=color, linestyle=dash, linewidth=2.4, label=name)
    axes.set_xlabel(panel.labels[0], fontsize=LETTERS)
    axes.set_ylabel(panel.labels[1], fontsize=LETTERS)
    if panel.log:
        axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False, fontsize=LETTERS - 2)


def _comparison(axes: Axes, panel: Comparison) -> None:
    places = np.arange(len(panel.figures))
    for shift, color, mark, label in ((-0.1, GREY, "s", "published"), (0.1, BLUE, "o", "ours")):
        ours = label == "ours"
        for place, figure in zip(places, panel.figures, strict=True):
            share = figure.middle if ours else figure.published
            edges = figure.interval if ours else figure.published_interval
            if share is None or edges is None:
                continue
            reach = 100 * np.array([[share - edges.low], [edges.high - share]])
            axes.errorbar(
                place + shift, 100 * share, yerr=reach, fmt=mark, color=color, markersize=9,
                capsize=5, linewidth=2.2, label=label if place == 0 else None,
            )  # fmt: skip
    axes.set_xticks(places, [figure.name.replace(", ", ",\n") for figure in panel.figures])
    axes.set_ylabel("accuracy, %", fontsize=LETTERS)
    axes.grid(axis="y", alpha=0.25)
    axes.set_xlim(-0.5, len(places) - 0.5)
    axes.legend(frameon=False, fontsize=LETTERS - 2, loc="upper left")
