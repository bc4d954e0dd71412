"""What a network has to beat: the constant guess and the linear model. Lecture row 26."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge

from layerwise.data.targets import ClassTarget

MOST_ITERATIONS = 200
MOST_NUMBERS = 5_000_000  # above, scikit-learn's solver took minutes (60 000 x 784: 220 s)


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
    if classes and len(training[1]) * len(estimator.encoder_.names) > MOST_NUMBERS:
        return "logistic", _smallest_network(estimator).fit(*training).predict(X)
    model = LogisticRegression(C=1.0, max_iter=MOST_ITERATIONS) if classes else Ridge(alpha=1e-3)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # a baseline that has not settled after so many steps is still what it is
        warnings.simplefilter("ignore")
        model.fit(_as_rows(estimator, training[0]), training[1])
        guessed = np.asarray(model.predict(_as_rows(estimator, X)))
        return ("logistic" if classes else "linear"), guessed


def _smallest_network(estimator: Any) -> Any:
    settings = {"hidden_units": (), "activation": "relu", "epochs": 30, "patience": 5, "verbose": 0}
    smallest: Any = clone(estimator)
    return smallest.set_params(**settings)


def _as_rows(estimator: Any, X: Any) -> np.ndarray:
    return estimator.encode(X).T.astype(np.float32, copy=False)
