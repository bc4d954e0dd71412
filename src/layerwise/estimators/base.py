"""What the classifier and the regressor share: the settings, fit and what continues it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self

import numpy as np

from layerwise.data.targets import NumbersTarget, NumberTarget
from layerwise.data.trust import Trust
from layerwise.estimators.deep_settings import get_deep, with_nested
from layerwise.estimators.fitted import FittedNetwork
from layerwise.estimators.fitting import Kept, Limits, Progress, compared_by, fetched
from layerwise.estimators.following import follow, progress_of
from layerwise.estimators.judging import appointed
from layerwise.estimators.layers import Layer
from layerwise.estimators.learning_trust import trust_of
from layerwise.estimators.looking import trackable
from layerwise.estimators.preparing import Known, Prepared, prepared_from
from layerwise.estimators.presets import Facts
from layerwise.estimators.team import Team, as_of_the_mean, held_out, stacked
from layerwise.estimators.threshold import chosen_threshold
from layerwise.ingredient import Ingredient
from layerwise.training.compilation import (
    keep_compiled_programs,
    let_go,
    make_room,
    use_all_cores,
)
from layerwise.training.loop import Epoch, Snapshot
from layerwise.training.step import run_of


class DNN(FittedNetwork):
    """The common part of DNNClassifier and DNNRegressor; its signature is the list of settings."""

    _usual = Facts()  # what "auto" is described for
    _names: ClassVar[list[str]]

    def __init__(
        self,
        hidden_units: tuple[int, ...] | tuple[Layer, ...] | str = "auto",
        activation: str | tuple[str, ...] | Ingredient = "auto",
        initialization: str | Ingredient = "auto",
        columns: str | Ingredient = "auto",
        embedding: str | Ingredient | None = "auto",
        scaling: str | Ingredient | None = "auto",
        normalization: str | Ingredient | None = None,
        dropout: float | str | Ingredient | None = "auto",
        augmentation: str | Ingredient | None = None,
        cost: str | Ingredient = "auto",
        optimizer: str | Ingredient = "auto",
        learning_rate: float | str = "auto",
        momentum: float = 0.9,
        schedule: str | Ingredient = "auto",
        update: str | Ingredient | None = "auto",
        batch_size: int | str = "auto",
        epochs: int | str = "auto",
        l1: float = 0.0,
        l2: float = 0.0,
        class_weight: str | dict[Any, float] | None = None,
        threshold: float | str = 0.5,
        calibration: str | None = "auto",
        metric: str | Callable[..., float] | None = "auto",
        monitor: str = "auto",
        prediction_margin: float | str | None = "auto",
        validation_fraction: float | str = "auto",
        validation_split: str = "auto",
        patience: int | str | None = "auto",
        max_seconds: float | None = None,
        members: int | str | Ingredient = "auto",
        warm_start: bool = False,
        random_state: Any = None,
        dtype: str = "float32",
        verbose: int = 0,
        preset: str = "auto",
    ):
        self.hidden_units = hidden_units
        self.activation = activation
        self.initialization = initialization
        self.columns = columns
        self.embedding = embedding
        self.scaling = scaling
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
        self.monitor = monitor
        self.prediction_margin = prediction_margin
        self.validation_fraction = validation_fraction
        self.validation_split = validation_split
        self.patience = patience
        self.max_seconds = max_seconds
        self.members = members
        self.warm_start = warm_start
        self.random_state = random_state
        self.dtype = dtype
        self.verbose = verbose
        self.preset = preset

    @classmethod
    def _get_param_names(cls) -> list[str]:
        # scikit-learn reads the signature anew each time: a tenth of preparing a small network
        if "_names" not in vars(cls):
            cls._names = super()._get_param_names()
        return cls._names

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings; deep, those of each ingredient too, as ``optimizer__beta2``."""
        own = super().get_params(deep=False)
        return own | get_deep(own, self._usual) if deep else own

    def set_params(self, **params: Any) -> Self:
        """Change settings; ``optimizer__beta2=.95`` changes one of an ingredient's own."""
        for name, value in with_nested(super().get_params(deep=False), params, self).items():
            setattr(self, name, value)
        return self

    def _targets(self, y: Any, rows: Any) -> np.ndarray:
        raise NotImplementedError  # each face reads its own kind of target

    @trackable
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
        track : bool, path or address, default None
            True records the run in "layerwise-runs.db" in this folder, a path or postgresql://...
            elsewhere; its id is then `run_id_`, and `layerwise.runs` reads it. By keyword alone.

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
        return self._fit((X, y, sample_weight, validation, groups), known)

    def _known(self) -> Known | None:
        fitted = self.__sklearn_is_fitted__()
        return Known(self.encoder_, self.target_) if fitted else None

    def _limits(self, epochs: int | None = None) -> Limits:
        of_this_fit = self.settings_
        return Limits(epochs or of_this_fit["epochs"], of_this_fit["patience"], self.max_seconds)

    def _fit(self, given: tuple[Any, ...], known: Known | None, epochs: int | None = None) -> Self:
        again = known is not None and known.encoder is not None
        keep_compiled_programs()
        use_all_cores()
        if not again:  # what goes on has its programs already
            make_room()
        with self._precision():
            team = self._begun(given, known, again)._replace(limits=self._limits(epochs))
            follow(team)
        let_go()
        return self

    def _begun(self, given: tuple[Any, ...], known: Known | None, again: bool) -> Team:
        kept: tuple[Kept, ...] = vars(self).get("kept_", ()) if again else ()
        prepared = prepared_from(self, given, known, kept[0].seed if kept else None)
        progress = progress_of(self, prepared.jobs, kept) if again else ()
        return self._adopt(prepared)._replace(progress=progress)

    def _adopt(self, prepared: Prepared) -> Team:
        self.encoder_, self.target_, self.rows_ = prepared[0], prepared[1], prepared.counts
        self.settings_, self.network_ = prepared.settings, prepared.job.plan.network
        self.trust_ = Trust()
        both = zip(prepared.jobs, prepared.checked, strict=True)
        judges = tuple(
            appointed(self, job, checked)._replace(factors=prepared.factors)
            for job, checked in both
        )
        return Team(self, judges, self._limits(), prepared.sample)

    def _keep(self, team: Team, members: list[Progress]) -> None:
        members = [fetched(progress) for progress in members]
        both = list(zip(team.jobs, members, strict=True))
        self.kept_ = tuple(
            Kept(progress, job.plan, job.seed, compared_by(job, self.metric))
            for job, progress in both
        )
        first, job = members[0], team.jobs[0]
        self.parameters_, statistics = stacked([progress.best.state for progress in members])
        self.n_members_ = len(members)
        run = run_of(job.numbers, first.best.state, None)
        self.run_ = run._replace(statistics=statistics)
        self.best_epoch_, self.stopped_ = first.best.epoch, first.stopped
        self.history_ = self._in_user_units(list(first.history))

    def _conclude(self, team: Team, found: list[np.ndarray]) -> None:
        states = [kept.progress.best.state for kept in self.kept_]
        known, checked = held_out(team, found)
        judge = team.judges[0]._replace(checked=checked)
        missing = known
        of_numbers = isinstance(self.target_, NumberTarget | NumbersTarget)
        if known is not None and checked is not None and of_numbers:
            targets = self.target_.encode(checked.targets, "float64")
            missing = as_of_the_mean(team, states, known, targets)
        self.trust_ = trust_of(judge, self, missing)
        self.threshold_ = chosen_threshold(judge, self, known)

    def _watched(self, snapshots: Iterable[Snapshot], last: int) -> Iterable[Snapshot]:
        if not self.verbose:
            return snapshots
        from layerwise.estimators.progress import with_bar

        return with_bar(snapshots, last, self.metric_)

    def _in_user_units(self, history: list[Epoch]) -> list[Epoch]:
        return history
