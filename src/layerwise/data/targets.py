"""From labels or numbers to Y and back: classes to 0 and 1, numbers to standard units."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from layerwise.data.columns import Described, Finite, Positive
from layerwise.errors import DataError


class NumberTarget(Described):
    """A target in the user's units: Y = (y - mean) / scale, learned from the training rows."""

    kind: Literal["numbers"] = "numbers"
    mean: Finite
    scale: Positive

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, 1) in standard units."""
        return ((np.asarray(y, np.float64) - self.mean) / self.scale)[:, None].astype(dtype)


def learn_numbers(y: np.ndarray, weights: np.ndarray) -> NumberTarget:
    """Return the weighted mean and standard deviation of a target (1 when it is constant)."""
    mean = float(np.average(y, weights=weights))
    spread = float(np.sqrt(np.average((y - mean) ** 2, weights=weights)))
    return NumberTarget(mean=mean, scale=spread if spread > 0 else 1.0)


Label = str | bool | int | float


class ClassTarget(Described):
    """The classes in sorted order; two make one row of Y, K make K rows. `dtype` is numpy's."""

    kind: Literal["classes"] = "classes"
    classes: Annotated[tuple[Label, ...], Field(min_length=2)]
    dtype: Annotated[str, Field(pattern=r"^([|<>]?[biufU]\d+|object)$")]
    shares: tuple[Finite, ...]

    @property
    def labels(self) -> np.ndarray:
        """The classes as an array of the user's own type."""
        return np.array(self.classes, dtype=self.dtype)

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, 1) of 0 and 1 for two classes, (m, K) with a single 1 per row for K."""
        places = self.places(y)
        if len(self.classes) == 2:
            return places[:, None].astype(dtype)
        return np.eye(len(self.classes), dtype=dtype)[places]

    def places(self, y: np.ndarray) -> np.ndarray:
        """Return the position of each label among the classes; an unknown label is refused."""
        known = {label: place for place, label in enumerate(self.labels.tolist())}
        try:
            return np.array([known[label] for label in np.asarray(y).tolist()], dtype=np.intp)
        except KeyError as unknown:
            raise DataError(
                f"the label {unknown.args[0]!r} was not met in training; "
                f"known classes: {', '.join(map(repr, known))}"
            ) from None


def learn_classes(y: np.ndarray, weights: np.ndarray) -> ClassTarget:
    """Return the classes of y with each one's share of the weight."""
    labels, places = np.unique(y, return_inverse=True)
    shares = np.bincount(places, weights=weights) / weights.sum()
    kind: Any = "object" if labels.dtype == object else labels.dtype.str
    return ClassTarget(classes=tuple(labels.tolist()), dtype=kind, shares=tuple(shares.tolist()))
