"""The output unit and its loss, one row per canonical pair; for all three dZ[L] = A[L] - Y.

identity  A = Z               L = sum (A - Y)^2 / 2                     Gaussian
sigmoid   A = 1/(1 + exp(-Z)) L = -sum Y log A + (1 - Y) log(1 - A)     Bernoulli
softmax   A = exp Z / sum     L = -sum Y log A                          multinoulli

The losses are computed from Z, never from the log of a saturated A. Lecture rows 5, 18 and 21.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Columns, PerExample


class Head(NamedTuple):
    """An output unit g[L], the loss of each example from Z[L], and the lecture's dA[L]."""

    g: Callable[[Columns], Columns]
    loss: Callable[[Columns, Columns], PerExample]
    dA: Callable[[Columns, Columns], Columns]
    back_through_g: Callable[[Columns, Columns], Columns]  # (dA, A) -> dZ


def _over_units(terms: Columns) -> PerExample:
    return jnp.sum(terms, axis=0, keepdims=True)


def squared_error(Z: Columns, Y: Columns) -> PerExample:
    return _over_units((Z - Y) / 2 * (Z - Y))  # halved first: the square alone may overflow


def binary_cross_entropy(Z: Columns, Y: Columns) -> PerExample:
    # log(1 + exp(-|Z|)) never overflows; the part linear in Z is added outside the logarithm
    return _over_units(jnp.maximum(Z, 0) - Z * Y + jnp.log1p(jnp.exp(-jnp.abs(Z))))


def cross_entropy(Z: Columns, Y: Columns) -> PerExample:
    gap = Z - jnp.max(Z, axis=0, keepdims=True)
    others = jnp.arange(len(Z))[:, None] != jnp.argmax(Z, axis=0, keepdims=True)
    # the largest term of the sum is 1: log1p of the others keeps the digits of a small loss
    log_A = gap - jnp.log1p(_over_units(jnp.where(others, jnp.exp(gap), jnp.zeros_like(Z))))
    # 0 log 0 is 0: without this a class of probability 0 that is not the label gives NaN
    return -_over_units(jnp.where(Y == 0, jnp.zeros_like(Z), Y * log_A))


HEADS: dict[str, Head] = {
    "identity": Head(lambda Z: Z, squared_error, lambda A, Y: A - Y, lambda dA, A: dA),
    "sigmoid": Head(
        jax.nn.sigmoid,
        binary_cross_entropy,
        lambda A, Y: -Y / A + (1 - Y) / (1 - A),
        lambda dA, A: dA * A * (1 - A),
    ),
    "softmax": Head(
        lambda Z: jax.nn.softmax(Z, axis=0),
        cross_entropy,
        lambda A, Y: -Y / A,
        lambda dA, A: A * (dA - _over_units(A * dA)),
    ),
}


def dZ_last(name: str, Z: Columns, Y: Columns) -> Columns:
    """Return dZ[L] = A[L] - Y, one column per example: right for every row of HEADS."""
    return HEADS[name].g(Z) - Y


def dZ_last_through_dA(name: str, A: Columns, Y: Columns) -> Columns:
    """Return dZ[L] by the lecture's longer way, through dA[L]; for A strictly between 0 and 1."""
    head = HEADS[name]
    return head.back_through_g(head.dA(A, Y), A)
