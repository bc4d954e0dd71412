"""Presets: plain settings under a name, taken wherever a setting is "auto"."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.entrance import Columns
from layerwise.estimators.ingredients import Dropout, Parametric
from layerwise.training.optimizers import Adam
from layerwise.training.update import Update

AUTO = "auto"
PLAIN_RATE = 0.001
MOST_EMBEDDED = 200  # columns of numbers
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


Preset = dict[str, Any]  # a value, or a function of the facts and the settings that are given

LECTURE: Preset = {
    "hidden_units": (256,),
    "activation": "relu",
    "initialization": "he",
    "dropout": None,
    "optimizer": "adam",
    "learning_rate": PLAIN_RATE,
    "schedule": "constant",
    "update": None,
    "batch_size": AUTO,
    "epochs": 100,
    "patience": 20,
    "columns": "columns",
    "embedding": None,
    "scaling": None,
    "members": 1,
    "calibration": None,
}


def _learning_rate(facts: Facts, given: dict[str, Any]) -> float:
    # the large ones belong to the tangent form and to Adam
    if given["initialization"] not in (AUTO, "tangent") or given["optimizer"] != AUTO:
        return PLAIN_RATE
    return 0.04 if facts.of_classes else 0.2


def _one_hot_up_to(given: dict[str, Any]) -> int | None:
    # the number of a level cannot be mixed with another's
    mixes = getattr(given["augmentation"], "name", given["augmentation"]) == "mixup"
    return None if mixes else MOST_ONE_HOT


def _batch_size(rows: int) -> int:
    # a few steps at least of an epoch, and a product large enough to be fast
    return int(np.clip(2 ** round(np.log2(max(rows, 1) / 4)), 32, 256))


TABLE: Preset = {
    "hidden_units": (256, 256, 256),
    "activation": lambda facts, _: Parametric("selu" if facts.of_classes else "mish"),
    "initialization": "tangent",
    "dropout": Dropout(hidden=0.15, input=0.0, fade=0.5),
    "optimizer": Adam(beta2=0.95),
    "learning_rate": _learning_rate,
    "schedule": "cosine_log",
    "update": Update(weight_decay=0.02, fade=0.5, bias_factor=0.1),
    "batch_size": lambda facts, _: _batch_size(facts.rows),
    "epochs": 64,
    "patience": None,
    "columns": lambda _, given: Columns("robust_clipped", True, _one_hot_up_to(given)),
    "embedding": lambda facts, _: "periodic" if facts.columns <= MOST_EMBEDDED else None,
    "scaling": "scaling",
    "members": 8,
    "calibration": lambda facts, _: "temperature" if facts.of_classes else None,
}

PRESETS: dict[str, Preset] = {"table": TABLE, "lecture": LECTURE}


def preset_of(name: str, facts: Facts) -> str:
    """Return the preset that a name stands for; "auto": "lecture" for pictures, else "table".

    Raises
    ------
    SettingError
        When there is no such preset.
    """
    if name == AUTO:
        return "lecture" if facts.pictures else "table"
    if name not in PRESETS:
        raise SettingError(
            f"preset={name!r}: expected 'auto' or one of {', '.join(map(repr, PRESETS))}"
        )
    return name


def chosen(settings: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """Return the settings with what the preset says wherever one is "auto"."""
    name = preset_of(settings["preset"], facts)
    made = settings | {"preset": name}
    for setting, value in PRESETS[name].items():
        if isinstance(settings[setting], str) and settings[setting] == AUTO:
            made[setting] = value(facts, settings) if callable(value) else value
    return made
