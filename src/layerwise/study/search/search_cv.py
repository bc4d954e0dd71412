"""The search as an estimator in scikit-learn's convention."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Any, Self

from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone
from sklearn.metrics import check_scoring
from sklearn.utils import indexable

from layerwise.estimators.presets import trained_apart
from layerwise.study.search.asking import Asker, Plan, plan_of
from layerwise.study.search.defaults import Start, default_space, start_of, usual_point
from layerwise.study.search.opening import note, open_study, seed_of, storage_at
from layerwise.study.search.progress import shown
from layerwise.study.search.recording import metric_of, record_of
from layerwise.study.search.results import params_of, results_of
from layerwise.study.search.rows import rows_of
from layerwise.study.search.searching import Found, Limits, best_of, search
from layerwise.study.search.space import SEEDS, Space, space_of
from layerwise.study.search.trying import Trying
from layerwise.study.search.whole import check, nested_scores, rule_of
from layerwise.study.search.winner import Winner
from layerwise.study.search.workers import Heart


class SearchCV(Winner, MetaEstimatorMixin, BaseEstimator):
    """A search for better settings, whose trials train together as populations.

    Use it when the defaults are not good enough, and read `comparison_`: it says whether anything
    better was found. Each trial is one network; trials are stopped early where others that have
    come as far are better; the best few are trained again with fresh seeds beside the defaults.
    The rows that judge are never those that training or the choice of an epoch has seen.

    Parameters
    ----------
    estimator : DNNClassifier or DNNRegressor
        Its settings are what trials change.
    space : dict or None, default None
        For each setting a list of values, a `Range`, or text ("1e-4..1e-1 log", "16..256 step
        16"); an ingredient's own as `optimizer__beta2`; `depth` and `width` make hidden_units;
        `seeds` says how many seeds each setting is tried with. None: around the defaults, which
        are then the first trial.
    method : str or sampler of Optuna, default "tpe"
        "grid" (each point once), "random", "tpe", "gp", "cmaes", "qmc" or "nsga".
    trials : int or None, default 100
        How many; None: no end but `max_seconds`, or all points of a grid.
    max_seconds : float or None, default None
        For trials, comparison and last fit together, as far as its length can be told.
    cv : int, splitter or None, default None
        Folds that judge; None: a fifth of the rows, the same for all trials.
    scoring : str, callable or None, default None
        As in scikit-learn; None is the estimator's `score`.
    halving : bool, default True
        Whether weak trials are stopped early (where rows are held out to tell).
    seeds : int, default 1
        With how many seeds each setting is tried; its score is their mean.
    batch : int or "auto", default "auto"
        Trials that train at once; "auto" measures how long they take.
    refit : bool, default True
        Whether the winner is fitted on all rows.
    runs : path, URL or None, default None
        Where trials are kept: a file (SQLite) or postgresql://...; None: in memory.
    name : str or None, default None
        Of the study: with the same `runs` a search of this name goes on, also by several workers.
    random_state : int, RandomState or None, default None
        Of the split, the networks and the drawing.
    verbose : int, default 0
        1 shows how far it is and the best so far.
    nested : int or None, default None
        Folds on which the whole search is judged, each on rows that it has not seen.

    Attributes
    ----------
    best_estimator_, best_params_, best_score_, best_index_, cv_results_, scorer_, n_splits_
        As in scikit-learn; `best_params_` are {} where the defaults are the best trial.
    comparison_ : Comparison or None
        The winner beside the defaults: `difference`, `interval`, `is_better`, `sentence`.
    space_ : Space
        What was tried of each setting.
    study_ : optuna.Study
    nested_scores_ : array of shape (nested,)
        Scores of the whole procedure, where `nested` asks for them.
    interrupted_ : bool
        Whether Ctrl-C ended the search; what was found is kept.

    References
    ----------
    Lecture rows 26 to 28; Li et al., A system for massively parallel hyperparameter tuning, MLSys
    2020; Akiba et al., Optuna, KDD 2019; Cawley and Talbot, On over-fitting in model selection,
    JMLR 11, 2010.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, SearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"learning_rate": [0.0001, 0.01]}
    >>> model = DNNClassifier((8,), epochs=20)
    >>> search = SearchCV(model, space, method="grid", trials=None, random_state=0).fit(X, y)
    >>> search.best_params_["learning_rate"]
    0.01
    """

    def __init__(
        self,
        estimator: Any,
        space: Any = None,
        *,
        method: Any = "tpe",
        trials: int | None = 100,
        max_seconds: float | None = None,
        cv: Any = None,
        scoring: Any = None,
        halving: bool = True,
        seeds: int = 1,
        batch: int | str = "auto",
        refit: bool = True,
        runs: str | Path | None = None,
        name: str | None = None,
        random_state: Any = None,
        verbose: int = 0,
        nested: int | None = None,
    ):
        self.estimator = estimator
        self.space = space
        self.method = method
        self.trials = trials
        self.max_seconds = max_seconds
        self.cv = cv
        self.scoring = scoring
        self.halving = halving
        self.seeds = seeds
        self.batch = batch
        self.refit = refit
        self.runs = runs
        self.name = name
        self.random_state = random_state
        self.verbose = verbose
        self.nested = nested

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, groups: Any = None) -> Self:
        """Search on rows X (m, n_x) and targets y, and fit the winner on all of them.

        Parameters
        ----------
        X, y : rows (m, n_x) and targets (m,)
            As the estimator's `fit` takes them.
        sample_weight : array of shape (m,), optional
            In training and in the scores.
        groups : array of shape (m,), optional
            Rows that belong together judge together.

        Returns
        -------
        self

        Raises
        ------
        SettingError
            When the space or a setting of the search cannot be used.
        DataError
            When no trial could be scored.
        """
        began = time.monotonic()
        check(self, y)
        X, y = indexable(X, y)
        storage = storage_at(self.runs)
        start = start_of(self.estimator, (X, y, sample_weight), self.space)
        space = self.space_ = self._space(start)
        study = open_study(storage, self.name)
        seed = seed_of(study, self.random_state)
        rows = rows_of(self.estimator, (X, y, sample_weight, groups), self.cv, seed)
        plan, metric = self._plan(start, space, seed), metric_of(self)
        note(storage, study, record_of(self, study.study_name, (start.single, space, rows, seed)))
        scorer = None if self.scoring is None else check_scoring(self.estimator, self.scoring)
        trying = Trying(start.single, space, rows, scorer, seed, rule_of(self, start))
        last = trained_apart(start.settings["members"]) if self.refit else 0
        limits = Limits(began, self.max_seconds, self.batch, last)
        with Heart(storage) as heart, shown(self.verbose) as show:
            asker = Asker(study, storage, plan, heart)
            found = search(asker, trying, limits, show, metric)
        self._keep(found, trying)
        self._finish(found, start, trying)
        if self.nested:
            self.nested_scores_ = nested_scores(self, rows, groups)
        return self

    def _plan(self, start: Start, space: Space, seed: int) -> Plan:
        usual = usual_point(start, space) if self.space is None else None
        plan = plan_of(space, self.method, seed, self.trials, usual)
        around = vars(self).get("_around")
        return plan if around is None else plan._replace(beside=around.beside(start, space))

    def _space(self, start: Start) -> Space:
        if "_around" in vars(self):
            return vars(self)["_around"].space(start)
        if self.space is None:
            return default_space(start)._replace(seeds=self.seeds)
        found = space_of(start.single, self.space)
        return found if SEEDS in self.space else found._replace(seeds=self.seeds)

    def _keep(self, found: Found, trying: Trying) -> None:
        trials = sorted(found.trials, key=lambda trial: trial.number)
        self.study_, self.comparison_ = found.study, found.comparison
        self.interrupted_ = found.interrupted
        self.n_splits_ = len(trying.rows.splits)
        self.scorer_ = trying.scorer or check_scoring(self.estimator)
        self.cv_results_ = results_of(trying.space, trials, self.n_splits_)
        best: Any = best_of(trials)
        winner = None if found.comparison is None else found.comparison.params
        if winner is not None:
            # where the defaults are no point of the space they cannot be its best one
            same = [t for t in trials if t.value is not None and _is_of(t, winner, trying.space)]
            best = max(same, key=lambda trial: float(trial.value or 0.0), default=best)
        self.best_index_ = trials.index(best)
        self.best_params_ = params_of(trying.space, best)
        self.best_score_ = float(best.value)

    def _finish(self, found: Found, start: Start, trying: Trying) -> None:
        if found.interrupted:
            told = f"search interrupted: {len(found.trials)} trials are done and kept"
            warnings.warn(told, stacklevel=3)
        if not self.refit:
            return
        if found.interrupted and found.fitted:
            self.best_estimator_ = found.fitted[0]  # at once, without the rows that judged
            return
        settings: Any = clone(self.best_params_, safe=False)  # pyright: ignore[reportArgumentType]
        model: Any = clone(start.full)
        model.set_params(**settings)
        if model.random_state is None:
            model.set_params(random_state=trying.seed)
        rows = trying.rows
        began = time.monotonic()
        self.best_estimator_ = model.fit(rows.X, rows.y, rows.weights)
        self.refit_time_ = time.monotonic() - began


def _is_of(trial: Any, params: dict[str, Any], space: Space) -> bool:
    return dict(trial.params) == params if params else not params_of(space, trial)
