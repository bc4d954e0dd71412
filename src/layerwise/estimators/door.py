"""The one door between the user's rows and the lecture's columns."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl
from sklearn.utils.validation import (
    _check_feature_names,
    _check_sample_weight,
    _num_samples,
    check_consistent_length,
    validate_data,
)

from layerwise.data.encoding import Encoder, Rows
from layerwise.data.frames import is_frame, refuse_infinities, to_frame
from layerwise.errors import DataError
from layerwise.estimators.refusals import (
    explained,
    refuse_broadcast,
    refuse_inner_axes,
    turned,
)

QUICKLY_CHECKED = 100_000  # numbers
BRIGHTEST_FLAG = 1  # unsigned bytes up to here are flags, above they are a picture's pixels


def picture_shape(X: Any) -> tuple[int, ...] | None:
    """Return one picture's shape when X holds pictures: unsigned bytes (m, height, width[, 3]).

    A two-dimensional array of unsigned bytes is taken as pictures laid flat.
    """
    if not (isinstance(X, np.ndarray) and X.dtype == np.uint8 and 2 <= X.ndim <= 4 and X.size):
        return None
    return X.shape[1:] if X.ndim > 2 or X.max() > BRIGHTEST_FLAG else None


def rows_to_learn(estimator: Any, X: Any) -> Rows:
    """Return the rows of X and note its features on the estimator, as scikit-learn does."""
    if isinstance(X, np.ndarray) and X.ndim > 2 and X.dtype == np.uint8:
        X = X.reshape(len(X), -1)
    if not is_frame(X):
        with explained(X, None):
            return _array(validate_data(estimator, X, **_LOOSE))  # pyright: ignore
    frame = to_frame(X)
    _refuse_empty(frame)
    refuse_infinities(frame)
    estimator.n_features_in_ = frame.width
    estimator.feature_names_in_ = np.array(frame.columns, dtype=object)
    return frame


def rows_to_predict(estimator: Any, X: Any, encoder: Encoder) -> Rows:
    """Return the rows of X with the features in the order of training.

    Raises
    ------
    DataError
        When a feature of the training is missing, or one is there that was not; names it.
    """
    if isinstance(X, np.ndarray) and X.ndim > 2:
        refuse_inner_axes(X.shape, encoder.pixels)
        X = X.reshape(len(X), -1)
    if encoder.only_numbers and _is_plain(X, estimator):
        return X
    if not is_frame(X):
        with explained(X, estimator.n_features_in_):
            rows = _array(validate_data(estimator, X, reset=False, **_LOOSE))  # pyright: ignore
        mixed = not encoder.only_numbers
        return to_frame(np.asarray(rows)) if mixed and isinstance(rows, np.ndarray) else rows
    frame = to_frame(X)
    _refuse_empty(frame)
    if not hasattr(estimator, "feature_names_in_"):
        _check_feature_names(estimator, X, reset=False)
        if frame.width != estimator.n_features_in_:
            raise DataError(
                f"X has {frame.width} features, but {type(estimator).__name__} is expecting "
                f"{estimator.n_features_in_} features as input: "
                f"{turned(frame.shape, estimator.n_features_in_)}"
            )
        return frame
    return _in_order(frame, [str(name) for name in estimator.feature_names_in_])


_LOOSE: dict[str, Any] = {"dtype": None, "ensure_all_finite": "allow-nan", "accept_sparse": False}


def _array(X: Any) -> Rows:
    return to_frame(X) if X.dtype.kind in "OUSM" else X


def _is_plain(X: Any, estimator: Any) -> bool:
    # a row alone would wait longer for scikit-learn's checks than for the network
    return (
        type(X) is np.ndarray
        and X.dtype.kind in "fiu"
        and X.ndim == 2
        and X.shape[1] == estimator.n_features_in_
        and 0 < X.size <= QUICKLY_CHECKED
        and not hasattr(estimator, "feature_names_in_")
        and bool(np.isfinite(X).all())
    )


def _refuse_empty(frame: pl.DataFrame) -> None:
    if not frame.height or not frame.width:
        raise DataError(
            f"Found array with {frame.height} sample(s) and {frame.width} feature(s) "
            f"(shape={frame.shape}) while a minimum of 1 is required."
        )


def _in_order(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    there = frame.columns
    if there == names:
        return frame
    known, found = set(names), set(there)
    missing = [name for name in names if name not in found]
    if missing:
        near = get_close_matches(missing[0], there, n=1)
        hint = f"; did you rename {near[0]!r}?" if near else ""
        if frame.height == len(names) != frame.width:
            hint = f"; {turned(frame.shape, len(names))}"
        raise DataError(
            f"{len(missing)} column(s) of the training are missing: "
            f"{', '.join(map(repr, missing[:5]))}{hint}"
        )
    extra = [name for name in there if name not in known]
    if extra:
        raise DataError(
            f"{len(extra)} column(s) were not there in training: "
            f"{', '.join(map(repr, extra[:5]))}; leave them out"
        )
    return frame.select(names)


def target_columns(y: Any) -> tuple[Any, tuple[str, ...]]:
    """Return a target as an array, and the names of its columns: "0", "1", ... without a frame."""
    if hasattr(y, "toarray"):  # scikit-learn gives labels as sparse matrices too
        y = y.toarray()
    if hasattr(y, "column_names"):
        y = to_frame(y)
    names = tuple(str(name) for name in getattr(y, "columns", ()))
    y = y.to_numpy() if hasattr(y, "to_numpy") else y
    shape = np.shape(y) if isinstance(y, np.ndarray | list | tuple) else ()
    width = shape[1] if len(shape) == 2 else 0
    return y, names or tuple(map(str, range(width)))


def weights_of(sample_weight: Any, X: Any) -> np.ndarray:
    """Return (m,) float64 weights, ones by default; negative or all-zero weights are refused."""
    refuse_broadcast(sample_weight, _num_samples(X))
    check_consistent_length(X, sample_weight)
    weights = _check_sample_weight(
        sample_weight, np.empty((_num_samples(X), 1)), dtype=np.float64, ensure_non_negative=True
    )
    if not weights.sum() > 0:
        raise DataError("all sample weights are zero: at least one row must count")
    return weights


def chosen(rows: Rows, which: np.ndarray) -> Rows:
    """Return the rows of these numbers, or all of them untouched when none is left out."""
    if len(which) == len(rows):
        return rows
    return rows[which]
