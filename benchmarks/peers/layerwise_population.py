"""Layerwise training many models of one shape at once: other seeds, or other learning rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.peers import layerwise_fit
from benchmarks.workloads import LEARNING_RATE, Problem, Weights


def prepare(problem: Problem, options: dict[str, Any]) -> Callable[[int], Any]:
    from layerwise import fit_many

    members, rows = options["members"], layerwise_fit.given(problem)
    rates = np.geomspace(LEARNING_RATE, LEARNING_RATE * 10, members)

    def own(member: int) -> dict[str, Any]:
        if options["vary"] == "seeds":
            return {"random_state": member}
        return {"learning_rate": float(rates[member])}

    def train(epochs: int) -> list[Any]:
        models = [layerwise_fit.estimator(problem, epochs, **own(k)) for k in range(members)]
        for record in fit_many(models, rows, problem.y):
            if record.error:
                raise record.error
        return models

    return train


def weights(trained: list[Any]) -> Weights:
    """Return the weights of the first member, whose settings are those of a single model."""
    return layerwise_fit.weights(trained[0])


def entering(trained: list[Any], problem: Problem) -> np.ndarray:
    return layerwise_fit.entering(trained[0], problem)
