"""How the teams of a population go on: what an epoch brings each of them, and who stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from layerwise.estimators.fitting import reason_to_stop
from layerwise.estimators.judging import judged
from layerwise.estimators.team import Course, Team, by_team, for_members, together
from layerwise.training.early_stopping import better
from layerwise.training.loop import Snapshot
from layerwise.training.population import Outcome, Population, advance, remember, state_of
from layerwise.training.score import metric_name, of_classes

Stage = tuple[Population, list[Course]]
# told the teams and their courses after an epoch, it returns who stops there, and why
Between = Callable[[Sequence[Team], Sequence[Course]], Mapping[int, str]] | None


def followed_together(teams: list[Team], stage: Stage, between: Between) -> Iterator[Stage]:
    """Yield the population and the courses after each epoch, until all teams have stopped."""
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
