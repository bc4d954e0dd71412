"""The dimension table: every shape of a network, without computing any. Lecture row 15."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.blocks import Block, Network
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import Given, Tensors

Shape = tuple[int, ...]


class Dimension(NamedTuple):
    """One row of the dimension table."""

    l: int
    tensor: str
    shape: Shape


class Shapes(NamedTuple):
    """What enters a block, its parameters, what leaves it, and the same of its backward pass."""

    block: Block
    A_prev: Shape
    tensors: dict[str, Shape]
    out: Shape
    dA_prev: Shape
    gradients: dict[str, Shape]

    @property
    def symbol(self) -> str:
        """Z or A: what leaves the block."""
        return KINDS[self.block.kind].OUTPUT


def dimensions(network: Network, numbers: tuple[Tensors, ...], m: int) -> list[Dimension]:
    """Return the shape of every parameter and output, layer by layer.

    >>> from layerwise.propagation.architecture import dense
    >>> dimensions(dense((2, 1), (), "squared_error", "he"), ({},), m=5)[0]
    Dimension(l=1, tensor='W[1]', shape=(1, 2))
    """
    rows, A = [], ()
    for at in passes(network, numbers, m):
        l, A = at.block.l, at.out
        rows += [Dimension(l, f"{name}[{l}]", shape) for name, shape in at.tensors.items()]
        rows.append(Dimension(l, f"{at.symbol}[{l}]", A))
    return [*rows, Dimension(network.depth, f"A[{network.depth}]", A)]


def passes(network: Network, numbers: tuple[Tensors, ...], m: int) -> list[Shapes]:
    """Return the shapes of every block's forward and backward pass on m examples."""
    first = network.blocks[0].settings
    found, A = [], jax.ShapeDtypeStruct((getattr(first, "n_prev", first.n), m), jnp.float32)
    for block, own in zip(network.blocks, numbers, strict=True):
        made = jax.eval_shape(lambda A, block=block, own=own: _both(block, own, A), A)
        found.append(Shapes(block, A.shape, *jax.tree.map(lambda t: t.shape, made)))
        A = made[1]
    return found


def _both(block: Block, own: Tensors, A_prev: Any) -> tuple[Any, ...]:
    file, key, share = KINDS[block.kind], jax.random.key(0), jnp.zeros_like(A_prev[:1])
    tensors = file.init(key, block.settings, A_prev.dtype, own)
    given = Given(own, {}, share, key)
    out, cache = file.forward(block.settings, tensors, A_prev, given)
    return tensors, out, *file.backward(block.settings, jnp.zeros_like(out), cache, share)
