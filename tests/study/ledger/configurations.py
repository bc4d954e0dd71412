"""Twelve configurations of a run: recorded by one process, replayed by another.

python -m tests.study.ledger.configurations record|replay FOLDER NAME ...
"""

import os
import sys
from pathlib import Path

import numpy as np
import polars as pl

from layerwise import DNNClassifier, DNNRegressor, Layer, SearchCV, runs
from layerwise.app.main import main

ROWS = 60


def numbers():
    return np.random.default_rng(0).normal(size=(ROWS, 3)).astype(np.float32)


def classes(count=2):
    return np.digitize(numbers()[:, 0] * numbers()[:, 1], np.linspace(-0.3, 0.3, count - 1))


def text():
    words = np.array(["red", "green", "blue"])[np.arange(ROWS) % 3]
    return pl.DataFrame({"size": numbers()[:, 0], "colour": words})


def pictures():
    return np.random.default_rng(1).integers(0, 255, (ROWS, 4, 4), dtype=np.uint8)


FEW = {"epochs": 3}
FITS = {
    "default-none": (lambda: DNNClassifier(**FEW), numbers, classes),
    "lecture-none": (lambda: DNNClassifier((5,), preset="lecture", **FEW), numbers, classes),
    "adam-dropout-norm": (
        lambda: DNNClassifier(
            (Layer(6, normalization="batch_norm"),),
            optimizer="adam",
            dropout=0.3,
            batch_size=16,
            **FEW,
        ),
        numbers,
        lambda: classes(3),
    ),
    "members-regression": (
        lambda: DNNRegressor((5,), members=3, optimizer="rmsprop", random_state=4, **FEW),
        numbers,
        lambda: numbers()[:, 1] ** 2,
    ),
    "text-columns": (lambda: DNNClassifier((5,), **FEW), text, classes),
    "pictures": (
        lambda: DNNClassifier((5,), batch_size=7, **FEW),
        pictures,
        classes,
    ),
    "float64": (lambda: DNNClassifier((5,), dtype="float64", **FEW), numbers, classes),
    "full-batch-lbfgs": (
        lambda: DNNRegressor((5,), optimizer="lbfgs", preset="lecture", **FEW),
        numbers,
        lambda: numbers()[:, 1] ** 2,
    ),
    "drawn-seed": (
        lambda: DNNClassifier((5,), random_state=np.random.RandomState(3), patience=2, **FEW),
        numbers,
        classes,
    ),
}
TRAINED = {
    "train": ("iris", "--epochs", "3", "--hidden-units", "5"),
    "train-none": ("iris", "--epochs", "3", "--preset", "lecture", "--random-state", "none"),
}
SEARCHED = "trial"
EVERY = (*FITS, *TRAINED, SEARCHED)


def record(folder, names):
    for name in names:
        place = os.fspath(folder / f"{name}.db")
        if name in FITS:
            made, X, y = FITS[name]
            made().fit(X(), y(), track=place)
        elif name in TRAINED:
            out = os.fspath(folder / f"{name}.layerwise")
            assert main(["train", *TRAINED[name], "--out", out, "--runs", place, "--json"]) == 0
        else:
            space = {"learning_rate": [0.001, 0.01, 0.02, 0.03], "hidden_units": [(4,), (6,)]}
            search = SearchCV(
                DNNClassifier(epochs=6, members=1), space, method="random", trials=7, batch=5,
                runs=place, refit=False, random_state=2,
            )  # fmt: skip
            search.fit(numbers(), classes())


def replay(folder, names):
    for name in names:
        place = os.fspath(folder / f"{name}.db")
        if name in TRAINED:
            code = main(["runs", "replay", "1", "--runs", place])
            print(name, "same" if code == 0 else "differs")
            continue
        X, y = FITS[name][1:] if name in FITS else (numbers, classes)
        recorded = runs(place)
        for run in recorded[-1:] if name in FITS else [recorded[0], recorded[4]]:
            found = run.replay(X(), y())
            print(name, "same" if found.same else f"differs {found.finding}")


if __name__ == "__main__":
    {"record": record, "replay": replay}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3:])
