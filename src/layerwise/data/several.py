"""Targets of several columns: what they share, and several labels per row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from layerwise.data.columns import Described, Finite, Name
from layerwise.errors import DataError

MOST_OUTPUTS = 1_000_000
SEVERAL = Field(min_length=2, max_length=MOST_OUTPUTS)


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


def of_width(y: np.ndarray, width: int) -> np.ndarray:
    """Return y when it is (m, width); another shape is refused."""
    if y.ndim == 2 and y.shape[1] == width:
        return y
    raise DataError(f"the target has the shape {y.shape}; expected (m, {width}) as in the training")


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
