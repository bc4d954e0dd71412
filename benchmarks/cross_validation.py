"""How long five folds take together and one after the other: `python` with this file's name."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing

from layerwise import DNNClassifier, DNNRegressor, cross_validate
from layerwise.training import members

ROUNDS = 5
DATA = Path(os.environ.get("LAYERWISE_DATA", "../shared/data"))


def digits():
    return DNNClassifier((64,), batch_size=32, epochs=20, random_state=0), *load_digits(
        return_X_y=True
    )


def small():
    random = np.random.default_rng(0)
    X = random.normal(size=(800, 8))
    y = (X[:, 0] * X[:, 1] + random.normal(size=800) / 2 > 0).astype(int)
    return DNNClassifier((16,), batch_size=32, epochs=100, random_state=0), X, y


def table():
    random = np.random.default_rng(0)
    X = random.normal(size=(4000, 20))
    y = (X[:, 0] * X[:, 1] + random.normal(size=4000) / 2 > 0).astype(int)
    return DNNClassifier((128, 128), batch_size=256, epochs=20, random_state=0), X, y


def abalone():
    frame = pl.read_csv(DATA / "abalone.csv", has_header=False)
    name = frame.columns[-1]
    model = DNNRegressor((256,), batch_size="auto", epochs=20, random_state=0)
    return model, frame.drop(name), frame[name].to_numpy().astype(float)


def loop(model, X, y, splits):
    for train, test in splits:
        fitted = clone(model).fit(_safe_indexing(X, train), y[train])
        held = _safe_indexing(X, test)
        fitted.score(held, y[test])
        fitted.predict(held)


def together(model, X, y, splits, most):
    members.GROUP_PRODUCTS = most
    return cross_validate(model, X, y, cv=splits)


def measure(case):
    model, X, y = case()
    classes = isinstance(model, DNNClassifier)
    splits = list(check_cv(5, y, classifier=classes).split(X, y))
    chosen = members.GROUP_PRODUCTS
    ways = {
        "loop": lambda: loop(model, X, y, splits),
        "as chosen": lambda: together(model, X, y, splits, chosen),
        "steps at once": lambda: together(model, X, y, splits, 10**12),
        "one by one": lambda: together(model, X, y, splits, 0),
    }
    for way in ways.values():
        way()  # compiles
    seconds, busy = {name: [] for name in ways}, {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began, used = time.perf_counter(), time.process_time()
            way()
            seconds[name].append(time.perf_counter() - began)
            busy[name].append(time.process_time() - used)  # says more on a machine that others use
    members.GROUP_PRODUCTS = chosen
    base = median(seconds["loop"])
    for name, all_of_them in seconds.items():
        middle = median(all_of_them)
        ratio = base / middle, min(seconds["loop"]) / min(all_of_them)
        print(
            f"{case.__name__:8} {name:14} cpu {median(busy[name]):6.2f} s  median {middle:6.2f} s"
            f"  least {min(all_of_them):6.2f} s"
            f"  loop / this {ratio[0]:.2f}, of the least {ratio[1]:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    asked = sys.argv[1:] or ["small", "digits", "table", "abalone"]
    for each in (small, digits, table, abalone):
        if each.__name__ in asked:
            measure(each)
