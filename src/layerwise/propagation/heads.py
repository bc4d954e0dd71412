"""The output units g[L], and how a derivative comes back through them. Lecture row 21.

identity     A = Z                        sigmoid      A = 1 / (1 + exp(-Z))
softmax      A = exp Z / sum exp Z        exponential  A = exp Z
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Columns, PerExample


class Head(NamedTuple):
    """An output unit g[L], and dZ[L] from dA[L] and A[L]."""

    g: Callable[[Columns], Columns]
    back_through_g: Callable[[Columns, Columns], Columns]


def over_units(terms: Columns) -> PerExample:
    """Return the sum over the units of each example."""
    return jnp.sum(terms, axis=0, keepdims=True)


HEADS: dict[str, Head] = {
    "identity": Head(lambda Z: Z, lambda dA, A: dA),
    "sigmoid": Head(jax.nn.sigmoid, lambda dA, A: dA * A * (1 - A)),
    "softmax": Head(
        lambda Z: jax.nn.softmax(Z, axis=0), lambda dA, A: A * (dA - over_units(A * dA))
    ),
    "exponential": Head(jnp.exp, lambda dA, A: dA * A),
}
