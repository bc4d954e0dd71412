"""The folds of a cross-validation, trained together: each fold comes to what `fit` comes to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from layerwise.errors import LayerwiseError
from layerwise.estimators.base import DNN
from layerwise.estimators.fitting import Progress, begun, reason_to_stop
from layerwise.estimators.judging import Judge, judged
from layerwise.estimators.sharing import Given, judges_of, programs_of
from layerwise.training.compilation import keep_compiled_programs, make_room, use_all_cores
from layerwise.training.early_stopping import Best, better
from layerwise.training.early_stopping import start as no_epoch
from layerwise.training.gathering import at_once, gather
from layerwise.training.loop import Epoch, Snapshot
from layerwise.training.population import (
    Outcome,
    Population,
    advance,
    remember,
    state_of,
    states_of,
)
from layerwise.training.score import of_classes


class Course(NamedTuple):
    """How a fold's training goes. The best state itself is kept in the population."""

    best: Best
    costs: tuple[float, ...] = ()
    history: tuple[Epoch, ...] = ()
    stopped: str | None = None
    error: LayerwiseError | None = None


class Fold(NamedTuple):
    """A fold's estimator, what kept it from being fitted (or None), its program and its seconds."""

    model: DNN
    error: LayerwiseError | None
    program: int
    seconds: float


def fit_folds(models: Sequence[DNN], parts: Iterable[Given], verbose: int = 0) -> list[Fold]:
    """Fit each estimator to its part, those that can share a compiled program together.

    Each comes to what its own `fit` comes to, whatever its settings. One whose rows or settings
    cannot be used, or that diverges, is returned with its error; the others do not notice.

    Parameters
    ----------
    models : the estimators, each another object
    parts : one for each: (X, y, sample_weight), or a function that makes it. Estimators of one part
        (the same object) share what is read and encoded of it
    verbose : 1 shows each program's progress, as an estimator with verbose=1 does
    """
    folds = dict(ended_folds(models, parts, verbose))
    return [folds[place] for place in range(len(models))]


def ended_folds(
    models: Sequence[DNN], parts: Iterable[Given], verbose: int = 0
) -> Iterator[tuple[int, Fold]]:
    """Yield what `fit_folds` returns, each with its place, as soon as its program has ended."""
    keep_compiled_programs()
    use_all_cores()
    make_room()
    judges, seconds = {}, {}
    for place, (found, taken) in enumerate(judges_of(models, list(parts))):
        if isinstance(found, Judge):
            judges[place], seconds[place] = found, taken
        else:
            yield place, Fold(models[place], found, -1, taken)
    for program, members in enumerate(programs_of(judges)):
        began = time.perf_counter()
        errors = _trained([judges.pop(place) for place in members], verbose)
        share = (time.perf_counter() - began) / len(members)
        for place, error in zip(members, errors, strict=True):
            yield place, Fold(models[place], error, program, seconds[place] + share)


def _trained(judges: list[Judge], verbose: int) -> list[LayerwiseError | None]:
    # a bar is that of the first member, and has to last for the longest
    order = sorted(range(len(judges)), key=lambda place: -judges[place].estimator.epochs)
    ordered = [judges[place] for place in order]
    models = [judge.estimator for judge in ordered]
    try:
        with models[0]._precision(), _showing(models, verbose):
            errors = _train(list(ordered))
    except LayerwiseError as error:
        if len(judges) == 1:
            return [error]
        # one member's scorer or arrays cannot be used: whose, is found out one by one
        errors = [_trained([judge], verbose)[0] for judge in ordered]
    by_place = dict(zip(order, errors, strict=True))
    return [by_place[place] for place in range(len(judges))]


@contextmanager
def _showing(models: Sequence[DNN], verbose: int) -> Iterator[None]:
    own = [model.verbose for model in models]
    for model in models:
        model.verbose = int(verbose or any(own))
    try:
        yield
    finally:
        for model, before in zip(models, own, strict=True):
            model.verbose = before


def _train(judges: list[Judge]) -> list[LayerwiseError | None]:
    """Train members of one shape in waves that fit in memory; return what each failed with."""
    size, errors = at_once([judge.job for judge in judges]), []
    while judges:
        wave, judges[:size] = judges[:size], []
        errors += _train_wave(wave, size)
    return errors


def _train_wave(judges: list[Judge], size: int) -> list[LayerwiseError | None]:
    models = [judge.estimator for judge in judges]
    states = [begun(judge.job, judge.estimator.initialization).state for judge in judges]
    population = gather([judge.job for judge in judges], states, size)
    # the population has their tables: these are views
    both = zip(judges, population.jobs, strict=True)
    judges[:] = [judge._replace(job=job) for judge, job in both]
    stage = population, [Course(no_epoch(state)) for state in states]
    try:
        for after in _watched(models[0], _followed(judges, *stage)):
            stage = after
    except KeyboardInterrupt:
        _end(judges, *stage, stopped="interrupted")
        raise
    return _end(judges, *stage)


def _end(
    judges: list[Judge], population: Population, courses: list[Course], stopped: str = "epochs"
) -> list[LayerwiseError | None]:
    """Give each estimator its best epoch; return what each failed with."""
    ends = zip(judges, courses, states_of(population), strict=True)
    for judge, course, (best, last) in ends:
        progress = Progress(last, course.best._replace(state=best), course.costs, course.history)
        judge.estimator._keep(progress._replace(stopped=course.stopped or stopped), judge.job)
        if course.error is None:
            judge.estimator._conclude(judge)
    return [course.error for course in courses]


Stage = tuple[Population, list[Course]]


def _watched(model: DNN, stages: Iterable[Stage]) -> Iterable[Stage]:
    if not model.verbose:
        return stages
    from layerwise.estimators.progress import folds_with_bar

    return folds_with_bar(stages, model.epochs)


def _followed(
    judges: list[Judge], population: Population, courses: list[Course]
) -> Iterator[Stage]:
    while any(course.stopped is None for course in courses):
        population, outcomes = advance(
            population, [None if course.stopped else course.costs for course in courses]
        )
        members = zip(judges, courses, outcomes, strict=True)
        after = [_after(population, place, member) for place, member in enumerate(members)]
        improved = [
            new.best.epoch > old.best.epoch for new, old in zip(after, courses, strict=True)
        ]
        population, courses = remember(population, improved), after
        yield population, courses


def _after(
    population: Population, place: int, member: tuple[Judge, Course, Outcome | None]
) -> Course:
    judge, course, outcome = member
    if outcome is None:
        return course
    if outcome.record is None:
        return course._replace(stopped="diverged", error=outcome.error)
    # the best state itself is kept in the population; only a scorer asks for the present one
    state = course.best.state if judge.scorer is None else state_of(population, place)
    (snapshot,) = judged([Snapshot(outcome.record, state, outcome.cost)], judge)
    record, snapshot = snapshot.record, snapshot._replace(state=course.best.state)
    best = better(course.best, snapshot, of_classes(population.jobs[0].plan.network))
    history = (*course.history, record)
    # a fold's seconds are its share of those that all took, so that max_seconds means a fold's
    seconds = sum(epoch.seconds for epoch in history)
    reason = reason_to_stop(best, record, judge.estimator._limits(), seconds)
    return Course(best, (*course.costs, outcome.cost), history, reason)
