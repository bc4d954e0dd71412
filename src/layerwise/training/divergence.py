"""Where a cost that is not finite came from: the first such tensor, in the order of the pass."""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp

from layerwise.propagation.cost import HEADS, dZ_last
from layerwise.propagation.kinds import KINDS, Network
from layerwise.propagation.network import Examples
from layerwise.propagation.notation import Array, Parameters


def tensors_in_order(
    network: Network, parameters: Parameters, batch: Examples
) -> Iterator[tuple[int, str, Array]]:
    """Yield (layer, name, values) of each tensor of a forward pass, and of the first dZ."""
    yield 0, "X", batch.X
    yield network.depth, "Y", batch.Y
    output = batch.X
    for block, tensors in zip(network.blocks, parameters, strict=True):
        for name, values in tensors.items():
            yield block.l, f"{name}[{block.l}]", values
        file = KINDS[block.kind]
        output, _ = file.forward(block.settings, tensors, output)
        yield block.l, f"{file.OUTPUT}[{block.l}]", output
    last = network.depth
    yield last, f"A[{last}]", HEADS[network.head].g(output)
    yield last, "J", HEADS[network.head].loss(output, batch.Y)
    yield last, f"dZ[{last}]", dZ_last(network.head, output, batch.Y)


def first_not_finite(
    network: Network, parameters: Parameters, batch: Examples
) -> tuple[int, str] | None:
    """Return (layer, name) of the first tensor with a value that is not finite, or None."""
    for layer, name, values in tensors_in_order(network, parameters, batch):
        if not bool(jnp.isfinite(values).all()):
            return layer, name
    return None
