"""Is the best of a search better than the defaults? Fresh seeds, the same rows, an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone, is_classifier

from layerwise.estimators.folds import fit_folds
from layerwise.estimators.parts import parts_of
from layerwise.estimators.score_intervals import Interval, normal_quantile
from layerwise.study.matrices import number
from layerwise.study.search.asking import Asked
from layerwise.study.search.space import made
from layerwise.study.search.trying import LARGEST_SEED, Trying

LEVEL = 0.05


class Comparison(NamedTuple):
    """The best setting beside the defaults, both trained with fresh seeds, on the same rows.

    `params` are those of the best setting, {} where it is not ahead of the defaults. Of so many
    `finalists` it is the best: the interval of its score less the defaults' is wider for each.
    """

    params: dict[str, Any]
    score: float
    default_score: float
    interval: Interval
    rows: int
    finalists: int
    seeds: int

    @property
    def difference(self) -> float:
        """By how much the best setting's score is above the defaults'."""
        return self.score - self.default_score

    @property
    def is_better(self) -> bool:
        """Whether the difference is more than chance."""
        return self.interval.low > 0

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        low, high = (number(end, 3) for end in self.interval)
        where = f"95 % interval {low} to {high}, {self.rows:,} rows that the search chose by"
        if self.is_better:
            return f"{number(self.difference, 3)} better than the defaults ({where})."
        return (
            "Nothing better than the defaults was found: the best setting differs by "
            f"{number(self.difference, 3)} ({where})."
        )


def compared(trying: Trying, best: Sequence[Asked], seeds: int) -> Comparison | None:
    """Return how the best few settings and the defaults do with fresh seeds; None: they failed.

    Parameters
    ----------
    trying : what the search had in common
    best : the trials with the best scores, none of them the defaults
    seeds : how many fresh ones each is trained with
    """
    found = _scores(trying, best, seeds)
    if 0 not in found or len(found) < 2:
        return None
    ahead = max((place for place in found if place), key=lambda place: found[place][0])
    difference = found[ahead][0] - found[0][0]
    return Comparison(
        dict(best[ahead - 1].params) if difference > 0 else {},
        found[ahead][0],
        found[0][0],
        _interval(found[ahead][1] - found[0][1], difference, len(best)),
        trying.rows.judging,
        len(best),
        seeds,
    )


def _scores(
    trying: Trying, best: Sequence[Asked], seeds: int
) -> dict[int, tuple[float, np.ndarray]]:
    """Return the scores with fresh seeds by place: the defaults' at 0, then those of the best."""
    rows, splits = trying.rows, trying.rows.splits
    random = np.random.default_rng([trying.seed, 1])
    fresh = [int(one) for one in random.integers(LARGEST_SEED, size=seeds)]
    usual: Any = clone(trying.estimator)
    settings = [usual, *(made(trying.estimator, trying.space, asked.params) for asked in best)]
    copy: Any = clone
    models = [
        copy(one).set_params(random_state=seed, verbose=0)
        for one in settings for seed in fresh for _ in splits
    ]  # fmt: skip
    learned = [train for train, _ in splits] * (len(settings) * seeds)
    folds = fit_folds(models, parts_of(len(models), (rows.X, rows.y, rows.weights), learned))
    each, found = seeds * len(splits), {}
    for place in range(len(settings)):
        own = folds[place * each : (place + 1) * each]
        if all(fold.error is None for fold in own):
            found[place] = _judged(trying, [fold.model for fold in own])
    return found


def _judged(trying: Trying, models: list[Any]) -> tuple[float, np.ndarray]:
    """Return the score, and what each row adds to it: a difference's interval is that of pairs."""
    scores, added = [], []
    splits = trying.rows.splits
    for place, model in enumerate(models):
        X, y, weights = trying.rows.part(splits[place % len(splits)][1])
        more = {} if weights is None else {"sample_weight": weights}
        if trying.scorer is None:
            scores.append(float(model.score(X, y, **more)))
            added.append(_of_rows(model, X, np.asarray(y)))
        else:
            scores.append(float(trying.scorer(model, X, y, **more)))
    if not added:
        return float(np.mean(scores)), np.array(scores)
    seeds = len(models) // len(splits)
    of_rows = [np.concatenate(added[k * len(splits) : (k + 1) * len(splits)]) for k in range(seeds)]
    return float(np.mean(scores)), np.mean(of_rows, axis=0)


def _of_rows(model: Any, X: Any, y: np.ndarray) -> np.ndarray:
    predicted = np.asarray(model.predict(X))
    if is_classifier(model):
        same = predicted == y
        return (same if same.ndim == 1 else same.all(axis=1)).astype(np.float64)
    numbers = y.astype(np.float64).reshape(len(y), -1)
    spread = np.where(numbers.var(axis=0) > 0, numbers.var(axis=0), 1.0)
    return 1 - ((predicted.reshape(numbers.shape) - numbers) ** 2 / spread).mean(axis=1)


def _interval(gains: np.ndarray, difference: float, finalists: int) -> Interval:
    """Return the interval of a difference, wider by Bonferroni for the best of several."""
    if len(gains) < 2:
        return Interval(-np.inf, np.inf)
    quantile = normal_quantile(1 - LEVEL / max(finalists, 1))
    half = quantile * float(gains.std(ddof=1)) / np.sqrt(len(gains))
    return Interval(float(difference - half), float(difference + half))
