"""Pictures cut across one another are told from pictures, noise and series."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from layerwise import DNNClassifier
from layerwise.errors import DataError
from layerwise.estimators.scrambled import is_scrambled

SHARED = Path(__file__).parents[3] / "shared" / "data"
RANDOM = np.random.default_rng(0)


def as_bytes(values):
    return np.clip(values, 0, 255).astype(np.uint8)


def blobs(m, colors=1, size=24):
    """Bright discs of one colour at random places, on dark."""
    grid = np.mgrid[:size, :size]
    center = RANDOM.uniform(4, size - 4, (m, 2, 1, 1))
    near = np.exp(-((grid[None] - center) ** 2).sum(axis=1) / 30)[..., None]
    tint = RANDOM.uniform(60, 250, (m, 1, 1, colors))
    return as_bytes(near * tint + 5)


def scrambled(pictures):
    m = len(pictures)
    return pictures.reshape(-1, m).T.copy()


def temperature(m=300):
    return np.sin(np.arange(m) / m * 2 * np.pi)[:, None] * 80 + 120


RIGHT = {
    "grey pictures": blobs(80).reshape(80, -1),
    "coloured pictures": blobs(80, 3).reshape(80, -1),
    "noise": RANDOM.integers(0, 256, (200, 300)).astype(np.uint8),
    "pictures with their pixels permuted": blobs(80).reshape(80, -1)[:, RANDOM.permutation(576)],
    "one picture often": np.repeat(blobs(1).reshape(1, -1), 50, axis=0),
    "windows that slide over a series": np.lib.stride_tricks.sliding_window_view(
        as_bytes(np.sin(np.arange(3000) / 77) * 100 + 120), 256
    )[:500],
    "sensors that agree, over a day": as_bytes(temperature() + RANDOM.normal(size=(300, 250)) * 5),
    "sensors of their own levels": as_bytes(
        temperature() + RANDOM.normal(size=250) * 30 + RANDOM.normal(size=(300, 250)) * 5
    ),
    "columns of their own scale": as_bytes(
        RANDOM.random((300, 250)) * RANDOM.integers(1, 255, 250)
    ),
    "rows in order": np.sort(RANDOM.integers(0, 256, (100, 300)), axis=0).astype(np.uint8),
    "constant": np.full((30, 300), 7, np.uint8),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_in_order_passes(name):
    assert not is_scrambled(RIGHT[name])


@pytest.mark.parametrize("colors", [1, 3])
def test_pictures_cut_across_one_another_are_found(colors):
    assert is_scrambled(scrambled(blobs(80, colors)))


def test_noise_cut_across_passes_for_there_is_nothing_to_tell():
    assert not is_scrambled(scrambled(RANDOM.integers(0, 256, (200, 300)).astype(np.uint8)))


def test_fit_refuses_them_with_the_reshape_that_is_right():
    labels = np.arange(80) % 2
    with pytest.raises(DataError, match=r"\(80, 576\).*scrambled.*reshape\(80, -1\)"):
        DNNClassifier((2,), epochs=1).fit(scrambled(blobs(80)), labels)


def digits():
    with gzip.open(SHARED / "mnist" / "t10k-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)


@pytest.mark.skipif(not (SHARED / "mnist").exists(), reason="the data are not beside the project")
@pytest.mark.parametrize("m", [12, 100, 1000])
def test_mnist_is_in_order_and_its_scramble_is_found(m):
    for start in range(0, 5000, 1000):
        part = digits()[start : start + m]
        assert not is_scrambled(part.reshape(m, -1))
        assert is_scrambled(scrambled(part))


@pytest.mark.skipif(
    not (SHARED / "catvnoncat").exists(), reason="the data are not beside the project"
)
def test_cats_are_in_order_and_their_scramble_is_found():
    import h5py

    with h5py.File(SHARED / "catvnoncat" / "train_catvnoncat.h5") as file:
        cats = np.asarray(file["train_set_x"])
    for part in (cats, cats[:50], cats[100:]):
        assert not is_scrambled(part.reshape(len(part), -1))
        assert is_scrambled(scrambled(part))
