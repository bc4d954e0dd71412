"""What a ladder is asked: the rows, how they are split, the seeds and the rungs, all checked."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple, cast

import numpy as np
from sklearn.base import is_classifier
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    check_cv,
)
from sklearn.utils import _safe_indexing, indexable
from sklearn.utils.validation import _num_samples

from layerwise.data.reading import infer_task
from layerwise.errors import DataError, SettingError
from layerwise.estimators.base import DNN
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.regressor import DNNRegressor
from layerwise.study.ladder.equipping import check_one_for_all
from layerwise.study.ladder.shapes import Shape, shapes, widest

MOST_LAYERS, MOST_WIDTH, MOST_SEEDS = 50, 100_000, 1000


class Part(NamedTuple):
    """The rows that one network learns from and is tested on; `fold` and `seed` from 0."""

    train: np.ndarray
    test: np.ndarray
    fold: int
    seed: int


class Rows(NamedTuple):
    """Rows, targets and perhaps weights."""

    X: Any
    y: Any
    weights: np.ndarray | None

    def of(self, which: np.ndarray) -> tuple[Any, Any, np.ndarray | None]:
        """Return these rows."""
        weights = None if self.weights is None else self.weights[which]
        return _safe_indexing(self.X, which), _safe_indexing(self.y, which), weights


class Asked(NamedTuple):
    """A ladder to climb.

    `test` is None where rows are held out in folds; `parts` holds one entry per fold and seed.
    `apart` says that each seed has folds of its own.
    """

    estimator: Any
    rows: Rows
    test: Rows | None
    parts: tuple[Part, ...]
    apart: bool
    seeds: tuple[int, ...]
    rungs: tuple[Shape, ...]
    scoring: Any

    @property
    def folds(self) -> int:
        return len(self.parts) // len(self.seeds)

    @property
    def share(self) -> float:
        """Rows tested per row trained on."""
        tested = sum(len(part.test) for part in self.parts)
        trained = sum(len(part.train) for part in self.parts)
        return tested / trained


def asked_of(X: Any, y: Any, estimator: Any, options: dict[str, Any]) -> Asked:
    """Return what is asked, checked.

    Raises
    ------
    SettingError, DataError
        When the arguments cannot be used.
    """
    X, y, groups = indexable(X, y, options["groups"])
    rows = _rows((X, y, options["sample_weight"]), "y")
    estimator = _estimator(estimator, rows.y)
    _check_numbers(options)
    width = widest(estimator.get_params(deep=False)["hidden_units"])
    width = width if options["width"] is None else options["width"]
    test = None if options["test"] is None else _rows(options["test"], "test")
    if test is not None and options["scoring"] is not None:
        raise SettingError(
            f"scoring={options['scoring']!r}: expected None with test rows, on which rungs are "
            "compared row by row; leave test out to compare this score over folds"
        )
    seeds = tuple(range(options["random_state"], options["random_state"] + options["seeds"]))
    parts, apart = _parts(rows, groups, (estimator, options["cv"], test), seeds)
    kind = "classes" if is_classifier(estimator) else "number"
    rungs = shapes(width, options["most"], kind)
    return Asked(estimator, rows, test, parts, apart, seeds, rungs, options["scoring"])


def _estimator(estimator: Any, y: Any) -> Any:
    if estimator is None:
        target = np.asarray(y)
        if target.ndim == 2 and target.shape[1] > 1:
            raise SettingError(
                "y has several columns: expected an estimator too, a DNNClassifier for labels or "
                "a DNNRegressor for numbers"
            )
        task, _ = infer_task(target.ravel())
        return DNNRegressor() if task == "regression" else DNNClassifier()
    if not isinstance(estimator, DNN):
        raise SettingError(
            f"estimator={estimator!r}: expected a DNNClassifier, a DNNRegressor or None"
        )
    check_one_for_all(estimator)
    if is_classifier(estimator) and len(np.unique(np.asarray(y))) < 2:
        only = np.asarray(y).ravel()[0]
        raise DataError(f"only one class in the target, {only!r}: expected at least 2")
    return estimator


def _rows(given: Any, name: str) -> Rows:
    if not isinstance(given, tuple) or len(given) not in (2, 3):
        raise DataError(f"{name}: expected (X, y) or (X, y, sample_weight)")
    X, y, weights = (*given, None)[:3]
    if y is None:
        raise DataError(f"{name} is None: expected one target per row of X")
    count = _num_samples(X)
    if _num_samples(y) != count:
        raise DataError(f"{name}: {count} rows and {_num_samples(y)} targets: expected as many")
    if weights is not None:
        weights = np.asarray(weights, dtype=np.float64)
        if weights.shape != (count,):
            raise DataError(
                f"sample_weight has the shape {weights.shape}: expected ({count},), one per row"
            )
    return Rows(X, y, weights)


def _check_numbers(options: dict[str, Any]) -> None:
    limits = {"seeds": (1, MOST_SEEDS), "most": (0, MOST_LAYERS), "width": (1, MOST_WIDTH)}
    for name, (low, high) in {**limits, "random_state": (0, 2**31)}.items():
        value = options[name]
        if value is None and name == "width":
            continue
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise SettingError(f"{name}={value!r}: expected a whole number from {low} to {high}")
    if options["verbose"] not in (0, 1):
        raise SettingError(f"verbose={options['verbose']!r}: expected 0 or 1")


def _parts(
    rows: Rows, groups: Any, how: tuple[Any, Any, Rows | None], seeds: tuple[int, ...]
) -> tuple[tuple[Part, ...], bool]:
    estimator, cv, test = how
    count = _num_samples(rows.X)
    if test is not None:
        every = np.arange(count), np.arange(_num_samples(test.X))
        return tuple(Part(*every, 0, seed) for seed in range(len(seeds))), False
    number = isinstance(cv, int | np.integer) and not isinstance(cv, bool)
    drawing: list[Any] = [
        _drawn(rows.y, groups, (is_classifier(estimator), int(cv)), seed)
        if number
        else check_cv(cast(Any, cv), rows.y, classifier=is_classifier(estimator))
        for seed in (seeds if number else seeds[:1])
    ]
    found = [_split(splitter, rows, groups) for splitter in drawing]
    each = found if number else found * len(seeds)
    parts = tuple(
        Part(*split, fold, seed)
        for seed, splits in enumerate(each)
        for fold, split in enumerate(splits)
    )
    if len(parts) // len(seeds) < 2:
        raise SettingError(f"cv={cv!r}: expected at least 2 folds; for one test part give test")
    return parts, number


def _drawn(y: Any, groups: Any, how: tuple[bool, int], seed: int) -> Any:
    classes, folds = how
    if folds < 2:
        raise SettingError(f"cv={folds}: expected at least 2 folds, or a splitter")
    target = np.asarray(y)
    stratified = classes and (target.ndim == 1 or target.shape[1] == 1)
    if groups is not None:
        kind = StratifiedGroupKFold if stratified else GroupKFold
        folds = min(folds, len(np.unique(np.asarray(groups))))
    else:
        kind = StratifiedKFold if stratified else KFold
        counts = np.unique(target.ravel(), return_counts=True)[1] if stratified else [len(target)]
        folds = min(folds, int(max(counts)))
    if folds < 2:
        raise DataError(f"{len(target)} rows cannot be split into folds: expected more rows")
    return kind(folds, shuffle=True, random_state=seed)


def _split(splitter: Any, rows: Rows, groups: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    place = np.zeros((_num_samples(rows.X), 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a class with fewer rows than folds
        found = splitter.split(place, np.asarray(rows.y), groups)
        return [(np.asarray(train), np.asarray(test)) for train, test in found]
