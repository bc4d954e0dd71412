"""Input noise: A = A_prev + s E, where E is drawn from N(0, 1); prediction adds none.

Backward: dA_prev = dA. Bishop, "Training with noise is equivalent to Tikhonov regularization",
Neural Computation 1995.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax

from layerwise.propagation.notation import Cache, Columns, Given, RandomKey, Share, Tensors

OUTPUT = "A"


class Noise(NamedTuple):
    """Settings of a noise block: its units; the scale s is among the numbers."""

    n: int


def init(key: RandomKey, settings: Noise, dtype: Any, numbers: Tensors) -> Tensors:
    """Return no parameters."""
    return {}


def forward(
    settings: Noise, parameters: Tensors, A_prev: Columns, given: Given
) -> tuple[Columns, Cache]:
    if given.key is None:
        return A_prev, None
    return A_prev + given.numbers["scale"] * jax.random.normal(
        given.key, A_prev.shape, A_prev.dtype
    ), None


def backward(settings: Noise, dA: Columns, cache: Cache, share: Share) -> tuple[Columns, Tensors]:
    return dA, {}
