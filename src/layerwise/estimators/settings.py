"""The settings' ranges. Each bad value gets one line: the name, the value, what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.metrics import get_scorer_names

from layerwise.data.splits import WAYS
from layerwise.errors import SettingError
from layerwise.estimators.ingredients import TABLES, Dropout
from layerwise.estimators.layers import Layer
from layerwise.estimators.presets import MEASURED, Facts, chosen
from layerwise.ingredient import Ingredient, Plain, resolved
from layerwise.training.score import MONITORS

LARGEST_SEED = 2**32 - 1
MOST_LAYERS = 1000
MOST_UNITS = 1_000_000
SHORT = {"bfloat16": "bfloat16"}  # dtypes that only matrices are multiplied in
MAY_BE_NONE = ("normalization", "augmentation", "dropout", "update", "embedding", "scaling")
PROBABILITY = "a probability from 0 to 0.99"


def refuse(name: str, value: Any, expected: str) -> SettingError:
    """Return the error for a setting with a value that is not allowed."""
    return SettingError(f"{name}={value!r}: expected {expected}")


def kept_in(dtype: str) -> str:
    """Return the type of the parameters and the rows: a short dtype is for products alone."""
    return "float32" if dtype in SHORT else dtype


def _one_of(name: str, value: Any, table: Any) -> None:
    if not (isinstance(value, str) and value in table):
        raise refuse(name, value, "one of " + ", ".join(map(repr, table)))


def _real(name: str, value: Any, low: float, high: float, expected: str) -> None:
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not (fits and low <= float(value) <= high):  # false for NaN too
        raise refuse(name, value, expected)


def _whole(name: str, value: Any, low: int, expected: str) -> None:
    fits = isinstance(value, Integral) and not isinstance(value, bool)
    if not (fits and int(value) >= low):
        raise refuse(name, value, expected)


def hidden_layers(value: Any) -> tuple[Layer, ...]:
    """Return the hidden layers; a whole number of units is a layer like the others.

    >>> [layer.units for layer in hidden_layers((64, Layer(32, residual=False)))]
    [64, 32]
    """
    units = (value,) if isinstance(value, Integral | Layer) else value
    expected = (
        f"a tuple of at most {MOST_LAYERS} whole numbers from 1 to {MOST_UNITS}, such as (64, 64); "
        "() is logistic or linear regression"
    )
    if not isinstance(units, tuple | list) or len(units) > MOST_LAYERS:
        raise refuse("hidden_units", value, expected)
    layers = []
    for n in units:
        layer: Any = n if isinstance(n, Layer) else Layer(n)  # pyright: ignore[reportArgumentType]
        fits = isinstance(layer.units, Integral) and not isinstance(layer.units, bool)
        if not (fits and 1 <= int(layer.units) <= MOST_UNITS):
            raise refuse("hidden_units", value, expected)
        layers.append(replace(layer, units=int(layer.units)))
    return tuple(layers)


def ingredient_of(name: str, value: Any) -> Any:
    """Return the ingredient of a setting: from a name, an object, a number where one is enough.

    None stays None where the setting may be empty.
    """
    if name in MAY_BE_NONE and value is None:
        return None
    if name == "dropout" and not isinstance(value, str | Ingredient):
        _real("dropout", value, 0, 0.99, PROBABILITY + ", 'dropout' or Dropout(...)")
        return Dropout(hidden=float(value), input=0.0) if value else None
    if name == "members" and not isinstance(value, str | Ingredient):
        _whole("members", value, 1, "a whole number of at least 1, 'auto' or BatchEnsemble(...)")
        return int(value)
    if name == "cost" and value == "auto":
        return Plain("auto")
    return resolved(name, value, TABLES[name])


def activations_of(value: Any, layers: int) -> tuple[Any, ...]:
    """Return one activation per hidden layer; a single one serves them all."""
    single = isinstance(value, str | Ingredient)
    each = (value,) * layers if single else value
    if not isinstance(each, tuple | list) or (layers and len(each) != layers):
        raise refuse("activation", value, f"one name, or {layers} names, one per hidden layer")
    found = tuple(resolved("activation", one, TABLES["activation"]) for one in each)
    if single:
        resolved("activation", value, TABLES["activation"])
    return found


def check_settings(settings: dict[str, Any]) -> None:
    """Raise SettingError for the first setting outside its range."""
    settings = chosen(settings, Facts())
    layers = hidden_layers(settings["hidden_units"])
    activations_of(settings["activation"], len(layers))
    for name in TABLES:
        if name != "activation":
            ingredient_of(name, settings[name])
    _check_numbers(settings)
    _check_words(settings)
    _check_scoring(settings)
    _check_class_weight(settings["class_weight"])
    _check_optional(settings)


def _check_optional(settings: dict[str, Any]) -> None:
    if settings["validation_fraction"] != "auto":
        share = "a share from 0 to 0.9, or 'auto'"
        _real("validation_fraction", settings["validation_fraction"], 0, 0.9, share)
    if settings["calibration"] is not None:
        _one_of("calibration", settings["calibration"], ("temperature", None))
    if settings["prediction_margin"] is not None:
        share = "a share from 0 to 1000 of the range of the target, 'auto' or None"
        _real("prediction_margin", settings["prediction_margin"], 0, 1000, share)
    if settings["patience"] is not None:
        _whole("patience", settings["patience"], 1, "a whole number of at least 1, or None")
    if settings["max_seconds"] is not None:
        seconds = "a number of seconds above 0, or None"
        _real("max_seconds", settings["max_seconds"], 1e-9, 1e12, seconds)
    if settings["batch_size"] not in ("auto", "all"):
        _whole("batch_size", settings["batch_size"], 1, "a whole number, 'all' or 'auto'")


def _check_numbers(settings: dict[str, Any]) -> None:
    if settings["learning_rate"] != MEASURED:
        rates = "a number from 1e-12 to 1e6, 'auto' or 'meter'"
        _real("learning_rate", settings["learning_rate"], 1e-12, 1e6, rates)
    _real("momentum", settings["momentum"], 0, 1 - 1e-7, "a number from 0 to below 1")
    for penalty in ("l1", "l2"):
        _real(penalty, settings[penalty], 0, 1e12, "a number of at least 0")
    _whole("epochs", settings["epochs"], 1, "a whole number of at least 1")


def _check_words(settings: dict[str, Any]) -> None:
    _one_of("validation_split", settings["validation_split"], WAYS)
    _one_of("monitor", settings["monitor"], MONITORS)
    _one_of("dtype", settings["dtype"], ("float32", "float64", *SHORT))
    _check_seed(settings["random_state"])
    if not isinstance(settings["warm_start"], bool | np.bool_):
        raise refuse("warm_start", settings["warm_start"], "True or False")
    if not isinstance(settings["verbose"], Integral) or settings["verbose"] not in (0, 1):
        raise refuse("verbose", settings["verbose"], "0 or 1")


def _check_scoring(settings: dict[str, Any]) -> None:
    metric, threshold, names = settings["metric"], settings["threshold"], get_scorer_names()
    known = metric is None or callable(metric) or (isinstance(metric, str) and metric in names)
    if not known and metric != "auto":
        near = _nearest(metric, names)
        raise refuse("metric", metric, f"'auto', a scorer of scikit-learn{near}, or a function")
    if isinstance(threshold, str):
        if threshold != "auto" and threshold not in names:
            near = _nearest(threshold, names)
            expected = f"a number between 0 and 1, 'auto' or a scorer of scikit-learn{near}"
            raise refuse("threshold", threshold, expected)
    else:
        expected = "a number between 0 and 1, 'auto' or a scorer's name such as 'f1'"
        _real("threshold", threshold, 1e-12, 1 - 1e-12, expected)


def _nearest(name: Any, names: list[str]) -> str:
    near = get_close_matches(name, names, n=3) if isinstance(name, str) else []
    return f" such as {', '.join(map(repr, near or ['roc_auc', 'f1_macro', 'r2']))}"


def _check_class_weight(value: Any) -> None:
    if value is None or (isinstance(value, str) and value == "balanced"):
        return
    expected = "None, 'balanced' or a weight from 0 up per label, such as {'yes': 2, 'no': 1}"
    if not isinstance(value, Mapping):
        raise refuse("class_weight", value, expected)
    for label, weight in value.items():
        _real(f"class_weight of {label!r}", weight, 0, 1e12, "a number of at least 0")


def check_fits(settings: dict[str, Any], kind: str) -> None:
    """Raise SettingError for a setting that a target cannot use.

    Parameters
    ----------
    settings : all of them, each in its range
    kind : what the target is: "number", "two classes", "several classes" or another
    """
    if settings["threshold"] != 0.5 and kind != "two classes":
        expected = f"0.5, for a threshold tells two classes apart and the target is: {kind}"
        raise refuse("threshold", settings["threshold"], expected)
    if settings["prediction_margin"] is not None and "number" not in kind:
        expected = "None, for numbers alone are kept in a range"
        raise refuse("prediction_margin", settings["prediction_margin"], expected)
    if settings["monitor"] == "calibrated_cost" and "number" in kind:
        expected = "'metric' or 'cost', for only probabilities are calibrated"
        raise refuse("monitor", settings["monitor"], expected)
    if settings["calibration"] is not None and "number" in kind:
        expected = "None, for probabilities are calibrated and the target holds numbers"
        raise refuse("calibration", settings["calibration"], expected)
    if settings["validation_split"] == "stratified" and "classes" not in kind:
        expected = "'auto', 'random', 'grouped' or 'time', for the target holds no classes"
        raise refuse("validation_split", "stratified", expected)


def _check_seed(seed: Any) -> None:
    whole = isinstance(seed, Integral) and not isinstance(seed, bool)
    if whole and 0 <= int(seed) <= LARGEST_SEED:
        return
    if seed is not None and not isinstance(seed, np.random.RandomState):
        expected = f"a whole number from 0 to {LARGEST_SEED}, None or a RandomState"
        raise refuse("random_state", seed, expected)
