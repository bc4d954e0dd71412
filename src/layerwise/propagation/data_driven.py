"""Data-driven start: on the first batch every unit's Z[l] has mean 0 and variance 1.

Layer by layer, with mu and s the weighted mean and deviation of W A_prev over the examples:
W := W / s, b := -mu / s (no b before a batch normalization). A unit whose Z does not vary keeps
what was drawn.
Mishkin and Matas, "All you need is a good init", ICLR 2016; Salimans and Kingma, "Weight
normalization", NeurIPS 2016.
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.blocks import Network
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import Given, Parameters, PrevColumns, Share, Tensors

NAME = "data_driven"
ROUNDING = 100  # so many roundings of the sum in Z are no variation


def is_data_driven(network: Network) -> bool:
    """Return whether any layer starts from the data."""
    return any(getattr(block.settings, "initialization", None) == NAME for block in network.blocks)


def rescaled(tensors: Tensors, A_prev: PrevColumns, share: Share) -> Tensors:
    """Return W / s and -mu / s; a unit that is constant on the batch is left alone."""
    W = tensors["W"]
    Z = W @ A_prev
    mu = jnp.sum(Z * share, axis=1, keepdims=True)
    s = jnp.sqrt(jnp.sum((Z - mu) ** 2 * share, axis=1, keepdims=True))
    terms = jnp.sum((jnp.abs(W) @ jnp.abs(A_prev)) * share, axis=1, keepdims=True)
    varies = s > ROUNDING * jnp.finfo(W.dtype).eps * terms
    s = jnp.where(varies, s, jnp.ones_like(s))
    if "b" not in tensors:
        return {"W": W / s}
    return {"W": W / s, "b": jnp.where(varies, -mu / s, tensors["b"])}


def rescale(
    network: Network, parameters: Parameters, X: PrevColumns, given: list[Given]
) -> Parameters:
    """Return the parameters with every data-driven layer rescaled to the batch X.

    What looks at the batch does so as in training; nothing is dropped and no noise is drawn.
    """
    A, inputs, made = X, [], []
    for block, drawn, own in zip(network.blocks, parameters, given, strict=True):
        inputs.append(A)
        starts_here = getattr(block.settings, "initialization", None) == NAME
        tensors = rescaled(drawn, A, own.share) if starts_here else drawn
        calm = own if own.statistics else own._replace(key=None)
        A, _ = KINDS[block.kind].forward(block.settings, tensors, A, calm)
        A = A + inputs[-block.skip] if block.skip else A
        made.append(tensors)
    return tuple(made)
