"""The user's rows with all that belongs to them, and how much each class counts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from layerwise.data.encoding import Rows
from layerwise.data.targets import ClassTarget
from layerwise.errors import SettingError
from layerwise.estimators.door import chosen
from layerwise.estimators.settings import refuse

Factors = dict[Any, float]  # of the classes, by their label


class Sample(NamedTuple):
    """Rows, targets and weights as the user gave them; `picture` is one picture's shape.

    `groups` are rows that belong together, by number; `validation` is the user's own validation
    set, (X, y) or (X, y, weights), not yet read. `own` are the weights before the factors of
    classes, where there are any. Of an array a part copies no rows: `which` are
    the numbers of those it has, None for all of them.
    """

    rows: Rows
    targets: np.ndarray
    weights: np.ndarray
    picture: tuple[int, ...] | None
    groups: np.ndarray | None = None
    validation: tuple[Any, ...] | None = None
    which: np.ndarray | None = None
    own: np.ndarray | None = None

    def part(self, which: np.ndarray) -> Sample:
        """Return the sample of these row numbers, in rising order."""
        if len(which) == len(self.weights):
            return self
        array = isinstance(self.rows, np.ndarray)
        among = which if self.which is None else self.which[which]
        return self._replace(
            rows=self.rows if array else chosen(self.rows, which),
            which=among if array else None,
            targets=self.targets[which],
            weights=self.weights[which],
            own=None if self.own is None else self.own[which],
            groups=None if self.groups is None else self.groups[which],
        )

    def taken(self, part: slice = slice(None)) -> Rows:
        """Return the rows themselves, or a part of them."""
        return self.rows[part] if self.which is None else self.rows[self.which[part]]

    def counting(self) -> Sample:
        """Return the sample without the rows of weight zero."""
        return self.part(np.flatnonzero(self.weights > 0))

    def weighed(self, factors: Factors) -> Sample:
        """Return the sample with each row's weight multiplied by its class's factor."""
        if not factors:
            return self
        labels, places = np.unique(self.targets, return_inverse=True)
        each = np.array([factors.get(label, 1.0) for label in labels.tolist()])
        return self._replace(weights=self.weights * each[places], own=self.weights)


def class_factors(setting: Any, sample: Sample, target: Any) -> Factors:
    """Return the factor of each class that the setting `class_weight` asks for.

    "balanced" gives each class the same sum of weights, as in scikit-learn: the total over the
    number of classes times the class's own sum. A key that is a text also stands for the number
    that is written so, for a settings file has no other keys.

    Raises
    ------
    SettingError
        When the target holds no classes, or a key is none of them.
    """
    if setting is None:
        return {}
    if not isinstance(target, ClassTarget) or sample.targets.ndim > 1:
        raise refuse("class_weight", setting, "None, for the target does not hold single classes")
    labels, places = np.unique(sample.targets, return_inverse=True)
    known = labels.tolist()
    if isinstance(setting, str):
        sums = np.bincount(places, weights=sample.weights)
        return dict(zip(known, (sums.sum() / (len(known) * sums)).tolist(), strict=True))
    return {_label(key, known): float(factor) for key, factor in setting.items()}


def _label(key: Any, known: list[Any]) -> Any:
    if key in known:
        return key
    by_text = {str(label): label for label in known}
    if isinstance(key, str) and key in by_text:
        return by_text[key]
    raise SettingError(
        f"class_weight: {key!r} is not a class; known classes: {', '.join(map(repr, known[:10]))}"
    )
