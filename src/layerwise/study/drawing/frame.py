"""From panels to one PNG: the title above them, each drawn by its own kind."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Picture
from PIL import Image

from layerwise.study.drawing.colours import LETTERS, TITLE
from layerwise.study.drawing.depths import draw_depths
from layerwise.study.drawing.images import draw_matrix, draw_tiles
from layerwise.study.drawing.lines import draw_bars, draw_comparison, draw_curves, draw_histogram
from layerwise.study.drawing.planes import draw_boundary, draw_cloud, draw_heights
from layerwise.study.panels import (
    Bars,
    Boundary,
    Cloud,
    Comparison,
    Curves,
    Depths,
    Heights,
    Histogram,
    Matrix,
    Panel,
    Tiles,
)

WIDE, HIGH = 4.2, 3.5
PIXELS_ACROSS = 1500
ACROSS = {4: 2, 8: 4}  # panels in a row where it is not all of them: near a screen's shape
MOST_ACROSS = 4
FLAT = (Boundary, Curves, Comparison, Depths)
DRAWN: dict[type, Callable[..., None]] = {
    Boundary: draw_boundary,
    Heights: draw_heights,
    Curves: draw_curves,
    Comparison: draw_comparison,
    Depths: draw_depths,
    Cloud: draw_cloud,
    Bars: draw_bars,
    Matrix: draw_matrix,
    Tiles: draw_tiles,
    Histogram: draw_histogram,
}


def picture_png(title: str, panels: Sequence[Panel], high: float = 1.0) -> bytes:
    """Return panels as PNG, their title above them.

    Parameters
    ----------
    title : str
        What the picture shows, in one sentence.
    panels : sequence of Panel
        From left to right, in rows of at most four.
    high : float, default 1.0
        How high a row is, as a share of the usual; above 0.

    Examples
    --------
    >>> line = np.arange(5.0)
    >>> data = picture_png("A line", [Curves("y = x", {"line": (line, line)}, ("x", "y"))])
    >>> data[:4]
    b'\\x89PNG'
    """
    across = ACROSS.get(len(panels), min(len(panels), MOST_ACROSS))
    down = -(-len(panels) // across)
    size = (max(WIDE * across, 2 * WIDE), high * HIGH * down + 0.9)
    picture = Picture(figsize=size, layout="constrained", facecolor="white")
    letters = TITLE if across < MOST_ACROSS else 1.6 * TITLE
    # the layout leaves no room for lines that are wrapped when they are drawn
    room = int(1.5 * 72 * size[0] / letters)
    picture.suptitle(textwrap.fill(title, room), fontsize=letters, fontweight="bold")
    each = np.ravel(picture.subplots(down, across, squeeze=False))
    for axes, panel in zip(each, panels, strict=False):
        _draw(axes, panel)
    for axes in each[len(panels) :]:
        axes.axis("off")
    return _as_png(picture, all(isinstance(panel, FLAT) for panel in panels))


def _as_png(picture: Picture, flat: bool) -> bytes:
    stream, small = io.BytesIO(), io.BytesIO()
    picture.savefig(stream, format="png", dpi=PIXELS_ACROSS / picture.get_figwidth())
    if not flat:
        return stream.getvalue()
    # flat colours: a palette keeps the file small enough to stand in the repository
    Image.open(stream).convert("RGB").quantize(64).save(small, format="png", optimize=True)
    return small.getvalue()


def _draw(axes: Any, panel: Panel) -> None:
    axes.tick_params(labelsize=LETTERS - 2)
    axes.spines[["top", "right"]].set_visible(False)
    DRAWN[type(panel)](axes, panel)
    axes.set_title(panel.title, fontsize=LETTERS + 2)
