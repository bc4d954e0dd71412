"""Panels of lines, bars and intervals."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from layerwise.study.drawing.colours import (
    BLUE,
    DASHES,
    GREY,
    LETTERS,
    LINES,
    MARKS,
    ORANGE,
    SKY,
)
from layerwise.study.panels import Bars, Comparison, Curves, Histogram

BINS = 40
SERIES = ((-0.1, GREY, "s"), (0.1, BLUE, "o"))
LONG = 24  # letters of a bar's name that are shown


def draw_curves(axes: Axes, panel: Curves) -> None:
    for place, (name, (x, y)) in enumerate(panel.lines.items()):
        color, dash = LINES[place % len(LINES)], DASHES[place % len(DASHES)]
        # few points are points
        mark = MARKS[place % len(MARKS)] if len(x) <= 12 else None
        axes.plot(x, y, color=color, linestyle=dash, marker=mark, linewidth=2.4, label=name)
    axes.set_xlabel(panel.labels[0], fontsize=LETTERS)
    axes.set_ylabel(panel.labels[1], fontsize=LETTERS)
    if panel.log:
        axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False, fontsize=LETTERS - 2)


def draw_comparison(axes: Axes, panel: Comparison) -> None:
    places = np.arange(len(panel.names))
    shifts = SERIES if len(panel.series) > 1 else ((0.0, BLUE, "o"),)
    for (shift, color, mark), (label, estimates) in zip(shifts, panel.series.items(), strict=False):
        for place, estimate in zip(places, estimates, strict=True):
            if estimate is None:
                continue
            share, edges = estimate
            # at 0 and 1 rounding may put an end of the interval on the wrong side
            reach = 100 * np.maximum([[share - edges.low], [edges.high - share]], 0)
            axes.errorbar(
                place + shift, 100 * share, yerr=reach, fmt=mark, color=color, markersize=9,
                capsize=5, linewidth=2.2, label=label if place == 0 else None,
            )  # fmt: skip
    axes.set_xticks(places, [name.replace(", ", ",\n") for name in panel.names])
    axes.set_xlabel(panel.labels[0], fontsize=LETTERS)
    axes.set_ylabel(panel.labels[1], fontsize=LETTERS)
    axes.grid(axis="y", alpha=0.25)
    axes.set_xlim(-0.5, len(places) - 0.5)
    if len(panel.series) > 1:
        axes.legend(frameon=False, fontsize=LETTERS - 2, loc="upper left")


def draw_bars(axes: Axes, panel: Bars) -> None:
    places = np.arange(len(panel.names))[::-1]
    colours = [ORANGE if value > 0 else BLUE for value in panel.values]
    axes.barh(places, panel.values, color=colours, height=0.7)
    names = [n if len(n) <= LONG else n[: LONG - 1] + "…" for n in panel.names]
    axes.set_yticks(places, names, fontsize=LETTERS - 3)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_xlabel(panel.label, fontsize=LETTERS)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="x", alpha=0.25)


def draw_histogram(axes: Axes, panel: Histogram) -> None:
    counted = np.full(len(panel.values), 1 / max(1, len(panel.values)))
    axes.hist(panel.values, bins=BINS, weights=counted, color=SKY, edgecolor="white", linewidth=0.3)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlabel(panel.label, fontsize=LETTERS)
    axes.set_ylabel("share of numbers", fontsize=LETTERS)
    if panel.curve is None:
        return
    over = axes.twinx()
    over.plot(*panel.curve, color=ORANGE, linewidth=2.2)
    over.set_ylabel(panel.curve_label, fontsize=LETTERS, color=ORANGE)
    over.tick_params(labelsize=LETTERS - 2, colors=ORANGE)
    over.spines[["top"]].set_visible(False)
