"""What held-out rows say of a network's outputs: how far they miss, and how sure they should be."""

from __future__ import annotations

from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field, model_validator

from layerwise.data.columns import Described, Finite, Positive
from layerwise.data.targets import ClassTarget, LabelsTarget, NumbersTarget

MOST_SCORES = 1000  # of one target
MOST_TARGETS = 1000  # with scores of their own
ROUNDING = 1e-12  # a rank that misses a whole number by this much is that number
SMALLEST = 1e-12  # probabilities below it are taken for it: a logarithm needs one


class Scores(Described):
    """How far off held-out rows were, in rising order, each with the weight of all up to it.

    Exact up to a thousand different values; of more every thousandth part of the weight keeps the
    next greater one, so that no row's share is understated.
    """

    values: Annotated[tuple[Finite, ...], Field(min_length=1, max_length=MOST_SCORES)]
    totals: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=MOST_SCORES)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.values) != len(self.totals):
            raise ValueError("there is not one total per score")
        for numbers in (self.values, self.totals):
            if not (np.diff(numbers) > 0).all():
                raise ValueError("scores or totals do not rise")
        return self

    @property
    def weight(self) -> float:
        """How many rows they are of, by weight."""
        return self.totals[-1]

    def quantile(self, coverage: float) -> float | None:
        """Return what a new row's score does not exceed with this probability; None: too few rows.

        The smallest score that rows of weight coverage * (n + 1) or more do not exceed, n being
        the weight of all; the 1 is the new row. Vovk et al. 2005; Lei et al. 2018.

        >>> scores = Scores(values=(0.1, 0.4, 0.9), totals=(1.0, 2.0, 3.0))
        >>> scores.quantile(0.5), scores.quantile(0.75), scores.quantile(0.8)
        (0.4, 0.9, None)
        """
        rank = coverage * (self.weight + 1) * (1 - ROUNDING)
        place = int(np.searchsorted(self.totals, rank))
        return self.values[place] if place < len(self.values) else None


def summarised(scores: np.ndarray, weights: np.ndarray) -> Scores:
    """Return scores (m,) with their weights as at most a thousand of them.

    >>> summarised(np.array([0.4, 0.1, 0.4]), np.ones(3))
    Scores(values=(0.1, 0.4), totals=(1.0, 3.0))
    """
    order = np.argsort(scores, kind="stable")
    values, totals = scores[order], np.cumsum(weights[order])
    last = np.append(values[1:] > values[:-1], True)
    values, totals = values[last], totals[last]
    if len(values) > MOST_SCORES:
        grid = totals[-1] * np.arange(1, MOST_SCORES + 1) / MOST_SCORES
        grid = np.minimum(grid * (1 - ROUNDING), totals[-1])
        places = np.unique(np.searchsorted(totals, grid))
        values, totals = values[places], totals[places]
    return Scores(values=tuple(values.tolist()), totals=tuple(totals.tolist()))


class Trust(Described):
    """What was learned from held-out rows, to be read beside a network's outputs.

    `temperature` divides the logarithms of the probabilities (None: they stay as they are), then
    `offsets`, one per class, are subtracted: the logarithms of the factors that `class_weight`
    trained with. `scores` are the conformal ones, one for each number, or one for the classes.
    """

    temperature: Positive | None = None
    offsets: tuple[Finite, ...] = ()
    scores: Annotated[tuple[Scores, ...], Field(max_length=MOST_TARGETS)] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether probabilities come back to the bit."""
        return self.temperature is None or (self.temperature == 1 and not self.offsets)

    def calibrated(self, probabilities: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities, (..., classes), summing to 1 over the last axis.

        >>> Trust(temperature=2.0).calibrated(np.array([0.9, 0.1])).round(3).tolist()
        [0.75, 0.25]
        """
        if self.temperature is None or self.changes_nothing:
            return probabilities
        logits = logarithms(probabilities) / self.temperature
        if self.offsets:
            logits = logits - np.array(self.offsets)
        raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return raised / raised.sum(axis=-1, keepdims=True)

    def moved(self, threshold: float) -> float:
        """Return where a threshold of two classes comes to lie: no prediction changes by offsets.

        A half is a half whatever the temperature, and other numbers mean calibrated probabilities.
        """
        if not self.offsets:
            return threshold
        own = self.model_copy(update={"temperature": 1.0})
        return float(own.calibrated(np.array([1 - threshold, threshold]))[1])

    def check(self, target: Any) -> None:
        """Raise ValueError when it does not fit a target."""
        known = target.classes if isinstance(target, ClassTarget) else ()
        if self.temperature is not None and not isinstance(target, ClassTarget | LabelsTarget):
            raise ValueError("trust: a temperature without classes")
        if len(self.offsets) not in (0, len(known)):
            raise ValueError(f"trust: {len(self.offsets)} offsets for {len(known)} classes")
        count = len(target.means) if isinstance(target, NumbersTarget) else 1
        if isinstance(target, LabelsTarget):
            count = 0
        if len(self.scores) not in (0, count):
            raise ValueError(f"trust: {len(self.scores)} lists of scores, expected {count}")


def as_pair(probabilities: np.ndarray) -> np.ndarray:
    """Return the probabilities of no and yes, (..., 2), for those of yes (...)."""
    return np.stack([1 - probabilities, probabilities], axis=-1)


def logarithms(probabilities: np.ndarray) -> np.ndarray:
    """Return the logarithms, none below that of 1e-12."""
    return np.log(np.maximum(probabilities, SMALLEST))


def fewest_rows(coverage: float) -> int:
    """Return how many held-out rows a coverage needs.

    >>> fewest_rows(0.9), fewest_rows(0.95), fewest_rows(0.5)
    (9, 19, 1)
    """
    return int(np.ceil(coverage / (1 - coverage) * (1 - ROUNDING)))
