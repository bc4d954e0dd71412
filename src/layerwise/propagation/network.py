"""The network: a loop over blocks forward, the same loop backward. Lecture rows 14 to 18."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from layerwise.propagation import gate
from layerwise.propagation.blocks import Network
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import (
    Cache,
    Columns,
    Examples,
    Given,
    Number,
    Parameters,
    PrevColumns,
    RandomKey,
    Share,
    share_of,
)
from layerwise.propagation.regularization import add_gradient, penalty
from layerwise.propagation.run import Passed, Run, givens


def init(key: RandomKey, network: Network, dtype: Any, run: Run) -> Parameters:
    keys = jax.random.split(key, len(network.blocks))
    each = zip(keys, network.blocks, run.numbers, strict=True)
    return tuple(KINDS[b.kind].init(own, b.settings, dtype, numbers) for own, b, numbers in each)


def forward(
    network: Network, parameters: Parameters, X: PrevColumns, given: list[Given]
) -> tuple[Columns, list[Cache]]:
    A, inputs, caches = X, [], []
    for block, tensors, own in zip(network.blocks, parameters, given, strict=True):
        inputs.append(A)
        A, cache = KINDS[block.kind].forward(block.settings, tensors, A, own)
        A = A + inputs[-block.skip] if block.skip else A
        if block.gate:
            A, cache = gate.forward(A, cache, inputs[-block.gate], own)
        caches.append(cache)
    return A, caches  # left by a linear block: this is Z[L], the head makes A[L] of it


def backward(
    network: Network, dZ: Columns, caches: list[Cache], share: Share
) -> tuple[PrevColumns, Parameters]:
    dA, gradients, skipped = dZ, [], {}
    for i, block in reversed(list(enumerate(network.blocks))):
        if block.gate:
            dA, skipped[i + 1 - block.gate], caches[i] = gate.backward(dA, caches[i])
        if block.skip:
            skipped[i + 1 - block.skip] = dA
        dA, gradient = KINDS[block.kind].backward(block.settings, dA, caches[i], share)
        dA = dA + skipped.pop(i) if i in skipped else dA
        gradients.append(gradient)
    return dA, tuple(reversed(gradients))  # dX and the parameters' own


def cost(network: Network, Z: Columns, batch: Examples, run: Run) -> Number:
    return jnp.sum(network.row.loss(Z, batch.Y, run.cost) * share_of(batch.weights))


def propagate(network: Network, parameters: Parameters, batch: Examples, run: Run) -> Passed:
    """Return the cost J, Z[L] and the gradients of J: forward, cost, backward."""
    share = share_of(batch.weights)
    given = givens(network, run, share)
    Z, caches = forward(network, parameters, batch.X, given)
    J = penalty(parameters, run.penalties, cost(network, Z, batch, run))
    dZ = network.row.dZ(Z, batch.Y, run.cost)
    _, gradients = backward(network, dZ, list(caches), share)
    gathered = tuple(
        KINDS[block.kind].gather(gate.inner(cache), own) if own.statistics else {}
        for block, cache, own in zip(network.blocks, caches, given, strict=True)
    )
    return Passed(J, network.voted(Z), add_gradient(gradients, parameters, run.penalties), gathered)
