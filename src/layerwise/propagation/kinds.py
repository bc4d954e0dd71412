"""Which kinds of block exist, and how blocks make a network. Lecture rows 12, 13 and 15.

To add a kind: write one file with `OUTPUT`, a settings NamedTuple, `init`, `forward` and
`backward`, and add one row to KINDS. The gradient check and the dimension table find it there.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation import activation, linear

KINDS: dict[str, ModuleType] = {"linear": linear, "activation": activation}


class Block(NamedTuple):
    """One block of layer l: its kind (a row of KINDS) and that kind's settings."""

    kind: str
    l: int
    settings: Any


class Network(NamedTuple):
    """The blocks in forward order and the name of the head (a row of HEADS); L = `depth`."""

    blocks: tuple[Block, ...]
    head: str

    @property
    def depth(self) -> int:
        return self.blocks[-1].l


def dense(
    units: tuple[int, ...], activations: tuple[str, ...], head: str, initialization: str
) -> Network:
    """Return the L-layer network with n[0], ..., n[L] = `units` and g[1], ..., g[L-1].

    >>> dense((2, 4, 1), ("tanh",), "sigmoid", "he").depth
    2
    """
    blocks = []
    for l, n in enumerate(units[1:], start=1):
        blocks.append(Block("linear", l, linear.Linear(units[l - 1], n, initialization)))
        if l < len(units) - 1:
            blocks.append(Block("activation", l, activation.Activation(n, activations[l - 1])))
    return Network(tuple(blocks), head)


class Dimension(NamedTuple):
    """One row of the dimension table."""

    l: int
    tensor: str
    shape: tuple[int, ...]


def dimensions(network: Network, m: int) -> list[Dimension]:
    """Return the shape of every parameter and output, layer by layer, without computing any.

    >>> dimensions(dense((2, 1), (), "sigmoid", "he"), m=5)[0]
    Dimension(l=1, tensor='W[1]', shape=(1, 2))
    """
    rows, A = [], jax.ShapeDtypeStruct((network.blocks[0].settings.n_prev, m), jnp.float32)
    key = jax.eval_shape(lambda: jax.random.key(0))
    for kind, l, settings in network.blocks:
        file = KINDS[kind]
        tensors = jax.eval_shape(lambda k, s=settings, f=file: f.init(k, s, jnp.float32), key)
        rows += [Dimension(l, f"{name}[{l}]", t.shape) for name, t in tensors.items()]
        A, _ = jax.eval_shape(lambda p, a, s=settings, f=file: f.forward(s, p, a), tensors, A)
        rows.append(Dimension(l, f"{file.OUTPUT}[{l}]", A.shape))
    return [*rows, Dimension(network.depth, f"A[{network.depth}]", A.shape)]
