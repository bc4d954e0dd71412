"""What a fitted search does by its best estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted


def _has(name: str) -> Any:
    def check(self: Any) -> bool:
        getattr(vars(self).get("best_estimator_", self.estimator), name)
        return True

    return available_if(check)


class Winner:
    """The part of a search that predicts: all of it is its best estimator's."""

    estimator: Any
    best_estimator_: Any
    scorer_: Any

    @property
    def classes_(self) -> np.ndarray:
        """The classes, of a fitted classifier."""
        return self._best().classes_

    @property
    def n_features_in_(self) -> int:
        """How many columns the rows have."""
        try:
            return self._best().n_features_in_
        except Exception as error:
            raise AttributeError("n_features_in_ is known once the search is fitted") from error

    def _best(self) -> Any:
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_

    def predict(self, X: Any) -> np.ndarray:
        """Return the winner's predictions for rows X (m, n_x)."""
        return self._best().predict(X)

    @_has("predict_proba")
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the winner's probabilities (m, classes)."""
        return self._best().predict_proba(X)

    @_has("predict_log_proba")
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithms of the probabilities (m, classes)."""
        return self._best().predict_log_proba(X)

    @_has("decision_function")
    def decision_function(self, X: Any) -> np.ndarray:
        """Return the winner's decision function."""
        return self._best().decision_function(X)

    @_has("transform")
    def transform(self, X: Any) -> np.ndarray:
        """Return what the winner makes of rows."""
        return self._best().transform(X)

    @_has("transform")
    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> np.ndarray:
        """Search, and return what the winner makes of the rows."""
        own: Any = self
        return own.fit(X, y, **params).transform(X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the winner's score, by `scoring`."""
        best = self._best()
        more = {} if sample_weight is None else {"sample_weight": sample_weight}
        return float(self.scorer_(best, X, y, **more))

    def __sklearn_is_fitted__(self) -> bool:
        return "best_estimator_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags: Any = super().__sklearn_tags__()  # pyright: ignore[reportAttributeAccessIssue]
        own = get_tags(self.estimator)
        for name in (
            "estimator_type",
            "classifier_tags",
            "regressor_tags",
            "target_tags",
            "transformer_tags",
        ):
            setattr(tags, name, getattr(own, name))
        tags.input_tags = own.input_tags
        tags.non_deterministic = own.non_deterministic
        return tags
