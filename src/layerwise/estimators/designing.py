"""From the settings to the network on the board, and to the numbers it is run with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.costs import OwnCost, Quantile
from layerwise.estimators.entering import dropping, entering, met_by_layer_1
from layerwise.estimators.entrance import Inputs
from layerwise.estimators.ingredients import (
    TABLES,
    BatchEnsemble,
    Dropout,
    Given,
    Mixup,
    Parametric,
)
from layerwise.estimators.settings import SHORT, activations_of, hidden_layers, ingredient_of
from layerwise.ingredient import Ingredient, resolved
from layerwise.propagation.architecture import build
from layerwise.propagation.blocks import Block, Network
from layerwise.propagation.cost import Cost
from layerwise.propagation.data_driven import NAMES as DATA_DRIVEN
from layerwise.propagation.layer import Layer

# what each head can be trained on: the setting's name to the row of the board's table
FITTING: dict[str, dict[str, str]] = {
    "number": {
        "auto": "squared_error",
        "squared_error": "squared_error",
        "absolute_error": "absolute_error",
        "huber": "huber",
        "poisson": "poisson",
        "quantile": "quantile",
    },
    "several numbers": {
        "auto": "squared_error",
        "squared_error": "squared_error",
        "absolute_error": "absolute_error",
        "huber": "huber",
        "poisson": "poisson",
    },
    "two classes": {
        "auto": "binary_cross_entropy",
        "cross_entropy": "binary_cross_entropy",
        "focal": "binary_focal",
    },
    "several classes": {
        "auto": "cross_entropy",
        "cross_entropy": "cross_entropy",
        "focal": "focal",
    },
    "several labels": {
        "auto": "binary_cross_entropy",
        "cross_entropy": "binary_cross_entropy",
        "focal": "binary_focal",
    },
}

TANGENT = "tangent"
LINEAR = ("linear", "shared_linear", "own_linear")


class Design(NamedTuple):
    """The network, the numbers of its blocks and of its cost, and the layers that are frozen."""

    network: Network
    numbers: tuple[dict[str, float], ...]
    cost: dict[str, Any]
    frozen: tuple[int, ...]


class _Made(NamedTuple):
    """A layer on the board, and the numbers of its blocks by their kind."""

    layer: Layer
    numbers: dict[str, dict[str, float]]


def board_cost(cost: Ingredient, target: str) -> str | Cost:
    """Return the board's name of a cost for a kind of target (a key of FITTING), or the own row.

    Raises
    ------
    SettingError
        When the cost does not fit the target; says which do.
    """
    if isinstance(cost, OwnCost):
        return cost.row(target)
    fitting = FITTING[target]
    if cost.name in fitting:
        return fitting[cost.name]
    kind = "numbers" if "number" in target else "labels"
    raise SettingError(
        f"cost={cost.name!r}: the target holds {kind} ({target}); "
        f"expected one of {', '.join(map(repr, (*fitting, 'own')))}"
    )


def design(settings: dict[str, Any], inputs: Inputs, n_last: int, target: str) -> Design:
    """Return the network for these inputs and n_last outputs, with its numbers."""
    cost = ingredient_of("cost", settings["cost"])
    name = board_cost(cost, target)
    levels = len(cost.levels) if isinstance(cost, Quantile) else 1
    if target == "number" and n_last != levels:
        raise SettingError(f"cost={cost.name!r}: {levels} unit(s) needed at the end, not {n_last}")
    entrance = entering(settings, inputs)
    made, frozen = _layers(settings, met_by_layer_1(inputs, entrance), n_last)
    kinds = tuple(one.entrance for one in entrance)
    network = build(inputs.count, tuple(one.layer for one in made), name, kinds)
    network = network.computed_in(SHORT.get(settings["dtype"]))
    at_entrance = {one.entrance[0]: one.numbers for one in entrance}
    numbers = tuple(
        (at_entrance if block.l == 0 else made[block.l - 1].numbers).get(block.kind, {})
        | _tangent(block)
        for block in network.blocks
    )
    return Design(network, numbers, cost.numbers(), frozen)


def _layers(
    settings: dict[str, Any], n_prev: int, n_last: int
) -> tuple[list[_Made], tuple[int, ...]]:
    """Return layers 1 to L, and the numbers of those that are frozen."""
    hidden = hidden_layers(settings["hidden_units"])
    activations, made = activations_of(settings["activation"], len(hidden)), []
    for place, (layer, activation) in enumerate(zip(hidden, activations, strict=True), start=1):
        made.append(_hidden(layer, activation, settings, (place, n_prev)))
        n_prev = layer.units
    start = _drawn(settings["initialization"])
    members = _sharing(settings["members"], made)
    made.append(_Made(Layer(n_last, None, start.name), dict.fromkeys(LINEAR, start.numbers())))
    made = [_Made(one.layer._replace(members=members), one.numbers) for one in made]
    return made, tuple(place for place, layer in enumerate(hidden, start=1) if layer.frozen)


def _hidden(layer: Any, activation: Ingredient, settings: dict, place: tuple[int, int]) -> _Made:
    own = layer.activation
    g: Any = activation if own is None else resolved("activation", own, TABLES["activation"])
    if isinstance(layer.initialization, Given):
        raise SettingError("hidden_units: Given(...) belongs to the network's initialization")
    start = _drawn(_own_or(layer, settings, "initialization"))
    normalization, drop = _normalization(layer, settings), _dropout(layer, settings)
    _refuse_misfit(layer, place)
    parametric = isinstance(g, Parametric)
    kind = None if normalization is None else normalization.name
    made = Layer(
        layer.units, g.of_activation if parametric else g.name, start.name, parametric,
        kind, drop is not None and drop.hidden > 0, layer.residual,
    )  # fmt: skip
    numbers = {
        **dict.fromkeys(LINEAR, start.numbers()),
        "activation": g.numbers(),
        "dropout": {} if drop is None else dropping(drop, drop.hidden),
    }
    if normalization is not None:
        numbers[normalization.name] = normalization.numbers()
    return _Made(made, numbers)


def _sharing(members: Any, hidden: list[_Made]) -> int:
    """Return how many members share the network, 1 where they do not."""
    found = ingredient_of("members", members)
    if not isinstance(found, BatchEnsemble):
        return 1
    if not hidden:
        raise SettingError("members='batch_ensemble': members share hidden layers; there are none")
    if any(one.layer.initialization in DATA_DRIVEN for one in hidden):
        raise SettingError(
            "members='batch_ensemble': layers that members share start as drawn; expected an "
            f"initialization such as 'he', not one of {', '.join(map(repr, DATA_DRIVEN))}"
        )
    if hidden[0].layer.skip:
        raise SettingError(
            "members='batch_ensemble': members part in layer 1, so that it cannot be residual"
        )
    return found.size


def _tangent(block: Block) -> dict[str, float]:
    tangent = getattr(block.settings, "initialization", None) == TANGENT
    return {"c": block.settings.n_prev**-0.5} if tangent else {}


def _drawn(initialization: Any) -> Ingredient:
    start = ingredient_of("initialization", initialization)
    return (
        resolved("initialization", start.otherwise, TABLES["initialization"])
        if isinstance(start, Given)
        else start
    )


def _own_or(layer: Any, settings: dict, name: str) -> Any:
    own = getattr(layer, name)
    return settings[name] if own is None else own


def _refuse_misfit(layer: Any, place: tuple[int, int]) -> None:
    at, n_prev = place
    if layer.residual and layer.units != n_prev:
        raise SettingError(
            f"hidden_units: layer {at} is residual with {layer.units} units, but {n_prev} come in; "
            "A[l] + A[l-1] needs as many of both"
        )


def _normalization(layer: Any, settings: dict) -> Ingredient | None:
    if layer.normalization == "none":
        return None
    return ingredient_of("normalization", _own_or(layer, settings, "normalization"))


def _dropout(layer: Any, settings: dict) -> Dropout | None:
    network = ingredient_of("dropout", settings["dropout"])
    if layer.dropout is None:
        return network
    own = ingredient_of("dropout", layer.dropout)
    if network is None or own is None or isinstance(layer.dropout, str | Ingredient):
        return own
    return replace(network, hidden=own.hidden)  # a number alone follows the network's schedule


def as_arrays(numbers: Any, dtype: Any) -> dict[str, Any]:
    """Return numbers by name as arrays."""
    return {name: np.asarray(value, dtype) for name, value in numbers.items()}


def mixing(settings: dict[str, Any]) -> Mixup | None:
    """Return the mixup of the settings, if there is one."""
    found = ingredient_of("augmentation", settings["augmentation"])
    return found if isinstance(found, Mixup) else None
