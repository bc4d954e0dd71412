"""The regressor: an identity unit at the end, trained on squared error in standard units."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, column_or_1d

from layerwise.data.targets import NumberTarget, learn_numbers
from layerwise.errors import DataError
from layerwise.estimators.base import DNN
from layerwise.training.loop import Epoch


class DNNRegressor(RegressorMixin, DNN):
    """A dense network that predicts a number.

    Use it for a target in any unit: it is brought to mean 0 and deviation 1 inside (learned from
    the training rows) and predictions come back in the user's unit. The network is the lecture's,
    with an identity unit at the end and the squared error (a - y)^2 / 2 as the loss. The metric of
    its records is the root mean squared error in the user's unit; `score` returns R2.

    Parameters
    ----------
    hidden_units, activation, initialization, normalization, dropout, augmentation, cost, \
optimizer, learning_rate, momentum, schedule, update, batch_size, epochs, l1, l2, metric, \
validation_fraction, validation_split, patience, max_seconds, \
warm_start, random_state, dtype, verbose
        As in DNNClassifier; empty `hidden_units` is linear regression.
    class_weight, threshold
        For classes alone: refused here unless they are at their defaults.

    Attributes
    ----------
    weights_, biases_, history_, best_epoch_, n_features_in_, feature_names_in_
        As in DNNClassifier.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from layerwise import DNNRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> DNNRegressor(hidden_units=(16,), random_state=0).fit(X, y).score(X, y) > 0.3
    True
    """

    def _targets(self, y: Any, rows: Any) -> np.ndarray:
        if y is None:
            raise DataError("This DNNRegressor requires y to be passed, but the target y is None.")
        y = y.to_numpy() if hasattr(y, "to_numpy") else y
        y = check_array(y, dtype="float64", ensure_2d=False, input_name="y", ensure_min_samples=0)
        y = column_or_1d(y, warn=True)
        check_consistent_length(rows, y)
        if len(y) < 2:
            raise DataError(f"n_samples={len(y)}: expected at least 2 rows to learn from")
        return y

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train one epoch more; the first call begins. Ten calls are ten epochs, bit for bit.

        Parameters
        ----------
        X, y, sample_weight
            As in fit. The scales of rows and target are learned at the first call. Kept are the
            parameters of the best epoch since the rows last changed.

        Returns
        -------
        self
        """
        return self._fit((X, y, sample_weight), self._known(), self._limits(1))

    def learn_target(self, y: np.ndarray, weights: np.ndarray) -> NumberTarget:
        """Return the target's mean and scale; counts keep their unit, and are not below 0."""
        if getattr(self.cost, "name", self.cost) != "poisson":
            return learn_numbers(y, weights)
        if y.min() < 0:
            raise DataError(f"the target holds {y.min():g}; cost='poisson' expects counts from 0")
        return NumberTarget(mean=0.0, scale=1.0)

    @staticmethod
    def kind_of(target: NumberTarget) -> str:
        """Return "number"."""
        return "number"

    def _in_user_units(self, history: list[Epoch]) -> list[Epoch]:
        unit = self.target_.scale
        own = unit if self.metric_ == "rmse" else 1.0  # a scorer's figure is in its own unit
        return [
            record._replace(
                metric=record.metric * unit,
                validation_metric=None
                if record.validation_metric is None
                else record.validation_metric * own,
            )
            for record in history
        ]

    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted number of each row in the target's unit, (m,)."""
        return self._outputs(X)[:, 0] * self.target_.scale + self.target_.mean
