"""The settings' ranges. Each bad value gets one line: the name, the value, what is allowed."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np

from layerwise.errors import SettingError
from layerwise.propagation.activation import ACTIVATIONS
from layerwise.propagation.initialization import INITIALIZATIONS
from layerwise.training.optimizers import OPTIMIZERS

LARGEST_SEED = 2**32 - 1
MOST_LAYERS = 1000
MOST_UNITS = 1_000_000


def refuse(name: str, value: Any, expected: str) -> SettingError:
    """Return the error for a setting with a value that is not allowed."""
    return SettingError(f"{name}={value!r}: expected {expected}")


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


def hidden_units_of(value: Any) -> tuple[int, ...]:
    """Return the units per hidden layer as a tuple; a single number is one layer.

    >>> hidden_units_of(64), hidden_units_of([])
    ((64,), ())
    """
    units = (value,) if isinstance(value, Integral) else value
    expected = (
        f"a tuple of at most {MOST_LAYERS} whole numbers from 1 to {MOST_UNITS}, such as (64, 64); "
        "() is logistic or linear regression"
    )
    if not isinstance(units, tuple | list) or len(units) > MOST_LAYERS:
        raise refuse("hidden_units", value, expected)
    for n in units:
        fits = isinstance(n, Integral) and not isinstance(n, bool)
        if not (fits and 1 <= int(n) <= MOST_UNITS):
            raise refuse("hidden_units", value, expected)
    return tuple(int(n) for n in units)


def activations_of(value: Any, layers: int) -> tuple[str, ...]:
    """Return one activation per hidden layer; a single name serves them all."""
    names = (value,) * layers if isinstance(value, str) else value
    if not isinstance(names, tuple | list) or (layers and len(names) != layers):
        raise refuse("activation", value, f"one name, or {layers} names, one per hidden layer")
    for name in (value,) if isinstance(value, str) else names:
        _one_of("activation", name, ACTIVATIONS)
    return tuple(names)


def check_settings(settings: dict[str, Any]) -> None:
    """Raise SettingError for the first setting outside its range."""
    activations_of(settings["activation"], len(hidden_units_of(settings["hidden_units"])))
    _one_of("initialization", settings["initialization"], INITIALIZATIONS)
    _one_of("optimizer", settings["optimizer"], OPTIMIZERS)
    _real("learning_rate", settings["learning_rate"], 1e-12, 1e6, "a number from 1e-12 to 1e6")
    _real("momentum", settings["momentum"], 0, 1 - 1e-9, "a number from 0 to below 1")
    _real("l2", settings["l2"], 0, 1e12, "a number of at least 0")
    if settings["validation_fraction"] != "auto":
        share = "a share from 0 to 0.9, or 'auto'"
        _real("validation_fraction", settings["validation_fraction"], 0, 0.9, share)
    _whole("epochs", settings["epochs"], 1, "a whole number of at least 1")
    if settings["patience"] is not None:
        _whole("patience", settings["patience"], 1, "a whole number of at least 1, or None")
    if settings["max_seconds"] is not None:
        seconds = "a number of seconds above 0, or None"
        _real("max_seconds", settings["max_seconds"], 1e-9, 1e12, seconds)
    if settings["batch_size"] not in ("auto", "all"):
        _whole("batch_size", settings["batch_size"], 1, "a whole number, 'all' or 'auto'")
    _one_of("dtype", settings["dtype"], ("float32", "float64"))
    _check_seed(settings["random_state"])
    if not isinstance(settings["verbose"], Integral) or settings["verbose"] not in (0, 1):
        raise refuse("verbose", settings["verbose"], "0 or 1")


def _check_seed(seed: Any) -> None:
    whole = isinstance(seed, Integral) and not isinstance(seed, bool)
    if whole and 0 <= int(seed) <= LARGEST_SEED:
        return
    if seed is not None and not isinstance(seed, np.random.RandomState):
        expected = f"a whole number from 0 to {LARGEST_SEED}, None or a RandomState"
        raise refuse("random_state", seed, expected)
