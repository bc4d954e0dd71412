"""The ladder: from the constant over logistic regression to deep networks, and where to stop."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from layerwise.study.ladder.answering import Ladder, concluded
from layerwise.study.ladder.asking import asked_of
from layerwise.study.ladder.climbing import climb


class Options(TypedDict, total=False):
    """What `ladder` takes by keyword."""

    test: Any
    cv: Any
    seeds: int
    most: int
    width: int | None
    scoring: Any
    sample_weight: Any
    groups: Any
    random_state: int
    verbose: int


DEFAULTS: dict[str, Any] = {
    "test": None,
    "cv": 5,
    "seeds": 3,
    "most": 3,
    "width": None,
    "scoring": None,
    "sample_weight": None,
    "groups": None,
    "random_state": 0,
    "verbose": 0,
}


def ladder(X: Any, y: Any, estimator: Any = None, **options: Unpack[Options]) -> Ladder:
    """Climb from the constant over logistic regression to deep networks; say where to stop.

    Use it before tuning anything: depth is a hyperparameter, and often the simplest model does.
    Every rung is trained over the same folds and seeds, each as one population, and compared with
    the best of them. The simplest that is not significantly worse is named.

    Parameters
    ----------
    X, y : rows (m, n_x) and targets (m,)
        As in `fit`.
    estimator : DNNClassifier or DNNRegressor, optional
        Whose settings the networks have, but for `hidden_units` and `random_state`; by default the
        one for the target. What is "auto" under preset="auto" is the course's plain network with
        Adam, a rate of 0.01 (2.5 / n_x for more than 250 columns) that falls to 0 along a cosine,
        20 to 200 epochs, and 15 % of the training rows held out to keep the epoch of the least
        cost; with more columns than rows 60 epochs and none held out.
    test : (X, y) or (X, y, sample_weight), optional
        Rows to compare on in place of folds: each rung is trained on all of X, and compared row by
        row.
    cv : int or splitter, default 5
        Folds, drawn anew for each seed; or a splitter of scikit-learn, the same for all seeds.
    seeds : int, default 3
        First weights per fold, from 1 up.
    most : int, default 3
        Hidden layers of the deepest, 0 to 50.
    width : int, optional
        Units of every hidden layer; by default the widest of the estimator's, else 64. One hidden
        layer is tried with 4 and 16 units too.
    scoring : str or callable, optional
        A scorer of scikit-learn, over folds; by default the accuracy or R2.
    sample_weight, groups : arrays (m,), optional
        Weights in training and scores; rows of one group stay in one fold.
    random_state : int, default 0
        The first of the seeds. The same number gives the same ladder.
    verbose : int, default 0
        1 shows a progress bar per rung.

    Returns
    -------
    Ladder
        `rungs`, `simplest`, `best`, `finding`, `table`, and the picture. Interrupted, it holds the
        rungs that were complete.

    Raises
    ------
    SettingError, DataError
        When the arguments cannot be used.
    LayerwiseError
        When no network could be trained: the first one's error.

    Notes
    -----
    Lecture row 26. Over folds the corrected resampled t-test of Nadeau and Bengio (Machine Learning
    52, 2003), for the folds' training rows overlap: the variance of the J differences is taken (1 /
    J + n_test / n_train) times. On test rows a sign-flip test, McNemar's exact one where each rung
    is one network of classes. One-sided at 5 %, with Holm's correction over the rungs.

    Examples
    --------
    >>> import numpy as np
    >>> from layerwise import DNNRegressor, ladder
    >>> x = np.linspace(-1, 1, 60)[:, None]
    >>> model = DNNRegressor(epochs=30, learning_rate=.1)
    >>> found = ladder(x, 3 * x[:, 0], model, cv=3, seeds=1, most=0)
    >>> found.simplest.name, [rung.name for rung in found.rungs]
    ('linear', ['mean', 'linear'])
    """
    unknown = set(options) - set(DEFAULTS)
    if unknown:
        raise TypeError(
            f"ladder() got an unexpected keyword argument {sorted(unknown)[0]!r}; expected one of "
            f"{', '.join(map(repr, DEFAULTS))}"
        )
    whole: dict[str, Any] = {**DEFAULTS, **options}
    asked = asked_of(X, y, estimator, whole)
    return concluded(asked, climb(asked, int(whole["verbose"])))
