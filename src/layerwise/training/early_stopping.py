"""Which epoch was the best, and when to stop looking for a better one."""

from __future__ import annotations

import math
from typing import NamedTuple

from layerwise.training.loop import Epoch, Snapshot
from layerwise.training.plan import State

HITS = 6  # digits that a share of rows is compared in: programs add up its parts in other orders


class Best(NamedTuple):
    """The best epoch so far (0: the start), its monitored figures and state.

    `progress` is the last epoch with a best figure or a lowest cost: a lucky early figure does not
    end training while the cost still falls.
    """

    epoch: int
    monitored: tuple[float, float]
    state: State
    lowest_cost: float = math.inf
    progress: int = 0


def start(state: State) -> Best:
    """Return the start as the best so far, which any epoch improves on."""
    return Best(0, (math.inf, math.inf), state)


def monitored(snapshot: Snapshot, classes: bool) -> tuple[float, float]:
    """Return what is to be small, compared from left to right.

    With validation rows the error (1 - accuracy, or the root mean squared error), then the cost
    among epochs of equal error; without them the training cost. A scorer's figure goes before the
    error, and the least of the compared costs before all.
    """
    if snapshot.compared:
        return min(snapshot.compared), snapshot.cost
    if snapshot.score is not None:
        # a sum of weights and a sum of repeated rows are rounded differently: equal scores tie
        return -round(snapshot.score, 12), snapshot.cost
    metric = snapshot.record.validation_metric
    if metric is None:
        return snapshot.cost, 0.0
    return (round(1 - metric, HITS) if classes else metric), snapshot.cost


def better(best: Best, snapshot: Snapshot, classes: bool) -> Best:
    """Return the better of the two; a tie goes to the earlier one."""
    record, figures = snapshot.record, monitored(snapshot, classes)
    if snapshot.cost < best.lowest_cost:
        best = best._replace(lowest_cost=snapshot.cost, progress=record.epoch)
    if figures < best.monitored:
        return Best(record.epoch, figures, snapshot.state, best.lowest_cost, record.epoch)
    return best


def exhausted(best: Best, record: Epoch, patience: int | None) -> bool:
    """Return whether `patience` epochs have gone by without progress (None: never)."""
    return patience is not None and record.epoch - best.progress >= patience
