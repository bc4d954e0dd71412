"""From trained networks to what a picture needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.course.results import Figure
from layerwise.study.course.training import Examples, Trained, accuracies, chances
from layerwise.study.panels import (
    GRID,
    Boundary,
    Comparison,
    Curves,
    Estimate,
    of_two_classes,
    plane,
)


def figure_of(name: str, trained: Trained, rows: Examples, published: float | None) -> Figure:
    """Return the accuracies of all seeds on rows beside the published one."""
    return Figure(name, accuracies(trained, rows), len(rows.y), published)


def boundary(figure: Figure, trained: Trained, rows: Examples) -> Boundary:
    """Return the plane as the network of the median seed sees it, titled with its accuracy."""
    median = int(np.argsort(figure.shares, kind="stable")[(len(figure.shares) - 1) // 2])
    grid, corners = plane(rows.X)
    chance = chances(trained, grid)[median].reshape(GRID, GRID)
    title = f"{figure.name}: {100 * figure.shares[median]:.1f} %"
    return of_two_classes(title, rows.X, rows.y, chance, corners)


def costs(title: str, runs: dict[str, Trained], unit: str = "iterations", **more: Any) -> Curves:
    """Return the cost of each run, of the course's own seed, against the steps."""
    lines = {name: (run.steps, run.costs[0]) for name, run in runs.items()}
    return Curves(title, lines, (unit, "cost J"), **more)


def comparison(title: str, figures: tuple[Figure, ...]) -> Comparison:
    """Return the figures as points with their intervals, beside the published ones."""
    published = tuple(
        None if one.published is None or known is None else Estimate(one.published, known)
        for one in figures
        for known in (one.published_interval,)
    )
    ours = tuple(Estimate(one.middle, one.interval) for one in figures)
    names = tuple(one.name for one in figures)
    return Comparison(title, names, {"published": published, "ours": ours})
