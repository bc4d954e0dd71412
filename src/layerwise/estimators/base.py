"""What the classifier and the regressor share: fit, the encodings, the summary, the file."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Self

import jax
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from layerwise.errors import DivergenceError
from layerwise.estimators.deep_settings import get_deep, with_nested
from layerwise.estimators.door import rows_to_predict
from layerwise.estimators.ingredients import Layer
from layerwise.estimators.preparing import Prepared, prepared_from
from layerwise.ingredient import Ingredient
from layerwise.training.compilation import keep_compiled_programs
from layerwise.training.early_stopping import Best, better, exhausted
from layerwise.training.early_stopping import start as no_epoch
from layerwise.training.loop import Epoch, Job, Snapshot, begin, train
from layerwise.training.predicting import outputs
from layerwise.training.score import of_classes
from layerwise.training.step import run_of


class DNN(BaseEstimator):
    """The common part of DNNClassifier and DNNRegressor; its signature is the list of settings."""

    target_: Any

    def __init__(
        self,
        hidden_units: tuple[int, ...] | tuple[Layer, ...] = (256,),
        activation: str | tuple[str, ...] | Ingredient = "relu",
        initialization: str | Ingredient = "he",
        normalization: str | Ingredient | None = None,
        dropout: float | str | Ingredient | None = None,
        augmentation: str | Ingredient | None = None,
        cost: str | Ingredient = "auto",
        optimizer: str | Ingredient = "adam",
        learning_rate: float = 0.001,
        momentum: float = 0.9,
        schedule: str | Ingredient = "constant",
        update: str | Ingredient | None = None,
        batch_size: int | str = "auto",
        epochs: int = 100,
        l1: float = 0.0,
        l2: float = 0.0,
        validation_fraction: float | str = "auto",
        patience: int | None = 20,
        max_seconds: float | None = None,
        random_state: Any = None,
        dtype: str = "float32",
        verbose: int = 0,
    ):
        self.hidden_units = hidden_units
        self.activation = activation
        self.initialization = initialization
        self.normalization = normalization
        self.dropout = dropout
        self.augmentation = augmentation
        self.cost = cost
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.schedule = schedule
        self.update = update
        self.batch_size = batch_size
        self.epochs = epochs
        self.l1 = l1
        self.l2 = l2
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.max_seconds = max_seconds
        self.random_state = random_state
        self.dtype = dtype
        self.verbose = verbose

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings; deep, those of each ingredient too, as ``optimizer__beta2``."""
        own = super().get_params(deep=False)
        return own | get_deep(own) if deep else own

    def set_params(self, **params: Any) -> Self:
        """Change settings; ``optimizer__beta2=.95`` changes one of an ingredient's own."""
        for name, value in with_nested(super().get_params(deep=False), params, self).items():
            setattr(self, name, value)
        return self

    def _targets(self, y: Any, rows: Any) -> np.ndarray:
        raise NotImplementedError  # each face reads its own kind of target

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train the network on rows X (m, n_x) and targets y (m,).

        Parameters
        ----------
        X : array, or frame of pandas, polars or pyarrow, of shape (m, n_x)
            Numbers, strings, booleans and dates; missing values are fine. Unsigned bytes
            (m, height, width) or (m, height, width, 3) are pictures.
        y : array of shape (m,)
            Labels, or numbers for regression.
        sample_weight : array of shape (m,), optional
            How much each row counts, from 0 up; a row of weight 2 counts like the row twice.

        Returns
        -------
        self
            With the parameters of the best epoch.

        Raises
        ------
        DataError, SettingError
            When the data or a setting cannot be used; the message says what to do.
        DivergenceError
            When the cost stops being finite; the best parameters so far are kept.
        """
        keep_compiled_programs()
        with self._precision():
            self._train(prepared_from(self, X, y, sample_weight))
        return self

    def _adopt(self, prepared: Prepared) -> Job:
        self.encoder_, self.target_, job, self.rows_ = prepared
        self.network_ = job.plan.network
        return job

    def _train(self, prepared: Prepared) -> None:
        job = self._adopt(prepared)
        began = time.perf_counter()
        state = begin(job)
        best, history, self.stopped_ = no_epoch(state), [], "epochs"
        try:
            for snapshot in self._watched(train(job, state)):
                history.append(snapshot.record)
                best = better(best, snapshot, of_classes(job.plan.network))
                reason = self._reason_to_stop(best, snapshot.record, time.perf_counter() - began)
                if reason:
                    self.stopped_ = reason
                    break
        except KeyboardInterrupt:
            self.stopped_ = "interrupted"
            warnings.warn("training interrupted: the best epoch so far is kept", stacklevel=3)
        except DivergenceError:
            self.stopped_ = "diverged"
            raise
        finally:
            self._keep(best, history, job)

    def _watched(self, snapshots: Iterable[Snapshot]) -> Iterable[Snapshot]:
        if not self.verbose:
            return snapshots
        from layerwise.estimators.progress import with_bar

        return with_bar(snapshots, self.epochs)

    def _reason_to_stop(self, best: Best, record: Epoch, seconds: float) -> str | None:
        if record.epoch >= self.epochs:
            return "epochs"
        if exhausted(best, record, self.patience):
            return "patience"
        return "max_seconds" if self.max_seconds and seconds >= self.max_seconds else None

    def _keep(self, best: Best, history: list[Epoch], job: Job) -> None:
        state = jax.device_get(best.state)
        self.parameters_ = state.best_guess
        self.run_ = run_of(job.numbers, state, None)
        self.best_epoch_ = best.epoch
        self.history_ = self._in_user_units(history)

    def _in_user_units(self, history: list[Epoch]) -> list[Epoch]:
        return history

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
