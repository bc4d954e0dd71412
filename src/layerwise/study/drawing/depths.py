"""The panel of a ladder: score against depth."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from layerwise.study.drawing.colours import BLUE, GREY, LETTERS, ORANGE, SKY
from layerwise.study.panels import Depths

WIDE = 0.16  # over which single scores are spread
ROOM = 0.08  # around the scores, of their range


def draw_depths(axes: Axes, panel: Depths) -> None:
    places = np.arange(len(panel.names))
    for place, own in zip(places, panel.points, strict=True):
        across = place + np.linspace(-WIDE, WIDE, len(own)) if len(own) > 1 else [place]
        axes.scatter(across, own, s=26, color=SKY, alpha=0.55, linewidths=0, zorder=2)
    for place, (mean, edges) in zip(places, panel.estimates, strict=True):
        marked = place == panel.chosen
        reach = np.maximum([[mean - edges.low], [edges.high - mean]], 0)
        axes.errorbar(
            place, mean, yerr=reach, fmt="D" if marked else "o", color=ORANGE if marked else BLUE,
            markersize=12 if marked else 9, capsize=6, linewidth=2.2, zorder=3,
            label="simplest that suffices" if marked else None,
        )  # fmt: skip
    words, constant = panel.constant
    axes.axhline(constant, color=GREY, linestyle="--", linewidth=1.8, label=words, zorder=1)
    axes.set_xticks(places, panel.names, fontsize=LETTERS - 2)
    axes.set_xlim(-0.5, len(places) - 0.5)
    axes.set_ylim(*_range(panel))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlabel(panel.labels[0], fontsize=LETTERS)
    axes.set_ylabel(panel.labels[1], fontsize=LETTERS)
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False, fontsize=LETTERS - 1, loc="lower right")


def _range(panel: Depths) -> tuple[float, float]:
    edges = [edge for _, interval in panel.estimates for edge in interval]
    every = np.concatenate([*panel.points, edges, [panel.constant[1]]])
    low, high = float(every.min()), float(every.max())
    room = ROOM * ((high - low) or 1.0)
    return low - 2 * room, high + room  # the legend stands below
