"""From layers to a network: what happens to X before layer 1, then its layers. Lecture row 13."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layerwise.propagation.blocks import Block, Network
from layerwise.propagation.cost import Cost
from layerwise.propagation.layer import Layer

Entrance = tuple[str, Callable[[int], Any]]  # a kind, and its settings for so many rows


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
        n_prev = blocks[-1].settings.n
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
