"""Presets: plain settings under a name, taken wherever a setting is "auto"."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.entrance import Columns, Periodic, Piecewise
from layerwise.estimators.ingredients import BatchEnsemble, Dropout, Parametric
from layerwise.training.minibatches import bucket
from layerwise.training.optimizers import Adam
from layerwise.training.update import Update

AUTO = "auto"
PLAIN_RATE = 0.001
MEASURED = "meter"  # a learning rate that is measured at fit
SUITED = (AUTO, "adam", "adamw", "nadam", "rmsprop", "lbfgs")  # those that a plain rate suits
MOST_EMBEDDED = 200  # columns
VISITS = 8_000_000  # of a row by a member in training: about a minute on two cores
MANY = 20_000  # rows of which quantiles tell more than the quartiles
FEWEST_EPOCHS = 16
FEWEST_ROWS = 65  # of fewer a fold has too few to tell epochs apart
DESCRIBING = ("hidden_units", "activation", "initialization", "optimizer")
MIDDLE = 0.5  # the threshold that needs no choice
MOST_ONE_HOT = 9  # values of a category


class Facts(NamedTuple):
    """What a preset looks at: the kind of target, how many rows and columns, whether pictures."""

    kind: str = "two classes"
    rows: int = 1000
    columns: int = 10
    pictures: bool = False

    @property
    def of_classes(self) -> bool:
        return "number" not in self.kind


class Size(NamedTuple):
    """What depends on how many rows there are: fewer are learned by heart, and held back more.

    `step` is a factor on the learning rate; many rows can teach fast waves.
    """

    hidden_units: tuple[int, ...]
    epochs: int
    step: float
    weight_decay: float
    dropout: float
    embedding: Periodic = Periodic()


SIZES = {  # up to so many rows: chosen on half A of the study, decision 24
    512: Size((128, 128), 64, 0.5, 0.4, 0.25),
    4096: Size((128, 128), 40, 1.0, 0.1, 0.2, Periodic(scale=0.2, factor=0.3)),
    MANY: Size((256, 256), 28, 1.0, 0.1, 0.2, Periodic(scale=0.2, factor=0.3)),
}
LARGE = Size((256, 256, 256), 64, 1.0, 0.02, 0.15, Periodic(5.0, 1.0, outputs=8))

Preset = dict[str, Any]  # a value, or a function of the facts and the settings that are given

LECTURE: Preset = {
    "hidden_units": (256,),
    "activation": "relu",
    "initialization": "he",
    "dropout": None,
    "optimizer": "adam",
    "learning_rate": lambda _, given: _suited(given, PLAIN_RATE),
    "schedule": "constant",
    "update": None,
    "batch_size": AUTO,
    "epochs": 100,
    "patience": 20,
    "columns": "columns",
    "embedding": None,
    "scaling": None,
    "members": 1,
    "prediction_margin": None,
    "monitor": "metric",
    "calibration": None,
}


def _suited(given: dict[str, Any], rate: float) -> float | str:
    # the right rate of the other rules depends on the curvature of the cost
    own = given["optimizer"]
    return rate if getattr(own, "name", own) in SUITED else MEASURED


def _learning_rate(facts: Facts, given: dict[str, Any]) -> float | str:
    # the large ones belong to the tangent form and to Adam
    drawn = given["initialization"] not in (AUTO, "tangent") or not _is_a_number(given["members"])
    if drawn or given["optimizer"] != AUTO:
        return _suited(given, PLAIN_RATE)
    squares = not facts.of_classes and given["cost"] in (AUTO, "squared_error")
    return (0.2 if squares else 0.04) * _size(facts).step


def _embedding(facts: Facts) -> Periodic | None:
    return None if facts.columns > MOST_EMBEDDED else _size(facts).embedding


def _columns(rows: int, given: dict[str, Any]) -> Columns:
    # the number of a level cannot be mixed with another's
    mixes = getattr(given["augmentation"], "name", given["augmentation"]) == "mixup"
    own = None if mixes else MOST_ONE_HOT
    numbers = "quantile_normal" if rows > MANY else "robust_clipped"
    return Columns(numbers, two_as_one=True, one_hot_up_to=own, room=True)


def _size(facts: Facts) -> Size:
    return next((size for most, size in SIZES.items() if facts.rows <= most), LARGE)


def _dropout(facts: Facts, _: dict[str, Any]) -> Dropout:
    return Dropout(hidden=_size(facts).dropout, input=0.0, fade=0.5)


def _update(facts: Facts, _: dict[str, Any]) -> Update:
    return Update(weight_decay=_size(facts).weight_decay, fade=0.5, bias_factor=0.1)


def _members(rows: int) -> int:
    return next(n for n in (8, 4, 2, 1) if n == 1 or n * FEWEST_EPOCHS * rows <= VISITS)


def trained_apart(members: Any) -> int:
    """Return how many networks the setting `members` trains: one for members that share one."""
    return max(int(members), 1) if isinstance(members, Integral) else 1


def _is_a_number(members: Any) -> bool:
    return _is_auto(members) or isinstance(members, Integral)


def _epochs(facts: Facts, given: dict[str, Any]) -> int:
    members, most = given["members"], _size(facts).epochs
    count = _members(facts.rows) if _is_auto(members) else trained_apart(members)
    return int(np.clip(VISITS // (count * max(facts.rows, 1)), FEWEST_EPOCHS, most))


def _monitor(facts: Facts, given: dict[str, Any]) -> str:
    # who asks for a metric or a threshold is judged by that
    asked = given["metric"] not in (AUTO, None) or given["threshold"] != MIDDLE
    return "calibrated_cost" if facts.of_classes and not asked else "metric"


def _batch_size(rows: int) -> int:
    # a few steps at least of an epoch, and a product large enough to be fast
    return int(np.clip(bucket(max(rows, 1), wide=True) // 8, 32, 256))


TABLE: Preset = {
    "hidden_units": lambda facts, _: _size(facts).hidden_units,
    "activation": lambda facts, _: Parametric("selu" if facts.of_classes else "mish"),
    # members that share W start as drawn
    "initialization": lambda _, given: "tangent" if _is_a_number(given["members"]) else "he",
    "dropout": _dropout,
    "optimizer": Adam(beta2=0.95),
    "learning_rate": _learning_rate,
    "schedule": "cosine_log",
    "update": _update,
    "batch_size": lambda facts, _: _batch_size(facts.rows),
    "epochs": _epochs,
    "patience": None,
    "columns": lambda facts, given: _columns(facts.rows, given),
    "embedding": lambda facts, _: _embedding(facts),
    "scaling": "scaling",
    "members": lambda facts, _: _members(facts.rows),
    "prediction_margin": lambda facts, _: None if facts.of_classes else 0.1,
    "monitor": _monitor,
    "calibration": lambda facts, _: "temperature" if facts.of_classes else None,
}

TABM: Preset = TABLE | {  # Gorishniy et al., ICLR 2025
    "hidden_units": lambda facts, _: _size(facts).hidden_units,
    "activation": "relu",
    "initialization": "he",
    "dropout": Dropout(hidden=0.1, input=0.0),
    "optimizer": "adam",
    "learning_rate": lambda _, given: _suited(given, 0.002),
    "schedule": "constant",
    "update": Update(weight_decay=3e-4, clip_norm=1.0),
    "epochs": 100,
    "patience": 16,
    "columns": lambda facts, given: replace(_columns(facts.rows, given), numbers="quantile_normal"),
    "embedding": lambda facts, _: None if facts.columns > MOST_EMBEDDED else Piecewise(),
    "scaling": None,
    "members": BatchEnsemble(),
}

PRESETS: dict[str, Preset] = {"table": TABLE, "lecture": LECTURE, "tabm": TABM}


def preset_of(settings: dict[str, Any], facts: Facts) -> str:
    """Return the preset in use; "auto" is "table", and "lecture" where that has nothing to gain.

    That is for pictures, for fewer rows than FEWEST_ROWS, and where the network is described: who
    says what its layers or its optimizer are gets them as the lecture has them.

    Raises
    ------
    SettingError
        When there is no such preset.
    """
    name = settings["preset"]
    if name == AUTO:
        described = any(not _is_auto(settings[own]) for own in DESCRIBING)
        plain = facts.pictures or facts.rows < FEWEST_ROWS or described
        return "lecture" if plain else "table"
    if not isinstance(name, str) or name not in PRESETS:
        raise SettingError(
            f"preset={name!r}: expected 'auto' or one of {', '.join(map(repr, PRESETS))}"
        )
    return name


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == AUTO


def chosen(settings: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """Return the settings with what the preset says wherever one is "auto"."""
    name = preset_of(settings, facts)
    made = settings | {"preset": name}
    for setting, value in PRESETS[name].items():
        if _is_auto(settings[setting]):
            made[setting] = value(facts, settings) if callable(value) else value
    return made
