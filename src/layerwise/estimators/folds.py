"""Estimators and their members, trained together: each comes to what its own `fit` comes to."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from sklearn.exceptions import ConvergenceWarning

from layerwise.errors import LayerwiseError
from layerwise.estimators.fitting import Progress, reason_to_stop
from layerwise.estimators.judging import judged
from layerwise.estimators.sharing import Given, programs_of, teams_of
from layerwise.estimators.team import (
    Course,
    Team,
    begun_by,
    by_team,
    for_members,
    together,
    with_jobs,
)
from layerwise.training.compilation import keep_compiled_programs, make_room, use_all_cores
from layerwise.training.early_stopping import better
from layerwise.training.gathering import at_once, gather, with_best
from layerwise.training.loop import Snapshot
from layerwise.training.population import (
    Outcome,
    Population,
    advance,
    remember,
    state_of,
    states_of,
)
from layerwise.training.score import metric_name, of_classes


class Fold(NamedTuple):
    """A fold's estimator, what kept it from being fitted (or None), its program and its seconds."""

    model: Any
    error: LayerwiseError | None
    program: int
    seconds: float


def fit_folds(models: Sequence[Any], parts: Iterable[Given], verbose: int = 0) -> list[Fold]:
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


Between = Callable[[Sequence[Team], Sequence[Course]], Mapping[int, str]] | None


def ended_folds(
    models: Sequence[Any], parts: Iterable[Given], verbose: int = 0, between: Between = None
) -> Iterator[tuple[int, Fold]]:
    """Yield each Fold once its program ends; after an epoch `between` says who stops, and why."""
    keep_compiled_programs()
    use_all_cores()
    make_room()
    teams, seconds = {}, {}
    for place, (found, taken) in enumerate(teams_of(models, list(parts))):
        if isinstance(found, Team):
            teams[place], seconds[place] = found, taken
        else:
            yield place, Fold(models[place], found, -1, taken)
    for program, members in enumerate(programs_of(teams)):
        began = time.perf_counter()
        errors = trained([teams.pop(place) for place in members], verbose, between)
        share = (time.perf_counter() - began) / len(members)
        for place, error in zip(members, errors, strict=True):
            yield place, Fold(models[place], error, program, seconds[place] + share)


def trained(
    teams: list[Team], verbose: int, between: Between = None
) -> list[LayerwiseError | None]:
    """Train teams that can share a program; return what each failed with."""
    # a bar is that of the first one, and has to last for the longest
    order = sorted(range(len(teams)), key=lambda place: -teams[place].limits.epochs)
    ordered = [teams[place] for place in order]
    models = [team.estimator for team in ordered]
    try:
        with models[0]._precision(), _showing(models, verbose):
            errors = _train(list(ordered), between)
    except LayerwiseError as error:
        if len(teams) == 1:
            return [error]
        # one's scorer or arrays cannot be used: whose, is found out one by one
        errors = [trained([team], verbose, between)[0] for team in ordered]
    by_place = dict(zip(order, errors, strict=True))
    return [by_place[place] for place in range(len(teams))]


@contextmanager
def _showing(models: Sequence[Any], verbose: int) -> Iterator[None]:
    own = [model.verbose for model in models]
    for model in models:
        model.verbose = int(verbose or any(own))
    try:
        yield
    finally:
        for model, before in zip(models, own, strict=True):
            model.verbose = before


