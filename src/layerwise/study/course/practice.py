"""The course on practice: initialization, regularization, optimizers."""

from __future__ import annotations

from typing import Any

from layerwise.estimators.classifier import DNNClassifier
from layerwise.study.course import data
from layerwise.study.course.data import Effort
from layerwise.study.course.panels import boundary, costs, figure_of
from layerwise.study.course.results import Result, said
from layerwise.study.course.training import he, lecun, train_seeds

STARTS = (("zeros", lambda _: 0.0, 0.50), ("x 10", lambda _: 10.0, 0.86), ("He", he, 0.96))
REGULARIZED: tuple[tuple[str, dict[str, Any], float], ...] = (
    ("nothing", {}, 0.915),
    ("L2 = .7", {"l2": 0.7}, 0.93),
    ("dropout, keep .86", {"dropout": 0.14}, 0.95),
)
# the course's v = .9 v + .1 dW is ours with a tenth of the learning rate
RULES: tuple[tuple[str, dict[str, Any], float], ...] = (
    ("gradient descent", {"optimizer": "gradient_descent", "learning_rate": 0.0007}, 0.797),
    ("momentum .9", {"optimizer": "momentum", "learning_rate": 0.00007}, 0.797),
    ("Adam", {"optimizer": "adam", "learning_rate": 0.0007}, 0.94),
)


def initialization(effort: Effort) -> Result:
    """Start a 2-10-5-1 ReLU network from zeros, from weights too large and from He's, on circles.

    Notes
    -----
    Lecture row 22.
    """
    training, test = data.circles()
    runs, figures, panels = {}, [], []
    for name, spread, published in STARTS:
        model = _descent((10, 5), 0.01, effort.of(15_000))
        trained = train_seeds(model, training, spread, effort.seeds_from(3))
        runs[name] = trained
        figures.append(figure_of(name, trained, test, published))
        panels.append(boundary(figures[-1], trained, test))
    panels.append(costs("training cost", runs, log=True))
    zeros, large, from_he = (figure.middle for figure in figures)
    learned = from_he > 0.9 > max(zeros, large)
    finding = said("Only He's first weights learn the circles", learned, tuple(figures))
    return Result(finding, tuple(figures), (), tuple(panels))


def regularization(effort: Effort) -> Result:
    """Train a 2-20-3-1 ReLU network on the football set with nothing, L2 and dropout.

    The course's notebook draws the same dropped units at every step; ours are drawn anew.

    Notes
    -----
    Lecture row 30.
    """
    training, test = data.football(effort.data)
    figures, panels = [], []
    for name, settings, published in REGULARIZED:
        model = _descent((20, 3), 0.3, effort.of(30_000)).set_params(**settings)
        trained = train_seeds(model, training, lecun, effort.seeds_from(3))
        figures.append(figure_of(name, trained, test, published))
        panels.append(boundary(figures[-1], trained, test))
    nothing, *smoothed = (figure.middle for figure in figures)
    sentence = "A smoother border is right about more new positions"
    finding = said(sentence, min(smoothed) > nothing, tuple(figures))
    return Result(finding, tuple(figures), (), tuple(panels))


def optimizers(effort: Effort) -> Result:
    """Train a 2-5-2-1 ReLU network on moons by three update rules, with mini-batches of 64.

    The published figures are of the training points.

    Notes
    -----
    Lecture row 30.
    """
    rows = data.moons()
    runs, figures, panels = {}, [], []
    for name, settings, published in RULES:
        model = _descent((5, 2), 0.0007, effort.of(10_000)).set_params(batch_size=64, **settings)
        trained = train_seeds(model, rows, he, effort.seeds_from(3), shuffled=True)
        runs[name] = trained
        figures.append(figure_of(name, trained, rows, published))
        panels.append(boundary(figures[-1], trained, rows))
    panels.append(costs("training cost", runs, unit="epochs"))
    descent, *_, adam = (figure.middle for figure in figures)
    sentence = f"After {effort.of(10_000)} epochs Adam is there, gradient descent on its way"
    finding = said(sentence, adam > 0.9 > descent, tuple(figures))
    return Result(finding, tuple(figures), (), tuple(panels))


def _descent(hidden: tuple[int, ...], learning_rate: float, iterations: int) -> DNNClassifier:
    return DNNClassifier(
        hidden, optimizer="gradient_descent", batch_size="all", learning_rate=learning_rate,
        epochs=iterations, dtype="float64",
    )  # fmt: skip
