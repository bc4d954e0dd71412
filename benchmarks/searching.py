"""A grid search from nothing (the worker's side): 24 numeric settings x 5 folds on digits."""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

HIDDEN, BATCH, FOLDS = (64,), 32, 5


def grid(settings: int) -> tuple[list[float], list[float]]:
    """Return learning rates and penalties: six of the first at most, four of the second."""
    return list(np.geomspace(3e-4, 1e-2, max(settings // 4, 1))), [0.0, 1e-4, 1e-3, 1e-2]


def layerwise(settings: int, epochs: int) -> dict[str, Any]:
    from layerwise import DNNClassifier, GridSearchCV

    model = DNNClassifier(
        HIDDEN,
        batch_size=BATCH,
        epochs=epochs,
        validation_fraction=0,
        patience=None,
        random_state=0,
    )
    rates, penalties = grid(settings)
    return _searched(GridSearchCV(model, {"learning_rate": rates, "l2": penalties}, cv=FOLDS))


def scikit_learn(settings: int, epochs: int) -> dict[str, Any]:
    os.environ["PYTHONWARNINGS"] = "ignore"  # in the processes that joblib starts
    warnings.simplefilter("ignore")  # that max_iter was reached is what is wanted
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        HIDDEN,
        batch_size=BATCH,
        max_iter=epochs,
        tol=0,
        n_iter_no_change=epochs + 1,
        random_state=0,
    )
    rates, penalties = grid(settings)
    asked = {"learning_rate_init": rates, "alpha": penalties}
    return _searched(GridSearchCV(model, asked, cv=FOLDS, n_jobs=2))


def _searched(search: Any) -> dict[str, Any]:
    X, y = load_digits(return_X_y=True)
    began = time.perf_counter()
    search.fit(X, y)
    return {
        "seconds": time.perf_counter() - began,
        "fits": len(search.cv_results_["mean_test_score"]) * FOLDS + 1,
        "score": float(search.best_score_),
        "best": {name: float(value) for name, value in search.best_params_.items()},
    }
