"""K-fold cross-validation of a network: the folds train together, each as `fit` would train it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict, Unpack, cast

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import Bunch, _safe_indexing, indexable
from sklearn.utils.validation import _num_samples

from layerwise.errors import DataError, SettingError
from layerwise.estimators.base import DNN
from layerwise.estimators.folds import Fold, fit_folds


class Options(TypedDict, total=False):
    """What `cross_validate` takes by keyword beside the folds and the figures."""

    sample_weight: Any
    groups: Any
    return_estimator: bool


class _Tested(NamedTuple):
    scores: dict[str, float]
    predicted: np.ndarray | None
    seconds: float


class _Rows(NamedTuple):
    X: Any
    y: Any
    weights: np.ndarray | None

    def part(self, which: np.ndarray) -> tuple[Any, Any, Any]:
        weights = None if self.weights is None else self.weights[which]
        return _safe_indexing(self.X, which), _safe_indexing(self.y, which), weights


def cross_validate(
    estimator: DNN, X: Any, y: Any, cv: Any = 5, scoring: Any = None, **options: Unpack[Options]
) -> Bunch:
    """Return how well an estimator does on rows that it has not seen, fold by fold.

    Use it like scikit-learn's function of this name, where a network is trained once per fold: here
    folds of equal shape train in one compiled program. Each fold comes to what a clone's `fit` on
    its training rows comes to, to rounding: the same seed, its own scales and categories, its own
    held-out rows, best epoch and stop.

    Parameters
    ----------
    estimator : DNNClassifier or DNNRegressor
        Is cloned; `epochs`, `patience` and `max_seconds` count for each fold by itself, of its
        share of the time.
    X, y : rows (m, n_x) and targets (m,)
        As in `fit`.
    cv : int or splitter, default 5
        How many folds, in equal shares of each class for a classifier; or any of scikit-learn's
        splitters, or an iterable of (train, test) row numbers.
    scoring : str, callable, list, tuple or dict, default None
        As in scikit-learn; None is the estimator's `score`.
    sample_weight : array of shape (m,), optional
        In training and in the scores.
    groups : array of shape (m,), optional
        For splitters that keep groups together.
    return_estimator : bool, default False
        Whether to return the fitted estimators too.

    Returns
    -------
    Bunch
        A dictionary, also read by attribute. One entry per fold: `test_score` (`test_<name>` for
        several scorers), `train_cost` and `train_metric` of the best epoch (as the rows were met),
        `best_epoch`, `stopped`, `history`, `fit_time` (a fold's share of its program's seconds),
        `score_time`, `program` (folds of one number trained together, -1: not at all), `error`
        (None, or what a fold failed with; its scores are nan) and `estimator`. One per row:
        `prediction`, made where the row was tested (the last time, where several folds test it);
        nan, or None among labels, where no fold has predicted it.

    Raises
    ------
    SettingError, DataError, DivergenceError
        When a setting or the arguments cannot be used, or when no fold could be fitted.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, cross_validate
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier(hidden_units=(16,), learning_rate=.01, epochs=50, random_state=0)
    >>> result = cross_validate(model, X, y, cv=3)
    >>> bool(result.test_score.mean() > 0.9)
    True
    """
    _check(estimator, y, options)
    X, y, groups = indexable(X, y, options.get("groups"))
    weights = options.get("sample_weight")
    rows = _Rows(X, y, None if weights is None else np.asarray(weights))
    splitter: Any = check_cv(cv, y, classifier=is_classifier(estimator))
    splits = list(splitter.split(X, y, groups))
    models: list[Any] = [clone(estimator) for _ in splits]
    folds = fit_folds(models, [rows.part(train) for train, _ in splits])
    _tell_failures(folds)
    scorers = _scorers(estimator, scoring)
    tested = [
        _tested(fold, rows.part(test), scorers)
        for fold, (_, test) in zip(folds, splits, strict=True)
    ]
    result = _figures(folds, tested)
    result.prediction = _out_of_fold(tested, [test for _, test in splits], _num_samples(X))
    if options.get("return_estimator"):
        result.estimator = [fold.model for fold in folds]
    return result


def _check(estimator: Any, y: Any, options: Options) -> None:
    if not isinstance(estimator, DNN):
        raise SettingError(
            f"estimator={estimator!r}: expected a DNNClassifier or a DNNRegressor; "
            "for others use sklearn.model_selection.cross_validate"
        )
    unknown = set(options) - set(Options.__annotations__)
    if unknown:
        raise TypeError(
            f"cross_validate() got an unexpected keyword argument {sorted(unknown)[0]!r}; expected "
            f"one of {', '.join(map(repr, ('cv', 'scoring', *Options.__annotations__)))}"
        )
    if y is None:
        raise DataError("y is None: expected one target per row of X")


def _tell_failures(folds: Sequence[Fold]) -> None:
    failed = [(place, fold.error) for place, fold in enumerate(folds) if fold.error is not None]
    if not failed:
        return
    place, first = failed[0]
    if len(failed) == len(folds):
        raise first
    warnings.warn(
        f"{len(failed)} of {len(folds)} folds failed, and their scores are nan; "
        f"fold {place + 1}: {first}",
        FitFailedWarning,
        stacklevel=3,
    )


def _scorers(estimator: DNN, scoring: Any) -> dict[str, Any]:
    if isinstance(scoring, dict):
        return {name: check_scoring(estimator, scoring=one) for name, one in scoring.items()}
    if isinstance(scoring, list | tuple | set):
        return {str(name): check_scoring(estimator, scoring=name) for name in scoring}
    return {"score": check_scoring(estimator, scoring=scoring)}


def _tested(fold: Fold, part: tuple[Any, Any, Any], scorers: dict[str, Any]) -> _Tested:
    if fold.error is not None:
        return _Tested(dict.fromkeys(scorers, np.nan), None, 0.0)
    (X, y, weights), began, model = part, time.perf_counter(), cast(Any, fold.model)
    more = {} if weights is None else {"sample_weight": weights}
    scores = {name: float(scorer(model, X, y, **more)) for name, scorer in scorers.items()}
    return _Tested(scores, model.predict(X), time.perf_counter() - began)


def _figures(folds: Sequence[Fold], tested: Sequence[_Tested]) -> Bunch:
    fitted = [vars(fold.model) for fold in folds]
    best = [own.get("best_epoch_", 0) for own in fitted]
    histories = [own.get("history_", []) for own in fitted]
    records = [history[at - 1] if at else None for history, at in zip(histories, best, strict=True)]
    return Bunch(
        **{
            f"test_{name}": np.array([one.scores[name] for one in tested])
            for name in tested[0].scores
        },
        train_cost=np.array([np.nan if record is None else record.cost for record in records]),
        train_metric=np.array([np.nan if record is None else record.metric for record in records]),
        best_epoch=np.array(best),
        stopped=[own.get("stopped_", "not begun") for own in fitted],
        history=histories,
        fit_time=np.array([fold.seconds for fold in folds]),
        score_time=np.array([one.seconds for one in tested]),
        program=np.array([fold.program for fold in folds]),
        error=[fold.error for fold in folds],
    )


def _out_of_fold(tested: Sequence[_Tested], places: Sequence[np.ndarray], rows: int) -> np.ndarray:
    parts = [(where, one.predicted) for where, one in zip(places, tested, strict=True)]
    made = [(where, predicted) for where, predicted in parts if predicted is not None]
    kind = np.result_type(*(predicted.dtype for _, predicted in made))
    shape = (rows, *made[0][1].shape[1:])
    missing = len(np.unique(np.concatenate([where for where, _ in made]))) < rows
    if missing and kind.kind != "f":
        whole = np.full(shape, None, dtype=object)
    else:
        whole = np.full(shape, np.nan) if missing else np.empty(shape, kind)
    for where, predicted in made:
        whole[where] = predicted
    return whole
