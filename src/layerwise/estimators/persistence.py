"""A fitted estimator to one safetensors file and back. Lecture words outside, no pickle inside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.base import BaseEstimator

from layerwise.data.header import Header, Record, header_of
from layerwise.data.model_file import read_model, write_model
from layerwise.errors import ModelFileError, SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.designing import Design, as_arrays, design
from layerwise.estimators.judging import first_threshold
from layerwise.estimators.planning import numbers_of
from layerwise.estimators.preparing import inputs_of
from layerwise.estimators.presets import AUTO, MEASURED, Facts, chosen
from layerwise.estimators.regressor import DNNRegressor
from layerwise.estimators.settings import check_settings, hidden_layers, kept_in
from layerwise.estimators.stored_settings import as_plain, from_plain
from layerwise.propagation.blocks import Network
from layerwise.propagation.network import init
from layerwise.propagation.notation import Parameters, Tensors
from layerwise.propagation.run import Run, first_statistics
from layerwise.training.loop import Epoch
from layerwise.training.score import metric_name

ESTIMATORS = {"DNNClassifier": DNNClassifier, "DNNRegressor": DNNRegressor}


def save(estimator: Any, path: str | Path) -> None:
    """Write a fitted estimator; see `DNNClassifier.save`."""
    groups = zip(
        estimator.network_.blocks, estimator.parameters_, estimator.run_.statistics, strict=True
    )
    tensors = {
        f"{name}{block.l}": np.asarray(values)
        for block, parameters, statistics in groups
        for name, values in {**parameters, **statistics}.items()
    }
    write_model(path, _header(estimator), tensors)


def _header(estimator: Any) -> Header:
    kind: Any = type(estimator).__name__
    names = getattr(estimator, "feature_names_in_", None)
    return header_of(
        format="layerwise",
        version=1,
        estimator=kind,
        settings=_plain(estimator.get_params(deep=False)),
        chosen=_plain(estimator.settings_),
        members=estimator.n_members_,
        sharing=estimator.network_.members,
        **_before_layer_1(estimator),
        units=tuple(estimator.units_),
        head=estimator.network_.head,
        dtype=kept_in(estimator.dtype),
        encoder=estimator.encoder_,
        target=estimator.target_,
        feature_names=None if names is None else tuple(map(str, names)),
        n_features_in=estimator.n_features_in_,
        history=tuple(Record(**record._asdict()) for record in estimator.history_),
        best_epoch=estimator.best_epoch_,
        metric=estimator.metric_,
        threshold=estimator.threshold_,
        trust=estimator.trust_,
        rows=estimator.rows_,
        tensors={},
    )


def _before_layer_1(estimator: Any) -> dict[str, Any]:
    pairs = zip(estimator.network_.blocks, estimator.members_[0].parameters_, strict=True)
    shapes = {
        f"{name}0": tuple(tensor.shape)
        for block, tensors in pairs
        if block.l == 0
        for name, tensor in tensors.items()
    }
    return {"entrance": shapes, "met": estimator.weights_[0].shape[-1]}


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: as_plain(value) for name, value in settings.items()}


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
    unknown = sorted({*header.settings, *(header.chosen or {})} - set(kind._get_param_names()))
    if unknown:
        raise SettingError(f"settings {', '.join(unknown)} are unknown")
    # before there were presets, a file held the settings of the lecture's
    estimator = kind(**{"preset": "lecture"} | _settings_in(header.settings))
    settings = _chosen_in(header, estimator.get_params(deep=False))
    estimator.settings_, estimator.n_members_ = settings, header.members
    hidden = tuple(layer.units for layer in hidden_layers(settings["hidden_units"]))
    if header.units[1:-1] != hidden or kept_in(settings["dtype"]) != header.dtype:
        raise SettingError(f"hidden_units={hidden!r} or dtype does not fit the tensors")
    made = _designed(settings, header, kind.kind_of(header.target))
    estimator.network_ = made.network
    if made.network.members != header.sharing:
        raise SettingError(f"members={settings['members']!r} does not fit the tensors")
    with estimator._precision():
        shapes = jax.eval_shape(lambda: _empty(made, header.dtype))
    shapes = _of_members(shapes, header.members)
    estimator.parameters_, statistics = _filled(made.network, shapes, tensors)
    numbers = numbers_of(settings, made, 1.0)
    estimator.run_ = Run(numbers.blocks, statistics, numbers.cost, numbers.penalties)
    _recall_training(estimator, header)
    return estimator


def _chosen_in(header: Header, given: dict[str, Any]) -> dict[str, Any]:
    check_settings(given)
    made = _plain(given) | (header.chosen or {})
    for name, value in header.settings.items():
        if value not in (AUTO, MEASURED) and made[name] != value:
            raise SettingError(f"{name}={value!r} is not what was chosen: {made[name]!r}")
    settings = chosen(_settings_in(made), Facts())
    check_settings(settings)
    return settings


def _settings_in(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: from_plain(name, value) for name, value in plain.items()}


def _of_members(shapes: Any, members: int) -> Any:
    if members == 1:
        return shapes
    return jax.tree.map(lambda s: jax.ShapeDtypeStruct((members, *s.shape), s.dtype), shapes)


def _recall_training(estimator: Any, header: Header) -> None:
    estimator.encoder_, estimator.target_ = header.encoder, header.target
    estimator.n_features_in_, estimator.rows_ = header.n_features_in, header.rows
    if header.feature_names is not None:
        estimator.feature_names_in_ = np.array(header.feature_names, dtype=object)
    estimator.history_ = [Epoch(**record.model_dump()) for record in header.history]
    estimator.best_epoch_, estimator.stopped_ = header.best_epoch, "loaded"
    estimator.metric_ = header.metric or metric_name(estimator.network_)
    estimator.trust_ = header.trust
    estimator.threshold_ = header.threshold or first_threshold(estimator)


def _designed(settings: dict[str, Any], header: Header, target: str) -> Design:
    made = design(settings, inputs_of(header.encoder), header.units[-1], target)
    if made.network.head != header.head:
        raise SettingError(f"a {header.head} head does not fit the cost of the settings")
    return made


def _empty(made: Design, dtype: str) -> tuple[Parameters, tuple[Tensors, ...]]:
    statistics = first_statistics(made.network, dtype)
    numbers = jax.tree.map(jnp.asarray, tuple(as_arrays(own, dtype) for own in made.numbers))
    run = Run(numbers, statistics, {})
    return init(jax.random.key(0), made.network, dtype, run), statistics


def _filled(network: Network, shapes: Any, tensors: dict[str, np.ndarray]) -> Any:
    """Return parameters and statistics of these shapes; tensors are taken by name."""
    used = set()

    def taken(layer: int, group: Any) -> dict[str, np.ndarray]:
        found = {}
        for name, shape in group.items():
            own = tensors.get(f"{name}{layer}")
            if own is None or own.shape != shape.shape:
                raise SettingError(f"the tensor {name}{layer} is missing or is not {shape.shape}")
            used.add(f"{name}{layer}")
            own.setflags(write=False)  # as after fit
            found[name] = own
        return found

    filled = tuple(
        tuple(taken(block.l, group) for block, group in zip(network.blocks, part, strict=True))
        for part in shapes
    )
    if used != set(tensors):
        raise SettingError(f"the tensors {sorted(set(tensors) - used)} belong to no layer")
    return filled
