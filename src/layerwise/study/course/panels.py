"""From trained networks to what a picture needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.course.results import Boundary, Curves, Figure
from layerwise.study.course.training import Examples, Trained, accuracies, chances

GRID = 120
MARGIN = 0.08


def figure_of(name: str, trained: Trained, rows: Examples, published: float | None) -> Figure:
    """Return the accuracies of all seeds on rows beside the published one."""
    return Figure(name, accuracies(trained, rows), len(rows.y), published)


def plane(X: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """Return the points of a grid around the examples (GRID^2, 2), and its corners."""
    low, high = X.min(axis=0), X.max(axis=0)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    across, up = (np.linspace(*edges, GRID) for edges in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    return grid, (float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def boundary(figure: Figure, trained: Trained, rows: Examples) -> Boundary:
    """Return the plane as the network of the median seed sees it, titled with its accuracy."""
    median = int(np.argsort(figure.shares, kind="stable")[(len(figure.shares) - 1) // 2])
    grid, corners = plane(rows.X)
    chance = chances(trained, grid)[median].reshape(GRID, GRID)
    title = f"{figure.name}: {100 * figure.shares[median]:.1f} %"
    return Boundary(title, rows.X, rows.y, chance, corners)


def costs(title: str, runs: dict[str, Trained], unit: str = "iterations", **more: Any) -> Curves:
    """Return the cost of each run, of the course's own seed, against the steps."""
    lines = {name: (run.steps, run.costs[0]) for name, run in runs.items()}
    return Curves(title, lines, (unit, "cost J"), **more)
