"""Predictions that say how sure they are: intervals of numbers, sets of classes, calibration."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length

from layerwise.data.targets import LabelsTarget, NumbersTarget, NumberTarget
from layerwise.data.trust import Trust, as_pair, fewest_rows
from layerwise.errors import SettingError
from layerwise.estimators.door import target_columns, weights_of
from layerwise.estimators.fitted import FittedNetwork
from layerwise.estimators.score_intervals import ScoreInterval, of_accuracy, of_r2
from layerwise.estimators.settings import refuse


def _check_share(name: str, value: Any) -> None:
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not (fits and 0 < float(value) < 1):
        raise refuse(name, value, "a number between 0 and 1, such as 0.9")


def margins(trust: Trust, coverage: float, method: str) -> np.ndarray:
    """Return what new rows' scores do not exceed with this probability, one per list of scores.

    Raises
    ------
    SettingError
        When nothing was held out, or too few rows for this coverage.
    """
    _check_share("coverage", coverage)
    if not trust.scores:
        raise SettingError(
            f"{method}: no rows were held out to learn from how far predictions miss; fit with "
            "validation_fraction=0.2, or with validation=(X, y)"
        )
    found = [scores.quantile(coverage) for scores in trust.scores]
    known = [margin for margin in found if margin is not None]
    if len(known) < len(found):
        weight = trust.scores[0].weight
        most = np.floor(1000 * weight / (weight + 1)) / 1000
        raise SettingError(
            f"coverage={coverage!r}: takes at least {fewest_rows(coverage)} held-out rows, and "
            f"there were {weight:g}: ask for at most {most:g}, or hold out more"
        )
    return np.array(known)


class Trusted(FittedNetwork):
    """The part of both estimators that holds what the held-out rows say."""

    trust_: Trust

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy, or R2, on rows X and targets y of shapes as in `fit`."""
        self._refuse_unlike(X, y)
        return super().score(X, y, sample_weight)  # pyright: ignore[reportAttributeAccessIssue]

    def _trust(self) -> Trust:
        return vars(self).get("trust_", Trust())  # a pickle may be older

    def score_interval(
        self, X: Any, y: Any, sample_weight: Any = None, confidence: float = 0.95
    ) -> ScoreInterval:
        """Return the score of rows and an interval for it: how sure so few or many rows make it.

        Use it on rows that were not trained on. The interval is that of a score on ever more rows
        of the same kind, the fitted network being what it is.

        Parameters
        ----------
        X, y : rows (m, n_x) and targets (m,) or (m, K)
            As in `score`.
        sample_weight : array of shape (m,), optional
            Whole numbers count rows; others scale the rows' influence and leave fewer effective
            rows, (sum w)^2 / sum w^2 (Kish 1965).
        confidence : float, default 0.95
            How often such an interval holds the true score, between 0 and 1.

        Returns
        -------
        ScoreInterval
            `(score, low, high)`. For classes the accuracy with Wilson's interval; for numbers R2,
            by the delta method on the logarithm of 1 - R2.

        Raises
        ------
        SettingError
            When the confidence is not between 0 and 1.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from layerwise import DNNClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = DNNClassifier((8,), epochs=30, random_state=0).fit(X[::2], y[::2])
        >>> score, low, high = model.score_interval(X[1::2], y[1::2])
        >>> low < score < high
        True
        """
        _check_share("confidence", confidence)
        self._refuse_unlike(X, y)
        predicted, weights = self.predict(X), weights_of(sample_weight, X)
        y = np.asarray(target_columns(y)[0])
        check_consistent_length(predicted, y)
        if isinstance(self.target_, NumberTarget | NumbersTarget):
            y = y.astype(np.float64).reshape(len(y), -1)
            return of_r2(y, predicted.reshape(len(y), -1), weights, confidence)
        right = (predicted == y.reshape(predicted.shape)).reshape(len(y), -1).all(axis=1)
        return of_accuracy(right, weights, confidence)

    def predict(self, X: Any) -> np.ndarray:
        """Return what each face makes of the outputs."""
        raise NotImplementedError


