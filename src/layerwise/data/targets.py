"""From labels or numbers to Y and back: classes to 0 and 1, numbers to standard units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from layerwise.data.columns import Described, Finite, Name, Positive
from layerwise.errors import DataError

MOST_OUTPUTS = 1_000_000
SEVERAL = Field(min_length=2, max_length=MOST_OUTPUTS)
OF_NUMBERS = ("identity", "exponential")  # the heads that give numbers


class NumberTarget(Described):
    """A target in the user's units: Y = (y - mean) / scale, learned from the training rows.

    `repeats` is how many units of the last layer answer for it: one per level of the quantile cost.
    """

    kind: Literal["numbers"] = "numbers"
    mean: Finite
    scale: Positive
    repeats: Annotated[int, Field(ge=1, le=MOST_OUTPUTS)] = 1
    heads: ClassVar[tuple[str, ...]] = OF_NUMBERS
    words: ClassVar[str] = "one number"

    @property
    def units(self) -> int:
        """How many units the last layer needs."""
        return self.repeats

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, repeats) in standard units."""
        standard = (np.asarray(y, np.float64).ravel() - self.mean) / self.scale
        return np.repeat(standard[:, None], self.repeats, axis=1).astype(dtype)

    def decode(self, outputs: np.ndarray) -> np.ndarray:
        """Return (m, repeats) in the user's unit."""
        return outputs * self.scale + self.mean


def learn_numbers(y: np.ndarray, weights: np.ndarray) -> NumberTarget:
    """Return the weighted mean and standard deviation of a target (1 when it is constant)."""
    mean = float(np.average(y, weights=weights))
    spread = float(np.sqrt(np.average((y - mean) ** 2, weights=weights)))
    return NumberTarget(mean=mean, scale=spread if spread > 0 else 1.0)


class SeveralTargets(Described):
    """A target of several columns, one unit of the last layer for each."""

    names: Annotated[tuple[Name, ...], SEVERAL]
    noun: ClassVar[str]

    @property
    def units(self) -> int:
        """How many units the last layer needs."""
        return len(self.names)

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"{len(self.names)} {self.noun}"


class NumbersTarget(SeveralTargets):
    """Several targets, each in standard units by its own mean and scale."""

    kind: Literal["several numbers"] = "several numbers"
    means: Annotated[tuple[Finite, ...], SEVERAL]
    scales: Annotated[tuple[Positive, ...], SEVERAL]
    heads: ClassVar[tuple[str, ...]] = OF_NUMBERS
    noun: ClassVar[str] = "numbers"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not len(self.names) == len(self.means) == len(self.scales):
            raise ValueError("there is not one name, mean and scale per target")
        return self

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, K) in standard units."""
        y = of_width(np.asarray(y, np.float64), len(self.means))
        return ((y - np.array(self.means)) / np.array(self.scales)).astype(dtype)

    def decode(self, outputs: np.ndarray) -> np.ndarray:
        """Return (m, K) in the user's units."""
        return outputs * np.array(self.scales) + np.array(self.means)


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


def of_width(y: np.ndarray, width: int) -> np.ndarray:
    """Return y when it is (m, width); another shape is refused."""
    if y.ndim == 2 and y.shape[1] == width:
        return y
    raise DataError(f"the target has the shape {y.shape}; expected (m, {width}) as in the training")


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


class LabelsTarget(SeveralTargets):
    """K labels that are there or not, independently: K rows of Y of 0 and 1. `dtype` is numpy's."""

    kind: Literal["labels"] = "labels"
    dtype: Annotated[str, Field(pattern=r"^(\|b1|[|<>][iu][1248]|<f[248])$")]
    shares: Annotated[tuple[Finite, ...], SEVERAL]
    heads: ClassVar[tuple[str, ...]] = ("sigmoid",)
    noun: ClassVar[str] = "labels"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.names) != len(self.shares) or not all(0 <= s <= 1 for s in self.shares):
            raise ValueError("there is not one share from 0 to 1 per label")
        return self

    @property
    def labels(self) -> np.ndarray:
        """The labels' numbers, 0 to K - 1, as scikit-learn's MLPClassifier counts them."""
        return np.arange(len(self.names))

    def encode(self, y: np.ndarray, dtype: str) -> np.ndarray:
        """Return (m, K) of 0 and 1."""
        return of_width(zeros_and_ones(y), len(self.names)).astype(dtype)


def zeros_and_ones(y: Any) -> np.ndarray:
    """Return labels (m, K) as numbers when they are 0 and 1; anything else is refused.

    Raises
    ------
    DataError
        Names the first value that is not 0 or 1.

    Examples
    --------
    >>> zeros_and_ones([[True, False]])
    array([[ True, False]])
    """
    y = np.asarray(y)
    if y.dtype.kind in "biuf":
        fits = (y == 0) | (y == 1)
        if fits.all():
            return y
    else:
        fits = np.array([[cell in (0, 1) for cell in row] for row in y.tolist()], bool)
        if fits.all():
            return y.astype(np.int64)
    row, column = (int(place) for place in np.argwhere(~fits)[0])
    raise DataError(
        f"y has {y.shape[1]} columns, and row {row + 1}, column {column + 1} holds "
        f"{y[row, column]!s}: several labels per row are given as 0 and 1; for columns that each "
        "have their own classes (multiclass-multioutput) fit one DNNClassifier per column"
    )


def learn_labels(y: np.ndarray, weights: np.ndarray, names: Sequence[str]) -> LabelsTarget:
    """Return the labels with the share of the weight where each is there."""
    shares = np.average(np.asarray(y, np.float64), axis=0, weights=weights)
    # a float of another byte order or size has no need to come back as it was
    fits = y.dtype.kind in "biu" or y.dtype.str in ("<f2", "<f4", "<f8")
    kind = y.dtype.str if fits else "<f8"
    return LabelsTarget(names=tuple(names), dtype=kind, shares=tuple(shares.tolist()))


Target = Annotated[
    NumberTarget | NumbersTarget | ClassTarget | LabelsTarget, Field(discriminator="kind")
]
