"""The folds of a cross-validation, trained together: each fold comes to what `fit` comes to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from layerwise.errors import DataError, LayerwiseError
from layerwise.estimators.base import DNN
from layerwise.estimators.preparing import prepared_from
from layerwise.training.compilation import keep_compiled_programs
from layerwise.training.early_stopping import Best, better
from layerwise.training.early_stopping import start as no_epoch
from layerwise.training.loop import Epoch, Job, Snapshot, begin
from layerwise.training.population import (
    Outcome,
    Population,
    advance,
    alike,
    best_states,
    gather,
    remember,
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


def fit_folds(models: Sequence[DNN], parts: Iterable[tuple[Any, Any, Any]]) -> list[Fold]:
    """Fit each estimator to its part (X, y, sample_weight), those of one shape together.

    The estimators are clones of one. A fold whose rows cannot be used, or that diverges, is
    returned with its error; the others do not notice.
    """
    keep_compiled_programs()
    with models[0]._precision():
        folds, jobs = _prepared(models, parts)
        groups = alike(list(jobs.values()))
        places = list(jobs)
        for program, group in enumerate(groups):
            members, began = [places[at] for at in group], time.perf_counter()
            errors = _train([models[place] for place in members], [jobs.pop(p) for p in members])
            share = (time.perf_counter() - began) / len(members)
            for place, error in zip(members, errors, strict=True):
                model, _, _, before = folds[place]
                folds[place] = Fold(model, error, program, before + share)
    return folds


def _prepared(
    models: Sequence[DNN], parts: Iterable[tuple[Any, Any, Any]]
) -> tuple[list[Fold], dict[int, Job]]:
    folds, jobs = [], {}
    for place, (model, part) in enumerate(zip(models, parts, strict=True)):
        began, error = time.perf_counter(), None
        try:
            jobs[place] = model._adopt(prepared_from(model, *part))
        except DataError as bad_rows:
            error = bad_rows
        folds.append(Fold(model, error, -1, time.perf_counter() - began))
    return folds, jobs


def _train(models: list[DNN], jobs: list[Job]) -> list[LayerwiseError | None]:
    states = [begin(job) for job in jobs]
    end = gather(jobs, states), [Course(no_epoch(state)) for state in states]
    jobs.clear()  # the population has their tables
    for end in _watched(models[0], _followed(models[0], *end)):  # noqa: B007, B020
        pass
    population, courses = end
    ends = zip(courses, best_states(population), population.jobs, strict=True)
    for model, (course, state, job) in zip(models, ends, strict=True):
        model.stopped_ = course.stopped or "epochs"
        model._keep(course.best._replace(state=state), list(course.history), job)
    return [course.error for course in courses]


Stage = tuple[Population, list[Course]]


def _watched(model: DNN, stages: Iterable[Stage]) -> Iterable[Stage]:
    if not model.verbose:
        return stages
    from layerwise.estimators.progress import folds_with_bar

    return folds_with_bar(stages, model.epochs)


def _followed(model: DNN, population: Population, courses: list[Course]) -> Iterator[Stage]:
    while any(course.stopped is None for course in courses):
        population, outcomes = advance(
            population, [None if course.stopped else course.costs for course in courses]
        )
        after = [_after(model, population, *one) for one in zip(courses, outcomes, strict=True)]
        improved = [
            new.best.epoch > old.best.epoch for new, old in zip(after, courses, strict=True)
        ]
        population, courses = remember(population, improved), after
        yield population, courses


def _after(model: DNN, population: Population, course: Course, outcome: Outcome | None) -> Course:
    if outcome is None:
        return course
    if outcome.record is None:
        return course._replace(stopped="diverged", error=outcome.error)
    record, first = outcome.record, course.best.state
    snapshot = Snapshot(record, first, outcome.cost)
    best = better(course.best, snapshot, of_classes(population.jobs[0].plan.network))
    history = (*course.history, record)
    # a fold's seconds are its share of those that all took, so that max_seconds means a fold's
    seconds = sum(epoch.seconds for epoch in history)
    return Course(
        best, (*course.costs, outcome.cost), history, model._reason_to_stop(best, record, seconds)
    )