class TrustedNumbers(Trusted):
    """The part of DNNRegressor that predicts intervals."""

    def predict_interval(self, X: Any, coverage: float = 0.9) -> np.ndarray:
        """Return an interval for each row that holds the target with the given probability.

        Use it where a prediction alone is not enough. The width is learned from the held-out rows
        (split conformal prediction): whatever the distribution, new rows of the same kind fall
        inside with at least this probability, over all rows together, not for each kind of row.

        Parameters
        ----------
        X : rows (m, n_x)
            As in `predict`.
        coverage : float, default 0.9
            Between 0 and 1: the share of new targets that the intervals are to hold. It takes at
            least coverage / (1 - coverage) held-out rows: 9 for 0.9, 99 for 0.99.

        Returns
        -------
        ndarray of shape (m, 2), or (m, K, 2) for K targets
            The lower and the upper end in the target's unit; each target's interval holds it with
            this probability by itself. With the quantile cost they are the outermost quantiles,
            moved apart or together until they cover so much of the held-out rows; otherwise every
            row's interval has the same width, around `predict`. Counts (cost "poisson") are cut
            at 0.

        Raises
        ------
        SettingError
            When no rows were held out, or too few for this coverage.

        Notes
        -----
        The same rows have chosen the best epoch, which makes them look a little better than new
        ones. Vovk et al., Algorithmic learning in a random world, 2005; Lei et al., JASA 2018;
        Romano et al., Conformalized quantile regression, NeurIPS 2019.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from layerwise import DNNRegressor
        >>> X, y = load_diabetes(return_X_y=True)
        >>> model = DNNRegressor((16,), validation_fraction=0.2, random_state=0).fit(X, y)
        >>> low, high = model.predict_interval(X, coverage=0.9).T
        >>> bool(0.8 < ((low <= y) & (y <= high)).mean() <= 1)
        True
        """
        target = self.target_
        low = high = target.decode(self._outputs(X))
        margin = margins(self._trust(), coverage, "predict_interval") * target.deviations
        if isinstance(target, NumberTarget):
            low, high = low.min(axis=1, keepdims=True), high.max(axis=1, keepdims=True)
        # quantiles that move together do not cross
        margin = np.maximum(margin, (low - high) / 2)
        low, high = low - margin, high + margin
        if self.network_.cost == "poisson":
            low = np.maximum(low, 0.0)
        found = np.stack([low, np.maximum(low, high)], axis=-1)
        return found[:, 0] if isinstance(target, NumberTarget) else found


class TrustedClasses(Trusted):
    """The part of DNNClassifier that calibrates and predicts sets."""

    @property
    def classes_(self) -> np.ndarray:
        """The labels in sorted order; for several labels per row their numbers from 0."""
        return self._fitted("target_").labels

    def _probabilities(self, A: np.ndarray) -> np.ndarray:
        trust = self._trust()
        if isinstance(self.target_, LabelsTarget):
            return A if trust.changes_nothing else trust.calibrated(as_pair(A))[..., 1]
        if A.shape[1] == 1:
            return trust.calibrated(as_pair(A[:, 0]))
        return trust.calibrated(A / A.sum(axis=1, keepdims=True))

    def predict_set(self, X: Any, coverage: float = 0.9) -> np.ndarray:
        """Return for each row the classes it may be of: with the given probability its own is one.

        Use it where several candidates are better than one wrong answer. The set holds the classes
        whose probability reaches a level learned from the held-out rows (split conformal
        prediction), and the most probable one in any case: whatever the distribution, new rows of
        the same kind have their class in it with at least this probability, over all rows
        together. Sets of one class are sure, sets of several are not.

        Parameters
        ----------
        X : rows (m, n_x)
            As in `predict`.
        coverage : float, default 0.9
            Between 0 and 1: the share of new rows whose class is to be in the set. It takes at
            least coverage / (1 - coverage) held-out rows: 9 for 0.9, 99 for 0.99.

        Returns
        -------
        ndarray of bool of shape (m, number of classes)
            Which of `classes_` are in each row's set.

        Raises
        ------
        SettingError
            When no rows were held out, or too few for this coverage, or rows have several labels.

        Notes
        -----
        The same rows have chosen the best epoch, which makes them look a little better than new
        ones. Sadinle et al., Least ambiguous set-valued classifiers with bounded error levels,
        JASA 2019.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from layerwise import DNNClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = DNNClassifier((8,), validation_fraction=0.2, epochs=30, random_state=0)
        >>> sets = model.fit(X, y).predict_set(X, coverage=0.9)
        >>> sets.shape, bool(sets[range(150), y].mean() > 0.8)
        ((150, 3), True)
        """
        if isinstance(self._fitted("target_"), LabelsTarget):
            raise SettingError("predict_set: a row has several labels; expected one label per row")
        A = self._probabilities(self._outputs(X))
        margin = margins(self._trust(), coverage, "predict_set")
        found = margin[0] >= 1 - A
        found[np.arange(len(A)), A.argmax(axis=1)] = True
        return found
