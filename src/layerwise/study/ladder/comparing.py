"""From trained rungs to compared ones: which is the simplest that is not significantly worse?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from layerwise.estimators.score_intervals import Interval, as_counts, wilson
from layerwise.study.intervals import LEVEL, bootstrap_of_mean
from layerwise.study.ladder.asking import Asked
from layerwise.study.ladder.climbing import Trained
from layerwise.study.ladder.testing import Paired, holm, interval_of, over_rows, over_splits


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One rung of a ladder, trained over all folds and seeds, and compared with the best.

    Attributes
    ----------
    name, words : str
        As a table and as a sentence call it: "1 hidden layer (64)", "one hidden layer of 64 units".
    hidden_units : tuple of int or None
        None for the constant.
    scores : array (folds, seeds)
        Given test rows are one fold.
    mean, interval : float, Interval
        Of the scores, with the 95 % interval.
    parameters : int
        Numbers that are learned.
    worse_by, worse_interval : float, Interval
        How far it is below the best rung, with the 95 % interval; 0 for the best itself.
    p : float
        One-sided: how probable so large a difference is if the rung is no worse, by Holm's
        correction over the rungs. Below 0.05 it `is_worse`. 1 for the best itself.
    seconds : float
        Of training and scoring.
    settings : dict
        The estimator's, as plain values; `seeds` are the random_state of each column of scores.
    costs, validation_costs : tuple of float
        Mean over folds and seeds after each epoch; () where there are none.
    digest : str or None
        Of the parameters of all its networks: equal where every bit is.
    """

    name: str
    words: str
    hidden_units: tuple[int, ...] | None
    scores: np.ndarray
    mean: float
    interval: Interval
    parameters: int
    worse_by: float
    worse_interval: Interval
    p: float
    seconds: float
    settings: dict[str, Any]
    seeds: tuple[int, ...]
    costs: tuple[float, ...]
    validation_costs: tuple[float, ...]
    digest: str | None

    @property
    def is_worse(self) -> bool:
        """Whether it is significantly worse than the best at 5 %."""
        return self.p < LEVEL


@dataclass(frozen=True)
class Compared:
    """The rungs, the best of them, and the smallest difference that would have shown."""

    rungs: tuple[Rung, ...]
    best: Rung
    shows_from: float

    @property
    def simplest(self) -> Rung:
        """The first rung that is not significantly worse than the best."""
        return next(rung for rung in self.rungs if not rung.is_worse)


def compared(asked: Asked, trained: Sequence[Trained]) -> Compared:
    """Return the rungs compared with the best of them; `trained` holds at least one."""
    means = [float(one.scores.mean()) for one in trained]
    best = int(np.argmax(np.round(means, 12)))  # of equal ones the simplest
    others = [place for place in range(len(trained)) if place != best]
    paired = {place: _paired(asked, trained[place], trained[best]) for place in others}
    corrected = dict(zip(others, holm(np.array([paired[i].p for i in others])), strict=True))
    rungs = tuple(
        _rung(asked, one, paired.get(place), float(corrected.get(place, 1.0)))
        for place, one in enumerate(trained)
    )
    alike = [paired[place] for place in others if corrected[place] >= LEVEL]
    least = [pair.smallest_that_shows(LEVEL / len(alike)) for pair in alike]
    at_best = _fewest_rows(asked, LEVEL / max(len(alike), 1))
    shows = max((max(one if np.isfinite(one) else 0, at_best) for one in least), default=0.0)
    return Compared(rungs, rungs[best], float(shows))


def _fewest_rows(asked: Asked, level: float) -> float:
    """Return the share of test rows that have to differ, all one way, for a class's test."""
    if asked.test is None or not is_classifier(asked.estimator):
        return 0.0
    return float(np.ceil(-np.log2(level))) / len(asked.parts[0].test)


def _splits(asked: Asked, scores: np.ndarray) -> np.ndarray:
    """Return one score per split: seeds of common folds are averaged first."""
    return scores.ravel() if asked.apart else scores.mean(axis=1)


def _paired(asked: Asked, one: Trained, best: Trained) -> Paired:
    if one.losses is None or best.losses is None:
        return over_splits(_splits(asked, best.scores - one.scores), asked.share)
    assert asked.test is not None
    lost = (one.losses - best.losses).mean(axis=1)
    weights = asked.test.weights
    lost = lost if weights is None else lost * (weights / weights.mean())
    return over_rows(lost, len(asked.seeds), asked.seeds[0])


def _interval(asked: Asked, one: Trained) -> Interval:
    if one.losses is None:
        low, high = interval_of(_splits(asked, one.scores), asked.share)
        no_scorer = asked.scoring is None
        most = 1.0 if no_scorer else np.inf
        least = 0.0 if no_scorer and is_classifier(asked.estimator) else -np.inf
        return Interval(max(low, least), min(high, most))
    assert asked.test is not None
    lost, weights = one.losses.mean(axis=1), asked.test.weights
    weights = np.ones(len(lost)) if weights is None else weights
    if is_classifier(asked.estimator):
        counts = as_counts(weights)
        return wilson(float(counts @ (1 - lost)), float(counts.sum()))
    low, high = bootstrap_of_mean(lost * weights / weights.mean(), asked.seeds[0])
    return Interval(1 - high, 1 - low)


def _rung(asked: Asked, one: Trained, pair: Paired | None, p: float) -> Rung:
    return Rung(
        name=one.shape.name,
        words=one.shape.words,
        hidden_units=one.shape.hidden_units,
        scores=one.scores,
        mean=float(one.scores.mean()),
        interval=_interval(asked, one),
        parameters=one.parameters,
        worse_by=pair.mean if pair else 0.0,
        worse_interval=pair.interval if pair else Interval(0.0, 0.0),
        p=p,
        seconds=one.seconds,
        settings=one.settings,
        seeds=asked.seeds,
        costs=one.costs,
        validation_costs=one.validation_costs,
        digest=one.digest,
    )
