"""Sets that need no file and no network: scikit-learn's own and generated ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from layerwise.data.dataset import Dataset
from layerwise.errors import DataError

SEED = 1
MOST_BITS = 16
Made = tuple[Any, Any]


def moons() -> Made:
    """Two half moons with noise, 1000 points."""
    from sklearn.datasets import make_moons

    return make_moons(1000, noise=0.2, random_state=SEED)


def circles() -> Made:
    """A circle inside a circle with noise, 1000 points."""
    from sklearn.datasets import make_circles

    return make_circles(1000, noise=0.1, factor=0.5, random_state=SEED)


def flower() -> Made:
    """The planar flower of the course: 400 points on petals of two colours."""
    random, half = np.random.RandomState(SEED), 200
    X, y = np.zeros((2 * half, 2)), np.repeat([0, 1], half)
    for color in (0, 1):
        angle = np.linspace(color * 3.12, (color + 1) * 3.12, half) + random.randn(half) * 0.2
        radius = 4 * np.sin(4 * angle) + random.randn(half) * 0.2
        X[y == color] = np.c_[radius * np.sin(angle), radius * np.cos(angle)]
    return X, y


def spirals() -> Made:
    """Two spirals wound into each other, 1000 points."""
    random, half = np.random.default_rng(SEED), 500
    turn = np.sqrt(random.random(half)) * 3 * np.pi
    arm = np.c_[turn * np.cos(turn), turn * np.sin(turn)]
    X = np.concatenate([arm, -arm]) + random.normal(0, 0.3, (2 * half, 2))
    return X, np.repeat([0, 1], half)


def sinc() -> Made:
    """sin(pi x) / (pi x) with a little noise, 1000 points: regression."""
    random = np.random.default_rng(SEED)
    x = random.uniform(-4, 4, 1000)
    return x[:, None], np.sinc(x) + random.normal(0, 0.02, 1000)


def parity(bits: int) -> Made:
    """All rows of `bits` zeros and ones; the label is whether the ones are odd in number."""
    rows = (np.arange(2**bits)[:, None] >> np.arange(bits)) & 1
    return rows.astype(np.float64), rows.sum(axis=1) % 2


GENERATED: dict[str, Callable[[], Made]] = {
    "moons": moons,
    "circles": circles,
    "flower": flower,
    "spirals": spirals,
    "sinc": sinc,
}
BUNDLED = ("digits", "breast_cancer", "wine", "iris", "diabetes")
NAMES = (*BUNDLED, *GENERATED, "parity-N")


def knows(name: str) -> bool:
    """Return whether the name is that of a built-in set."""
    return name in BUNDLED or name in GENERATED or name.startswith("parity-")


def built_in(name: str) -> Dataset:
    """Return a built-in set by its name.

    Examples
    --------
    >>> built_in("parity-3").X.shape
    (8, 3)
    """
    if name in BUNDLED:
        return _bundled(name)
    if name.startswith("parity-"):
        bits = name.removeprefix("parity-")
        if not (bits.isdigit() and 2 <= int(bits) <= MOST_BITS):
            raise DataError(f"{name}: expected parity-2 to parity-{MOST_BITS}")
        X, y = parity(int(bits))
    else:
        X, y = GENERATED[name]()
    frame = pl.DataFrame({f"x{i + 1}": X[:, i] for i in range(X.shape[1])})
    task = "regression" if name == "sinc" else "binary"
    return Dataset(name, frame, y, "y", (f"{name}: {len(y)} generated rows",), task)


def _bundled(name: str) -> Dataset:
    from sklearn import datasets

    found = getattr(datasets, f"load_{name}")()
    names = list(getattr(found, "target_names", []))
    X, y, task = found.data, found.target, "regression"
    if name != "diabetes":
        task = "binary" if len(names) == 2 else "multiclass"
    if name in ("breast_cancer", "wine", "iris"):
        y = np.array([str(label) for label in names], dtype=object)[y]
    if name != "digits":
        X = pl.DataFrame({label: X[:, i] for i, label in enumerate(found.feature_names)})
    return Dataset(
        name, X, y, "target", (f"{name}: {len(y)} rows bundled with scikit-learn",), task
    )
