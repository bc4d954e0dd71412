"""Arrays: NumPy, HDF5, MATLAB and MNIST's idx files, with their labels."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from layerwise.data import unpacking
from layerwise.data.dataset import Dataset
from layerwise.errors import DataError

FEATURES = ("x", "x_train", "train_x", "train_set_x", "data", "images", "features")
TARGETS = ("y", "y_train", "train_y", "train_set_y", "target", "labels", "label")
TEST_FEATURES = ("x_test", "test_x", "test_set_x", "xval", "x_val")
TEST_TARGETS = ("y_test", "test_y", "test_set_y", "yval", "y_val")
MOST_AXES = 4  # of an idx file: more is not a table of pictures


def read_folder(folder: Path) -> Dataset | None:
    """Return MNIST's four files or a train and a test .h5 file of a folder, else None."""
    images = sorted(folder.glob("train*images*idx3*"))
    if images:
        return _joined(read_idx(images[0]), [read_idx(p) for p in folder.glob("t10k*images*idx3*")])
    train = sorted(folder.glob("train*.h5"))
    if train:
        tests = [read_arrays(path, ".h5") for path in sorted(folder.glob("test*.h5"))]
        return _joined(read_arrays(train[0], ".h5"), tests)
    return None


def _joined(training: Dataset, tests: list[Dataset]) -> Dataset:
    return Dataset(
        training.name, training.X, training.y, training.target, training.notes,
        test=tests[0] if tests else None,
    )  # fmt: skip


def read_idx(path: Path) -> Dataset:
    """Return the pictures of an idx file with the labels of the file beside it."""
    if "labels" in path.name:
        raise DataError(
            f"{path}: holds labels; give the file of the images, they are found beside it"
        )
    labels = path.with_name(path.name.replace("images", "labels").replace("idx3", "idx1"))
    if not labels.exists():
        raise DataError(f"{path}: the labels {labels.name} are not beside it")
    X, y = _idx(path), _idx(labels).astype(np.int64)
    if X.ndim < 2 or not X.size:
        raise DataError(f"{path}: holds no pictures, but an array of shape {X.shape}")
    if y.ndim != 1:
        raise DataError(f"{labels}: holds no labels, but an array of shape {y.shape}")
    _same_length(X, y, path)
    return Dataset(path.name.split("-")[0], X, y, "label", (f"{len(X)} pictures, {X.shape[1:]}",))


def _idx(path: Path) -> np.ndarray:
    with unpacking.damage_named(path), unpacking.unpacked(path) as raw:
        data = raw.read()
    if len(data) < 4 or data[:3] != b"\0\0\x08" or not 1 <= data[3] <= MOST_AXES:
        raise DataError(f"{path}: is not an idx file of unsigned bytes")
    start = 4 + 4 * data[3]
    shape = tuple(np.frombuffer(data[4:start], ">u4").astype(int).tolist())
    if len(shape) != data[3] or len(data) - start != int(np.prod(shape, dtype=object)):
        raise DataError(f"{path}: holds {len(data) - start} bytes, expected {shape}; copy it again")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape).copy()


def read_arrays(path: Path, kind: str) -> Dataset:
    """Return the features and targets that a .npz, .h5 or .mat file holds under the usual names."""
    # each library raises its own kinds for a damaged file
    with unpacking.damage_named(path, Exception):
        found = _LOADERS[kind](path)
    lower = {name.lower(): values for name, values in found.items()}
    if len(lower) < len(found):
        raise DataError(
            f"{path}: two arrays have names that differ in capitals only; found {', '.join(found)}"
        )
    name, shapes = path.stem, ", ".join(f"{n} {v.shape}" for n, v in found.items())
    training = _pair(lower, FEATURES, TARGETS)
    test = _pair(lower, TEST_FEATURES, TEST_TARGETS)
    if training is None and test is None:
        raise DataError(f"{path}: expected arrays named X and y (or x_train, ...); found {shapes}")
    main = training or test
    assert main is not None
    beside = _dataset(name, test, path) if training and test else None
    made = _dataset(name, main, path)
    if beside and beside.X.shape[1:] != made.X.shape[1:]:
        raise DataError(
            f"{path}: one row is {made.X.shape[1:]} for training, but {beside.X.shape[1:]} for the "
            "test; expected the same features"
        )
    return Dataset(name, made.X, made.y, "y", (f"arrays: {shapes}",), test=beside)


