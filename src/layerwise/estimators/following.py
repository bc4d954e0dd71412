"""Training one estimator to its end, alone or as the members that it has."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from layerwise.errors import DivergenceError
from layerwise.estimators.fitted import each_member
from layerwise.estimators.fitting import Kept, Progress, begun, continued, followed, paired, resumed
from layerwise.estimators.folds import trained
from layerwise.estimators.judging import judged
from layerwise.estimators.team import Team, looked_at
from layerwise.training.loop import Job, Snapshot

INTERRUPTED = "training interrupted: the best epoch so far is kept"
USER = 5  # calls up to the one who called fit


def progress_of(estimator: Any, jobs: Sequence[Job], kept: Sequence[Kept]) -> tuple[Progress, ...]:
    """Return where each member of a fitted estimator goes on from.

    Parameters
    ----------
    estimator : fitted
    jobs : what its members are to train on now
    kept : what they have kept of the fit before; nothing when they come from a file
    """
    if kept:
        pairs = paired(jobs, kept)
        return tuple(continued(job, one, estimator.metric) for job, one in pairs)
    pairs = paired(jobs, each_member(estimator))
    return tuple(resumed(job, estimator.network_, one) for job, one in pairs)


def follow(team: Team) -> None:
    """Train a team until a limit is reached; its estimator keeps the best epoch."""
    if len(team.judges) == 1:
        _follow_one(team)
        return
    try:
        (error,) = trained([team], team.estimator.verbose)
    except KeyboardInterrupt:
        warnings.warn(INTERRUPTED, stacklevel=USER)
        return
    if error is not None:
        raise error


def _follow_one(team: Team) -> None:
    (judge,), estimator = team.judges, team.estimator
    (progress,) = team.progress or (begun(judge.job, estimator.settings_["initialization"]),)
    progress = progress._replace(stopped="interrupted")
    last = len(progress.costs) + team.limits.epochs

    def show(snapshots: Iterable[Snapshot]) -> Iterable[Snapshot]:
        return estimator._watched(judged(snapshots, judge), last)

    try:
        for after in followed(judge.job, progress, team.limits, show):
            progress = after
    except KeyboardInterrupt:
        progress = progress._replace(stopped="interrupted")
        warnings.warn(INTERRUPTED, stacklevel=USER)
    except DivergenceError:
        progress = progress._replace(stopped="diverged")
        raise
    finally:
        estimator._keep(team, [progress])
    (found,) = looked_at([team], [[progress.best.state]])
    estimator._conclude(team, found)
