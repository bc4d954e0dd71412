"""Activation: A[l] = g[l](Z[l]), element by element.

Backward: dZ[l] = dA[l] * g[l]'(Z[l]). Lecture rows 17 and 19. Where a number `present` (n, 1) of 1
and 0 is given, the units that are absent have A[l] = 0 and dZ[l] = 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.notation import Cache, Columns, Given, RandomKey, Share, Tensors

OUTPUT = "A"


class Activation(NamedTuple):
    """Settings of an activation block: its units and the name of g."""

    n: int
    name: str


class Kept(NamedTuple):
    """What backward needs from forward."""

    Z: Columns
    numbers: Tensors


def init(key: RandomKey, settings: Activation, dtype: Any, numbers: Tensors) -> Tensors:
    """Return no parameters: g has none to learn."""
    return {}


def forward(
    settings: Activation, parameters: Tensors, Z: Columns, given: Given
) -> tuple[Columns, Cache]:
    A = ACTIVATIONS[settings.name].g(Z, given.numbers)
    A = A * given.numbers["present"] if "present" in given.numbers else A
    return A, Kept(Z, given.numbers)


def backward(
    settings: Activation, dA: Columns, cache: Kept, share: Share
) -> tuple[Columns, Tensors]:
    dZ = dA * ACTIVATIONS[settings.name].g_prime(cache.Z, cache.numbers)
    dZ = dZ * cache.numbers["present"] if "present" in cache.numbers else dZ
    return dZ, {}
