"""The lecture's symbols as array types, named once.

Examples are columns: X = A[0] is (n_x, m), W[l] is (n[l], n[l-1]), b[l] is (n[l], 1), Z[l] and A[l]
are (n[l], m), and a derivative has the shape of what it derives.

Where 1/m lives: dA and dZ hold one column per example, each the derivative of that example's own
loss. dW, db and every other parameter's derivative are derivatives of the mean J, so they carry the
1/m. With weighted examples J = sum w_i L_i / sum w_i, and 1/m becomes `share` = w / sum w, a (1, m)
row with one number per example.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, Shaped

Columns = Float[Array, "n m"]  # Z[l], A[l], dZ[l], dA[l]
PrevColumns = Float[Array, "n_prev m"]  # A[l-1], dA[l-1]
Beside = Float[Array, "n_k m"]  # Z[l] of k members that share a network, n[l] rows each
Weights = Float[Array, "n n_prev"]  # W[l], dW[l]
Bias = Float[Array, "n 1"]  # b[l], db[l]
Share = Float[Array, "1 m"]  # the 1/m of each example
PerExample = Float[Array, "1 m"]  # a loss, a score
Number = Float[Array, ""]  # J
RandomKey = PRNGKeyArray | Shaped[Array, "2"]

Tensors = dict[str, Array]  # one block's parameters, or their gradients: the same tree
Parameters = tuple[Tensors, ...]  # one entry per block of the network
Cache = Any  # what a block's forward leaves for its own backward


class Given(NamedTuple):
    """What a block is given beside its parameters and its input.

    `numbers` are its numeric settings (the probability of dropout), `statistics` what it gathered
    over the batches before, `share` the 1/m of each example; `key` is None when predicting.
    """

    numbers: Tensors
    statistics: Tensors
    share: Share
    key: RandomKey | None


def share_of(weights: PerExample) -> Share:
    """Return w / sum w, the `1/m` of each example; all zeros when no example counts."""
    total = jnp.sum(weights)
    return weights / jnp.where(total > 0, total, jnp.ones_like(total))


class Examples(NamedTuple):
    """A batch: X (n_x, m), Y (n[L], m) and one weight per example (1, m)."""

    X: PrevColumns
    Y: Columns
    weights: PerExample
