"""A batch of trials as one population: trained, halved, judged and told as each one ends."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone

from layerwise.errors import DataError, LayerwiseError, SettingError
from layerwise.estimators.folds import Fold, ended_folds
from layerwise.estimators.parts import parts_of
from layerwise.study.ledger.parameters import digest_of_all
from layerwise.study.search.asking import Asked
from layerwise.study.search.halving import Halving
from layerwise.study.search.recording import Ended, Scored
from layerwise.study.search.rows import Rows
from layerwise.study.search.space import Space, made

PRUNED, OUT_OF_TIME = "pruned", "time is up"
LARGEST_SEED = 2**31


class Trying(NamedTuple):
    """What all trials have in common.

    `until` is when the time is up (by time.monotonic), or infinity; `halving` None stops none.
    """

    estimator: Any
    space: Space
    rows: Rows
    scorer: Any
    seed: int
    halving: Halving | None = None
    until: float = math.inf


class Tried(NamedTuple):
    """A trial that has ended, and its fitted estimators."""

    asked: Asked
    ended: Ended
    models: list[Any]


def seeds_of(trying: Trying) -> list[int]:
    """Return the seeds that each trial is tried with: the same for all, so that pairs compare."""
    random = np.random.default_rng(trying.seed)
    return [int(one) for one in random.integers(LARGEST_SEED, size=trying.space.seeds)]


def tried(trying: Trying, batch: Sequence[Asked]) -> Iterator[Tried]:
    """Train a batch together and yield each trial as soon as all of its networks have ended."""
    seeds, splits = seeds_of(trying), trying.rows.splits
    models, rows = [], []
    for asked in batch:
        for train, _ in splits:
            for seed in seeds:
                models.append(model_of(trying, asked).set_params(random_state=seed, verbose=0))
                rows.append(train)
    each = len(splits) * len(seeds)
    data = trying.rows
    parts = parts_of(len(models), (data.X, data.y, data.weights), rows)
    watch = _Watch(trying, batch, models, each)
    found: dict[int, Fold] = {}
    for place, fold in ended_folds(models, parts, between=watch.between):
        found[place] = fold
        trial = place // each
        places = range(trial * each, (trial + 1) * each)
        if all(at in found for at in places):
            folds = [found[at] for at in places]
            ended = _ended(trying, folds, watch.curve(trial))
            yield Tried(batch[trial], ended, [fold.model for fold in folds])


def model_of(trying: Trying, asked: Asked) -> Any:
    """Return a trial's estimator, not fitted."""
    if asked.is_default:
        return clone(trying.estimator)
    return made(trying.estimator, trying.space, asked.params)


