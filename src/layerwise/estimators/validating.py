"""The rows that training is watched on: held out of the table, or the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_consistent_length, column_or_1d

from layerwise.data.encoding import Encoder, Rows
from layerwise.data.splits import hold_out
from layerwise.data.targets import ClassTarget
from layerwise.errors import DataError, SettingError
from layerwise.estimators.door import rows_to_predict, weights_of
from layerwise.estimators.refusals import refuse_columns, refuse_shapes
from layerwise.estimators.sampling import Factors, Sample


@dataclass(frozen=True, eq=False)
class Checked:
    """The validation rows as a scorer meets them: targets in the user's terms, weights (m,).

    `rows` are what the estimator predicts, taken when a scorer asks for them; `encoded` the same
    as they enter the network.
    """

    sample: Sample
    encoded: np.ndarray

    @cached_property
    def rows(self) -> Rows:
        return self.sample.taken()

    @property
    def targets(self) -> np.ndarray:
        return self.sample.targets

    @property
    def weights(self) -> np.ndarray:
        return self.sample.weights

    @property
    def own_weights(self) -> np.ndarray:
        """The rows' weights without the factors of their classes."""
        return self.sample.weights if self.sample.own is None else self.sample.own


def groups_of(groups: Any, rows: Rows) -> np.ndarray | None:
    """Return groups as whole numbers (m,); None stays None.

    Raises
    ------
    DataError
        When there is not one group per row, or they cannot be compared with each other.
    """
    if groups is None:
        return None
    check_consistent_length(rows, groups)
    try:
        return np.unique(column_or_1d(groups), return_inverse=True)[1]
    except TypeError:
        raise DataError(
            "groups: expected one number or one text per row, all of one kind"
        ) from None


def validation_of(given: Any) -> tuple[Any, ...] | None:
    """Return the user's validation set as (X, y) or (X, y, weights); None stays None."""
    if given is None:
        return None
    if not isinstance(given, tuple | list) or len(given) not in (2, 3):
        kind = f"{len(given)} parts" if isinstance(given, tuple | list) else type(given).__name__
        raise DataError(f"validation: expected (X, y) or (X, y, weights), got {kind}")
    return tuple(given)


def separated(
    sample: Sample, settings: dict[str, Any], seed: int, target: Any
) -> tuple[Sample, Sample | None]:
    """Return the rows to train on and those held out; None when there are none.

    With a validation set of the user's own all rows are trained on.
    """
    way = settings["validation_split"]
    _check_groups(sample, way)
    if sample.validation is not None:
        return sample, None
    labels = sample.targets if isinstance(target, ClassTarget) else None
    labels = sample.groups if way == "grouped" else labels
    fraction = settings["validation_fraction"]
    kept, held = hold_out(len(sample.weights), fraction, labels, seed, way)
    return sample.part(kept), sample.part(held) if len(held) else None


def _check_groups(sample: Sample, way: str) -> None:
    if sample.groups is not None and way != "grouped":
        raise SettingError(
            f"validation_split={way!r}: groups were given; expected 'grouped', or no groups"
        )
    if way == "grouped" and sample.groups is None and sample.validation is None:
        raise SettingError(
            "validation_split='grouped': expected groups, one per row: fit(X, y, groups=groups)"
        )


def own_validation(sample: Sample, face: Any, encoder: Encoder, factors: Factors) -> Sample | None:
    """Return the user's own validation set, read like rows to predict; None without one.

    Raises
    ------
    DataError
        When it cannot be used; the message begins with "validation".
    """
    if sample.validation is None:
        return None
    X, y, *weights = sample.validation
    with _named():
        refuse_shapes(X, y)
        if sample.targets.ndim == 1:
            refuse_columns(y, "labels" if is_classifier(face) else "numbers")
        rows = rows_to_predict(face, X, encoder)
        targets, counted = face._targets(y, rows), weights_of(weights[0] if weights else None, rows)
        found = Sample(rows, targets, counted, sample.picture).weighed(factors).counting()
        if not len(found.weights):
            raise DataError("class_weight is zero for each of its rows")
        return found


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DataError(f"validation: {error}") from error
