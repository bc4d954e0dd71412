"""Which epoch was the best, and when to stop looking for a better one."""

from __future__ import annotations

from typing import NamedTuple

from layerwise.propagation.notation import Parameters
from layerwise.training.loop import Epoch, Snapshot


class Best(NamedTuple):
    """The best epoch so far (0: the start), its monitored cost and parameters."""

    epoch: int
    monitored: float
    parameters: Parameters


def monitored(record: Epoch) -> float:
    """Return what is to be small: the validation cost, or without validation rows the cost."""
    return record.cost if record.validation_cost is None else record.validation_cost


def better(best: Best, snapshot: Snapshot) -> Best:
    """Return the better of the two; a tie goes to the earlier one."""
    value = monitored(snapshot.record)
    if value < best.monitored:
        return Best(snapshot.record.epoch, value, snapshot.parameters)
    return best


def exhausted(best: Best, record: Epoch, patience: int | None) -> bool:
    """Return whether `patience` epochs have gone by without a better one (None: never)."""
    return patience is not None and record.epoch - best.epoch >= patience