class _Watch:
    """Looks at the courses between epochs: the figures, who is weak, and whether time is up."""

    def __init__(self, trying: Trying, batch: Sequence[Asked], models: list[Any], each: int):
        self.trying, self.batch, self.each = trying, batch, each
        self.place = {id(model): place for place, model in enumerate(models)}
        self.figures: list[dict[int, float]] = [{} for _ in models]
        self.stopped = [False] * len(models)
        self.judged: set[tuple[int, int]] = set()

    def between(self, teams: Sequence[Any], courses: Sequence[Any]) -> dict[int, str]:
        where = [self.place[id(team.estimator)] for team in teams]
        for place, course in zip(where, courses, strict=True):
            self.stopped[place] = course.stopped is not None
            if course.history and math.isfinite(course.best.monitored[0]):
                # what is monitored is to be small
                self.figures[place][len(course.history)] = -float(course.best.monitored[0])
        if time.monotonic() >= self.trying.until:
            return dict.fromkeys(range(len(teams)), OUT_OF_TIME)
        held_out = any(c.history and c.history[-1].validation_cost is not None for c in courses)
        weak = self._weak({place // self.each for place in where}) if held_out else set()
        return {at: PRUNED for at, place in enumerate(where) if place // self.each in weak}

    def _weak(self, trials: set[int]) -> set[int]:
        rule = self.trying.halving
        if rule is None:
            return set()
        new = []
        for trial in trials:
            for rung in rule.rungs:
                if (trial, rung) not in self.judged and self._has_come_to(trial, rung):
                    self.judged.add((trial, rung))
                    rule.note(self.batch[trial].number, rung, self.curve(trial, rung)[rung])
                    new.append((trial, rung))
        return {
            trial
            for trial, rung in new
            if not self.batch[trial].is_default and rule.is_weak(self.batch[trial].number, rung)
        }

    def _own(self, trial: int) -> list[dict[int, float]]:
        return self.figures[trial * self.each : (trial + 1) * self.each]

    def _has_come_to(self, trial: int, rung: int) -> bool:
        first = trial * self.each
        ended = self.stopped[first : first + self.each]
        own = self._own(trial)
        return all(
            curve and (end or max(curve) >= rung) for curve, end in zip(own, ended, strict=True)
        ) and any(max(curve) >= rung for curve in own)

    def curve(self, trial: int, last: int | None = None) -> dict[int, float]:
        """Return a trial's figures by epoch: the mean, of those that have ended the last one."""
        own = [curve for curve in self._own(trial) if curve]
        if not own:
            return {}
        epochs = range(1, (last or max(max(curve) for curve in own)) + 1)
        both = [[_latest(curve, epoch) for curve in own] for epoch in epochs]
        found = {epoch: float(np.mean(at)) for epoch, at in zip(epochs, both, strict=True)}
        return {epoch: figure for epoch, figure in found.items() if math.isfinite(figure)}


def _latest(curve: dict[int, float], epoch: int) -> float:
    known = [at for at in curve if at <= epoch]
    return curve[max(known)] if known else math.nan


def _ended(trying: Trying, folds: Sequence[Fold], figures: dict[int, float]) -> Ended:
    seconds = sum(fold.seconds for fold in folds)
    failed = [fold.error for fold in folds if fold.error is not None]
    if failed:
        return Ended(figures=figures, seconds=seconds, stopped="failed", error=str(failed[0]))
    models = [fold.model for fold in folds]
    stopped = next((m.stopped_ for m in models if m.stopped_ == PRUNED), models[0].stopped_)
    common = Ended(
        figures=figures,
        curves=_curves(models[0]),
        seconds=seconds,
        stopped=stopped,
        best_epoch=models[0].best_epoch_,
        digest=digest_of_all(models),
    )
    if stopped == PRUNED:
        return common
    tests = [test for _, test in trying.rows.splits for _ in range(trying.space.seeds)]
    try:
        scores = [judge(trying, m, test) for m, test in zip(models, tests, strict=True)]
    except (LayerwiseError, ValueError) as error:
        return common._replace(error=f"its score: {error}")
    if not all(math.isfinite(score.value) for score in scores):
        return common._replace(error="its score is not a number")
    return common._replace(scores=tuple(scores))


def judge(trying: Trying, model: Any, which: np.ndarray) -> Scored:
    """Return a fitted estimator's score on rows, with its interval where there is one."""
    X, y, weights = trying.rows.part(which)
    if trying.scorer is None:
        with suppress(
            DataError, SettingError
        ):  # of several labels or numbers it is the score alone
            score, low, high = model.score_interval(X, y, weights)
            return Scored(float(score), float(low), float(high), len(which))
    more = {} if weights is None else {"sample_weight": weights}
    scorer: Callable[..., float] = trying.scorer or type(model).score
    return Scored(float(scorer(model, X, y, **more)), rows=len(which))


def _curves(model: Any) -> dict[str, list[float]]:
    names = ("cost", "metric", "validation_cost", "validation_metric")
    history = model.history_
    return {
        name: [float(getattr(epoch, name)) for epoch in history]
        for name in names
        if history and getattr(history[0], name) is not None
    }
