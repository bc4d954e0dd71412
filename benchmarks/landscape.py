"""A landscape of 1000 small networks at once and one after the other: `python` with this name.

Depths 1 to 4, widths 4 to 64, ten learning rates, five seeds on 2000 rows. One after the other is
a loop of `fit` whose programs are compiled: a sample of the networks is timed, each network's time
taken for those that differ in numbers alone. `--epochs` says how long they train.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from statistics import median

import numpy as np
from sklearn.base import clone
from sklearn.datasets import make_classification

from layerwise import DNNClassifier, fit_many

DEPTHS, WIDTHS, SEEDS = (1, 2, 3, 4), (4, 8, 16, 32, 64), 5
RATES = np.geomspace(1e-4, 1e-1, 10)
ROUNDS, SAMPLED = 3, 4  # rounds; fits of each network that are timed in a round


def models(epochs: int, dtype: str = "float32") -> list[DNNClassifier]:
    """Return the 1000 networks, those of one shape beside each other."""
    return [
        DNNClassifier(
            (width,) * depth, learning_rate=float(rate), random_state=seed, epochs=epochs,
            patience=None, dtype=dtype,
        )
        for depth in DEPTHS for width in WIDTHS for rate in RATES for seed in range(SEEDS)
    ]  # fmt: skip


def alone(all_models: list[DNNClassifier], X: np.ndarray, y: np.ndarray) -> float:
    """Return the seconds of all fits one after the other, from a sample of each shape."""
    each, total = len(RATES) * SEEDS, 0.0
    for first in range(0, len(all_models), each):
        clone(all_models[first]).fit(X, y)  # compiles, or finds what is compiled
        times = []
        for model in all_models[first : first + each : each // SAMPLED]:
            began = time.perf_counter()
            clone(model).fit(X, y)
            times.append(time.perf_counter() - began)
        total += each * median(times)
    return total


def together(all_models: list[DNNClassifier], X: np.ndarray, y: np.ndarray) -> tuple[float, list]:
    """Return the seconds of one population, and its estimators."""
    made = [clone(model) for model in all_models]
    began = time.perf_counter()
    fit_many(made, X, y)
    return time.perf_counter() - began, made


def furthest(all_models: list[DNNClassifier], fitted: list, X: np.ndarray, y: np.ndarray) -> dict:
    """Return by learning rate how far a member's probabilities are from those of its own fit."""
    found: dict[float, float] = {}
    for model, member in list(zip(all_models, fitted, strict=True))[:: SEEDS + 2]:
        own = clone(model).fit(X, y).predict_proba(X)
        miss = float(np.abs(own - member.predict_proba(X)).max())
        found[model.learning_rate] = max(found.get(model.learning_rate, 0.0), miss)
    return dict(sorted(found.items()))


def main() -> None:
    """Print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, nargs="+", default=[1, 5, 20])
    warnings.simplefilter("ignore")
    X, y = make_classification(2000, 20, n_informative=10, random_state=0)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for epochs in parser.parse_args().epochs:
        networks = models(epochs)
        first, _ = together(networks, X, y)
        rounds = [(alone(networks, X, y), together(networks, X, y)[0]) for _ in range(ROUNDS)]
        loop, one = (median(times) for times in zip(*rounds, strict=True))
        ratio = median(loop / one for loop, one in rounds)
        print(
            f"{epochs} epochs: loop {loop:.1f} s, together {one:.1f} s (first time {first:.1f}), "
        )
        print(f"  ratio {ratio:.1f}")
    for dtype in ("float32", "float64"):
        networks = models(5, dtype)
        _, fitted = together(networks, X, y)
        missed = furthest(networks, fitted, X, y)
        told = ", ".join(f"{rate:.1g}: {miss:.0e}" for rate, miss in missed.items())
        print(f"{dtype}, furthest from its own fit by learning rate: {told}")


if __name__ == "__main__":
    main()
