"""Tables that were found: scikit-learn's bundled ones, and those of the folder of real data."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.decomposition import PCA

from benchmarks.tables.drawing import Rows, TableSet

FOLDER = Path(os.environ.get("LAYERWISE_DATA", Path(__file__).parents[3] / "shared" / "data"))
ADULT = [
    "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation",
    "relationship", "race", "sex", "capital_gain", "capital_loss", "hours_per_week",
    "native_country", "income",
]  # fmt: skip
ABALONE = [
    "sex", "length", "diameter", "height", "whole", "shucked", "viscera", "shell", "rings",
]  # fmt: skip
COLIC_OUTCOMES = [22, 23, 24, 25, 26, 27]  # known only afterwards: no inputs
COLIC_WORDS = [0, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 20]  # codes, not amounts
COMPONENTS = 50


def bundled(loader: Callable[..., Any]) -> Callable[[], Rows]:
    """Return a function that gives one of scikit-learn's tables."""

    def table() -> Rows:
        found = loader(as_frame=True)
        return found.data, found.target.to_numpy()

    return cache(table)


@cache
def adult() -> Rows:
    """Return the training file of adult: income above 50 000 a year or not."""
    table = pd.read_csv(
        FOLDER / "adult" / "adult-train.csv",
        header=None, names=ADULT, skipinitialspace=True, na_values="?",
    )  # fmt: skip
    return table.drop(columns="income"), table["income"].str.startswith(">").to_numpy().astype(int)


@cache
def abalone() -> Rows:
    """Return abalone: the number of rings."""
    table = pd.read_csv(FOLDER / "abalone.csv", header=None, names=ABALONE)
    return table.drop(columns="rings"), table["rings"].to_numpy(float)


@cache
def horse_colic() -> Rows:
    """Return horse-colic: lived, died or was put down; the hospital's number stays in."""
    table = pd.read_csv(FOLDER / "horse-colic.csv", header=None, na_values="?")
    table = table.dropna(subset=[22]).reset_index(drop=True)
    y = table[22].to_numpy(int)
    table = table.drop(columns=COLIC_OUTCOMES)
    for place in COLIC_WORDS:
        codes = table[place].astype("Int64").astype("string")
        table[place] = codes.astype(object).where(codes.notna(), None)
    return table.rename(columns=lambda place: f"c{place}"), y


@cache
def mnist() -> Rows:
    """Return the first 50 principal components of 8000 of MNIST's digits, shuffled."""
    with gzip.open(FOLDER / "mnist" / "train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(FOLDER / "mnist" / "train-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    taken = np.random.default_rng(0).permutation(len(pixels))[:8000]
    made = PCA(COMPONENTS, random_state=0).fit_transform(pixels[taken] / 255)
    return pd.DataFrame(made, columns=_names(made)), labels[taken].astype(int)


def _names(values: np.ndarray) -> list[str]:
    return [f"x{place}" for place in range(values.shape[1])]


def present(table: TableSet) -> bool:
    """Return whether the file of a set is on this machine; a law and a bundled table always are."""
    return table.found not in FILES or (FOLDER / FILES[table.found]).exists()


FILES: dict[Callable[[], Rows] | None, str] = {
    adult: "adult/adult-train.csv",
    abalone: "abalone.csv",
    horse_colic: "horse-colic.csv",
    mnist: "mnist/train-images-idx3-ubyte.gz",
}

FOUND = (
    TableSet("iris", "classes", "A", "bundled", found=bundled(datasets.load_iris)),
    TableSet("wine", "classes", "B", "bundled", found=bundled(datasets.load_wine)),
    TableSet(
        "breast_cancer", "classes", "A", "bundled",
        found=bundled(datasets.load_breast_cancer),
    ),
    TableSet("digits", "classes", "A", "bundled", found=bundled(datasets.load_digits)),
    TableSet(
        "diabetes", "numbers", "B", "bundled",
        found=bundled(partial(datasets.load_diabetes, scaled=False)),
    ),
    TableSet("horse_colic", "classes", "A", "real", found=horse_colic),
    TableSet("mnist_50", "classes", "B", "real", 4000, mnist),
    TableSet("abalone", "numbers", "A", "real", found=abalone),
    TableSet("abalone_1000", "numbers", "A", "real", 1000, abalone),
    TableSet("abalone_250", "numbers", "A", "real", 250, abalone),
    TableSet("adult_4000", "classes", "B", "real", 4000, adult),
    TableSet("adult_1000", "classes", "B", "real", 1000, adult),
    TableSet("adult_250", "classes", "B", "real", 250, adult),
)  # fmt: skip
