"""Training the rungs, one after the other, each over all folds and seeds as one population."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import numpy as np
from sklearn.base import is_classifier
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import check_scoring
from sklearn.utils.validation import _num_samples

from layerwise.errors import LayerwiseError
from layerwise.estimators.folds import Fold, fit_folds
from layerwise.estimators.parts import parts_of
from layerwise.estimators.stored_settings import as_plain
from layerwise.study.ladder.asking import Asked, Part
from layerwise.study.ladder.equipping import by_heart, equipped
from layerwise.study.ladder.shapes import Shape
from layerwise.study.ledger.parameters import digest_of_all


class Trained(NamedTuple):
    """A rung after training.

    `scores` (folds, seeds); `losses` (m, seeds) of the test rows, where these are given: the score
    is 1 minus their weighted mean. `costs` and `validation_costs` are means over folds and seeds,
    one per epoch. `digest` is that of all networks' parameters. `error` says why the rung could not
    be trained.
    """

    shape: Shape
    scores: np.ndarray
    losses: np.ndarray | None
    parameters: int
    seconds: float
    settings: dict[str, Any]
    costs: tuple[float, ...]
    validation_costs: tuple[float, ...]
    error: LayerwiseError | None = None
    digest: str | None = None


def climb(asked: Asked, verbose: int = 0) -> Iterator[Trained]:
    """Yield the rungs from the constant upwards, each when it has been trained."""
    for shape in asked.rungs:
        began = time.perf_counter()
        if shape.hidden_units is None:
            trained = _constant(asked, shape)
        else:
            trained = networks(asked, shape, verbose)
        yield trained._replace(seconds=time.perf_counter() - began)


def _constant(asked: Asked, shape: Shape) -> Trained:
    scores, losses = np.zeros((asked.folds, len(asked.seeds))), []
    for part in asked.parts:
        _, y, weights = asked.rows.of(part.train)
        classes = is_classifier(asked.estimator)
        model: Any = DummyClassifier(strategy="prior") if classes else DummyRegressor()
        model.fit(np.zeros((len(part.train), 1)), np.asarray(y), sample_weight=weights)
        scores[part.fold, part.seed], own = _scored(asked, part, model)
        losses.append(own)
    together = None if asked.test is None else np.stack(losses, axis=1)
    return Trained(shape, scores, together, 1, 0.0, {"constant": shape.name}, (), ())


def networks(asked: Asked, shape: Shape, verbose: int = 0) -> Trained:
    """Return a rung's networks trained, over all folds and seeds as one population."""
    assert shape.hidden_units is not None
    table = max(len(part.train) for part in asked.parts), _columns(asked.rows.X)
    models = [
        equipped(asked.estimator, shape.hidden_units, asked.seeds[part.seed], table)
        for part in asked.parts
    ]
    given = None if asked.test is not None else [part.train for part in asked.parts]
    X, y, weights = asked.rows
    folds = _fitted(models, parts_of(len(models), (X, y, weights), given), verbose)
    failed = next((fold.error for fold in folds if fold.error is not None), None)
    nothing = np.full((asked.folds, len(asked.seeds)), np.nan)
    settings = as_settings(models[0])
    if failed is not None:
        return Trained(shape, nothing, None, 0, 0.0, settings, (), (), failed)
    losses, scores = [], nothing
    for part, fold in zip(asked.parts, folds, strict=True):
        scores[part.fold, part.seed], own = _scored(asked, part, fold.model)
        losses.append(own)
    together = None if asked.test is None else np.stack(losses, axis=1)
    count = sum(np.size(tensor) for tensor in jax.tree.leaves(models[0].parameters_))
    courses = _mean_course(models, "cost"), _mean_course(models, "validation_cost")
    trained = Trained(shape, scores, together, count, 0.0, settings, *courses)
    return trained._replace(digest=digest_of_all(models))


def _fitted(models: list[Any], parts: Any, verbose: int) -> list[Fold]:
    with warnings.catch_warnings():
        # what keeps a rung from being trained is told by the ladder
        warnings.simplefilter("ignore", ConvergenceWarning)
        return fit_folds(models, parts, verbose)


def _columns(X: Any) -> int:
    return int(np.prod(X.shape[1:])) if hasattr(X, "shape") else len(X[0])


def as_settings(model: Any) -> dict[str, Any]:
    """Return an estimator's settings as plain values; those in use where it is fitted."""
    used = vars(model).get("settings_", model.get_params(deep=False))
    return {name: as_plain(value) for name, value in used.items()}


def _mean_course(models: list[Any], name: str) -> tuple[float, ...]:
    courses = [[getattr(record, name) for record in model.history_] for model in models]
    longest = max(map(len, courses))
    if any(value is None for course in courses for value in course):
        return ()
    # one that stopped stays where it was
    filled = [course + course[-1:] * (longest - len(course)) for course in courses]
    return tuple(np.mean(filled, axis=0).tolist())


def _scored(asked: Asked, part: Part, model: Any) -> tuple[float, np.ndarray | None]:
    constant = isinstance(model, DummyClassifier | DummyRegressor)
    if asked.test is not None:
        X, y, weights = asked.test
        losses = losses_of(asked, model.predict(np.zeros((_num_samples(X), 1)) if constant else X))
        return 1 - float(np.average(losses, weights=weights)), losses
    X, y, weights = asked.rows.of(part.test)
    more = {} if weights is None else {"sample_weight": weights}
    scorer: Any = check_scoring(model, scoring=asked.scoring)
    X = np.zeros((len(part.test), 1)) if constant else X
    return float(scorer(model, X, np.asarray(y), **more)), None


def losses_of(asked: Asked, predicted: np.ndarray) -> np.ndarray:
    """Return what each test row loses: 1 where it is wrong, or its share of 1 - R2 (m,)."""
    assert asked.test is not None
    _, y, weights = asked.test
    true = np.asarray(y).reshape(_num_samples(y), -1)
    said = np.asarray(predicted).reshape(true.shape)
    if is_classifier(asked.estimator):
        return (said != true).any(axis=1).astype(np.float64)
    true = true.astype(np.float64)
    spread = np.average((true - np.average(true, axis=0, weights=weights)) ** 2, 0, weights)
    return ((said - true) ** 2 / np.where(spread == 0, 1.0, spread)).mean(axis=1)


def learned_by_heart(asked: Asked, verbose: int = 0) -> Iterator[tuple[Shape, np.ndarray]]:
    """Yield for each network the scores on all rows (seeds,), when it is trained on all of them."""
    X, y, weights = asked.rows
    for shape in asked.rungs:
        if shape.hidden_units is None:
            continue
        models = [by_heart(asked.estimator, shape.hidden_units, s) for s in asked.seeds]
        folds = _fitted(models, parts_of(len(models), (X, y, weights), None), verbose)
        if any(fold.error for fold in folds):
            continue
        scores = [float(model.score(X, np.asarray(y))) for model in models]
        yield shape, np.array(scores)
