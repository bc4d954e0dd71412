"""Where a cost that is not finite came from: the first such tensor, in the order of the pass."""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp

from layerwise.propagation.blocks import Network
from layerwise.propagation.heads import HEADS
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import Array, Examples, Parameters, share_of
from layerwise.propagation.run import Run, givens


def tensors_in_order(
    network: Network, parameters: Parameters, batch: Examples, run: Run
) -> Iterator[tuple[int, str, Array]]:
    """Yield (layer, name, values) of each tensor of a forward pass, and of the first dZ."""
    yield 0, "X", batch.X
    yield network.depth, "Y", batch.Y
    output, inputs, given = batch.X, [], givens(network, run, share_of(batch.weights))
    for block, tensors, own in zip(network.blocks, parameters, given, strict=True):
        for name, values in tensors.items():
            yield block.l, f"{name}[{block.l}]", values
        inputs.append(output)
        output, _ = KINDS[block.kind].forward(block.settings, tensors, output, own)
        output = output + inputs[-block.skip] if block.skip else output
        yield block.l, f"{KINDS[block.kind].OUTPUT}[{block.l}]", output
    last, cost = network.depth, network.row
    yield last, f"A[{last}]", HEADS[network.head].g(network.voted(output))
    yield last, "J", cost.loss(output, batch.Y, run.cost)
    yield last, f"dZ[{last}]", cost.dZ(output, batch.Y, run.cost)


def first_not_finite(
    network: Network, parameters: Parameters, batch: Examples, run: Run
) -> tuple[int, str] | None:
    """Return (layer, name) of the first tensor with a value that is not finite, or None."""
    for layer, name, values in tensors_in_order(network, parameters, batch, run):
        if not bool(jnp.isfinite(values).all()):
            return layer, name
    return None
