"""What a network has to beat: the constant guess and the linear model. Lecture row 26."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

from layerwise.data.targets import ClassTarget

MOST_ITERATIONS = 200


def constant(target: Any, rows: int) -> tuple[str, np.ndarray]:
    """Return ("majority" or "mean", its predictions): what is guessed without looking at a row."""
    if isinstance(target, ClassTarget):
        return "majority", np.repeat(target.labels[int(np.argmax(target.shares))], rows)
    return "mean", np.full(rows, target.mean)


def linear(estimator: Any, training: tuple[Any, np.ndarray], X: Any) -> tuple[str, np.ndarray]:
    """Return ("logistic" or "linear", its predictions for X).

    The linear model learns from the same encoded columns as the network, in float32.

    Parameters
    ----------
    estimator : DNNClassifier or DNNRegressor
        A fitted one; its ``encode`` turns rows into numbers.
    training : (X, y)
        The rows that the estimator was given.
    X : rows (m, n_x)
        The rows to predict.
    """
    classes = isinstance(estimator.target_, ClassTarget)
    model = LogisticRegression(C=1.0, max_iter=MOST_ITERATIONS) if classes else Ridge(alpha=1e-3)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # a baseline that has not settled after so many steps is still what it is
        warnings.simplefilter("ignore")
        model.fit(_as_rows(estimator, training[0]), training[1])
        return ("logistic" if classes else "linear"), model.predict(_as_rows(estimator, X))


def _as_rows(estimator: Any, X: Any) -> np.ndarray:
    return estimator.encode(X).T.astype(np.float32, copy=False)
