"""The output units g[L], and how a derivative comes back through them. Lecture row 21.

identity     A = Z                        sigmoid      A = 1 / (1 + exp(-Z))
softmax      A = exp Z / sum exp Z        exponential  A = exp Z
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Array, Columns, PerExample


class Head(NamedTuple):
    """An output unit g[L], dZ[L] from dA[L] and A[L], and the Z whose g(Z) is the mean of several.

    `mean` takes (n, k, m) and goes over the k.
    """

    g: Callable[[Columns], Columns]
    back_through_g: Callable[[Columns, Columns], Columns]
    mean: Callable[[Array], Columns]


def over_units(terms: Columns) -> PerExample:
    """Return the sum over the units of each example."""
    return jnp.sum(terms, axis=0, keepdims=True)


def _log_mean(logarithms: Array) -> Columns:
    """Return the logarithm of the mean over the members."""
    return jax.nn.logsumexp(logarithms, axis=1) - math.log(logarithms.shape[1])


HEADS: dict[str, Head] = {
    "identity": Head(lambda Z: Z, lambda dA, A: dA, lambda Z: jnp.mean(Z, axis=1)),
    "sigmoid": Head(
        jax.nn.sigmoid,
        lambda dA, A: dA * A * (1 - A),
        lambda Z: _log_mean(jax.nn.log_sigmoid(Z)) - _log_mean(jax.nn.log_sigmoid(-Z)),
    ),
    "softmax": Head(
        lambda Z: jax.nn.softmax(Z, axis=0),
        lambda dA, A: A * (dA - over_units(A * dA)),
        lambda Z: _log_mean(jax.nn.log_softmax(Z, axis=0)),
    ),
    "exponential": Head(jnp.exp, lambda dA, A: dA * A, _log_mean),
}
