"""The space of a search: which settings are tried, with which values. Bad ones get one line."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone

from layerwise.errors import SettingError
from layerwise.estimators.ingredients import TABLES
from layerwise.estimators.settings import check_settings
from layerwise.study.search.ranges import Choice, Range, values_of

DEPTH, WIDTH, SEEDS = "depth", "width", "seeds"
NOT_SEARCHED = ("random_state", "warm_start", "verbose")
MOST_POINTS = 1_000_000


class Space(NamedTuple):
    """What is tried of each setting, and with how many seeds each."""

    values: dict[str, Range | Choice]
    seeds: int = 1

    def __str__(self) -> str:
        lines = [f"{name}={values}" for name, values in self.values.items()]
        return "; ".join([*lines, *([f"seeds={self.seeds}"] if self.seeds > 1 else [])])


def space_of(estimator: Any, given: Mapping[str, Any]) -> Space:
    """Return the space of an estimator's settings.

    Parameters
    ----------
    estimator : the one whose settings they are
    given : for each setting a list of values, a Range or its text; `depth` and `width` make
        hidden_units, `seeds` says how many seeds each setting is tried with

    Raises
    ------
    SettingError
        For an unknown setting, an empty or impossible range, or a value outside the setting's.
    """
    if not isinstance(given, Mapping) or not given:
        raise SettingError(
            f"space={given!r}: expected settings with their values, such as "
            "{'learning_rate': '1e-4..1e-1 log'}"
        )
    seeds = given.get(SEEDS, 1)
    if isinstance(seeds, list | tuple) and len(seeds) == 1:
        seeds = seeds[0]
    if isinstance(seeds, bool) or not isinstance(seeds, int) or seeds < 1:
        raise SettingError(f"space: seeds={seeds!r}: expected a whole number of at least 1")
    _check_names(estimator, [name for name in given if name != SEEDS])
    values = {
        name: _real(estimator, name, values_of(name, own))
        for name, own in given.items() if name != SEEDS
    }  # fmt: skip
    found = Space(values, seeds)
    _check_values(estimator, found)
    return found


def _real(estimator: Any, name: str, values: Range | Choice) -> Range | Choice:
    """Return the values; whole ends mean whole numbers only where a setting is a whole number."""
    if isinstance(values, Choice) or not values.whole or not _takes_fractions(estimator, name):
        return values
    step = None if values.step is None else float(values.step)
    return Range(float(values.low), float(values.high), values.log, step)


def _takes_fractions(estimator: Any, name: str) -> bool:
    outer, _, inner = name.partition("__")
    if inner:
        kinds = set(TABLES.get(outer, {}).values())
        found = [f.metadata["range"] for kind in kinds for f in fields(kind)
                 if f.name == inner and "range" in f.metadata]  # fmt: skip
        return any(not own.whole for own in found)
    parameter = inspect.signature(type(estimator).__init__).parameters.get(name)
    return parameter is not None and "float" in str(parameter.annotation)


def _check_names(estimator: Any, names: list[str]) -> None:
    own = estimator.get_params(deep=False)
    for name in names:
        outer = name.partition("__")[0]
        if name in NOT_SEARCHED:
            raise SettingError(f"space: {name} is not searched; `seeds` tries several seeds")
        if outer not in own and name not in (DEPTH, WIDTH):
            near = get_close_matches(name, [*own, DEPTH, WIDTH, SEEDS], n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(own)}"
            raise SettingError(f"space: unknown setting {name!r}; {hint}")
    if (DEPTH in names) != (WIDTH in names):
        one, other = (DEPTH, WIDTH) if DEPTH in names else (WIDTH, DEPTH)
        raise SettingError(f"space: {one} without {other}: expected both, or hidden_units")
    if DEPTH in names and "hidden_units" in names:
        raise SettingError("space: hidden_units beside depth and width: expected one or the other")


def _ends(values: Range | Choice) -> list[Any]:
    return list(values.values) if isinstance(values, Choice) else [values.low, values.high]


def _check_values(estimator: Any, space: Space) -> None:
    """Try every value once, those of ingredients' own settings with every ingredient chosen."""
    first = {name: _ends(values)[0] for name, values in space.values.items()}
    for name, values in space.values.items():
        outer = name.partition("__")[0]
        others = space.values.get(outer) if "__" in name else None
        for value, of in product(_ends(values), _ends(others) if others else [None]):
            params = first | {name: value} | ({outer: of} if others else {})
            try:
                check_settings(made(estimator, space, params).get_params(deep=False))
            except SettingError as error:
                raise SettingError(f"space: {name}: {error}") from None


def settings_of(space: Space, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the plain values of a trial stand for.

    >>> space = Space({"depth": Range(1, 3), "width": Range(8, 64)})
    >>> settings_of(space, {"depth": 2, "width": 16})
    {'hidden_units': (16, 16)}
    """
    found = {}
    for name, value in params.items():
        values = space.values[name]
        found[name] = values.values[value] if isinstance(values, Choice) else value
    if DEPTH in found:
        found["hidden_units"] = (int(found.pop(WIDTH)),) * int(found.pop(DEPTH))
    return found


def made(estimator: Any, space: Space, params: Mapping[str, Any]) -> Any:
    """Return a copy of an estimator with the settings of a trial."""
    settings: Any = clone(settings_of(space, params), safe=False)  # pyright: ignore[reportArgumentType]
    own: Any = clone(estimator)
    return own.set_params(**settings)


def points_of(space: Space) -> list[dict[str, Any]]:
    """Return every point of a grid.

    Raises
    ------
    SettingError
        When a range has no end of values, or there are more points than can be tried.
    """
    each = {
        name: list(values.values) if isinstance(values, Choice) else values.points(name)
        for name, values in space.values.items()
    }
    count = np.prod([float(len(own)) for own in each.values()])
    if count > MOST_POINTS:
        raise SettingError(f"space: a grid of {count:.0f} points; use method='random' instead")
    points = [dict(zip(each, point, strict=True)) for point in product(*each.values())]
    if DEPTH not in each:
        return points
    none = next(iter(each[WIDTH]))  # without a hidden layer a width says nothing
    return [point for point in points if point[DEPTH] != 0 or point[WIDTH] == none]


def drawn(space: Space, seed: int, place: int) -> dict[str, Any]:
    """Return the point of a random search at a place: the same for every worker.

    >>> space = Space({"l2": Range(0.0, 1.0)})
    >>> drawn(space, 0, 5) == drawn(space, 0, 5)
    True
    """
    random = np.random.default_rng([seed, place])
    found = {}
    for name, values in space.values.items():
        if isinstance(values, Choice):
            found[name] = list(values.values)[int(random.integers(len(values.values)))]
        else:
            found[name] = values.drawn(random)
    return found


def distributions(space: Space) -> dict[str, Any]:
    """Return the space as Optuna's distributions."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    def one(values: Range | Choice) -> Any:
        if isinstance(values, Choice):
            return CategoricalDistribution(list(values.values))
        low, high, log, step = values.low, values.high, values.log, values.step
        if values.whole:
            high -= 0 if step is None else (high - low) % step
            return IntDistribution(int(low), int(high), log, int(step or 1))
        return FloatDistribution(float(low), float(high), log, step)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ends that a step does not meet
        return {name: one(values) for name, values in space.values.items()}
