"""What the steps are told from: the network, both its passes, and what each tensor is called.

The last block of layer l < L leaves A[l]. Before it, H[l] is what the activation makes where a
dropout follows, Zt[l] what a normalization makes, R[l] what a residual layer makes before A[l-1] is
added. Before layer 1 stand S[0] (scaling), N[0] (noise), H[0] (dropout), P[0] (periodic or
piecewise) and C[0] (categories); the last of them is A[0].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from layerwise.propagation.blocks import Block, Network
from layerwise.study.trace.passing import Passes
from layerwise.study.trace.value import Node, Step

BEFORE_LAYER_1 = {
    "scaling": "S", "noise": "N", "dropout": "H", "periodic": "P", "piecewise": "P",
    "categories": "C",
}  # fmt: skip
LINEAR = ("linear", "shared_linear", "own_linear")


class Named(NamedTuple):
    """What enters a block, what it makes, and what leaves it once a skip is added."""

    entering: str
    made: str
    leaving: str


class Scene(NamedTuple):
    """A step's network, passes, parameters by symbol, numbers of blocks and cost, X, Y and m."""

    network: Network
    passes: Passes
    names: tuple[Named, ...]
    parameters: Mapping[str, np.ndarray]
    numbers: Any
    batch: Any

    @property
    def m(self) -> int:
        """How many examples there are."""
        return self.batch.X.shape[1]

    @property
    def known(self) -> dict[str, np.ndarray]:
        """Every tensor that forward makes, by its symbol, with the parameters and m."""
        found: dict[str, Any] = {"m": np.float64(self.m), **self.parameters}
        for name, each in zip(self.names, self.passes.forward, strict=True):
            found |= {
                name.entering: each.entering,
                name.made: each.made,
                name.leaving: each.leaving,
            }
        return found


def named(network: Network) -> tuple[Named, ...]:
    """Return what enters and leaves each block, by its symbol."""
    blocks, found = network.blocks, []
    entering = "X" if blocks[0].l == 0 else "A[0]"
    for place, block in enumerate(blocks):
        ends = place + 1 == len(blocks) or blocks[place + 1].l != block.l
        leaving = _made(block, ends and block.kind not in LINEAR)
        made = f"R[{block.l}]" if block.skip else leaving
        found.append(Named(entering, made, leaving))
        entering = leaving
    return tuple(found)


def _made(block: Block, ends: bool) -> str:
    if block.kind in LINEAR:
        return f"Z[{block.l}]"
    if ends:
        return f"A[{block.l}]"
    if block.l == 0:
        return f"{BEFORE_LAYER_1[block.kind]}[0]"
    return f"Zt[{block.l}]" if block.kind.endswith("norm") else f"H[{block.l}]"


def parameters_of(network: Network, tensors: Any) -> dict[str, np.ndarray]:
    """Return the parameters, or their derivatives, by the symbol of the parameter."""
    return {
        f"{name}[{block.l}]": np.asarray(values)
        for block, group in zip(network.blocks, tensors, strict=True)
        for name, values in group.items()
    }


def nodes_of(network: Network, names: tuple[Named, ...], tensors: Any) -> tuple[Node, ...]:
    """Return the computational graph from X to J."""
    found = [Node(names[0].entering, (), 0)]
    for place, block in enumerate(network.blocks):
        inputs = tuple(f"{name}[{block.l}]" for name in tensors[place])
        skips = names[place + 1 - block.skip].entering if block.skip else None
        if block.kind == "dropout":
            inputs = (*inputs, f"D[{block.l}]")
        found.append(Node(names[place].leaving, inputs, block.l, skips))
    last = network.depth
    return (*found, Node(f"A[{last}]", (), last), Node("J", ("Y",), last))


def step(phase: str, l: int, equation: str, values: Any, told: tuple[str, Mapping, bool]) -> Step:
    """Return a step; `told` are its sentence, its operands and whether their numbers can be put in.

    The equation may hold the form to put the numbers in behind a bar: "A[1] = g[1](Z[1]) | ...".
    """
    (sentence, operands, putting), (shown, _, form) = told, equation.partition(" | ")
    symbol, right = re.split(" :?= ", shown, maxsplit=1)
    arrays = {name: fixed(values) for name, values in operands.items()}
    kinds = {name: kind_of(name, array) for name, array in arrays.items()}
    put = (form or right) if putting else None
    return Step(phase, l, symbol, fixed(values), shown, sentence, arrays, kinds, put)


PARAMETERS = ("W", "b", "a", "gamma", "beta", "s", "r", "V", "w", "p", "E")


def kind_of(symbol: str, values: np.ndarray) -> str:
    """Return what an operand is.

    >>> kind_of("dZ[1]", np.zeros((2, 1))), kind_of("W[1]", np.zeros((2, 2)))
    ('derivative', 'parameter')
    """
    if not values.ndim:
        return "number"
    if symbol in ("Y", "Ys"):
        return "target"
    if symbol.startswith("d"):
        return "derivative"
    return "parameter" if symbol.partition("[")[0] in PARAMETERS else "forward"


def fixed(values: Any) -> np.ndarray:
    """Return a float64 copy that cannot be written to."""
    array = np.array(values, np.float64)
    array.setflags(write=False)
    return array
