"""Small models that the tools are tried on, fitted once per file."""

import numpy as np
import polars as pl
import pytest
from sklearn.datasets import load_digits, load_iris, make_moons

from layerwise import DNNClassifier, DNNRegressor


@pytest.fixture(scope="session")
def iris():
    X, y = load_iris(return_X_y=True)
    frame = pl.DataFrame({name: X[:, i] for i, name in enumerate(("sl", "sw", "pl", "pw"))})
    model = DNNClassifier((6, 5), activation="tanh", epochs=8, random_state=0, dtype="float64")
    return model.fit(frame, y), frame, y


@pytest.fixture(scope="session")
def digits():
    found = load_digits()
    X, y = (found.images[:400] * 255 / 16).astype(np.uint8), found.target[:400]
    return DNNClassifier((12,), epochs=5, random_state=0).fit(X, y), X, y


@pytest.fixture(scope="session")
def moons():
    X, y = make_moons(120, noise=0.2, random_state=1)
    return DNNClassifier((8,), epochs=12, l2=0.1, random_state=0, dtype="float64").fit(X, y), X, y


@pytest.fixture(scope="session")
def mixed():
    """A regressor by the default but for its size: members, embeddings, missing cells."""
    random = np.random.default_rng(0)
    colour = random.choice(list("abcdefghijklm"), 150)
    size = random.normal(size=150)
    width = np.where(random.random(150) < 0.1, np.nan, random.normal(size=150))
    y = 2 * size + (colour == "a") + 0.1 * random.normal(size=150)
    frame = pl.DataFrame({"size": size, "colour": colour, "width": width})
    return (
        DNNRegressor((8, 8), preset="table", epochs=2, members=2, random_state=0).fit(frame, y),
        frame,
        y,
    )
