"""From layers to blocks: linear, normalization, activation, dropout. Lecture rows 12 and 13."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from layerwise.propagation.activation import Activation
from layerwise.propagation.batch_norm import BatchNorm
from layerwise.propagation.blocks import Block, Network
from layerwise.propagation.cost import Cost
from layerwise.propagation.dropout import Dropout
from layerwise.propagation.layer_norm import LayerNorm
from layerwise.propagation.linear import Linear
from layerwise.propagation.parametric import Parametric

NORMALIZATIONS = {"batch_norm": BatchNorm, "layer_norm": LayerNorm}
Entrance = tuple[str, Callable[[int], Any]]  # a kind, and its settings for so many rows


class Layer(NamedTuple):
    """What layer l is made of; the last one has no activation: the head follows it.

    With a skip A[l] is what the blocks make of A[l-1], plus A[l-1] itself (He et al., CVPR 2016);
    both have the same units then.
    """

    n: int
    activation: str | None = None
    initialization: str = "he"
    parametric: bool = False
    normalization: str | None = None
    dropout: bool = False
    skip: bool = False

    def blocks(self, l: int, n_prev: int) -> list[Block]:
        """Return the layer's blocks in forward order."""
        n, bias = self.n, self.normalization != "batch_norm"
        made = [Block("linear", l, Linear(n_prev, n, self.initialization, bias))]
        if self.normalization:
            made.append(Block(self.normalization, l, NORMALIZATIONS[self.normalization](n)))
        if self.activation and self.parametric:
            made.append(Block("parametric", l, Parametric(n, self.activation)))
        elif self.activation:
            made.append(Block("activation", l, Activation(n, self.activation)))
        if self.dropout:
            made.append(Block("dropout", l, Dropout(n)))
        if self.skip:
            made[-1] = made[-1]._replace(skip=len(made))
        return made


def build(
    n_x: int, layers: tuple[Layer, ...], cost: str | Cost, entrance: tuple[Entrance, ...] = ()
) -> Network:
    """Return the network of these layers; `entrance` is what happens to X before layer 1."""
    blocks, n_prev = [], n_x
    for kind, settings_for in entrance:
        blocks.append(Block(kind, 0, settings_for(n_prev)))
        n_prev = blocks[-1].settings.n
    for l, layer in enumerate(layers, start=1):
        blocks += layer.blocks(l, n_prev)
        n_prev = layer.n
    return Network(tuple(blocks), cost)


def dense(
    units: tuple[int, ...], activations: tuple[str, ...], cost: str, initialization: str
) -> Network:
    """Return the lecture's plain network with n[0], ..., n[L] = `units` and g[1], ..., g[L-1].

    >>> dense((2, 4, 1), ("tanh",), "binary_cross_entropy", "he").depth
    2
    """
    layers = [
        Layer(n, g, initialization) for n, g in zip(units[1:], (*activations, None), strict=True)
    ]
    return build(units[0], tuple(layers), cost)
