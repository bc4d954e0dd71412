"""From a layer to its blocks: linear, normalization, activation, dropout. Lecture row 12."""

from __future__ import annotations

from typing import NamedTuple

from layerwise.propagation.activation import Activation
from layerwise.propagation.batch_norm import BatchNorm
from layerwise.propagation.blocks import Block
from layerwise.propagation.dropout import Dropout
from layerwise.propagation.layer_norm import LayerNorm
from layerwise.propagation.linear import Linear
from layerwise.propagation.own_linear import OwnLinear
from layerwise.propagation.parametric import Parametric
from layerwise.propagation.shared_linear import SharedLinear

NORMALIZATIONS = {"batch_norm": BatchNorm, "layer_norm": LayerNorm}


class Layer(NamedTuple):
    """What layer l is made of; the last one has no activation: the head follows it.

    With a skip A[l] is what the blocks make of A[l-1], plus A[l-1] itself (He et al., CVPR 2016);
    both have the same units then. Several members share W, but in the last layer.
    """

    n: int
    activation: str | None = None
    initialization: str = "he"
    parametric: bool = False
    normalization: str | None = None
    dropout: bool = False
    skip: bool = False
    members: int = 1

    def blocks(self, l: int, n_prev: int) -> list[Block]:
        """Return the layer's blocks in forward order."""
        made = [_linear(self, l, n_prev)]
        n = made[0].settings.n
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


def _linear(layer: Layer, l: int, n_prev: int) -> Block:
    n, k, start = layer.n, layer.members, layer.initialization
    if k == 1:
        bias = layer.normalization != "batch_norm"
        return Block("linear", l, Linear(n_prev, n, start, bias))
    if layer.activation is None:
        return Block("own_linear", l, OwnLinear(n_prev // k, n, k, start))
    own = n_prev if l == 1 else n_prev // k
    return Block("shared_linear", l, SharedLinear(own, n, k, start, l == 1))
