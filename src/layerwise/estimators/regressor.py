"""The regressor: an identity unit at the end, trained on squared error in standard units."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, column_or_1d

from layerwise.data.targets import (
    NumbersTarget,
    NumberTarget,
    learn_numbers,
    learn_several_numbers,
)
from layerwise.errors import DataError, SettingError
from layerwise.estimators.base import DNN
from layerwise.estimators.costs import Quantile
from layerwise.estimators.door import target_columns
from layerwise.estimators.presets import Facts
from layerwise.estimators.settings import ingredient_of
from layerwise.estimators.trusted import TrustedNumbers
from layerwise.training.loop import Epoch


class DNNRegressor(TrustedNumbers, RegressorMixin, DNN):
    """A dense network that predicts a number, several numbers, or quantiles of a number.

    Use it for a target in any unit: it is brought to mean 0 and deviation 1 inside (learned from
    the training rows) and predictions come back in the user's unit. The network is the lecture's,
    with an identity unit at the end and the squared error (a - y)^2 / 2 as the loss. The metric of
    its records is the root mean squared error in the user's unit; `score` returns R2.

    A target of shape (m, K) is K numbers, each with its own mean and deviation; the metric is then
    the root of the mean squared error over all of them in standard units (1: no better than their
    means), for their units may differ. With `cost="quantile"` the network has one unit per level:
    `predict_quantiles` returns them all, and the metric is the mean of their losses.

    Parameters
    ----------
    hidden_units, activation, initialization, columns, embedding, scaling, normalization, \
dropout, augmentation, cost, \
optimizer, learning_rate, momentum, schedule, update, batch_size, epochs, l1, l2, metric, \
monitor, validation_fraction, validation_split, patience, max_seconds, \
members, warm_start, random_state, dtype, verbose, preset
        As in DNNClassifier; empty `hidden_units` is linear regression.
    class_weight, threshold, calibration
        For classes alone: refused here unless they are at their defaults.
    prediction_margin : float or None, default "auto"
        Predictions stay in the range of the training targets, wider by this share of it on either
        side, from 0; None sets no bounds. "auto" as `preset` says: 0.1 in "table".

    Attributes
    ----------
    weights_, biases_, history_, best_epoch_, n_features_in_, feature_names_in_
        As in DNNClassifier.
    trust_ : Trust
        What the held-out rows say: the scores of `predict_interval`.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from layerwise import DNNRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> DNNRegressor(hidden_units=(16,), random_state=0).fit(X, y).score(X, y) > 0.3
    True
    """

    _usual = Facts(kind="number")

    def _targets(self, y: Any, rows: Any) -> np.ndarray:
        if y is None:
            raise DataError("This DNNRegressor requires y to be passed, but the target y is None.")
        y, self._target_names = target_columns(y)
        y = check_array(y, dtype="float64", ensure_2d=False, input_name="y", ensure_min_samples=0)
        if len(self._target_names) < 2:
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
        return self._fit((X, y, sample_weight), self._known(), 1)

    def learn_target(self, y: np.ndarray, weights: np.ndarray) -> NumberTarget | NumbersTarget:
        """Return each target's mean and scale; for an exponential unit numbers keep their unit."""
        cost = ingredient_of("cost", self.cost)
        as_it_is = cost.name == "poisson" or getattr(cost, "head", None) == "exponential"
        if cost.name == "poisson" and y.min() < 0:
            raise DataError(f"the target holds {y.min():g}; cost='poisson' expects counts from 0")
        if y.ndim == 2:
            found = learn_several_numbers(y, weights, self._target_names)
            plain = {"means": (0.0,) * y.shape[1], "scales": (1.0,) * y.shape[1]}
            return found.model_copy(update=plain) if as_it_is else found
        repeats = len(cost.levels) if isinstance(cost, Quantile) else 1
        found = NumberTarget(mean=0.0, scale=1.0) if as_it_is else learn_numbers(y, weights)
        return found.model_copy(update={"repeats": repeats})

    @staticmethod
    def kind_of(target: NumberTarget | NumbersTarget) -> str:
        """Return "number" or "several numbers"."""
        return "number" if isinstance(target, NumberTarget) else "several numbers"

    def _in_user_units(self, history: list[Epoch]) -> list[Epoch]:
        # targets of several units have no common one, and a scorer's figure is in its own
        unit = self.target_.scale if isinstance(self.target_, NumberTarget) else 1.0
        own = unit if self.metric_ in ("rmse", "quantile_loss") else 1.0
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
        """Return the predicted number of each row in the target's unit: (m,), or (m, K) for K.

        With the quantile cost the quantile of the level nearest to a half.
        """
        outputs = self._outputs(X)
        if self._predicts_quantiles():
            nearest = np.abs(self.levels_ - 0.5).argmin()
            outputs = np.sort(outputs, axis=1)[:, [nearest]]
        found = self.target_.decode(outputs)
        return found[:, 0] if isinstance(self.target_, NumberTarget) else found

    def predict_quantiles(self, X: Any) -> np.ndarray:
        """Return the quantiles of each row in the target's unit, (m, k), one column per level.

        The first and the last column are a prediction interval: with levels (.05, .5, .95) it is
        meant to hold 90 % of new targets.

        Parameters
        ----------
        X : rows (m, n_x)
            As in `predict`.

        Returns
        -------
        ndarray of shape (m, k)
            Each row is sorted, so that a higher level never lies below a lower one, which the
            network alone does not promise. Chernozhukov et al., Econometrica 2010.

        Raises
        ------
        SettingError
            When the network was not trained with the quantile cost.

        Examples
        --------
        >>> import numpy as np
        >>> from layerwise import DNNRegressor, Quantile
        >>> X = np.linspace(0, 1, 80)[:, None]
        >>> model = DNNRegressor((4,), cost=Quantile((0.1, 0.9)), epochs=3, random_state=0)
        >>> model.fit(X, X[:, 0]).predict_quantiles(X).shape
        (80, 2)
        """
        outputs = self._outputs(X)
        if not self._predicts_quantiles():
            raise SettingError("predict_quantiles: expected a network fitted with cost='quantile'")
        return self.target_.decode(np.sort(outputs, axis=1))

    @property
    def levels_(self) -> np.ndarray:
        """The levels of the quantile cost that the network was fitted with, (k,)."""
        if not self._predicts_quantiles():
            raise AttributeError(f"{type(self).__name__} has levels_ only with cost='quantile'")
        return np.asarray(self.run_.cost["levels"])[:, 0]

    def _predicts_quantiles(self) -> bool:
        return self._fitted("network_").cost == "quantile"

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
