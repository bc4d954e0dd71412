"""Laws of tables that are small, wide or of mixed columns, as people have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.tables.drawing import Rows
from benchmarks.tables.laws import Random, above, frame, named

DAY = 24 * 3600


def linear_class(random: Random, rows: int) -> Rows:
    X = random.normal(size=(rows, 10)) * np.geomspace(0.1, 100, 10)
    slopes = np.random.default_rng(5).normal(size=10) / np.geomspace(0.1, 100, 10)
    return frame(X), above(X @ slopes, random, 1.0)


def linear_number(random: Random, rows: int) -> Rows:
    X = random.normal(size=(rows, 12))
    X[:, 6:] = X[:, :6] + 0.5 * X[:, 6:]  # columns that say nearly the same
    return frame(X), X @ np.random.default_rng(6).normal(size=12) + 1.5 * random.normal(size=rows)


def curved_class(random: Random, rows: int) -> Rows:
    X = random.normal(size=(rows, 12))
    return frame(X), above(X[:, 0] - X[:, 1] + 0.5 * X[:, 2] ** 2 - 0.5, random, 0.7)


def curved_number(random: Random, rows: int) -> Rows:
    X = random.uniform(-2, 2, (rows, 8))
    y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.5 * X[:, 3] + 0.4 * random.normal(size=rows)
    return frame(X), y


def blobs_class(random: Random, rows: int) -> Rows:
    """Draw three classes of two clouds each."""
    centres = 1.5 * np.random.default_rng(7).normal(size=(6, 6))
    cloud = random.integers(6, size=rows)
    return frame(centres[cloud] + random.normal(size=(rows, 6))), cloud % 3


def ordered_number(random: Random, rows: int) -> Rows:
    """Draw whole numbers from 1 to 10 of few inputs that are whole as well."""
    X = frame(random.integers(0, 6, (rows, 5)).astype(float))
    X["group"] = random.choice(["low", "middle", "high"], rows)
    score = X["x0"] + 0.5 * X["x1"] + 1.5 * (X["group"] == "high") + random.normal(size=rows)
    return X, np.clip(np.round(score.to_numpy()), 1, 10)


def wide_class(random: Random, rows: int) -> Rows:
    X = random.normal(size=(rows, 200))
    return frame(X), above(X[:, :8].sum(axis=1), random, 1.0)


def wide_number(random: Random, rows: int) -> Rows:
    """Draw 300 columns that are mixtures of ten hidden ones."""
    hidden = random.normal(size=(rows, 10))
    mixing = np.random.default_rng(8).normal(size=(10, 300))
    y = hidden[:, 0] + np.tanh(2 * hidden[:, 1]) + 0.3 * random.normal(size=rows)
    return frame(hidden @ mixing + random.normal(size=(rows, 300))), y


def mixed_class(random: Random, rows: int) -> Rows:
    """Draw numbers, words, an identifier, a constant and a flag, some of them missing."""
    X = pd.DataFrame({"identifier": named("id", random.permutation(10 * rows)[:rows])})
    X["age"] = random.integers(18, 90, rows).astype(float)
    X["income"] = np.exp(random.normal(10, 0.7, rows))
    X["job"] = random.choice(["none", "clerk", "farmer", "teacher", "driver", "nurse"], rows)
    X["source"] = "web"
    X["flag"] = random.uniform(size=rows) < 0.3
    score = (
        np.log(X["income"])
        - 10
        + 0.02 * (X["age"] - 50) * X["flag"]
        + 0.8 * (X["job"].isin(["nurse", "driver"]) - 0.3)
    )
    y = above(score.to_numpy(float), random, 0.4)
    X["income"] = X["income"].mask(random.uniform(size=rows) < 0.15)
    X["job"] = X["job"].where(random.uniform(size=rows) > 0.1, None)
    return X, y


def mixed_number(random: Random, rows: int) -> Rows:
    """Draw houses: area, rooms, street, heating, an identifier and a constant."""
    worth = np.random.default_rng(9).normal(size=25)
    street = random.integers(25, size=rows)
    X = pd.DataFrame({"identifier": random.permutation(10 * rows)[:rows]})
    X["area"] = np.exp(random.normal(4.5, 0.4, rows))
    X["rooms"] = np.clip(np.round(X["area"] / 25 + random.normal(size=rows)), 1, 9)
    X["street"] = named("street ", street)
    X["heating"] = random.choice(["gas", "oil", "wood"], rows, p=(0.6, 0.3, 0.1))
    X["country"] = 1.0
    y = X["area"] * (0.03 + 0.006 * worth[street]) + 0.4 * (X["heating"] == "wood") * X["rooms"]
    y = y.to_numpy() + 0.3 * random.normal(size=rows)
    X["area"] = X["area"].mask(random.uniform(size=rows) < 0.1)
    return X, y


def dates_number(random: Random, rows: int) -> Rows:
    """Draw moments of three years: a trend, the season and the day of the week count."""
    seconds = random.integers(0, 3 * 365 * DAY, rows)
    X = frame(random.normal(size=(rows, 3)))
    X["when"] = pd.Timestamp("2021-01-01") + pd.to_timedelta(seconds, unit="s")
    day = X["when"].dt
    y = seconds / (365 * DAY) + np.cos(2 * np.pi * day.day_of_year / 365) + (day.day_of_week >= 5)
    return X, (y + 0.5 * X["x0"] + 0.3 * random.normal(size=rows)).to_numpy(float)


def dates_class(random: Random, rows: int) -> Rows:
    """Draw two dates, one of them at times missing: their distance and the hour count."""
    begun = random.integers(0, 4 * 365 * DAY, rows)
    took = random.exponential(20 * DAY, rows)
    X = frame(random.normal(size=(rows, 4)))
    X["begun"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(begun, unit="s")
    X["ended"] = X["begun"] + pd.to_timedelta(took.round(), unit="s")
    night = (X["begun"].dt.hour < 6).to_numpy()
    y = above(np.log(took / (14 * DAY)) + 1.5 * night - 0.3 + 0.5 * X["x0"].to_numpy(), random, 0.5)
    X["ended"] = X["ended"].mask(random.uniform(size=rows) < 0.1)
    return X, y
