"""The network: a loop over blocks forward, the same loop backward. Lecture rows 14 to 18."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.cost import HEADS, dZ_last
from layerwise.propagation.kinds import KINDS, Network
from layerwise.propagation.notation import (
    Cache,
    Columns,
    Number,
    Parameters,
    PerExample,
    PrevColumns,
    RandomKey,
    Share,
    share_of,
)
from layerwise.propagation.regularization import add_gradient, penalty


class Examples(NamedTuple):
    """A batch: X (n_x, m), Y (n[L], m) and one weight per example (1, m)."""

    X: PrevColumns
    Y: Columns
    weights: PerExample


class Passed(NamedTuple):
    """What a forward and a backward pass leave: the cost J, Z[L] and the gradients of J."""

    J: Number
    Z: Columns
    gradients: Parameters


def init(key: RandomKey, network: Network, dtype: Any) -> Parameters:
    keys = jax.random.split(key, len(network.blocks))
    return tuple(
        KINDS[block.kind].init(block_key, block.settings, dtype)
        for block_key, block in zip(keys, network.blocks, strict=True)
    )


def forward(
    network: Network, parameters: Parameters, X: PrevColumns
) -> tuple[Columns, list[Cache]]:
    A, caches = X, []
    for block, tensors in zip(network.blocks, parameters, strict=True):
        A, cache = KINDS[block.kind].forward(block.settings, tensors, A)
        caches.append(cache)
    return A, caches  # left by a linear block: this is Z[L], and the head makes A[L] of it


def backward(network: Network, dZ: Columns, caches: list[Cache], share: Share) -> Parameters:
    dA, gradients = dZ, []
    for block, cache in zip(reversed(network.blocks), reversed(caches), strict=True):
        dA, gradient = KINDS[block.kind].backward(block.settings, dA, cache, share)
        gradients.append(gradient)
    return tuple(reversed(gradients))


def cost(network: Network, Z: Columns, batch: Examples) -> Number:
    return jnp.sum(HEADS[network.head].loss(Z, batch.Y) * share_of(batch.weights))


def propagate(
    network: Network, parameters: Parameters, batch: Examples, l2_share: Number
) -> Passed:
    """Return the cost J, Z[L] and the gradients of J: forward, cost, backward."""
    Z, caches = forward(network, parameters, batch.X)
    J = cost(network, Z, batch) + penalty(parameters, l2_share)
    dZ = dZ_last(network.head, Z, batch.Y)
    gradients = backward(network, dZ, caches, share_of(batch.weights))
    return Passed(J, Z, add_gradient(gradients, parameters, l2_share))
