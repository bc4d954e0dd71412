"""The settings of a rung: what a ladder takes for "auto", so that every rung can train well."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone

from layerwise.errors import SettingError
from layerwise.estimators.presets import AUTO

RATE, MOST_MOVED = 0.01, 2.5  # a step of Adam moves Z by up to the rate times the columns
EPOCHS, FEWEST_EPOCHS, VISITS = 200, 20, 400_000  # of rows, by one network
EPOCHS_OF_WIDE = 60
HELD_OUT, FEWEST_ROWS = 0.15, 40
BY_HEART = 1000  # epochs, to see what a network can represent


def equipped(
    estimator: Any, hidden_units: tuple[int, ...], seed: int, table: tuple[int, int]
) -> Any:
    """Return a clone for a rung: its layers and seed, and the ladder's value for each "auto".

    Under another preset than "auto" each setting stays what that preset says.

    Parameters
    ----------
    estimator : as the user has set it
    hidden_units : the rung's
    seed : its random_state
    table : rows to train on, and columns
    """
    made: Any = clone(estimator)
    asked = made.get_params(deep=False)
    made.set_params(hidden_units=hidden_units, random_state=seed, warm_start=False)
    if asked["preset"] != AUTO:
        return made
    plain = _plain(asked, bool(hidden_units), *table)
    if not hidden_units:  # convex: where it starts would only stay as noise in what rows do not say
        plain |= {"initialization": "zeros"}
    return made.set_params(
        preset="lecture", **{name: own for name, own in plain.items() if _is_auto(asked[name])}
    )


def by_heart(estimator: Any, hidden_units: tuple[int, ...], seed: int) -> Any:
    """Return a clone that trains on all its rows, to see whether the network can represent them."""
    own = estimator.get_params(deep=False)["epochs"]
    made = equipped(estimator, hidden_units, seed, (1, 1))
    epochs = BY_HEART if _is_auto(own) else own
    return made.set_params(validation_fraction=0, monitor="metric", epochs=epochs)


def check_one_for_all(estimator: Any) -> None:
    """Raise SettingError for a setting that holds one value per layer: a ladder changes these."""
    activation = estimator.get_params(deep=False)["activation"]
    if isinstance(activation, tuple | list):
        raise SettingError(
            f"activation={activation!r}: expected one name, for a ladder changes the number of "
            "hidden layers"
        )


def _plain(asked: dict[str, Any], deep: bool, rows: int, columns: int) -> dict[str, Any]:
    # with more columns than rows all of these are right soon, and the rest says little of epochs
    wide = columns > rows
    most = EPOCHS_OF_WIDE if wide and deep else EPOCHS  # W and b alone learn slowly, and cheaply
    plain: dict[str, Any] = {
        "epochs": int(np.clip(VISITS // max(rows, 1), FEWEST_EPOCHS, most)),
        "patience": None,
        "validation_fraction": HELD_OUT if rows >= FEWEST_ROWS and not wide else 0,
    }
    if _is_auto(asked["metric"]) and asked["threshold"] == 0.5:
        plain["monitor"] = "cost"  # what a few held-out rows get right is luck
    if _is_auto(asked["optimizer"]):
        plain["learning_rate"] = min(RATE, MOST_MOVED / columns)
        plain["schedule"] = "cosine"
    return plain


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == AUTO
