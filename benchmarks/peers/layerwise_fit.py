"""Layerwise by its public estimator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workloads import LEARNING_RATE, Problem, Weights
from layerwise import DNNClassifier
from layerwise.estimators.ingredients import Given


def estimator(problem: Problem, epochs: int, **settings: Any) -> DNNClassifier:
    """Return the estimator of a workload: no row held out, no epoch saved."""
    defaults = {"learning_rate": LEARNING_RATE, "random_state": 0}
    return DNNClassifier(
        problem.workload.hidden,
        batch_size=problem.workload.batch,
        epochs=epochs,
        validation_fraction=0,
        patience=None,
        **defaults | settings,
    )


def given(problem: Problem) -> np.ndarray:
    """Return the rows, of pictures their bytes: these enter as they are, columns are scaled."""
    if problem.workload.name != "digits":
        return problem.X
    return np.round(problem.X * 255).astype(np.uint8)


def prepare(problem: Problem, options: dict[str, Any]) -> Callable[[int], Any]:
    first = Given([W.T for W, _ in problem.weights], [b[:, None] for _, b in problem.weights])

    def train(epochs: int) -> DNNClassifier:
        model = estimator(problem, epochs, initialization=first, **options)
        return model.fit(given(problem), problem.y)

    return train


def weights(trained: DNNClassifier) -> Weights:
    return [(W.T, b.ravel()) for W, b in zip(trained.weights_, trained.biases_, strict=True)]


def entering(trained: DNNClassifier, problem: Problem) -> np.ndarray:
    """Return the rows as the network sees them."""
    return trained.encode(given(problem)).T
