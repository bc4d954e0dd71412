"""A grid search whose candidates train on all folds as one population."""

from __future__ import annotations

import copy
from collections import deque
from typing import Any, Self

import numpy as np
from sklearn import get_config, model_selection
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import ParameterGrid, check_cv

from layerwise.estimators.base import DNN
from layerwise.estimators.folds import Fold, fit_folds
from layerwise.estimators.many import trains_as_ours
from layerwise.estimators.parts import parts_of

COMPARED = str | int | float | None  # settings whose equality is plain


class GridSearchCV(model_selection.GridSearchCV):
    """scikit-learn's GridSearchCV, with all candidates and folds trained as one population.

    Use it in place of that class: what it takes, what it shows after `fit` and how it scores are
    scikit-learn's own. Each candidate comes on each fold to what its own `fit` comes to, to
    rounding. Candidates that differ in numbers alone (learning rate, penalties, seed,
    `optimizer__beta2`) share a compiled program with all their folds; other networks, optimizers
    and batch sizes get their own. A fold is read and encoded once for all candidates.

    Another estimator than DNNClassifier and DNNRegressor (a pipeline, say), metadata routing, and
    arguments of `fit` beside `sample_weight` and `groups` (`validation=`) are searched in
    scikit-learn's own way: one fit after the other, or `n_jobs` at a time.

    Parameters
    ----------
    estimator : DNNClassifier or DNNRegressor, or another of scikit-learn's kind
        Is cloned; its `verbose=1` shows a bar for each program.
    param_grid : dict or list of dict
        The values to try of each setting, `{"learning_rate": [.01, .001]}`; an ingredient's own
        as `optimizer__beta2`.
    scoring : str, callable, list, tuple or dict, default None
        As in scikit-learn; None is the estimator's `score`.
    n_jobs : int or None, default None
        Of no effect where candidates train together: the compiled program uses all cores.
    refit : bool, str or callable, default True
        Whether to fit the best candidate on all rows, and by which score.
    cv : int, splitter or iterable, default None
        The folds, as in scikit-learn: 5 by default, in equal shares of each class.
    verbose : int, default 0
        As in scikit-learn; from 1 there is a progress bar too.
    pre_dispatch : int or str, default "2*n_jobs"
        As `n_jobs`.
    error_score : "raise" or number, default nan
        The score of a candidate where it cannot be fitted; FitFailedWarning tells.
    return_train_score : bool, default False
        Whether `cv_results_` holds the scores on the training rows.

    Attributes
    ----------
    cv_results_, best_estimator_, best_params_, best_score_, best_index_, scorer_, n_splits_
        As in scikit-learn, and its others. `mean_fit_time` is a candidate's share of its program's
        seconds.

    References
    ----------
    Bergstra and Bengio, Random search for hyper-parameter optimization, JMLR 13, 2012.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, GridSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier((8,), epochs=30, random_state=0)
    >>> grid = {"learning_rate": [0.0001, 0.01], "optimizer__beta2": [0.99, 0.999]}
    >>> search = GridSearchCV(model, grid, cv=3).fit(X, y)
    >>> search.best_params_["learning_rate"]
    0.01
    >>> bool(search.best_estimator_.score(X, y) > 0.9)
    True
    """

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: Any = "2*n_jobs",
        error_score: Any = np.nan,
        return_train_score: bool = False,
    ):
        super().__init__(
            estimator,
            param_grid,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Train every candidate on every fold, score them, and fit the best one on all rows.

        Parameters
        ----------
        X, y : rows (m, n_x) and targets (m,)
            As the estimator's `fit` takes them.
        **params
            `sample_weight` of shape (m,), in training and in the scores; `groups` of shape (m,)
            for splitters that keep groups together; others as in scikit-learn.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When no candidate could be fitted, or a setting of the search cannot be used.
        """
        if y is None or not _train_together(self.estimator, params):
            return super().fit(X, y, **params)
        together = _Together(self, params.get("sample_weight"))
        search = copy.copy(self)
        search.estimator, search.cv, search.n_jobs = together.stand_in(), together, 1
        super(GridSearchCV, search).fit(X, y, **params)
        found = {name: value for name, value in vars(search).items() if _is_result(name)}
        vars(self).update(found)
        self.cv_results_.update(together.times())
        if self.scoring is None:
            self.scorer_ = check_scoring(self.estimator)
        if self.refit:
            best = _with_settings(self.estimator, self.best_params_)
            vars(best).update(vars(search.best_estimator_))
            self.best_estimator_ = best
        return self


def _train_together(estimator: Any, params: dict[str, Any]) -> bool:
    known = set(params) <= {"sample_weight", "groups"}
    return known and trains_as_ours(estimator) and not get_config()["enable_metadata_routing"]


def _is_result(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_")


class _Together:
    """The splitter of a search: asked for the folds, it trains every candidate on each of them.

    scikit-learn then clones the stand-in, sets a candidate's settings and calls its `fit`, which
    takes over what is trained already.
    """

    def __init__(self, search: Any, weights: Any):
        self.search, self.weights = search, weights
        self.waiting: deque[Fold] = deque()
        self.seconds = np.zeros((0, 0))

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return how many folds there are."""
        return self._splitter(y).get_n_splits(X, y, groups)

    def split(self, X: Any, y: Any = None, groups: Any = None) -> list[Any]:
        """Return (train, test) of each fold, on which all candidates are trained by now."""
        search, splits = self.search, list(self._splitter(y).split(X, y, groups))
        candidates: list[Any] = list(ParameterGrid(search.param_grid))
        models = [_with_settings(search.estimator, params) for params in candidates for _ in splits]
        rows = [train for train, _ in splits] * len(candidates)
        parts = parts_of(len(models), (X, y, self.weights), rows)
        folds = fit_folds(models, parts, int(search.verbose > 0))
        self.seconds = np.array([fold.seconds for fold in folds]).reshape(-1, len(splits))
        self.waiting.extend(folds)
        return splits

    def times(self) -> dict[str, np.ndarray]:
        """Return the seconds of training, for scikit-learn has only seen the taking over."""
        return {
            "mean_fit_time": self.seconds.mean(axis=1),
            "std_fit_time": self.seconds.std(axis=1),
        }

    def stand_in(self) -> DNN:
        """Return the search's estimator, but for its `fit`: of a class of its own."""
        kind: Any = type(self.search.estimator)
        waiting = self.waiting

        def fit(self: Any, X: Any, y: Any, **params: Any) -> Any:
            if not waiting:  # the best candidate, on all rows
                return kind.fit(self, X, y, **params)
            fold = waiting.popleft()
            _refuse_another(self, fold.model)
            if fold.error is not None:
                raise fold.error
            vars(self).update(vars(fold.model))
            return self

        own = type(kind.__name__, (kind,), {"fit": fit, "__doc__": kind.__doc__})
        return own(**self.search.estimator.get_params(deep=False))

    def _splitter(self, y: Any) -> Any:
        cv: Any = self.search.cv
        return check_cv(cv, y, classifier=is_classifier(self.search.estimator))


def _with_settings(estimator: Any, params: dict[str, Any]) -> Any:
    # as scikit-learn does: a value may be an object
    own: Any = clone(estimator)
    copied: Any = clone(params, safe=False)
    return own.set_params(**copied)


def _refuse_another(stand_in: DNN, trained: DNN) -> None:
    ours, asked = (model.get_params(deep=False) for model in (trained, stand_in))
    if any(isinstance(ours[name], COMPARED) and ours[name] != asked[name] for name in ours):
        raise RuntimeError("scikit-learn asks for candidates in another order than was expected")
