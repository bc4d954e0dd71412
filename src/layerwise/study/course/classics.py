"""The first two weeks of the course: cats, and the flower against hidden units."""

from __future__ import annotations

import numpy as np

from layerwise.estimators.classifier import DNNClassifier
from layerwise.study.course import data
from layerwise.study.course.data import Effort
from layerwise.study.course.panels import boundary, comparison, costs, figure_of
from layerwise.study.course.results import Fact, Result, said
from layerwise.study.course.training import lecun, tiny, train_seeds

LADDER = (
    ("logistic", (), 0.005, 2000, 0.70),
    ("2-layer, 7 units", (7,), 0.0075, 2500, 0.72),
    ("4-layer, 20-7-5", (20, 7, 5), 0.0075, 2500, 0.80),
)
PETALS = {0: 0.47, 1: 0.675, 2: 0.6725, 3: 0.9075, 4: 0.905, 5: 0.9125, 20: 0.90, 50: 0.9025}
COST_OF_TWO_LAYERS = 0.0495
SEEN = 0.85


def cats(effort: Effort) -> Result:
    """Climb the ladder from logistic regression to four layers on 209 pictures.

    The course's logistic regression starts at zero, so that one seed is all there is.

    Notes
    -----
    Lecture rows 1, 3, 12 and 26.
    """
    training, test = data.cats(effort.data)
    runs, figures = {}, []
    for name, hidden, learning_rate, iterations, published in LADDER:
        model = _plain(hidden, "relu", learning_rate, effort.of(iterations), "float32")
        spread = (lambda _: 0.0) if not hidden else tiny if len(hidden) == 1 else lecun
        seeds = effort.seeds_from(1) if hidden else range(1)
        runs[name] = train_seeds(model, training, spread, seeds)
        figures.append(figure_of(name, runs[name], test, published))
    cost = float(np.median(runs[LADDER[1][0]].costs[:, -1]))
    near = abs(cost - COST_OF_TWO_LAYERS) < 0.02
    facts = (Fact("last cost of the 2-layer network", cost, "published .0495", near),)
    low, high = figures[0].interval.high, figures[-1].interval.low
    finding = said(
        "Fifty test pictures cannot tell whether depth helps", low > high, tuple(figures)
    )
    shown = (
        costs("training cost, the course's own weights", runs, log=True),
        comparison("test accuracy, 95 % intervals", tuple(figures)),
    )
    return Result(finding, tuple(figures), facts, shown)


def flower(effort: Effort) -> Result:
    """Train logistic regression and one hidden layer of 1 to 50 tanh units on the flower.

    The published figures are of the training points after 5000 iterations, as the course's sweep
    over hidden units takes them.

    Notes
    -----
    Lecture rows 12 and 26.
    """
    rows = data.flower()
    figures, panels = [], []
    for units, published in PETALS.items():
        hidden = (units,) if units else ()
        model = _plain(hidden, "tanh", 1.2, effort.of(5000), "float64")
        trained = train_seeds(model, rows, tiny, effort.seeds_from(2))
        name = f"{units} hidden units" if units > 1 else "1 hidden unit" if units else "logistic"
        figure = figure_of(name, trained, rows, published)
        figures.append(figure)
        panels.append(boundary(figure, trained, rows))
    share = {units: figure.middle for units, figure in zip(PETALS, figures, strict=True)}
    seen = share[2] < SEEN < share[3] and share[50] < share[3] + 0.02
    sentence = "Three hidden units see the petals; fifty see no more"
    finding = said(sentence, seen, tuple(figures))
    return Result(finding, tuple(figures), (), tuple(panels))


def _plain(
    hidden: tuple[int, ...], activation: str, learning_rate: float, iterations: int, dtype: str
) -> DNNClassifier:
    return DNNClassifier(
        hidden, activation=activation, optimizer="gradient_descent", batch_size="all",
        learning_rate=learning_rate, epochs=iterations, dtype=dtype,
    )  # fmt: skip
