"""L1 and L2 in the cost: J + l1 / m * sum |W[l]| + l2 / (2 m) * sum W[l]^2; b[l] is left alone.

Backward: dW[l] + l1 / m * sign W[l] + l2 / m * W[l]. Here m is the sum of the weights of all
training examples, not of one mini-batch, so that the cost does not change with the batch size.
Lecture row 30.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Array, Number, Parameters, Weights


class Penalties(NamedTuple):
    """l1 / m and l2 / m; None is compiled as none."""

    l1_share: Number | None = None
    l2_share: Number | None = None


@jax.custom_batching.custom_vmap
def _somewhere(of_one: Array) -> Array:
    """Return whether it is so; of several networks at once: for any of them, one answer for all."""
    return of_one


@_somewhere.def_vmap
def _(axis_size: int, batched: list[bool], of_each: Array) -> tuple[Array, bool]:
    return jnp.any(of_each), False


def penalty(parameters: Parameters, shares: Penalties, zero: Number) -> Number:
    """Return what the penalties add to J; `zero` where there are none."""
    weights = [block["W"] for block in parameters if "W" in block]
    total, (l1, l2) = zero, shares
    if l1 is not None:
        total = sum((jnp.sum(l1 * jnp.abs(W)) for W in weights), total)
    if l2 is not None:
        # where it is 0 nothing is read; l2 / m comes first, so that no square overflows
        total = jax.lax.cond(
            _somewhere(l2 > 0),
            lambda at: sum((jnp.sum(l2 / 2 * W * W) for W in weights), at),
            lambda at: at,
            total,
        )
    return total


def add_gradient(gradients: Parameters, parameters: Parameters, shares: Penalties) -> Parameters:
    """Return the gradients with the derivative of the penalties added to every dW."""
    l1, l2 = shares
    if l1 is not None:
        gradients = _at_weights(lambda dW, W: dW + l1 * jnp.sign(W), gradients, parameters)
    if l2 is None:
        return gradients
    return jax.lax.cond(  # where it is 0 nothing is read, nor written
        _somewhere(l2 > 0),
        lambda *both: _at_weights(lambda dW, W: dW + l2 * W, *both),
        lambda same, _: same,
        gradients,
        parameters,
    )


def _at_weights(
    change: Callable[[Weights, Weights], Weights], gradients: Parameters, parameters: Parameters
) -> Parameters:
    return tuple(
        {**own, "W": change(own["W"], block["W"])} if "W" in block else own
        for own, block in zip(gradients, parameters, strict=True)
    )
