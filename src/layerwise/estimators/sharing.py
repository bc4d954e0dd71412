"""Preparing many estimators: what several would read or encode alike is read or encoded once.

Members whose encoded rows are equal share the arrays themselves, so that a population can tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from layerwise.errors import DataError, LayerwiseError
from layerwise.estimators.membership import FOLDS, folded
from layerwise.estimators.planning import Tables
from layerwise.estimators.preparing import (
    Prepared,
    Ready,
    batch_size_of,
    drawn,
    facts_of,
    prepared_of,
    read,
    ready_of,
    tables_of,
)
from layerwise.estimators.presets import Facts, chosen
from layerwise.estimators.sampling import Sample
from layerwise.estimators.settings import check_fits, check_settings, ingredient_of, kept_in
from layerwise.estimators.team import Team
from layerwise.training.gathering import alike

Given = tuple[Any, Any, Any] | Callable[[], tuple[Any, Any, Any]]
NOTED = ("n_features_in_", "feature_names_in_", "_target_names")


class Asked(NamedTuple):
    """An estimator with its settings, checked, and its seed."""

    model: Any
    settings: dict[str, Any]
    seed: int


class Part:
    """The rows (X, y, sample_weight) of some estimators, and what has been made of them so far."""

    def __init__(self, given: tuple[Any, ...]):
        self.given = given
        self.samples: dict[type, tuple[Sample, dict[str, Any]]] = {}
        self.facts: dict[type, Facts] = {}
        self.ready: dict[Hashable, Ready] = {}
        self.tables: dict[Hashable, Tables] = {}


def teams_of(
    models: Sequence[Any], parts: Sequence[Given]
) -> list[tuple[Team | LayerwiseError, float]]:
    """Return for each estimator who judge its training, or what kept it from being prepared.

    Beside it are the seconds that this took, shared evenly among the estimators of one part.

    Parameters
    ----------
    models : the estimators
    parts : one for each: (X, y, sample_weight), or a function that makes it; one object given
        several times is read once
    """
    asked = [_or_error(asked_of, model) for model in models]  # seeds are drawn in this order
    found: dict[int, tuple[Team | LayerwiseError, float]] = {}
    for places in _places_of_one(parts):
        began, given = time.perf_counter(), parts[places[0]]
        part = Part(given() if callable(given) else given)
        made = [_or_error(_team, asked[place], part) for place in places]
        share = (time.perf_counter() - began) / len(places)
        found.update((place, (one, share)) for place, one in zip(places, made, strict=True))
    return [found[place] for place in range(len(models))]


def _places_of_one(parts: Sequence[Given]) -> list[list[int]]:
    places: dict[int, list[int]] = {}
    for place, given in enumerate(parts):
        places.setdefault(id(given), []).append(place)
    return list(places.values())


def _or_error(make: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return make(*arguments)
    except LayerwiseError as error:
        return error
    except ValueError as error:  # scikit-learn's checks of the rows raise it
        told = DataError(str(error))
        told.__cause__ = error
        return told


def _team(asked: Asked | LayerwiseError, part: Part) -> Team:
    if isinstance(asked, LayerwiseError):
        raise asked
    model = asked.model
    with model._precision():
        prepared = prepared_once(asked, part)
        vars(model).pop("parameters_", None)  # of a fit before: they are not of these rows
        return model._adopt(prepared)


def programs_of(teams: Mapping[int, Team]) -> list[list[int]]:
    """Return the places of those that can train in one compiled program, group by group."""
    places = sorted(teams)
    groups = alike([teams[place].jobs[0] for place in places])
    return [[places[at] for at in group] for group in groups]


def asked_of(model: Any) -> Asked:
    """Return what an estimator asks for.

    Raises
    ------
    SettingError
        When one of its settings is outside its range.
    """
    settings = model.get_params(deep=False)
    check_settings(settings)
    return Asked(model, settings, drawn(model.random_state))


def prepared_once(asked: Asked, part: Part) -> Prepared:
    """Return what `prepared_from` returns for an estimator that has learned nothing yet.

    Raises
    ------
    DataError, SettingError
        When the data or a setting cannot be used.
    """
    model, given, seed = asked
    sample = _sample(model, part)
    facts = _once(part.facts, type(model), lambda: facts_of(sample, (model, None)))
    settings = chosen(given, facts)
    apart = folded(sample, settings)
    need, ready = _ready(Asked(model, apart, seed), sample, part)
    kind = model.kind_of(ready.target)
    check_fits(settings, kind)
    size = batch_size_of(settings["batch_size"], ready.counts[0])
    # of the sizes only "all" changes the tables: equal rows are merged
    tables = _once(part.tables, (need, size == 0), lambda: tables_of(ready, size))
    return prepared_of(ready, tables._replace(batch_size=size), settings, seed, kind)


def _once(made: dict[Any, Any], need: Hashable, make: Callable[[], Any]) -> Any:
    if need not in made:
        made[need] = make()
    return made[need]


def _sample(model: Any, part: Part) -> Sample:
    def new() -> tuple[Sample, dict[str, Any]]:
        sample = read(model, part.given)
        return sample, {name: vars(model)[name] for name in NOTED if name in vars(model)}

    sample, noted = _once(part.samples, type(model), new)
    for name in NOTED:
        vars(model).pop(name, None)
    vars(model).update(noted)
    return sample


def _ready(asked: Asked, sample: Sample, part: Part) -> tuple[Hashable, Ready]:
    for need in ((_need(asked), None), (_need(asked), asked.seed)):
        if need in part.ready:
            return need, part.ready[need]
    ready = ready_of(sample, asked.settings, asked.seed, (asked.model, None))
    # nothing was drawn where nothing was held out, or the last rows were
    seedless = not ready.counts[1] or asked.settings["validation_split"] == "time"
    need = (_need(asked), None if seedless else asked.seed)
    part.ready[need] = ready
    return need, ready


def _need(asked: Asked) -> Hashable:
    """Return all that `ready_of` depends on beside the rows and the seed."""
    settings = asked.settings
    cost, own = ingredient_of("cost", settings["cost"]), settings["class_weight"]
    return (
        type(asked.model),
        (cost.name, getattr(cost, "head", None), getattr(cost, "levels", None)),
        own if own is None or isinstance(own, str) else tuple(own.items()),
        settings["prediction_margin"],
        settings["validation_fraction"],
        settings["validation_split"],
        FOLDS in settings,
        ingredient_of("columns", settings["columns"]).treatment,
        kept_in(settings["dtype"]),
    )
