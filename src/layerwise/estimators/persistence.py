"""A fitted estimator to one safetensors file and back. Lecture words outside, no pickle inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from layerwise.data.header import Header, Record, header_of
from layerwise.data.model_file import read_model, write_model
from layerwise.errors import ModelFileError, SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.regressor import DNNRegressor
from layerwise.estimators.settings import activations_of, check_settings, hidden_units_of
from layerwise.propagation.kinds import dense
from layerwise.training.loop import Epoch

ESTIMATORS = {"DNNClassifier": DNNClassifier, "DNNRegressor": DNNRegressor}


def save(estimator: Any, path: str | Path) -> None:
    """Write a fitted estimator; see `DNNClassifier.save`."""
    tensors = {
        f"{name}{block.l}": np.asarray(values)
        for block, group in zip(estimator.network_.blocks, estimator.parameters_, strict=True)
        for name, values in group.items()
    }
    write_model(path, _header(estimator), tensors)


def _header(estimator: Any) -> Header:
    kind: Any = type(estimator).__name__
    weights = estimator.weights_
    names = getattr(estimator, "feature_names_in_", None)
    return header_of(
        format="layerwise",
        version=1,
        estimator=kind,
        settings={name: _plain(value) for name, value in estimator.get_params(deep=False).items()},
        units=(weights[0].shape[1], *(len(W) for W in weights)),
        head=estimator.network_.head,
        dtype=estimator.dtype,
        encoder=estimator.encoder_,
        target=estimator.target_,
        feature_names=None if names is None else tuple(map(str, names)),
        n_features_in=estimator.n_features_in_,
        history=tuple(Record(**record._asdict()) for record in estimator.history_),
        best_epoch=estimator.best_epoch_,
        rows=estimator.rows_,
        tensors={},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_plain(item) for item in value)
    if isinstance(value, np.generic):
        return value.item()
    # a random generator has no place in a file; the weights it led to have
    return value if isinstance(value, bool | int | float | str | None) else None


def load(path: str | Path) -> BaseEstimator:
    """Return the fitted estimator that a model file holds: the one opener of such files.

    Parameters
    ----------
    path : str or Path
        A file written by ``estimator.save`` or ``layerwise train``.

    Returns
    -------
    DNNClassifier or DNNRegressor
        Fitted; it predicts without the training data.

    Raises
    ------
    ModelFileError
        When the file is not a Layerwise model, or was changed after it was written.

    Examples
    --------
    >>> import tempfile, os
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, load
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier(epochs=3, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "iris.layerwise")
    ...     model.save(path)
    ...     bool((load(path).predict(X) == model.predict(X)).all())
    True
    """
    header, tensors = read_model(path)
    kind = ESTIMATORS[header.estimator]
    try:
        return _revive(kind, header, tensors)
    except (SettingError, TypeError) as error:
        raise ModelFileError(f"{path}: {error}; the file does not fit this Layerwise") from error


def _revive(kind: Any, header: Header, tensors: dict[str, np.ndarray]) -> Any:
    known = kind._get_param_names()
    if set(header.settings) != set(known):
        odd = sorted(set(header.settings) ^ set(known))
        raise SettingError(f"settings {', '.join(odd)} are missing or unknown")
    check_settings(header.settings)
    estimator = kind(**header.settings)
    hidden = hidden_units_of(header.settings["hidden_units"])
    if header.units[1:-1] != hidden or header.settings["dtype"] != header.dtype:
        raise SettingError(f"hidden_units={hidden!r} or dtype does not fit the tensors")
    activations = activations_of(header.settings["activation"], len(hidden))
    start = str(header.settings["initialization"])
    network = dense(header.units, activations, header.head, start)
    estimator.network_ = network
    estimator.parameters_ = tuple(
        {name: tensors[f"{name}{block.l}"] for name in ("W", "b")} if block.kind == "linear" else {}
        for block in network.blocks
    )
    estimator.encoder_, estimator.target_ = header.encoder, header.target
    estimator.n_features_in_, estimator.rows_ = header.n_features_in, header.rows
    if header.feature_names is not None:
        estimator.feature_names_in_ = np.array(header.feature_names, dtype=object)
    estimator.history_ = [Epoch(**record.model_dump()) for record in header.history]
    estimator.best_epoch_, estimator.stopped_ = header.best_epoch, "loaded"
    return estimator
