"""What a picture holds, before it is drawn: each panel is its numbers and its words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from layerwise.estimators.score_intervals import Interval

GRID = 120
MARGIN = 0.08
Corners = tuple[float, float, float, float]  # left, right, low, high


class Boundary(NamedTuple):
    """A plane of two columns, coloured by the class that is predicted, with the examples on it.

    `margins` (K, rows, columns) are over the `corners`; the class of the largest is the prediction.
    `y` are the classes' places; `names` those of the classes, for a legend; () draws none.
    """

    title: str
    X: np.ndarray
    y: np.ndarray
    margins: np.ndarray
    corners: Corners
    labels: tuple[str, str] = ("x1", "x2")
    names: tuple[str, ...] = ()


class Heights(NamedTuple):
    """A surface over a plane, by its contours; `unit` says what the colours mean.

    `points` (k, 3) are examples on it with their own heights, `path` (k, 2) a line from a start to
    an end. `log` spaces the contours by factors.
    """

    title: str
    values: np.ndarray
    corners: Corners
    labels: tuple[str, str]
    unit: str
    points: np.ndarray | None = None
    path: np.ndarray | None = None
    log: bool = False


class Curves(NamedTuple):
    """Lines by their names, each (x, y)."""

    title: str
    lines: dict[str, tuple[np.ndarray, np.ndarray]]
    labels: tuple[str, str]
    log: bool = False


class Estimate(NamedTuple):
    """A share and its interval."""

    share: float
    interval: Interval


class Comparison(NamedTuple):
    """Shares as points with their intervals, over `names`; each series has one or none per name."""

    title: str
    names: tuple[str, ...]
    series: dict[str, tuple[Estimate | None, ...]]
    labels: tuple[str, str] = ("", "accuracy, %")


class Depths(NamedTuple):
    """Scores of networks from the shallowest to the deepest: means, intervals, single ones faint.

    `names` have three lines each: hidden layers, units, learned numbers. `chosen` is the place of
    the marked one, `constant` the words and the score of the dashed line.
    """

    title: str
    names: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    points: tuple[np.ndarray, ...]
    chosen: int | None
    constant: tuple[str, float]
    labels: tuple[str, str]


class Cloud(NamedTuple):
    """Points in a plane (m, 2), coloured by their class's place (with `names`) or by a number.

    `unit` says what the number is. With `diagonal` the line of equal coordinates is drawn.
    """

    title: str
    X: np.ndarray
    y: np.ndarray
    labels: tuple[str, str]
    names: tuple[str, ...] = ()
    unit: str = ""
    diagonal: bool = False


class Bars(NamedTuple):
    """One bar per name, the first at the top; the colour is that of the sign."""

    title: str
    names: tuple[str, ...]
    values: np.ndarray
    label: str


class Matrix(NamedTuple):
    """Numbers in rows and columns with their names, coloured symmetrically about 0.

    `above_zero` says that none can be below, so that the colours start at 0.
    """

    title: str
    values: np.ndarray
    names: tuple[tuple[str, ...], tuple[str, ...]]
    unit: str
    above_zero: bool = False


class Tiles(NamedTuple):
    """Small pictures (k, height, width) or (k, height, width, 3) with a caption each.

    Grey ones share one scale: `symmetric` about 0, or from the smallest to the greatest.
    """

    title: str
    pictures: np.ndarray
    captions: tuple[str, ...]
    unit: str
    symmetric: bool


class Histogram(NamedTuple):
    """How often numbers occur, as the share in each bin; over it a curve (x, y) of its own axis.

    `label` is the numbers', `curve_label` the curve's.
    """

    title: str
    values: np.ndarray
    label: str
    curve: tuple[np.ndarray, np.ndarray] | None = None
    curve_label: str = ""


Panel = (
    Boundary | Heights | Curves | Comparison | Depths | Cloud | Bars | Matrix | Tiles | Histogram
)


def plane(X: np.ndarray, count: int = GRID) -> tuple[np.ndarray, Corners]:
    """Return the points of a grid around the examples (count^2, 2), and its corners.

    >>> points, corners = plane(np.array([[0.0, 0.0], [1.0, 2.0]]), 3)
    >>> points.shape, corners
    ((9, 2), (-0.08, 1.08, -0.16, 2.16))
    """
    low, high = X.min(axis=0), X.max(axis=0)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    across, up = (np.linspace(*edges, count) for edges in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    return grid, (float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def of_two_classes(
    title: str, X: np.ndarray, y: np.ndarray, chance: np.ndarray, corners: Corners
) -> Boundary:
    """Return the boundary of a network that gives the probability of class 1, (rows, columns)."""
    return Boundary(title, X, y, np.stack([0.5 - chance, chance - 0.5]), corners)
