"""What a user waits for (the worker's side): one fit in a new process, after the imports."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np

COLUMNS, HIDDEN, EPOCHS = 20, (100,), 20


def layerwise(rows: int) -> dict[str, float]:
    from layerwise import DNNClassifier

    batch = min(200, rows)  # scikit-learn's default
    model = DNNClassifier(
        HIDDEN,
        batch_size=batch if batch < rows else "all",
        epochs=EPOCHS,
        validation_fraction=0,
        patience=None,
        random_state=0,
    )
    return _waited(model, rows)


def scikit_learn(rows: int) -> dict[str, float]:
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    model = MLPClassifier(HIDDEN, max_iter=EPOCHS, tol=0, n_iter_no_change=EPOCHS, random_state=0)
    return _waited(model, rows)


def _waited(model: Any, rows: int) -> dict[str, float]:
    random = np.random.default_rng(0)
    X = random.standard_normal((rows, COLUMNS), np.float32)
    y = (X[:, 0] * X[:, 1] + random.standard_normal(rows) / 2 > 0).astype(int)
    began = time.perf_counter()
    model.fit(X, y)
    return {"seconds": time.perf_counter() - began, "score": model.score(X, y)}