def _train(teams: list[Team], between: Between) -> list[LayerwiseError | None]:
    """Train teams of one shape in waves that fit in memory; return what each failed with."""
    jobs = [job for team in teams for job in team.jobs]
    size, errors = max(at_once(jobs) * len(teams) // len(jobs), 1), []
    room = size * -(-len(jobs) // len(teams))
    while teams:
        wave, teams[:size] = teams[:size], []
        errors += _train_wave(wave, room, between)
    return errors


def _train_wave(teams: list[Team], room: int, between: Between) -> list[LayerwiseError | None]:
    progress = [team.progress or begun_by(team) for team in teams]
    flat = [member for members in progress for member in members]
    jobs = [job for team in teams for job in team.jobs]
    population = gather(jobs, [member.state for member in flat], room)
    if any(team.progress for team in teams):
        population = with_best(population, [member.best.state for member in flat])
    # the population has their tables: these are views
    teams[:] = with_jobs(teams, population.jobs)
    courses = [
        Course(first.best, first.costs, first.history, first=len(first.costs))
        for first, *_ in progress
    ]
    stage = population, courses
    try:
        for after in _watched(teams[0], _followed(teams, stage, between)):
            stage = after
    except KeyboardInterrupt:
        _end(teams, *stage, stopped="interrupted")
        raise
    return _end(teams, *stage)


def _end(
    teams: list[Team], population: Population, courses: list[Course], stopped: str = "epochs"
) -> list[LayerwiseError | None]:
    """Give each estimator its best epoch; return what each failed with."""
    states = by_team(teams, states_of(population))
    for team, course, own in zip(teams, courses, states, strict=True):
        team.estimator._keep(
            team,
            [
                Progress(
                    last,
                    course.best._replace(state=best),
                    course.costs,
                    course.history,
                    course.stopped or stopped,
                )
                for best, last in own
            ],
        )
        if course.error is None:
            team.estimator._conclude(team)
            _warn_of_divergence(course)
    return [course.error for course in courses]


def _warn_of_divergence(course: Course) -> None:
    if course.stopped == "diverged":
        warnings.warn(
            f"training diverged after epoch {len(course.history)}: the members keep epoch "
            f"{course.best.epoch}, the best so far; a smaller learning_rate trains to the end",
            ConvergenceWarning,
            stacklevel=2,
        )


Stage = tuple[Population, list[Course]]


def _watched(team: Team, stages: Iterable[Stage]) -> Iterable[Stage]:
    if not team.estimator.verbose:
        return stages
    from layerwise.estimators.progress import folds_with_bar

    return folds_with_bar(stages, team.limits.epochs)


def _followed(teams: list[Team], stage: Stage, between: Between) -> Iterator[Stage]:
    population, courses = stage
    sizes = [len(team.judges) for team in teams]
    while any(course.stopped is None for course in courses):
        watched = [None if course.stopped else course.costs for course in courses]
        population, outcomes = advance(population, for_members(watched, sizes))
        first, after = 0, []
        for team, course, own in zip(teams, courses, by_team(teams, outcomes), strict=True):
            states = [partial(state_of, population, first + k) for k in range(len(own))]
            after.append(_after(team, course, (own, states)))
            first += len(own)
        improved = [
            new.best.epoch > old.best.epoch for new, old in zip(after, courses, strict=True)
        ]
        population, courses = remember(population, for_members(improved, sizes)), after
        for place, reason in (between(teams, courses) if between else {}).items():
            if courses[place].stopped is None:
                courses[place] = courses[place]._replace(stopped=reason)
        yield population, courses


def _after(team: Team, course: Course, members: tuple[list[Outcome | None], list[Any]]) -> Course:
    outcomes = [outcome for outcome in members[0] if outcome is not None]
    if not outcomes:
        return course
    for outcome in outcomes:
        if outcome.record is None:
            kept = len(outcomes) > 1 and course.best.epoch > course.first
            return course._replace(stopped="diverged", error=None if kept else outcome.error)
    found = []
    for judge, outcome, state in zip(team.judges, outcomes, members[1], strict=True):
        # the best state itself is kept in the population; only a scorer asks for the present one
        now = course.best.state if judge.scorer is None else state()
        seen = Snapshot(outcome.record, now, outcome.cost, compared=outcome.compared)  # pyright: ignore
        found += judged([seen], judge)
    network = team.jobs[0].plan.network
    snapshot = together(found, team.jobs, metric_name(network) == "rmse")
    snapshot = snapshot._replace(state=course.best.state)
    best, record = better(course.best, snapshot, of_classes(network)), snapshot.record
    history = (*course.history, record)
    # its seconds are its share of those that all took, so that max_seconds means an estimator's
    seconds = sum(epoch.seconds for epoch in history[course.first :])
    limits = team.limits._replace(epochs=course.first + team.limits.epochs)
    since = best._replace(progress=max(best.progress, course.first))
    reason = reason_to_stop(since, record, limits, seconds)
    costs = (*course.costs, snapshot.cost)
    return course._replace(best=best, costs=costs, history=history, stopped=reason)
