"""What the lecture says and a picture shows: symmetry, collapse, saturation, learning rates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import expit

from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.gradients import gradients
from layerwise.estimators.preparing import prepare
from layerwise.estimators.sampling import Sample
from layerwise.propagation.activations import ACTIVATIONS
from layerwise.study import why
from layerwise.study.course import data
from layerwise.study.course.data import Effort
from layerwise.study.course.panels import costs
from layerwise.study.course.results import Fact, Result, said
from layerwise.study.course.training import Examples, tiny, train_seeds
from layerwise.study.panels import GRID, Boundary, Curves, of_two_classes, plane
from layerwise.training.loop import begin, train

STARTS = {"all zeros": "zeros", "all .01": "constant", "random, deviation .01": "small_normal"}
RATES = {0.001: "too small", 0.05: "small", 1.2: "right", 50.0: "too large"}
SATURATING = {"sigmoid": "xavier", "tanh": "xavier", "relu": "he"}
DEEP, WIDE = 10, 20  # of the network whose gradients vanish
ROUNDING = 1e-12


def _found(sentence: str, facts: Sequence[Fact]) -> str:
    return said(sentence, all(fact.holds for fact in facts), tuple(facts))


def symmetry(effort: Effort) -> Result:
    """Train four tanh units that start at zero, at one constant, and at small random weights.

    Notes
    -----
    Lecture row 22.
    """
    rows, taken = data.flower(), effort.of(1000)
    facts, panels = [], []
    for name, start in STARTS.items():
        weights = _first_weights(rows, start, taken)  # (taken, units, inputs)
        gap, random = float(np.ptp(weights[-1], axis=0).max()), start == "small_normal"
        said = "above 0" if random else "exactly 0"
        label = f"{name}: largest difference between units' first weights"
        facts.append(Fact(label, gap, said, gap > 0 if random else gap == 0))
        steps = np.arange(1, taken + 1)
        lines = {f"unit {unit + 1}": (steps, weights[:, unit, 0]) for unit in range(4)}
        panels.append(Curves(name, lines, ("iterations", "weight from x1")))
    finding = _found("Units that start alike stay alike for ever", facts)
    return Result(finding, (), tuple(facts), tuple(panels))


def _first_weights(rows: Examples, start: str, taken: int) -> np.ndarray:
    model = DNNClassifier(
        (4,), activation="tanh", initialization=start, optimizer="gradient_descent",
        learning_rate=1.2, batch_size="all", validation_fraction=0, dtype="float64",
    )  # fmt: skip
    with jax.enable_x64(True):
        sample = Sample(rows.X, rows.y, np.ones(len(rows.y)), None)
        job = prepare(sample, model.get_params(deep=False), 0, (model, None)).job
        steps = islice(train(job, begin(job)), taken)
        return np.stack([np.asarray(step.state.parameters[0]["W"]) for step in steps])


def collapse(effort: Effort) -> Result:
    """Multiply the layers of an identity network into one linear map, and compare.

    Notes
    -----
    Lecture row 20.
    """
    rows = data.moons()
    deep, tanh = (_fitted(rows, name, (8, 8, 8), effort.of(300)) for name in ("identity", "tanh"))
    one: Any = why.collapse(deep, rows.X)
    by_hand = expit(one.weights @ deep.encode(rows.X) + one.bias)[0]
    gap = float(np.abs(by_hand - deep.predict_proba(rows.X)[:, 1]).max())
    single = _fitted(rows, "identity", (), effort.of(300))
    models = {"logistic": single, "4 identity layers": deep, "4 layers, tanh": tanh}
    panels = tuple(_seen(name, model, rows) for name, model in models.items())
    facts = (
        Fact("network against the product of its layers", gap, "0 to rounding", gap < ROUNDING),
    )
    finding = _found("Without a bend, four layers draw the same straight line as one", facts)
    return Result(finding, (), facts, panels)


def _seen(name: str, model: DNNClassifier, rows: Examples) -> Boundary:
    grid, corners = plane(rows.X)
    chance = model.predict_proba(grid)[:, 1].reshape(GRID, GRID)
    title = f"{name}: {100 * model.score(rows.X, rows.y):.1f} %"
    return of_two_classes(title, rows.X, rows.y, chance, corners)


def _fitted(rows: Examples, name: str, hidden: tuple[int, ...], epochs: int) -> DNNClassifier:
    model = DNNClassifier(
        hidden, activation=name, learning_rate=0.01, epochs=epochs, validation_fraction=0,
        random_state=0, dtype="float64",
    )  # fmt: skip
    return model.fit(rows.X, rows.y)


def saturation(effort: Effort) -> Result:
    """Draw g', and the norms of dW down a deep network before its first step.

    Notes
    -----
    Lecture row 19.
    """
    z = np.linspace(-8, 8, 161)
    slopes, norms = {}, {}
    for name, start in SATURATING.items():
        slopes[name] = (z, np.asarray(ACTIVATIONS[name].g_prime(jnp.asarray(z)[None, :], {}))[0])
        each = np.stack([_norms(name, start, seed) for seed in effort.seeds_from(0)])
        norms[name] = (np.arange(1, DEEP + 2), np.median(each, axis=0))
    ratios = {name: float(values[1][0] / values[1][-1]) for name, values in norms.items()}
    gone = ratios.pop("sigmoid")
    facts = [Fact("sigmoid: norm of dW[1] over that of dW[11]", gone, "below 1e-5", gone < 1e-5)]
    for name, ratio in ratios.items():
        facts.append(Fact(f"{name}: the same", ratio, "above .01", ratio > 0.01))
    panels = (
        Curves("the derivative g'(z)", slopes, ("z", "g'(z)")),
        Curves("before the first step", norms, ("layer l", "norm of dW[l]"), log=True),
    )
    finding = _found("Ten sigmoid layers leave the first one no gradient", facts)
    return Result(finding, (), tuple(facts), panels)


def _norms(name: str, start: str, seed: int) -> np.ndarray:
    rows = data.flower()
    model = DNNClassifier(
        (WIDE,) * DEEP, activation=name, initialization=start, optimizer="gradient_descent",
        learning_rate=1e-12, batch_size="all", epochs=1, validation_fraction=0, random_state=seed,
    )  # fmt: skip
    _, found = gradients(model.fit(rows.X, rows.y), rows.X, rows.y)
    return np.array([np.linalg.norm(found[f"dW{place}"]) for place in range(1, DEEP + 2)])


def learning_rates(effort: Effort) -> Result:
    """Train four tanh units on the flower with learning rates from far too small to far too large.

    Notes
    -----
    Lecture row 29.
    """
    rows = data.flower()
    runs = {}
    for rate, verdict in RATES.items():
        model = DNNClassifier(
            (4,), activation="tanh", optimizer="gradient_descent", learning_rate=rate,
            epochs=effort.of(2000), dtype="float64",
        )  # fmt: skip
        runs[f"{rate:g}: {verdict}"] = train_seeds(model, rows, tiny, effort.seeds_from(2))
    last = {name: float(np.median(run.costs[:, -1])) for name, run in runs.items()}
    best = last["1.2: right"]
    facts = tuple(
        Fact(f"last cost at {name}", cost, f"at least {best:.3f}", cost >= best)
        for name, cost in last.items()
    )
    finding = _found("Small learning rates crawl, a large one never settles", facts)
    return Result(finding, (), facts, (costs("flower, 4 tanh units", runs, log=True),))
