"""Which rows judge a search: the same for all trials, and none that a trial learns from."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier
from sklearn.model_selection import GroupShuffleSplit, check_cv
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from layerwise.study.held_out import SHARE, hold_out_test, last_rows_test

Split = tuple[np.ndarray, np.ndarray]


class Rows(NamedTuple):
    """The rows of a search, and how they are split: (learned from, judged by), once or K times."""

    X: Any
    y: Any
    weights: np.ndarray | None
    splits: tuple[Split, ...] = ()
    folds: int = 0

    def part(self, which: np.ndarray) -> tuple[Any, Any, Any]:
        """Return X, y and weights of these rows."""
        weights = None if self.weights is None else self.weights[which]
        return _safe_indexing(self.X, which), _safe_indexing(self.y, which), weights

    @property
    def judging(self) -> int:
        """How many rows judge a trial."""
        return sum(len(test) for _, test in self.splits)


def rows_of(estimator: Any, data: tuple[Any, Any, Any, Any], cv: Any, seed: int) -> Rows:
    """Return the rows split for judging.

    Parameters
    ----------
    estimator : whose kind of target and whose validation_split decide how rows are drawn
    data : X, y, weights and groups
    cv : None: a fifth of the rows judge all trials; else folds, as in scikit-learn
    seed : of the drawing
    """
    X, y, weights, groups = data
    weights = None if weights is None else np.asarray(weights, dtype=np.float64)
    classes = is_classifier(estimator)
    if cv is not None:
        own: Any = check_cv(cv, y, classifier=classes)
        splits = tuple(own.split(X, y, groups))
        return Rows(X, y, weights, splits, len(splits))
    if groups is not None:
        drawer = GroupShuffleSplit(1, test_size=SHARE, random_state=seed)
        split = next(iter(drawer.split(X, y, groups)))
    elif estimator.validation_split == "time":
        split = last_rows_test(_num_samples(X))
    else:
        labels = np.asarray(y)
        split = hold_out_test(labels, classes and labels.ndim == 1, seed)
    return Rows(X, y, weights, (split,))
