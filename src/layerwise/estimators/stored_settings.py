"""Settings as plain values, for a model file or a settings file, and back: closed lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.ingredients import TABLES, Given
from layerwise.estimators.layers import Layer
from layerwise.ingredient import Ingredient


def as_plain(value: Any) -> Any:
    """Return a setting as None, a number, a text, a dictionary, or a tuple of those.

    >>> from layerwise.training.optimizers import Adam
    >>> as_plain(Adam(beta2=0.95))
    {'name': 'adam', 'beta2': 0.95, 'epsilon': 1e-08}
    """
    if isinstance(value, Given):
        return {"name": value.name, "otherwise": value.otherwise}  # the tensors are in the file
    if isinstance(value, Ingredient):
        inside = {name: as_plain(own) for name, own in value.stored().items()}
        return {"name": value.name} | inside
    if isinstance(value, Layer):
        return {f.name: as_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return tuple(as_plain(item) for item in value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):  # the keys of a file are texts; labels keep their type
        return tuple({"label": as_plain(k), "weight": as_plain(v)} for k, v in value.items())
    # a random generator or a function has no place in a file; what it led to has
    return value if isinstance(value, bool | int | float | str | None) else None


def from_plain(name: str, value: Any) -> Any:
    """Return the setting that a plain value stands for.

    Raises
    ------
    SettingError
        For an ingredient or a field that this setting does not know.
    """
    if name == "class_weight":
        return _weights_of_labels(value)
    if isinstance(value, tuple | list):
        return tuple(from_plain(name, item) for item in value)
    if not isinstance(value, dict):
        return value
    if name == "hidden_units":
        return _layer(value)
    inside = dict(value)
    kind = TABLES.get(name, {}).get(str(inside.pop("name", "")))
    if kind is None:
        known = ", ".join(map(repr, TABLES.get(name, {}))) or "none"
        raise SettingError(f"{name}={value!r}: expected an ingredient named one of {known}")
    return kind.of(str(value["name"])).with_fields(name, inside)


def _weights_of_labels(value: Any) -> Any:
    pairs = value if isinstance(value, tuple | list) else ()
    if pairs and all(isinstance(pair, dict) and set(pair) == {"label", "weight"} for pair in pairs):
        return {pair["label"]: pair["weight"] for pair in pairs}
    return value


def _layer(value: dict[str, Any]) -> Layer:
    known = {f.name for f in fields(Layer)}
    if "units" not in value or not set(value) <= known:
        raise SettingError(
            f"hidden_units={value!r}: expected a layer of {', '.join(sorted(known))}"
        )
    return Layer(**{name: from_plain(name, inside) for name, inside in value.items()})
