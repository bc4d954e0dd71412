"""The dimension table: every shape of a network, without computing any. Lecture row 15."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.blocks import Block, Network
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import Given, Tensors


class Dimension(NamedTuple):
    """One row of the dimension table."""

    l: int
    tensor: str
    shape: tuple[int, ...]


def dimensions(network: Network, numbers: tuple[Tensors, ...], m: int) -> list[Dimension]:
    """Return the shape of every parameter and output, layer by layer.

    >>> from layerwise.propagation.architecture import dense
    >>> dimensions(dense((2, 1), (), "squared_error", "he"), ({},), m=5)[0]
    Dimension(l=1, tensor='W[1]', shape=(1, 2))
    """
    first = network.blocks[0].settings
    rows, A = [], jax.ShapeDtypeStruct((getattr(first, "n_prev", first.n), m), jnp.float32)
    for block, own in zip(network.blocks, numbers, strict=True):
        tensors, A = _shapes(block, own, A)
        rows += [Dimension(block.l, f"{name}[{block.l}]", t.shape) for name, t in tensors.items()]
        rows.append(Dimension(block.l, f"{KINDS[block.kind].OUTPUT}[{block.l}]", A.shape))
    return [*rows, Dimension(network.depth, f"A[{network.depth}]", A.shape)]


def _shapes(block: Block, own: Tensors, A: Any) -> tuple[Any, Any]:
    file = KINDS[block.kind]

    def run(values: Any) -> tuple[Any, Any]:
        key = jax.random.key(0)
        tensors = file.init(key, block.settings, jnp.float32, own)
        given = Given(own, {}, jnp.zeros((1, values.shape[1])), key)
        return tensors, file.forward(block.settings, tensors, values, given)[0]

    return jax.eval_shape(run, A)
