"""What a fitted network shows: parameters, inputs, a summary, its file."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import jax
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from layerwise.estimators.door import rows_to_predict
from layerwise.propagation.kinds import Network
from layerwise.training.predicting import outputs


class FittedNetwork(BaseEstimator):
    """The part of DNNClassifier and DNNRegressor that reads what fit has left."""

    encoder_: Any
    target_: Any
    network_: Network
    parameters_: Any
    run_: Any
    rows_: tuple[int, int]
    dtype: str
    threshold_: float | None
    metric_: str

    def _precision(self) -> AbstractContextManager:
        return jax.enable_x64(self.dtype == "float64")

    @property
    def weights_(self) -> list[np.ndarray]:
        """W[1], ..., W[L], each (n[l], n[l-1])."""
        return [tensors["W"] for tensors in self._fitted("parameters_") if "W" in tensors]

    @property
    def biases_(self) -> list[np.ndarray]:
        """b[1], ..., b[L], each (n[l], 1)."""
        return [tensors["b"] for tensors in self._fitted("parameters_") if "b" in tensors]

    def _fitted(self, name: str) -> Any:
        if name not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no {name} before fit")
        return vars(self)[name]

    def _encoded_rows(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        rows = rows_to_predict(self, X, self.encoder_)
        return self.encoder_.encode(rows, self.dtype)

    def _outputs(self, X: Any) -> np.ndarray:
        rows = self._encoded_rows(X)
        return outputs(self.network_, self.parameters_, self.run_, rows)

    def encode(self, X: Any) -> np.ndarray:
        """Return the columns (n_x, m) that enter the network: X = A[0] of the lecture."""
        return np.ascontiguousarray(self._encoded_rows(X).T)

    def encode_target(self, y: Any) -> np.ndarray:
        """Return the target Y (n[L], m) that the network is compared with."""
        check_is_fitted(self)
        return np.ascontiguousarray(self.target_.encode(np.asarray(y).ravel(), self.dtype).T)

    def summary(self) -> str:
        """Return the dimension table and the main figures as text."""
        from layerwise.estimators.summary import summary_text

        check_is_fitted(self)
        return summary_text(self)

    def save(self, path: Any) -> None:
        """Write the fitted estimator to one safetensors file, whole or not at all."""
        from layerwise.estimators.persistence import save

        check_is_fitted(self)
        save(self, path)

    def _html_repr(self) -> str:
        if "parameters_" not in vars(self):
            return super()._html_repr()
        from layerwise.estimators.pictures import as_html

        return as_html(self)

    def __sklearn_is_fitted__(self) -> bool:
        return "parameters_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
