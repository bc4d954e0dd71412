"""What is done to the gradients before, and to the parameters after, an optimizer's step.

A key that is absent from `numbers` is compiled as nothing; the values are arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import optax

from layerwise.ingredient import Ingredient, number
from layerwise.propagation.notation import Number, Parameters, Tensors

ABOVE_ZERO = "a number above 0"


@dataclass(frozen=True)
class Update(Ingredient):
    """Clipping, decay, limits, accumulation and averaging, beside any optimizer.

    Parameters
    ----------
    clip_value, clip_norm : float, optional
        Every element of the gradients is cut to +- clip_value; then all of them together are
        shortened to the norm clip_norm. Pascanu et al., ICML 2013.
    weight_decay : float, optional
        W shrinks by learning_rate * weight_decay at every step, beside the gradient.
    max_norm : float, optional
        After a step each unit's row of W has at most this norm. Srivastava et al., JMLR 2014.
    bias_factor : float, optional
        The step of every parameter but W is multiplied by it.
    accumulate : int, default 1
        One step for so many batches, on the mean of their gradients.
    average : float, optional
        Predict with a moving average of the parameters that keeps this share at every step.
    """

    name: ClassVar[str] = "update"
    clip_value: float | None = number(None, 1e-12, 1e12, ABOVE_ZERO, optional=True)
    clip_norm: float | None = number(None, 1e-12, 1e12, ABOVE_ZERO, optional=True)
    weight_decay: float | None = number(None, 0, 1, "a number from 0 to 1", optional=True)
    max_norm: float | None = number(None, 1e-12, 1e12, ABOVE_ZERO, optional=True)
    bias_factor: float | None = number(None, 0, 1e6, "a number from 0 to 1e6", optional=True)
    accumulate: int = number(1, 1, 1_000_000, "a whole number of at least 1", whole=True)
    average: float | None = number(None, 0, 1, "a share from 0 to 1", optional=True)


def clipped(gradients: Parameters, numbers: Tensors) -> Parameters:
    """Return the gradients cut by value, then shortened to a norm."""
    if "clip_value" in numbers:
        edge = numbers["clip_value"]
        gradients = jax.tree.map(lambda g: jnp.clip(g, -edge, edge), gradients)
    if "clip_norm" in numbers:
        norm = optax.tree.norm(gradients)
        shrink = jnp.minimum(numbers["clip_norm"] / jnp.maximum(norm, numbers["clip_norm"]), 1)
        gradients = jax.tree.map(lambda g: g * shrink, gradients)
    return gradients


def decayed(
    updates: Parameters, parameters: Parameters, numbers: Tensors, learning_rate: Number
) -> Parameters:
    """Return the updates with -learning_rate * weight_decay * W added at every W."""
    if "weight_decay" not in numbers:
        return updates
    shrink = learning_rate * numbers["weight_decay"]
    return tuple(
        {**moves, "W": moves["W"] - shrink * tensors["W"]} if "W" in moves else moves
        for moves, tensors in zip(updates, parameters, strict=True)
    )


def scaled_by_kind(updates: Parameters, numbers: Tensors) -> Parameters:
    """Return the updates with those of b and all else but W multiplied by bias_factor."""
    if "bias_factor" not in numbers:
        return updates
    factor = numbers["bias_factor"]
    return tuple(
        {name: move if name == "W" else factor * move for name, move in moves.items()}
        for moves in updates
    )


def projected(parameters: Parameters, numbers: Tensors) -> Parameters:
    """Return the parameters with every row of W of at most the norm max_norm."""
    if "max_norm" not in numbers:
        return parameters
    most = numbers["max_norm"]

    def shortened(W: Number) -> Number:
        norms = jnp.linalg.norm(W, axis=1, keepdims=True)
        return W * jnp.where(norms > most, most / jnp.maximum(norms, most), jnp.ones_like(norms))

    return tuple(
        {**tensors, "W": shortened(tensors["W"])} if "W" in tensors else tensors
        for tensors in parameters
    )


def averaged(average: Parameters, parameters: Parameters, numbers: Tensors) -> Parameters:
    """Return average * keep + parameters * (1 - keep)."""
    keep = numbers["average"]
    return jax.tree.map(lambda old, new: keep * old + (1 - keep) * new, average, parameters)
