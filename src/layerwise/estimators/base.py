"""What the classifier and the regressor share: the settings, fit and what continues it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any, Self

import jax
import numpy as np

from layerwise.data.trust import Trust
from layerwise.errors import DivergenceError
from layerwise.estimators.deep_settings import get_deep, with_nested
from layerwise.estimators.fitted import FittedNetwork
from layerwise.estimators.fitting import (
    Kept,
    Limits,
    Progress,
    begun,
    compared_by,
    continued,
    followed,
    resumed,
)
from layerwise.estimators.ingredients import Layer
from layerwise.estimators.judging import Judge, appointed, judged
from layerwise.estimators.learning_trust import trust_of
from layerwise.estimators.preparing import Known, Prepared, prepared_from
from layerwise.estimators.threshold import chosen_threshold
from layerwise.ingredient import Ingredient
from layerwise.training.compilation import (
    keep_compiled_programs,
    let_go,
    make_room,
    use_all_cores,
)
from layerwise.training.loop import Epoch, Job, Snapshot
from layerwise.training.predicting import outputs
from layerwise.training.step import run_of


class DNN(FittedNetwork):
    """The common part of DNNClassifier and DNNRegressor; its signature is the list of settings."""

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
        class_weight: str | dict[Any, float] | None = None,
        threshold: float | str = 0.5,
        calibration: str | None = None,
        metric: str | Callable[..., float] | None = "auto",
        validation_fraction: float | str = "auto",
        validation_split: str = "auto",
        patience: int | None = 20,
        max_seconds: float | None = None,
        warm_start: bool = False,
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
        self.class_weight = class_weight
        self.threshold = threshold
        self.calibration = calibration
        self.metric = metric
        self.validation_fraction = validation_fraction
        self.validation_split = validation_split
        self.patience = patience
        self.max_seconds = max_seconds
        self.warm_start = warm_start
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

    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, validation: Any = None, groups: Any = None
    ) -> Self:
        """Train the network on rows X (m, n_x) and targets y (m,), or (m, K) for several.

        Parameters
        ----------
        X : array, or frame of pandas, polars or pyarrow, of shape (m, n_x)
            Numbers, strings, booleans and dates; missing values are fine. Unsigned bytes
            (m, height, width) or (m, height, width, 3) are pictures.
        y : array of shape (m,), or array or frame of shape (m, K)
            Labels, or numbers for regression; K columns: K labels of 0 and 1, or K numbers.
        sample_weight : array of shape (m,), optional
            How much each row counts, from 0 up; a row of weight 2 counts like the row twice.
        validation : (X, y) or (X, y, sample_weight), optional
            Rows to find the best epoch with, in place of held-out ones: all of X is trained on.
        groups : array of shape (m,), optional
            Which rows belong together, for validation_split="grouped".

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
        known = self._known() if self.warm_start else None
        return self._fit((X, y, sample_weight, validation, groups), known, self._limits())

    def _known(self) -> Known | None:
        fitted = self.__sklearn_is_fitted__()
        return Known(self.encoder_, self.target_) if fitted else None

    def _limits(self, epochs: int | None = None) -> Limits:
        return Limits(epochs or self.epochs, self.patience, self.max_seconds)

    def _fit(self, given: tuple[Any, ...], known: Known | None, limits: Limits) -> Self:
        again = known is not None and known.encoder is not None
        keep_compiled_programs()
        use_all_cores()
        if not again:  # what goes on has its programs already
            make_room()
        with self._precision():
            self._follow(*self._begun(given, known, again), limits)
        let_go()
        return self

    def _begun(
        self, given: tuple[Any, ...], known: Known | None, again: bool
    ) -> tuple[Judge, Progress]:
        kept: Kept | None = vars(self).get("kept_") if again else None
        prepared = prepared_from(self, given, known, None if kept is None else kept.seed)
        if kept is not None:
            progress = continued(prepared.job, kept, self.metric)
        elif again:
            tensors = self.parameters_, self.run_.statistics
            progress = resumed(prepared.job, self.network_, tensors)
        else:
            progress = begun(prepared.job, self.initialization)
        return self._adopt(prepared), progress

    def _adopt(self, prepared: Prepared) -> Judge:
        self.encoder_, self.target_, job, self.rows_, checked, factors = prepared
        self.network_, self.trust_ = job.plan.network, Trust()
        return appointed(self, job, checked)._replace(factors=factors)

    def _follow(self, judge: Judge, progress: Progress, limits: Limits) -> None:
        progress = progress._replace(stopped="interrupted")
        last = len(progress.costs) + limits.epochs

        def show(snapshots: Iterable[Snapshot]) -> Iterable[Snapshot]:
            return self._watched(judged(snapshots, judge), last)

        try:
            for after in followed(judge.job, progress, limits, show):
                progress = after
        except KeyboardInterrupt:
            progress = progress._replace(stopped="interrupted")
            warnings.warn("training interrupted: the best epoch so far is kept", stacklevel=4)
        except DivergenceError:
            progress = progress._replace(stopped="diverged")
            raise
        finally:
            self._keep(progress, judge.job)
        self._conclude(judge)

    def _conclude(self, judge: Judge) -> None:
        known, checked = None, judge.checked
        if checked is not None:
            known = outputs(self.network_, self.parameters_, self.run_, checked.encoded)
        self.trust_ = trust_of(judge, self, known)
        self.threshold_ = chosen_threshold(judge, self, known)

    def _keep(self, progress: Progress, job: Job) -> None:
        progress = jax.device_get(progress)
        self.kept_ = Kept(progress, job.plan, job.seed, compared_by(job, self.metric))
        state = progress.best.state
        self.parameters_ = state.best_guess
        self.run_ = run_of(job.numbers, state, None)
        self.best_epoch_, self.stopped_ = progress.best.epoch, progress.stopped
        self.history_ = self._in_user_units(list(progress.history))

    def _watched(self, snapshots: Iterable[Snapshot], last: int) -> Iterable[Snapshot]:
        if not self.verbose:
            return snapshots
        from layerwise.estimators.progress import with_bar

        return with_bar(snapshots, last, self.metric_)

    def _in_user_units(self, history: list[Epoch]) -> list[Epoch]:
        return history
