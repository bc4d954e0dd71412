"""What a search starts from: the defaults as they are for this data, and the space around them."""

from __future__ import annotations

from typing import Any, NamedTuple

from sklearn.base import clone

from layerwise.estimators.deep_settings import ingredient_in
from layerwise.estimators.preparing import facts_of, read
from layerwise.estimators.presets import AUTO, Facts, chosen
from layerwise.study.search.ranges import Choice, Range
from layerwise.study.search.space import DEPTH, WIDTH, Space

FEW_ROWS = 4096  # up to so many a program of its own for every kind of trial is worth compiling
Given = dict[str, Any]


class Start(NamedTuple):
    """The estimator that trials change, the full one, the settings "auto" stands for, the facts.

    A trial is a single network, for eight members of one setting tell less than eight settings;
    the best ones are compared, and the winner is fitted, as the `full` estimator asks.
    """

    single: Any
    full: Any
    settings: Given
    facts: Facts


def start_of(estimator: Any, data: tuple[Any, Any, Any], space: Given | None) -> Start:
    """Return what a search starts from.

    Parameters
    ----------
    estimator : with the user's own settings
    data : X, y and weights
    space : what is searched, by name; None: the default space
    """
    full: Any = clone(estimator)
    given = full.get_params(deep=False)
    face: Any = clone(estimator)
    facts = facts_of(read(face, data), (face, None))
    settings = chosen(given, facts)
    # else the first searched setting would turn every other "auto" to another preset's
    full.set_params(preset=settings["preset"])
    names = set(space or NESTED)
    for owner in {name.partition("__")[0] for name in names if "__" in name} - names:
        if _is_auto(given[owner]) and ingredient_in(owner, settings[owner]) is not None:
            full.set_params(**{owner: settings[owner]})
    single: Any = clone(full)
    if _is_auto(given["members"]) and "members" not in names:
        single.set_params(members=1)
        # what fewer networks leave of the budget is not spent on more epochs
        if _is_auto(given["epochs"]) and "epochs" not in names:
            single.set_params(epochs=settings["epochs"])
    return Start(single, full, settings, facts)


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == AUTO


NESTED = ("dropout__hidden", "update__weight_decay")


def default_space(start: Start) -> Space:
    """Return a space around the defaults: their values are in it.

    Depth, width, batch size, learning rate, l2, dropout and weight decay; on tables of few rows
    the activation, the initialization and the optimizer too, of which each needs a program of its
    own. On tables of many rows no network is larger than the default one, for time is short there.
    """
    own, given = start.settings, start.full.get_params(deep=False)
    found = _sizes(start, given) | _numbers(start, given)
    size = own["batch_size"]
    if _is_auto(given["batch_size"]) and isinstance(size, int) and size:
        found["batch_size"] = _choice(size, [size * 2])
    return Space(found | _kinds(start, given))


def _sizes(start: Start, given: Given) -> Given:
    units, many = start.settings["hidden_units"], start.facts.rows > FEW_ROWS
    if not _is_auto(given["hidden_units"]) or len(set(units)) != 1:
        return {}
    few = [n for n in (1, 2, 3, 4) if abs(n - len(units)) <= 1]
    larger = [] if many else [units[0] * 2]
    return {
        DEPTH: _choice(len(units), [n for n in few if n <= len(units) or not many]),
        WIDTH: _choice(units[0], [units[0] // 2, *larger]),
    }


def _numbers(start: Start, given: Given) -> Given:
    own, found = start.settings, {}
    if _is_auto(given["learning_rate"]):
        rate, below = own["learning_rate"], 4 if start.facts.rows > FEW_ROWS else 10
        found["learning_rate"] = Range(rate / below, rate * 4, log=True)
    if not given["l2"]:
        found["l2"] = _choice(0.0, [0.1, 1.0])
    for name, low, high in (("dropout__hidden", 0.0, 0.5), ("update__weight_decay", 1e-3, 1.0)):
        owner, _, inner = name.partition("__")
        value = getattr(ingredient_in(owner, own[owner]), inner, None)
        if value is not None and low <= value <= high:
            found[name] = Range(low, high, log=low > 0)
    return found


def _kinds(start: Start, given: Given) -> Given:
    if start.facts.rows > FEW_ROWS:
        return {}
    others = {
        "activation": ["relu", "tanh"],
        "initialization": ["he", "orthogonal"],
        "optimizer": ["nadam"],
    }
    return {name: _choice(AUTO, own) for name, own in others.items() if _is_auto(given[name])}


def _choice(usual: Any, others: list[Any]) -> Choice:
    return Choice({value: value for value in dict.fromkeys([usual, *others])})


def usual_point(start: Start, space: Space) -> Given:
    """Return where in a space the defaults are: of each setting what its values hold."""
    own = start.settings
    units = own["hidden_units"]
    found = {DEPTH: len(units), WIDTH: units[0] if units else None}
    given = start.full.get_params(deep=True)
    point = {}
    for name, values in space.values.items():
        value = found.get(name, own.get(name, given.get(name)))
        if isinstance(values, Choice):
            value = AUTO if AUTO in values.values else value
            fits = any(value == known for known in values.values)
        else:
            fits = isinstance(value, int | float) and values.low <= value <= values.high
        if fits:
            point[name] = value
    return point
