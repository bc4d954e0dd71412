"""What a pass is run with beside parameters and examples, and what it leaves."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax

from layerwise.propagation.blocks import Network
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import (
    Columns,
    Given,
    Number,
    Parameters,
    RandomKey,
    Share,
    Tensors,
)
from layerwise.propagation.regularization import Penalties


class Run(NamedTuple):
    """Numbers and statistics of each block, the cost's numbers, the penalties, a random key.

    Everything in it is an argument of the compiled program. Without a key the pass predicts:
    dropout and noise leave A alone, batch normalization takes its running statistics.
    """

    numbers: tuple[Tensors, ...]
    statistics: tuple[Tensors, ...]
    cost: Tensors
    penalties: Penalties = Penalties()
    key: RandomKey | None = None


class Passed(NamedTuple):
    """What a forward and a backward pass leave: J, Z[L], the gradients of J, the statistics."""

    J: Number
    Z: Columns
    gradients: Parameters
    statistics: tuple[Tensors, ...]


def givens(network: Network, run: Run, share: Share) -> list[Given]:
    """Return what each block is given; each has its own random key, or none when predicting."""
    count = len(network.blocks)
    keys = [None] * count if run.key is None else jax.random.split(run.key, count)
    parts = zip(run.numbers, run.statistics, keys, strict=True)
    return [Given(numbers, statistics, share, key) for numbers, statistics, key in parts]


def first_statistics(network: Network, dtype: Any) -> tuple[Tensors, ...]:
    """Return what each block knows of the batches before the first one."""
    return tuple(
        KINDS[block.kind].first_statistics(block.settings, dtype)
        if hasattr(KINDS[block.kind], "first_statistics")
        else {}
        for block in network.blocks
    )


def plain(network: Network, penalties: Penalties = Penalties()) -> Run:  # noqa: B008
    """Return the run of a network whose blocks and cost have no numbers: the lecture's own."""
    none = ({},) * len(network.blocks)
    return Run(none, none, {}, penalties)
