"""Data-driven start: on the first batch every unit's Z[l] has mean 0 and variance 1.

Layer by layer, with mu and s the weighted mean and deviation of c W A_prev over the examples:
W := W / s, b := -mu / s (no b before a batch normalization). A unit whose Z does not vary keeps
what was drawn. In the tangent form b is not the mean but a random mix of 5 examples' values
(but in the last layer): units bend at different places of the data (Holzmueller et al., 2024).
Mishkin and Matas, "All you need is a good init", ICLR 2016; Salimans and Kingma, "Weight
normalization", NeurIPS 2016.
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.blocks import Block, Network
from layerwise.propagation.coins import uniform
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import Bias, Columns, Given, Parameters, PrevColumns, Tensors

NAMES = ("data_driven", "tangent")
MIXED = 5  # examples
ROUNDING = 100  # so many roundings of the sum in Z are no variation


def is_data_driven(network: Network) -> bool:
    """Return whether any layer starts from the data."""
    return any(_start(block) in NAMES for block in network.blocks)


def _start(block: Block) -> str | None:
    return getattr(block.settings, "initialization", None)


def rescaled(tensors: Tensors, A_prev: PrevColumns, given: Given) -> Tensors:
    """Return W / s and -mu / s; a unit that is constant on the batch is left alone."""
    W, share = tensors["W"], given.share
    W = W * given.numbers["c"] if "c" in given.numbers else W
    Z = W @ A_prev
    mu = jnp.sum(Z * share, axis=1, keepdims=True)
    s = jnp.sqrt(jnp.sum((Z - mu) ** 2 * share, axis=1, keepdims=True))
    terms = jnp.sum((jnp.abs(W) @ jnp.abs(A_prev)) * share, axis=1, keepdims=True)
    varies = s > ROUNDING * jnp.finfo(W.dtype).eps * terms
    s = jnp.where(varies, s, jnp.ones_like(s))
    if "b" not in tensors:
        return {"W": tensors["W"] / s}
    b = (-mu if given.key is None else -_mixed(Z, given)) / s
    return {"W": tensors["W"] / s, "b": jnp.where(varies, b, tensors["b"])}


def _mixed(Z: Columns, given: Given) -> Bias:
    """Return for each unit a random mix of its Z of a few examples that count."""
    assert given.key is not None
    mixing, place = uniform(given.key, (2, len(Z), MIXED), Z.dtype)
    count = jnp.sum(given.share > 0).astype(Z.dtype)
    at = jnp.floor(place * count).astype(jnp.int32)
    q = -jnp.log1p(-mixing)  # exponential
    return jnp.sum(q * jnp.take_along_axis(Z, at, 1), 1, keepdims=True) / q.sum(1, keepdims=True)


def rescale(
    network: Network, parameters: Parameters, X: PrevColumns, given: list[Given]
) -> Parameters:
    """Return the parameters with every data-driven layer rescaled to the batch X.

    What looks at the batch does so as in training; nothing is dropped and no noise is drawn.
    """
    A, inputs, made, last = X, [], [], len(network.blocks) - 1
    for block, drawn, own in zip(network.blocks, parameters, given, strict=True):
        inputs.append(A)
        calm = own if own.statistics else own._replace(key=None)
        mixes = _start(block) == "tangent" and len(made) < last
        looks = own if mixes else own._replace(key=None)
        tensors = rescaled(drawn, A, looks) if _start(block) in NAMES else drawn
        A, _ = KINDS[block.kind].forward(block.settings, tensors, A, calm)
        A = A + inputs[-block.skip] if block.skip else A
        made.append(tensors)
    return tuple(made)
