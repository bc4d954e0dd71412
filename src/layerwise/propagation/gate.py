"""A layer that a number turns on (1) or off (0): A[l] = on * A[l] + (1 - on) * A[l-1].

Backward: dA[l] = on * dA, and dA[l-1] gains (1 - on) * dA. Networks of other depths are one network
with gates, in which each has its own layers on.
"""

from __future__ import annotations

from typing import NamedTuple

from layerwise.propagation.notation import Cache, Columns, Given, Number


class Gated(NamedTuple):
    """The cache of a block with a gate, and the number of its gate."""

    cache: Cache
    on: Number


def forward(A: Columns, cache: Cache, A_prev: Columns, given: Given) -> tuple[Columns, Gated]:
    on = given.numbers["on"]
    return on * A + (1 - on) * A_prev, Gated(cache, on)


def backward(dA: Columns, cache: Gated) -> tuple[Columns, Columns, Cache]:
    return cache.on * dA, (1 - cache.on) * dA, cache.cache


def inner(cache: Cache) -> Cache:
    """Return the block's own cache."""
    return cache.cache if isinstance(cache, Gated) else cache
