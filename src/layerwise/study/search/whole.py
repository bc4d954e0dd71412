"""The search as a whole: what it may be asked for, and its own score by nested folds."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing

from layerwise.errors import DataError, SettingError
from layerwise.estimators.many import trains_as_ours
from layerwise.estimators.settings import refuse
from layerwise.study.search.defaults import Start
from layerwise.study.search.halving import Halving
from layerwise.study.search.rows import Rows


def check(search: Any, y: Any) -> None:
    """Raise SettingError for a setting of the search that cannot be used."""
    if not trains_as_ours(search.estimator):
        raise refuse("estimator", search.estimator, "a DNNClassifier or a DNNRegressor")
    if y is None:
        raise DataError(
            "SearchCV requires y to be passed, but the target y is None: expected one per row"
        )
    for name in ("trials", "seeds", "nested"):
        value: Any = getattr(search, name)
        least = 2 if name == "nested" else 1
        may_be_none = value is None and name != "seeds"
        if not (may_be_none or _is_at_least(value, least)):
            raise refuse(name, value, f"a whole number of at least {least}")
    seconds = search.max_seconds
    if seconds is not None and not (
        isinstance(seconds, Real) and not isinstance(seconds, bool) and float(seconds) > 0
    ):
        raise refuse("max_seconds", seconds, "a number of seconds above 0, or None")
    if search.batch != "auto" and not _is_at_least(search.batch, 1):
        raise refuse("batch", search.batch, "a whole number of at least 1, or 'auto'")
    if search.trials is None and seconds is None and search.method != "grid":
        raise SettingError("trials=None and max_seconds=None: expected one of them, to end by")


def _is_at_least(value: Any, least: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def rule_of(search: Any, start: Start) -> Halving | None:
    """Return the rule by which weak trials are stopped, where there are epochs to save."""
    own: Any = start.single.epochs
    epochs = int(start.settings["epochs"] if own == "auto" else own)
    return Halving(epochs) if search.halving and epochs > 1 else None


def nested_scores(search: Any, rows: Rows, groups: Any) -> np.ndarray:
    """Return the scores of the whole search on folds that it has not seen."""
    X, y = rows.X, rows.y
    splitter: Any = check_cv(search.nested, y, classifier=is_classifier(search.estimator))
    scorer: Any = check_scoring(search.estimator, search.scoring)
    found = []
    for train, test in splitter.split(X, y, groups):
        own: Any = clone(search)
        own.set_params(nested=None, runs=None, name=None, refit=True)
        inside = None if groups is None else np.asarray(groups)[train]
        own.fit(*rows.part(train), groups=inside)
        found.append(float(scorer(own.best_estimator_, _at(X, test), _at(y, test))))
    return np.array(found)


def _at(values: Any, rows: np.ndarray) -> Any:
    return _safe_indexing(values, rows)
