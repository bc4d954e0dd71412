"""An estimator in training: a judge for each of its members, and what they come to together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.errors import LayerwiseError
from layerwise.estimators.fitting import Limits, Progress, begun
from layerwise.estimators.judging import Judge
from layerwise.estimators.sampling import Sample
from layerwise.estimators.validating import Checked
from layerwise.training.early_stopping import Best
from layerwise.training.loop import Epoch, Job, Snapshot
from layerwise.training.plan import State
from layerwise.training.predicting import Look, outputs, outputs_of_all
from layerwise.training.step import run_of

MOST_POINTS = 2000
LEAST_LEFT = 0.25  # of a squared error: the variance is an estimate


class Team(NamedTuple):
    """An estimator, the judges of its members, when to stop, and the rows that it learns from.

    `progress` is where each member goes on from; nothing: from the start.
    """

    estimator: Any
    judges: tuple[Judge, ...]
    limits: Limits
    sample: Sample
    progress: tuple[Progress, ...] = ()

    @property
    def jobs(self) -> list[Job]:
        return [judge.job for judge in self.judges]


class Course(NamedTuple):
    """How a team's training goes. The best states themselves are kept in the population.

    `first` is how many epochs there were before.
    """

    best: Best
    costs: tuple[float, ...] = ()
    history: tuple[Epoch, ...] = ()
    stopped: str | None = None
    error: LayerwiseError | None = None
    first: int = 0


def begun_by(team: Team) -> tuple[Progress, ...]:
    """Return where each member of a team begins."""
    initialization = team.estimator.settings_["initialization"]
    return tuple(begun(job, initialization) for job in team.jobs)


def with_jobs(teams: list[Team], jobs: Sequence[Job]) -> list[Team]:
    """Return the teams with these jobs, one for each member of each."""
    own = iter(jobs)
    return [
        team._replace(judges=tuple(judge._replace(job=next(own)) for judge in team.judges))
        for team in teams
    ]


def by_team(teams: list[Team], flat: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield for each team what belongs to its members."""
    own = iter(flat)
    for team in teams:
        yield [next(own) for _ in team.judges]


def for_members(values: Sequence[Any], sizes: Sequence[int]) -> list[Any]:
    """Return a team's value once for each of its members."""
    return [value for value, size in zip(values, sizes, strict=True) for _ in range(size)]


def together(snapshots: Sequence[Snapshot], jobs: Sequence[Job], squares: bool) -> Snapshot:
    """Return what the members' epochs come to as one.

    Costs and metrics are means, those of validation rows by the weights of these; a root of mean
    squares (`squares`) is taken of the mean of the squares. Seconds are added up.
    """
    if len(snapshots) == 1:
        return snapshots[0]
    records = [snapshot.record for snapshot in snapshots]
    held = [1.0 if job.validation is None else float(job.validation.weights.sum()) for job in jobs]

    def mean(name: str, weights: Any, power: int = 1) -> Any:
        values = [getattr(record, name) for record in records]
        if values[0] is None:
            return None
        return (
            np.average(np.power(values, power), axis=0, weights=weights) ** (1 / power)
        ).tolist()

    power = 2 if squares else 1
    scores = [snapshot.score for snapshot in snapshots if snapshot.score is not None]
    record = records[0]._replace(
        cost=mean("cost", None),
        metric=mean("metric", None, power),
        validation_cost=mean("validation_cost", held),
        validation_metric=mean("validation_metric", held, 1 if scores else power),
        seconds=sum(record.seconds for record in records),
        gradient_norms=tuple(mean("gradient_norms", None)),
        update_norms=tuple(mean("update_norms", None)),
    )
    cost = float(np.average([snapshot.cost for snapshot in snapshots], weights=held))
    score = float(np.average(scores, weights=held)) if scores else None
    compared = np.average([snapshot.compared for snapshot in snapshots], axis=0, weights=held)
    return Snapshot(record, snapshots[0].state, cost, score, tuple(compared.tolist()))


def stacked(states: Sequence[State]) -> tuple[Any, Any]:
    """Return parameters and statistics of members, with the axis of the members first."""
    both = [(state.best_guess, state.statistics) for state in states]
    if len(both) == 1:
        return both[0]
    return jax.tree.map(lambda *leaves: np.stack(leaves), *both)


def looked_at(teams: Sequence[Team], states: Sequence[Sequence[State]]) -> list[list[np.ndarray]]:
    """Return for each team what its members' held-out rows come to, if there are any."""
    looks = [
        [
            Look(judge.job.plan.network, state.best_guess, run_of(judge.job.numbers, state, None),
                 judge.checked.encoded)
            for judge, state in zip(team.judges, own, strict=True) if judge.checked is not None
        ]
        for team, own in zip(teams, states, strict=True)
    ]  # fmt: skip
    found = iter(outputs_of_all([look for own in looks for look in own]))
    return [[next(found) for _ in own] for own in looks]


def held_out(team: Team, found: Sequence[np.ndarray]) -> tuple[np.ndarray | None, Checked | None]:
    """Return what rows come to by the members that have not learned from them, and these rows.

    Where each member holds other rows out, these are all rows, each by its own member; where all
    hold out the same ones, the outputs are means. None where no row is held out. `found` are the
    members' own outputs.
    """
    judges, first = team.judges, team.judges[0]
    if first.checked is None:
        return None, None
    if first.job.chosen is None:
        return np.mean(found, axis=0), first.checked
    count = len(team.sample.weights)
    total, times = np.zeros((count, found[0].shape[1])), np.zeros((count, 1))
    for judge, own in zip(judges, found, strict=True):
        rows = np.setdiff1d(np.arange(count), np.asarray(judge.job.chosen))
        total[rows] += own
        times[rows] += 1
    encoded = first.job.training.X[:count]
    return total / times, Checked(team.sample, encoded)


def as_of_the_mean(
    team: Team, states: Sequence[State], known: np.ndarray, targets: np.ndarray
) -> np.ndarray:
    """Return outputs for held-out rows that miss as far as the mean of all members misses new ones.

    A held-out row is told by the member that has not learned from it, a new row by the mean, whose
    squared error is smaller by the variance among members times 1 - 1 / their number. That is
    taken at halfway points between two rows, which no member has seen. Krogh and Vedelsby, Neural
    network ensembles, cross validation, and active learning, NeurIPS 1994.
    """
    job, count = team.jobs[0], len(known)
    if len(states) == 1 or job.chosen is None or job.plan.network.cost == "quantile":
        return known
    points = _halfway(job, count)
    found = [
        outputs(job.plan.network, state.best_guess, run_of(job.numbers, state, None), points)
        for state in states
    ]
    variance = np.var(found, axis=0, ddof=1).mean(axis=0)
    error = np.mean((known - targets) ** 2, axis=0)
    share = (1 - 1 / len(states)) * variance / np.where(error > 0, error, 1)
    return targets + np.sqrt(np.clip(1 - share, LEAST_LEFT, 1)) * (known - targets)


def _halfway(job: Job, count: int) -> np.ndarray:
    random, X = np.random.default_rng(job.seed), job.training.X
    one, other = (random.choice(count, min(count, MOST_POINTS), replace=False) for _ in range(2))
    points = (X[one] + X[other]) / 2
    levels = [b.settings.levels for b in job.plan.network.blocks if b.kind == "categories"]
    if levels:  # a number of a level has no middle
        points[:, -len(levels[0]) :] = X[one][:, -len(levels[0]) :]
    return points
