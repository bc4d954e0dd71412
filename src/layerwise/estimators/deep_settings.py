"""Settings within settings: `optimizer__beta2`, for searches, pipelines and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from layerwise.errors import SettingError
from layerwise.estimators.ingredients import TABLES
from layerwise.estimators.presets import AUTO, PRESETS, Facts
from layerwise.ingredient import Ingredient


def ingredient_in(name: str, value: Any) -> Ingredient | None:
    """Return the ingredient that a setting holds now, by name or as an object; None for neither.

    >>> ingredient_in("optimizer", "adam").beta2
    0.999
    """
    if isinstance(value, Ingredient):
        return value
    kind = TABLES.get(name, {}).get(value) if isinstance(value, str) else None
    return None if kind is None else kind.of(value)


def described(name: str, settings: Mapping[str, Any], usual: Facts) -> Any:
    """Return what "auto" stands for in a setting that is about to be described.

    Where that depends on the table, it is what it is for the usual one.

    >>> described("optimizer", {"preset": "auto"}, Facts())
    'adam'
    """
    preset = PRESETS.get(str(settings["preset"]), PRESETS["lecture"])
    found = preset.get(name, AUTO)
    return found(usual, settings) if callable(found) else found


def _now(name: str, settings: Mapping[str, Any], usual: Facts) -> Any:
    now = settings.get(name)
    return described(name, settings, usual) if isinstance(now, str) and now == AUTO else now


def get_deep(settings: Mapping[str, Any], usual: Facts) -> dict[str, Any]:
    """Return the fields of every ingredient among the settings, as ``optimizer__beta2``."""
    found = {}
    for name in TABLES:
        ingredient = ingredient_in(name, _now(name, settings, usual))
        for f in fields(ingredient) if ingredient is not None else ():
            if f.name != "name":
                found[f"{name}__{f.name}"] = getattr(ingredient, f.name)
    return found


def with_nested(
    settings: Mapping[str, Any], changes: Mapping[str, Any], owner: Any
) -> dict[str, Any]:
    """Return the settings that change, each nested change made on its ingredient.

    Raises
    ------
    SettingError
        For an unknown setting, or a nested one that its ingredient does not have.
    """
    flat = {name: value for name, value in changes.items() if "__" not in name}
    for name in flat:
        _known(name, settings, owner)
    nested: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        if "__" in name:
            outer, inner = name.split("__", 1)
            _known(outer, settings, owner)
            nested.setdefault(outer, {})[inner] = value
    for outer, inside in nested.items():
        now = _now(outer, {**settings, **flat}, owner._usual)
        ingredient = ingredient_in(outer, now) or only_one(outer, now)
        flat[outer] = ingredient.with_fields(outer, inside)
    return flat


def only_one(name: str, value: Any) -> Ingredient:
    """Return the one ingredient that an empty setting can stand for, such as `update`."""
    table = TABLES.get(name, {})
    if value is None and len(table) == 1:
        (kind,) = table.values()
        return kind()
    allowed = ", ".join(map(repr, table)) or "no ingredient"
    raise SettingError(
        f"{name}={value!r} has no settings of its own; set {name} to one of {allowed} first"
    )


def _known(name: str, settings: Mapping[str, Any], owner: Any) -> None:
    if name not in settings:
        raise SettingError(
            f"Invalid parameter {name!r} for estimator {type(owner).__name__}. "
            f"Valid parameters are: {sorted(settings)!r}."
        )
