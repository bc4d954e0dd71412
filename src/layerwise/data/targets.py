"""From labels or numbers to Y and back: classes to 0 and 1, numbers to standard units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from layerwise.data.columns import Described, Finite, Positive
from layerwise.data.several import MOST_OUTPUTS, SEVERAL, LabelsTarget, SeveralTargets, of_width
from layerwise.errors import DataError

OF_NUMBERS = ("identity", "exponential")  # the heads that give numbers


class NumberTarget(Described):
    """A target in the user's units: Y = (y - mean) / scale, learned from the training rows.

    `repeats` is how many units of the last layer answer for it: one per level of the quantile cost.
    Predictions stay from `low` to `high` where these are given.
    """

    kind: Literal["numbers"] = "numbers"
    mean: Finite
    scale: Positive
    repeats: Annotated[int, Field(ge=1, le=MOST_OUTPUTS)] = 1
    low: Finite | None = None
    high: Finite | None = None
    heads: ClassVar[tuple[str, ...]] = OF_NUMBERS
    words: ClassVar[str] = "one number"

    @property
    def units(self) -> int:
        """How many units the last layer needs."""
        return self.repeats

    @property
    def deviations(self) -> np.ndarray:
        """What a standard unit is in the user's."""
        return np.array([self.scale])

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, repeats) in standard units."""
        standard = (np.asarray(y, np.float64).ravel() - self.mean) / self.scale
        return np.repeat(standard[:, None], self.repeats, axis=1).astype(dtype)

    def decode(self, outputs: np.ndarray) -> np.ndarray:
        """Return (m, repeats) in the user's unit."""
        return _clipped(outputs * self.scale + self.mean, self.low, self.high)

    def kept_inside(self, y: np.ndarray, margin: float) -> Self:
        """Return it with predictions kept inside the range of y, wider by `margin` of it a side.

        A range that it has stays in: rows of an earlier fit are not forgotten.
        """
        low, high = _widened(y, margin, (self.low, self.high))
        return self.model_copy(update={"low": float(low), "high": float(high)})


def _widened(y: np.ndarray, margin: float, known: tuple[Any, Any]) -> tuple[Any, Any]:
    low, high = np.min(y, axis=0), np.max(y, axis=0)
    low, high = low - margin * (high - low), high + margin * (high - low)
    return (low, high) if None in known else (np.fmin(low, known[0]), np.fmax(high, known[1]))


def _clipped(outputs: np.ndarray, low: Any, high: Any) -> np.ndarray:
    if low is None or high is None:
        return outputs
    return np.clip(outputs, np.asarray(low, outputs.dtype), np.asarray(high, outputs.dtype))


def learn_numbers(y: np.ndarray, weights: np.ndarray) -> NumberTarget:
    """Return the weighted mean and standard deviation of a target (1 when it is constant)."""
    mean = float(np.average(y, weights=weights))
    spread = float(np.sqrt(np.average((y - mean) ** 2, weights=weights)))
    return NumberTarget(mean=mean, scale=spread if spread > 0 else 1.0)


class NumbersTarget(SeveralTargets):
    """Several targets, each in standard units by its own mean and scale.

    Predictions stay from `lows` to `highs` where these are given.
    """

    kind: Literal["several numbers"] = "several numbers"
    means: Annotated[tuple[Finite, ...], SEVERAL]
    scales: Annotated[tuple[Positive, ...], SEVERAL]
    lows: tuple[Finite, ...] | None = None
    highs: tuple[Finite, ...] | None = None
    heads: ClassVar[tuple[str, ...]] = OF_NUMBERS
    noun: ClassVar[str] = "numbers"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not len(self.names) == len(self.means) == len(self.scales):
            raise ValueError("there is not one name, mean and scale per target")
        if any(len(edge) != len(self.names) for edge in (self.lows, self.highs) if edge):
            raise ValueError("there is not one range per target")
        return self

    @property
    def deviations(self) -> np.ndarray:
        """What a standard unit of each is in the user's."""
        return np.array(self.scales)

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, K) in standard units."""
        y = of_width(np.asarray(y, np.float64), len(self.means))
        return ((y - np.array(self.means)) / np.array(self.scales)).astype(dtype)

    def decode(self, outputs: np.ndarray) -> np.ndarray:
        """Return (m, K) in the user's units."""
        numbers = outputs * np.array(self.scales) + np.array(self.means)
        return _clipped(numbers, self.lows, self.highs)

    def kept_inside(self, y: np.ndarray, margin: float) -> Self:
        """Return it with each prediction kept in its range, as `NumberTarget.kept_inside`."""
        y = of_width(np.asarray(y, np.float64), len(self.means))
        lows, highs = _widened(y, margin, (self.lows, self.highs))
        return self.model_copy(
            update={"lows": tuple(lows.tolist()), "highs": tuple(highs.tolist())}
        )


def learn_several_numbers(
    y: np.ndarray, weights: np.ndarray, names: Sequence[str]
) -> NumbersTarget:
    """Return the weighted mean and standard deviation of each column of y."""
    each = [learn_numbers(column, weights) for column in y.T]
    return NumbersTarget(
        names=tuple(names),
        means=tuple(one.mean for one in each),
        scales=tuple(one.scale for one in each),
    )


Label = str | bool | int | float


class ClassTarget(Described):
    """The classes in sorted order; two make one row of Y, K make K rows. `dtype` is numpy's."""

    kind: Literal["classes"] = "classes"
    classes: Annotated[tuple[Label, ...], Field(min_length=2)]
    dtype: Annotated[str, Field(pattern=r"^([|<>]?[biufU]\d+|object)$")]
    shares: tuple[Finite, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads that fit."""
        return ("sigmoid",) if len(self.classes) == 2 else ("softmax",)

    @property
    def units(self) -> int:
        """How many units the last layer needs."""
        return 1 if len(self.classes) == 2 else len(self.classes)

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"{len(self.classes)} classes"

    @property
    def labels(self) -> np.ndarray:
        """The classes as an array of the user's own type."""
        return np.array(self.classes, dtype=self.dtype)

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, 1) of 0 and 1 for two classes, (m, K) with a single 1 per row for K."""
        places = self.places(np.ravel(y))
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


Target = Annotated[
    NumberTarget | NumbersTarget | ClassTarget | LabelsTarget, Field(discriminator="kind")
]
