"""Laws that draw rows, one difficulty each; the half for choosing and that for reporting differ.

A law's own numbers (centres, effects of categories) are those of a fixed seed; only rows are drawn
anew for every split.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn import datasets

from benchmarks.tables.drawing import Rows

Random = np.random.Generator


def frame(X: np.ndarray) -> pd.DataFrame:
    """Return a frame with columns x0, x1, ..."""
    return pd.DataFrame(X, columns=[f"x{place}" for place in range(X.shape[1])])


def above(score: np.ndarray, random: Random, noise: float) -> np.ndarray:
    """Return class 1 where the score and some noise are above zero."""
    return (score + noise * random.normal(size=len(score)) > 0).astype(int)


def irrelevant_class(random: Random, rows: int) -> Rows:
    X = random.normal(size=(rows, 40))
    return frame(X), above(X[:, 0] * X[:, 1] + X[:, 2], random, 0.5)


def irrelevant_number(random: Random, rows: int) -> Rows:
    X = random.uniform(-2, 2, size=(rows, 60))
    y = np.abs(X[:, 5]) + X[:, 11] * (X[:, 17] > 0) - X[:, 23] + 0.4 * random.normal(size=rows)
    return frame(X), y


def friedman1(random: Random, rows: int) -> Rows:
    X, y = datasets.make_friedman1(rows, 10, noise=1, random_state=seed(random))
    return frame(X), y


def friedman2(random: Random, rows: int) -> Rows:
    X, y = datasets.make_friedman2(rows, noise=80, random_state=seed(random))
    return frame(X), y


def friedman3(random: Random, rows: int) -> Rows:
    X, y = datasets.make_friedman3(rows, noise=0.1, random_state=seed(random))
    return frame(X), y


def seed(random: Random) -> int:
    """Return a seed for what takes nothing else."""
    return int(random.integers(2**31))


def interactions_class(random: Random, rows: int) -> Rows:
    X = random.normal(size=(rows, 10))
    return frame(X), above(X[:, 0] * X[:, 1] * np.sign(X[:, 2]) + X[:, 3] * X[:, 4], random, 0.3)


def checkerboard_class(random: Random, rows: int) -> Rows:
    X = random.uniform(size=(rows, 5))
    y = (np.floor(4 * X[:, 0]) + np.floor(4 * X[:, 1])).astype(int) % 2
    return frame(X), np.where(random.uniform(size=rows) < 0.05, 1 - y, y)


def checkerboard_number(random: Random, rows: int) -> Rows:
    X = random.uniform(size=(rows, 4))
    heights = np.random.default_rng(1).normal(size=(5, 5))
    place = np.floor(5 * X).astype(int)
    return frame(X), heights[place[:, 0], place[:, 1]] + 0.2 * random.normal(size=rows)


def levels_number(random: Random, rows: int) -> Rows:
    effects = np.random.default_rng(2).normal(size=60)
    X, level = frame(random.normal(size=(rows, 3))), random.integers(60, size=rows)
    X["place"] = named("k", level)
    X["kind"] = random.choice(list("abcd"), rows)
    bent = X["x0"].to_numpy() * (X["kind"] == "a").to_numpy()
    return X, effects[level] + bent + 0.3 * random.normal(size=rows)


def levels_class(random: Random, rows: int) -> Rows:
    """Draw 300 levels of unequal frequency: some of the test rows' were never seen."""
    effects = np.random.default_rng(3).normal(size=(2, 300))
    share = 1 / np.arange(2, 302)
    first, second = (random.choice(300, rows, p=share / share.sum()) for _ in range(2))
    X = frame(random.normal(size=(rows, 4)))
    X["shop"], X["customer"] = named("s", first), named("c", second)
    score = effects[0, first] + 0.7 * effects[1, second] * X["x0"] + 0.5 * X["x1"]
    return X, above(score.to_numpy(), random, 0.5)


