"""What is compiled in, what is an argument, and what a step changes."""

from __future__ import annotations

from typing import Any, NamedTuple

from layerwise.propagation.blocks import Network
from layerwise.propagation.notation import Number, Parameters, Tensors
from layerwise.propagation.regularization import Penalties
from layerwise.training.minibatches import Table, Values


class Plan(NamedTuple):
    """What is compiled in: network, optimizer, schedule, rows per batch (0: all at once).

    `optimizer`, `schedule` and `augmentation` are names of their tables (no augmentation: None);
    `frozen` are the layers that keep their parameters; `accumulate` batches make one step;
    `choices` are the fields of the optimizer that are compiled in, as pairs; `monitor` is what the
    epochs are compared by (score.py).
    """

    network: Network
    optimizer: str
    batch_size: int
    schedule: str = "constant"
    augmentation: str | None = None
    frozen: tuple[int, ...] = ()
    accumulate: int = 1
    choices: tuple[tuple[str, Any], ...] = ()
    monitor: str = "metric"


class Numbers(NamedTuple):
    """The numeric settings: arguments of the compiled program, so a new value compiles nothing."""

    learning_rate: Number
    momentum: Number
    penalties: Penalties
    blocks: tuple[Tensors, ...]
    cost: Tensors
    optimizer: Tensors
    schedule: Tensors
    update: Tensors
    augmentation: Tensors
    epochs: Number


class State(NamedTuple):
    """What a step changes. `average` is the moving average of the parameters, or None."""

    parameters: Parameters
    statistics: tuple[Tensors, ...]
    optimizer: Any
    average: Parameters | None = None

    @property
    def best_guess(self) -> Parameters:
        """The parameters to predict with: the moving average where there is one."""
        return self.parameters if self.average is None else self.average


class Work(NamedTuple):
    """What an epoch works on: the rows, their order, the steps, the epoch's number, the seed.

    `factor` multiplies the learning rate: what a plateau has brought it to. `table` and `held_out`
    are the places of its own rows where X and Y hold the tables of several, one below the other.
    """

    training: Table
    validation: Table | None
    order: Values | None
    steps: Values
    epoch: Values
    seed: Values
    factor: Values
    table: Values = 0
    held_out: Values = 0
