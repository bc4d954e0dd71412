"""Following a training to its end: the best epoch, when to stop, and where a later call goes on."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.ingredients import Given
from layerwise.propagation.blocks import Network
from layerwise.propagation.notation import Array, Parameters
from layerwise.training.early_stopping import Best, better, exhausted
from layerwise.training.early_stopping import start as no_epoch
from layerwise.training.loop import Epoch, Job, Snapshot, begin, train
from layerwise.training.plan import Plan, State
from layerwise.training.score import of_classes
from layerwise.training.step import with_parameters

Show = Callable[[Iterable[Snapshot]], Iterable[Snapshot]]


class Progress(NamedTuple):
    """Where a training stands: the last state, the best epoch, and the epochs so far."""

    state: State
    best: Best
    costs: tuple[float, ...] = ()
    history: tuple[Epoch, ...] = ()
    stopped: str = "epochs"


class Kept(NamedTuple):
    """What a later call goes on from; `compared` by other things, epochs begin a new best."""

    progress: Progress
    plan: Plan
    seed: int
    compared: tuple[Any, ...]


class Limits(NamedTuple):
    """When to stop: so many epochs from here, without progress for so many, after so long."""

    epochs: int
    patience: int | None
    max_seconds: float | None


def fetched(progress: Progress) -> Progress:
    """Return the progress with its states on the host."""
    state, best = jax.device_get((progress.state, progress.best.state))
    return progress._replace(state=state, best=progress.best._replace(state=best))


def begun(job: Job, initialization: Any) -> Progress:
    """Return the progress before the first epoch; arrays that are Given are not drawn.

    Raises
    ------
    SettingError
        When a given array does not have the shape of the network's.
    """
    state = begin(job)
    if isinstance(initialization, Given):
        state = state._replace(parameters=_placed(job, state.parameters, initialization))
        state = with_parameters(job.plan, state, job.numbers)
    return Progress(state, no_epoch(state))


def _placed(job: Job, drawn: Parameters, given: Given) -> Parameters:
    if not len(given.weights) and not len(given.biases):
        raise SettingError(
            "initialization=Given(): expected weights or biases; a model file does not keep them "
            "beside the trained ones: give them again"
        )

    def own_or(tensor: Array, name: str, layer: int) -> Array:
        own = given.array(name, layer)
        if own is None:
            return tensor
        if np.shape(own) != tensor.shape:
            raise SettingError(
                f"initialization: {name}[{layer}] is given as {np.shape(own)}, "
                f"but the network has {tensor.shape} there"
            )
        return jnp.asarray(own, job.dtype)

    return tuple(
        {name: own_or(tensor, name, block.l) for name, tensor in tensors.items()}
        for block, tensors in zip(job.plan.network.blocks, drawn, strict=True)
    )


def continued(job: Job, kept: Kept, metric: Any) -> Progress:
    """Return the progress to go on from with a job, which may have other rows and other numbers.

    The best epoch so far counts on as long as the next ones are compared by the same figures.

    Raises
    ------
    SettingError
        When the network is another one.
    """
    progress, plan = kept.progress, job.plan
    _refuse_another(job, kept.plan.network, progress.state.parameters)
    state = jax.tree.map(jnp.asarray, progress.state)
    rule = [(p.optimizer, p.choices, p.accumulate) for p in (plan, kept.plan)]
    if rule[0] != rule[1] or ("average" in job.numbers.update) != (state.average is not None):
        state = with_parameters(plan, state, job.numbers)
    best = progress.best
    if kept.compared != compared_by(job, metric):
        best = no_epoch(state)._replace(epoch=len(progress.costs), progress=len(progress.costs))
    return progress._replace(state=state, best=best)


def paired(jobs: Sequence[Job], known: Sequence[Any]) -> list[tuple[Job, Any]]:
    """Return each member's job with what it goes on from.

    Raises
    ------
    SettingError
        When there are more or fewer members than in the fit before.
    """
    if len(jobs) != len(known):
        raise SettingError(
            f"members={len(jobs)}: the fit before had {len(known)}; to begin anew call fit with "
            "warm_start=False"
        )
    return list(zip(jobs, known, strict=True))


def resumed(job: Job, network: Network, tensors: tuple[Any, Any]) -> Progress:
    """Return the progress from a network's parameters and statistics alone, as a file holds them.

    Raises
    ------
    SettingError
        When the job's network is another one.
    """
    parameters, statistics = jax.tree.map(jnp.asarray, tensors)
    _refuse_another(job, network, parameters)
    state = with_parameters(job.plan, State(parameters, statistics, None), job.numbers)
    return Progress(state, no_epoch(state))


def _refuse_another(job: Job, network: Network, parameters: Parameters) -> None:
    kinds = {leaf.dtype for leaf in jax.tree.leaves(parameters)}
    if job.plan.network != network or kinds != {job.dtype}:
        raise SettingError(
            "the network or its dtype is not that of the fit before: a setting that shapes it was "
            "changed; to begin anew call fit with warm_start=False"
        )


def compared_by(job: Job, metric: Any) -> tuple[Any, ...]:
    """Return what the figures of an epoch depend on beside its parameters.

    The metric, the monitor, the numbers of the cost and the penalties, and a checksum of each array
    of the training and validation tables.
    """
    tables = [array for table in (job.training, job.validation) if table for array in table]
    numbers = jax.tree.leaves((job.numbers.cost, job.numbers.penalties))
    checksums = (zlib.crc32(np.ascontiguousarray(array).data) for array in (*tables, *numbers))
    return (metric, job.plan.monitor, *checksums)


def followed(job: Job, progress: Progress, limits: Limits, show: Show) -> Iterator[Progress]:
    """Yield the progress after each epoch until a limit is reached; `stopped` says which."""
    began, first = time.perf_counter(), len(progress.costs)
    limits = limits._replace(epochs=first + limits.epochs)
    for snapshot in show(train(job, progress.state, progress.costs)):
        record = snapshot.record
        best = better(progress.best, snapshot, of_classes(job.plan.network))
        progress = Progress(
            snapshot.state,
            best,
            (*progress.costs, snapshot.cost),
            (*progress.history, record),
        )
        since = best._replace(progress=max(best.progress, first))
        reason = reason_to_stop(since, record, limits, time.perf_counter() - began)
        yield progress._replace(stopped=reason) if reason else progress
        if reason:
            return


def reason_to_stop(best: Best, record: Epoch, limits: Limits, seconds: float) -> str | None:
    """Return the limit that is reached, or None."""
    if record.epoch >= limits.epochs:
        return "epochs"
    if exhausted(best, record, limits.patience):
        return "patience"
    return "max_seconds" if limits.max_seconds and seconds >= limits.max_seconds else None
