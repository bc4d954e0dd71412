"""Panels of a band: values over x by factors, with what they range over and places marked."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from layerwise.study.drawing.colours import AMBER, BLUE, GREEN, GREY, LETTERS, ORANGE, PURPLE
from layerwise.study.matrices import number
from layerwise.study.panels import Band

MARKS = ((PURPLE, ":"), (GREEN, "-"), (ORANGE, "--"), (AMBER, "-."))
ROOM = 1.6  # factor below the lowest value
BEYOND = 10


def draw_band(axes: Axes, panel: Band) -> None:
    began, top = panel.heights
    # a line that leaves the picture leaves it upwards
    low, middle, high = np.minimum(panel.values, BEYOND * top)
    axes.fill_between(panel.x, low, high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(panel.x, middle, color=BLUE, linewidth=2.4)
    axes.axhline(began, color=GREY, linewidth=1.2)
    axes.annotate(
        "first cost", (0.02, began), xycoords=("axes fraction", "data"), va="bottom",
        xytext=(0, 2), textcoords="offset points", color=GREY, fontsize=LETTERS - 3,
    )  # fmt: skip
    for (name, place), (color, dash) in zip(panel.marks.items(), MARKS, strict=False):
        label = f"{name}: {number(place, 2)}"
        axes.axvline(place, color=color, linestyle=dash, linewidth=2.2, label=label)
    axes.set_xscale("log")
    if (low > 0).all():
        axes.set_yscale("log")
        axes.set_ylim(float(low.min()) / ROOM, top)
    axes.set_xlabel(panel.labels[0], fontsize=LETTERS)
    axes.set_ylabel(panel.labels[1], fontsize=LETTERS)
    axes.grid(axis="y", alpha=0.25)
    below = {"loc": "upper center", "bbox_to_anchor": (0.45, -0.19), "ncol": 2}
    axes.legend(frameon=False, fontsize=LETTERS - 3, columnspacing=1.2, **below)
