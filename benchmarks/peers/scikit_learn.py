"""scikit-learn's MLPClassifier."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from sklearn.neural_network import MLPClassifier

from benchmarks.workloads import LEARNING_RATE, Problem, Weights

warnings.simplefilter("ignore")  # that max_iter was reached is what is wanted


def estimator(problem: Problem, epochs: int) -> MLPClassifier:
    """Return the estimator of a workload: all epochs, no penalty."""
    return MLPClassifier(
        problem.workload.hidden,
        batch_size=problem.workload.batch,
        learning_rate_init=LEARNING_RATE,
        alpha=0,
        max_iter=epochs,
        tol=0,
        n_iter_no_change=epochs + 1,
        random_state=0,
        warm_start=True,
    )


def prepare(problem: Problem, options: dict[str, Any]) -> Callable[[int], Any]:
    def train(epochs: int) -> MLPClassifier:
        model = estimator(problem, 1).fit(problem.X, problem.y)  # makes the arrays to be filled
        model.coefs_ = [W.copy() for W, _ in problem.weights]
        model.intercepts_ = [b.copy() for _, b in problem.weights]
        model.set_params(max_iter=epochs, n_iter_no_change=epochs + 1)
        return model.fit(problem.X, problem.y)

    return train


def weights(trained: MLPClassifier) -> Weights:
    return list(zip(trained.coefs_, trained.intercepts_, strict=True))
