"""One size of Layerwise (the worker's side): the time of an epoch and the most memory."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from layerwise import DNNClassifier

BATCH, LEAST = 256, 0.3  # seconds that the timed epochs take together


def point(rows: int, features: int, hidden: list[int]) -> dict[str, float]:
    """Return seconds per epoch of a warm fit, and the megabytes beyond those of the imports."""
    before = _memory("VmRSS")
    X = np.random.default_rng(0).standard_normal((rows, features), np.float32)
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    shape = tuple(hidden)
    _fitted(shape, X, y, 1)  # compiles
    memory, once, epochs = _memory("VmHWM") - before, _fitted(shape, X, y, 1), 3
    while (more := _fitted(shape, X, y, epochs) - once) < LEAST and epochs < 300:
        epochs = 1 + min(10, 1 + int(LEAST / max(more, 0.02))) * (epochs - 1)
    return {"seconds": more / (epochs - 1), "megabytes": memory, "fit": once}


def _fitted(hidden: tuple[int, ...], X: np.ndarray, y: np.ndarray, epochs: int) -> float:
    model = DNNClassifier(
        hidden,
        batch_size=BATCH,
        epochs=epochs,
        validation_fraction=0,
        patience=None,
        random_state=0,
    )
    began = time.perf_counter()
    model.fit(X, y)
    return time.perf_counter() - began


def _memory(figure: str) -> float:
    """Return megabytes in use ("VmRSS") or the most so far ("VmHWM").

    The kernel's ru_maxrss would not do: it begins with what the parent process had in use.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(figure)) / 1024