def _pair(arrays: dict[str, Any], features: tuple, targets: tuple) -> tuple | None:
    X = next((arrays[name] for name in features if name in arrays), None)
    y = next((arrays[name] for name in targets if name in arrays), None)
    return None if X is None or y is None else (X, y)


def _dataset(name: str, pair: tuple[np.ndarray, np.ndarray], path: Path) -> Dataset:
    X, y = pair[0], _labels(pair[1].ravel(), path)
    if not X.ndim or not X.size:
        raise DataError(f"{path}: X has the shape {X.shape}; expected rows of features")
    _same_length(X, y, path, pair[1].shape)
    return Dataset(name, X if X.dtype == np.uint8 else _numbers(X, path), y, "y", ())


def _numbers(X: np.ndarray, path: Path) -> np.ndarray:
    rows = X.reshape(len(X), -1)
    if X.dtype.kind not in "biufOSU":
        raise DataError(f"{path}: X holds {X.dtype}; expected numbers")
    try:
        rows = rows.astype(np.float64 if X.dtype != np.float32 else np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(f"{path}: X does not hold numbers ({unpacking.reason(error)})") from None
    bad = np.argwhere(np.isinf(rows))
    if len(bad):
        row, column = bad[0] + 1
        raise DataError(
            f"{path}: X, row {row}, column {column}: {rows[tuple(bad[0])]} is not a finite number"
        )
    return rows


def _labels(y: np.ndarray, path: Path) -> np.ndarray:
    if y.dtype.kind in "SO":  # HDF5 gives strings as bytes
        with unpacking.damage_named(path, UnicodeDecodeError):
            y = np.array([w.decode() if isinstance(w, bytes) else w for w in y.tolist()], object)
    if y.dtype.kind not in "biufUO":
        raise DataError(f"{path}: y holds {y.dtype}; expected labels or numbers")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        row = int(np.argmin(np.isfinite(y)))
        raise DataError(f"{path}: y, row {row + 1}: {y[row]} is not a finite number")
    if y.dtype.kind not in "uf" or (y % 1 != 0).any():
        return y
    if not (np.abs(y) < 2.0**63).all():
        raise DataError(f"{path}: y holds {y.max()}; expected whole numbers below 2^63")
    return y.astype(np.int64)


def _same_length(X: np.ndarray, y: np.ndarray, path: Path, stored: tuple[int, ...] = ()) -> None:
    if len(X) != len(y):
        raise DataError(
            f"{path}: {len(X)} examples but {len(y)} labels; expected as many of each"
            f"{_cause(X.shape, len(y), stored)}"
        )


def _cause(rows: tuple[int, ...], m: int, stored: tuple[int, ...]) -> str:
    told = f": X has the shape {rows} and y {stored}"
    if len(rows) == 2 and rows[1] == m:
        return f"{told}: X is transposed, its {m} examples are columns as in the lecture: store X.T"
    if len(rows) > 2 and rows[-1] == m:
        return f"{told}: the pictures lie along the last axis: store np.moveaxis(X, -1, 0)"
    if len(stored) == 2 and stored[:1] == rows[:1]:
        return f"{told}: y has several columns; of one-hot ones store y.argmax(axis=1)"
    return ""


def _npz(path: Path) -> dict[str, np.ndarray]:
    # opened here: NumPy leaves a damaged file open when it opens it itself
    with path.open("rb") as opened:
        if not zipfile.is_zipfile(opened):
            raise DataError(f"{path}: is not a whole .npz archive; write or copy the file again")
        opened.seek(0)
        with np.load(opened, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    odd = [name for name, values in found.items() if not isinstance(values, np.ndarray)]
    if odd:
        raise DataError(f"{path}: {odd[0]!r} is not an array")
    return found


def _h5(path: Path) -> dict[str, np.ndarray]:
    import h5py

    with h5py.File(path, "r") as file:
        return {
            name: np.asarray(item) for name, item in file.items() if isinstance(item, h5py.Dataset)
        }


def _mat(path: Path) -> dict[str, np.ndarray]:
    from scipy.io import loadmat

    return {name: v for name, v in loadmat(path).items() if not name.startswith("__")}


_LOADERS = {".npz": _npz, ".h5": _h5, ".hdf5": _h5, ".mat": _mat}