def named(letter: str, numbers: np.ndarray) -> np.ndarray:
    """Return levels as text."""
    return np.array([f"{letter}{number}" for number in numbers], object)


def heavy_class(random: Random, rows: int) -> Rows:
    X = random.standard_t(2, (rows, 8))
    score = np.log1p(np.abs(X[:, 0])) - np.sqrt(np.abs(X[:, 1])) + 0.3 * np.tanh(X[:, 2])
    return frame(X), above(score, random, 0.3)


def heavy_number(random: Random, rows: int) -> Rows:
    X = np.sign(random.normal(size=(rows, 6))) * random.pareto(1.5, (rows, 6))
    y = np.arctan(X[:, 0]) + np.log1p(np.abs(X[:, 1])) * np.sign(X[:, 2])
    return frame(X), y + 0.2 * random.standard_t(3, rows)


def missing_number(random: Random, rows: int) -> Rows:
    """Leave out what is large: that a number is missing says something."""
    X = random.normal(size=(rows, 8))
    y = X[:, 0] + X[:, 1] * X[:, 2] + 0.5 * random.normal(size=rows)
    return frame(np.where(X + 0.5 * random.normal(size=X.shape) > 1, np.nan, X)), y


def missing_class(random: Random, rows: int) -> Rows:
    """Leave out numbers and words more often in class 1, and some at random."""
    X = random.normal(size=(rows, 6))
    word = random.integers(4, size=rows)
    y = above(X[:, 0] - X[:, 1] ** 2 + 0.8 * (word == 2) + 0.5, random, 0.6)
    gone = random.uniform(size=X.shape) < np.where(y, 0.3, 0.15)[:, None]
    table = frame(np.where(gone, np.nan, X))
    kept = random.uniform(size=rows) > 0.2
    table["word"] = np.where(kept, named("w", word), None)
    return table, y


def imbalance_class(random: Random, rows: int) -> Rows:
    X = random.normal(size=(rows, 8))
    chance = 1 / (1 + np.exp(-(2 * X[:, 0] + X[:, 1] * X[:, 2] - 4)))
    return frame(X), (random.uniform(size=rows) < chance).astype(int)


def imbalance_many(random: Random, rows: int) -> Rows:
    """Draw four classes of 80, 12, 6 and 2 %."""
    y = random.choice(4, rows, p=(0.8, 0.12, 0.06, 0.02))
    centres = np.random.default_rng(4).normal(size=(4, 10))
    return frame(1.3 * centres[y] + random.normal(size=(rows, 10))), y


def frequent_number(random: Random, rows: int) -> Rows:
    X = random.uniform(-1, 1, (rows, 6))
    y = np.sin(8 * X[:, 0]) + np.sign(X[:, 1]) * X[:, 2] + 0.2 * random.normal(size=rows)
    return frame(X), y


def frequent_class(random: Random, rows: int) -> Rows:
    X = random.uniform(-1, 1, (rows, 4))
    return frame(X), above(np.sin(10 * X[:, 0]) + np.cos(7 * X[:, 1] + X[:, 2]), random, 0.3)


def skewed_number(random: Random, rows: int) -> Rows:
    X = np.exp(random.normal(size=(rows, 6)))
    bent = 0.1 * X[:, 1] / np.sqrt(np.maximum(X[:, 2], 0.2))
    return frame(X), np.exp(0.5 * np.log(X[:, 0]) + bent + 0.2 * random.normal(size=rows))


def skewed_claims(random: Random, rows: int) -> Rows:
    """Draw amounts of which most are zero, as an insurer sees them."""
    X = frame(random.normal(size=(rows, 6)))
    X["region"] = random.choice(list("nesw"), rows)
    rate = np.exp(0.6 * X["x0"] - 1 + 0.5 * (X["region"] == "n"))
    size = np.exp(0.4 * X["x1"].to_numpy() + 0.5 * random.normal(size=rows))
    return X, random.poisson(rate.to_numpy()) * size
