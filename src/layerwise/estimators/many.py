"""Many estimators fitted as one population: each comes to what its own `fit` comes to."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict, Unpack

from sklearn.exceptions import FitFailedWarning
from sklearn.utils import indexable

from layerwise.errors import LayerwiseError, SettingError
from layerwise.estimators.base import DNN
from layerwise.estimators.folds import Fold, ended_folds
from layerwise.estimators.parts import parts_of


class Options(TypedDict, total=False):
    """What `fit_many` takes by keyword beside the data."""

    rows: Any
    verbose: int


class Record(NamedTuple):
    """How an estimator's training went.

    `error` is what it failed with, or None; `seconds` its share of those of its program, whose
    number is `program` (-1: it never began).
    """

    estimator: DNN
    error: LayerwiseError | None
    seconds: float
    program: int


def fit_many(
    estimators: Sequence[DNN],
    X: Any,
    y: Any,
    sample_weight: Any = None,
    **options: Unpack[Options],
) -> list[Record]:
    """Fit many estimators in place, as one population: ensembles, seeds, settings, resamples.

    Use it in place of a loop of `fit`. Those that differ in numbers alone (seed, learning rate,
    penalties, rows, weights) train in one compiled program, small networks of other widths and
    depths too; those of another optimizer or batch size get a program of their own. What several
    would read and encode alike is encoded once. Each comes to what its own `fit` comes to, to
    rounding, with its own held-out rows, best epoch and stop.

    Parameters
    ----------
    estimators : sequence of DNNClassifier and DNNRegressor
        Different objects; what was fitted before is fitted anew. `verbose=1` of any shows a bar.
    X, y : rows (m, n_x) and targets (m,)
        As in `fit`, the same for all.
    sample_weight : array of shape (m,) or (K, m), optional
        One weight per row for all K estimators, or one line of them for each.
    rows : sequence of K arrays of whole numbers, optional
        The row numbers of X that estimator k learns from, counted from 0: folds, or a bootstrap
        sample with its repeats; all rows by default.
    verbose : int, default 0
        1 shows a progress bar for each program: how many have finished, how many are running.

    Returns
    -------
    list of Record
        One per estimator, in their order: `estimator`, `error` (None, or what it failed with),
        `seconds` (its share of the common ones) and `program` (those of one number trained
        together; -1: it never began). One that fails harms no other: a FitFailedWarning tells.

    Raises
    ------
    SettingError, DataError
        When the arguments cannot be used.
    LayerwiseError
        When every estimator failed: the first one's error.

    References
    ----------
    Breiman, Bagging predictors, Machine Learning 24, 1996; Lakshminarayanan et al., Simple and
    scalable predictive uncertainty estimation using deep ensembles, NeurIPS 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, fit_many
    >>> X, y = load_iris(return_X_y=True)
    >>> models = [DNNClassifier((8,), learning_rate=.01, random_state=seed) for seed in range(5)]
    >>> records = fit_many(models, X, y)
    >>> [record.program for record in records]
    [0, 0, 0, 0, 0]
    >>> together = np.mean([model.predict_proba(X) for model in models], axis=0)
    >>> bool((together.argmax(axis=1) == y).mean() > 0.9)
    True
    """
    _check_options(options)
    models = _checked(estimators)
    X, y = indexable(X, y)
    parts = parts_of(len(models), (X, y, sample_weight), options.get("rows"))
    found: dict[int, Fold] = {}
    try:
        for place, fold in ended_folds(models, parts, options.get("verbose", 0)):
            found[place] = fold
    except KeyboardInterrupt:
        fitted = sum(model.__sklearn_is_fitted__() for model in models)
        told = (
            f"training interrupted: {fitted} of {len(models)} estimators are fitted, those in "
            "training with their best epoch so far"
        )
        warnings.warn(told, stacklevel=2)
    else:
        _tell_failures([found[place] for place in range(len(models))])
    return [_record(model, found.get(place)) for place, model in enumerate(models)]


def _record(model: DNN, fold: Fold | None) -> Record:
    if fold is None:
        begun = vars(model).get("stopped_") == "interrupted"
        error = None if begun else LayerwiseError("interrupted before it began")
        return Record(model, error, 0.0, -1)
    return Record(model, fold.error, fold.seconds, fold.program)


def trains_as_ours(estimator: Any) -> bool:
    """Return whether an estimator is fitted as this package fits it, by no `fit` of its own."""
    return isinstance(estimator, DNN) and type(estimator).fit is DNN.fit


def _checked(estimators: Any) -> list[DNN]:
    if isinstance(estimators, DNN) or not hasattr(estimators, "__iter__"):
        raise SettingError(
            f"estimators={estimators!r}: expected a list of them, such as [DNNClassifier(), ...]"
        )
    models, first = list(estimators), {}
    if not models:
        raise SettingError("estimators is empty: expected at least one")
    for place, model in enumerate(models):
        _check_one(place, model)
        if first.setdefault(id(model), place) != place:
            raise SettingError(
                f"estimators[{first[id(model)]}] and estimators[{place}] are one object: expected "
                "another for each; sklearn.base.clone makes them"
            )
    return models


def _check_options(options: Options) -> None:
    unknown = set(options) - set(Options.__annotations__)
    if unknown:
        raise TypeError(
            f"fit_many() got an unexpected keyword argument {sorted(unknown)[0]!r}; expected one "
            "of 'sample_weight', 'rows', 'verbose'"
        )
    verbose = options.get("verbose", 0)
    if verbose not in (0, 1):
        raise SettingError(f"verbose={verbose!r}: expected 0 or 1")


def _check_one(place: int, model: Any) -> None:
    if not trains_as_ours(model):
        raise SettingError(
            f"estimators[{place}]={model!r}: expected a DNNClassifier or a DNNRegressor; fit "
            "others one by one"
        )
    if model.warm_start and model.__sklearn_is_fitted__():
        raise SettingError(
            f"estimators[{place}] has warm_start=True and is fitted: fit_many does not go on from "
            "a fit; use its own fit, or set warm_start=False"
        )


def _tell_failures(folds: Sequence[Fold]) -> None:
    failed = [(place, fold.error) for place, fold in enumerate(folds) if fold.error is not None]
    if not failed:
        return
    place, first = failed[0]
    if len(failed) == len(folds):
        raise first
    warnings.warn(
        f"{len(failed)} of {len(folds)} estimators failed; estimators[{place}]: {first}",
        FitFailedWarning,
        stacklevel=3,
    )
