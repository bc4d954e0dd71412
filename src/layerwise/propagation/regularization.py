"""L2 in the cost: J + l2 / (2 m) * sum over l of the squares of W[l]; b[l] is left alone.

Backward: dW[l] + l2 / m * W[l]. Here m is the sum of the weights of all training examples, not of
one mini-batch, so that the cost does not change with the batch size. Lecture row 30.
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Number, Parameters


def penalty(parameters: Parameters, l2_share: Number) -> Number:
    """Return l2 / (2 m) * sum W^2, where `l2_share` is l2 / m."""
    # l2 / m first: without a penalty the square of a large W costs nothing, not 0 times infinity
    terms = [
        jnp.sum(l2_share / 2 * block["W"] * block["W"]) for block in parameters if "W" in block
    ]
    return sum(terms, start=jnp.zeros_like(l2_share))


def add_gradient(gradients: Parameters, parameters: Parameters, l2_share: Number) -> Parameters:
    """Return the gradients with l2 / m * W added to every dW."""
    return tuple(
        {**gradient, "W": gradient["W"] + l2_share * block["W"]} if "W" in block else gradient
        for gradient, block in zip(gradients, parameters, strict=True)
    )
