"""Losses for classes, from Z and Y, never from the log of a saturated A. Lecture rows 5 and 21.

binary_cross_entropy  -sum Y log A + (1 - Y) log(1 - A)   dZ = A - Y   the Bernoulli unit
cross_entropy         -sum Y log A                        dZ = A - Y   the multinoulli unit

`smoothing` s moves the share s of each label to all classes alike (Szegedy et al., CVPR 2016).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from layerwise.propagation.heads import over_units
from layerwise.propagation.notation import Columns, PerExample, Tensors


def smooth(Y: Columns, numbers: Tensors, classes: int) -> Columns:
    """Return (1 - s) Y + s / classes, where s is the number `smoothing`; Y itself without one."""
    s = numbers.get("smoothing")
    return Y if s is None else (1 - s) * Y + s / classes


def log_softmax(Z: Columns) -> Columns:
    gap = Z - jnp.max(Z, axis=0, keepdims=True)
    largest = (gap == 0).astype(Z.dtype)
    # one term of the sum is 1: log1p of the others keeps the digits of a small loss
    smaller = over_units(jnp.where(gap < 0, jnp.exp(gap), jnp.zeros_like(Z)))
    return gap - jnp.log1p(over_units(largest) - 1 + smaller)


def binary_cross_entropy(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    Y = smooth(Y, numbers, 2)
    # log(1 + exp(-|Z|)) never overflows; the part linear in Z is added outside the logarithm
    return over_units(jnp.maximum(Z, 0) - Z * Y + jnp.log1p(jnp.exp(-jnp.abs(Z))))


def binary_cross_entropy_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    return jax.nn.sigmoid(Z) - smooth(Y, numbers, 2)


def cross_entropy(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    Y = smooth(Y, numbers, len(Z))
    # 0 log 0 is 0: without this a class of probability 0 that is not the label gives NaN
    return -over_units(jnp.where(Y == 0, jnp.zeros_like(Z), Y * log_softmax(Z)))


def cross_entropy_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    return jax.nn.softmax(Z, axis=0) - smooth(Y, numbers, len(Z))
