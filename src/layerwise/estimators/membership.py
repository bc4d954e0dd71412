"""The members of an ensemble: other seeds, and each with other rows held out."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.data.splits import folds
from layerwise.data.targets import ClassTarget
from layerwise.estimators.encoded import Encoded
from layerwise.estimators.presets import FEWEST_ROWS, trained_apart
from layerwise.estimators.sampling import Sample
from layerwise.estimators.validating import Checked
from layerwise.propagation.regularization import Penalties
from layerwise.training.loop import Job
from layerwise.training.minibatches import Table, table

FOLDS = "folds"  # among the settings: the members hold out fold by fold
MOST_ROWS = 50_000
LARGEST_SEED = 2**32
APART = 1_000_003  # between the seeds of members: seeds of neighbouring fits do not meet


def folded(sample: Sample, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with FOLDS among them, and no other hold-out, where folds are wanted.

    They are where there are several members, "auto" says what to hold out, and rows are enough, but
    not so many that a tenth tells as much and a copy of all of them would be felt.
    """
    wanted = (
        trained_apart(settings["members"]) > 1
        and settings["validation_fraction"] == "auto"
        and settings["validation_split"] != "time"
        and sample.validation is None
        and FEWEST_ROWS <= (sample.weights > 0).sum() <= MOST_ROWS
    )
    return settings | {FOLDS: True, "validation_fraction": 0} if wanted else settings


def members_of(
    job: Job, ready: Any, settings: dict[str, Any]
) -> tuple[tuple[Job, ...], tuple[Checked | None, ...]]:
    """Return the members' jobs, and the validation rows of each for a scorer."""
    count = trained_apart(settings["members"])
    seeds = [(job.seed + member * APART) % LARGEST_SEED for member in range(count)]
    if not ready.in_folds:
        return tuple(job._replace(seed=seed) for seed in seeds), (ready.checked,) * count
    numbers = fold_numbers(ready, settings, job.seed)
    made = [
        _holding_out(job._replace(seed=seed), ready, numbers == member % (numbers.max() + 1), count)
        for member, seed in enumerate(seeds)
    ]
    return tuple(job for job, _ in made), tuple(checked for _, checked in made)


def fold_numbers(ready: Any, settings: dict[str, Any], seed: int) -> np.ndarray:
    """Return for each row to train on which fold it is in."""
    sample, way = ready.sample, settings["validation_split"]
    labels = sample.targets if isinstance(ready.target, ClassTarget) else None
    labels = sample.groups if way == "grouped" else labels
    return folds(len(sample.weights), trained_apart(settings["members"]), labels, seed, way)


def _holding_out(job: Job, ready: Any, held: np.ndarray, members: int) -> tuple[Job, Checked]:
    kept, out = np.flatnonzero(~held).astype(np.int32), np.flatnonzero(held)
    X, Y, weights = job.training
    own = weights.copy()
    own[out] = 0
    held_out = table(X[out], Y[out], weights[out], len(X) // members)
    job = job._replace(
        training=Table(X, Y, own),
        validation=held_out,
        rows=len(kept),
        chosen=kept,
        numbers=job.numbers._replace(penalties=_penalties(job, own.sum() / weights.sum())),
    )
    return job, Checked(ready.sample.part(out), Encoded(held_out, len(out)).rows)


def _penalties(job: Job, share: float) -> Any:
    kind = np.dtype(job.dtype).type
    l1, l2 = job.numbers.penalties
    return Penalties(*(None if own is None else kind(own / share) for own in (l1, l2)))
