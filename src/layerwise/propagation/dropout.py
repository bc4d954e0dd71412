"""Dropout: A = A_prev * D / (1 - p), where D is 0 with probability p and 1 else.

Backward: dA_prev = dA * D / (1 - p). The division keeps the expectation, so that prediction leaves
A alone ("inverted"). Srivastava et al., JMLR 2014; lecture row 30.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from layerwise.propagation.coins import coins
from layerwise.propagation.notation import Cache, Columns, Given, RandomKey, Share, Tensors

OUTPUT = "A"


class Dropout(NamedTuple):
    """Settings of a dropout block: its units; the probability p is among the numbers."""

    n: int


def init(key: RandomKey, settings: Dropout, dtype: Any, numbers: Tensors) -> Tensors:
    """Return no parameters."""
    return {}


def forward(
    settings: Dropout, parameters: Tensors, A_prev: Columns, given: Given
) -> tuple[Columns, Cache]:
    if given.key is None:
        return A_prev, None
    keep = 1 - given.numbers["probability"]
    D = coins(given.key, keep, A_prev.shape).astype(A_prev.dtype)
    return A_prev * (D / keep), D / keep


def backward(settings: Dropout, dA: Columns, cache: Cache, share: Share) -> tuple[Columns, Tensors]:
    return (dA if cache is None else dA * cache), {}
