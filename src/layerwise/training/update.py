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
FACTOR = "a number from 0 to 1e6"


@dataclass(frozen=True)
class Update(Ingredient):
    """Clipping, decay, limits, accumulation and averaging, beside any optimizer.

    In the order of a step: clip_value, clip_norm, the optimizer, the factors, weight_decay,
    max_norm, average. After LBFGS the factors change a step that its line search has found.

    Parameters
    ----------
    clip_value, clip_norm : float, optional
        Above 0. Every element of the gradients is cut to +- clip_value; then all of them together
        are shortened to the norm clip_norm. Pascanu et al., ICML 2013. PyTorch's
        ``clip_grad_norm_`` adds 1e-6 to the norm.
    weight_decay : float, optional
        From 0 to 1. W alone shrinks by learning_rate * weight_decay at every step, beside the
        gradient. Loshchilov and Hutter, ICLR 2019.
    fade : float, optional
        From 0 to 1. From this share of all epochs on the weight decay falls by half a cosine, to 0
        in the last one.
    max_norm : float, optional
        Above 0. After a step each unit's row of W has at most this norm. Srivastava et al., JMLR
        2014. PyTorch's renorm adds 1e-7 to the norm.
    bias_factor : float, optional
        From 0. The step of every parameter but W is multiplied by it; that of an embedding or a
        scaling by the ingredient's own `factor`.
    first_factor, last_factor : float, optional
        From 0. The learning rate of the first and of the last layer is multiplied by it; of both
        where they are the same one.
    accumulate : int, default 1
        One step for so many batches, on the mean of their gradients, each clipped by itself.
    average : float, optional
        From 0 to 1. Predict with a moving average of the parameters that keeps this share at every
        batch. It starts at the first parameters: 1 / (1 - average) should be far below the number
        of batches. Polyak and Juditsky, 1992.
    """

    name: ClassVar[str] = "update"
    clip_value: float | None = number(None, 1e-12, 1e12, ABOVE_ZERO, optional=True)
    clip_norm: float | None = number(None, 1e-12, 1e12, ABOVE_ZERO, optional=True)
    weight_decay: float | None = number(None, 0, 1, "a number from 0 to 1", optional=True)
    max_norm: float | None = number(None, 1e-12, 1e12, ABOVE_ZERO, optional=True)
    bias_factor: float | None = number(None, 0, 1e6, FACTOR, optional=True)
    first_factor: float | None = number(None, 0, 1e6, FACTOR, optional=True)
    last_factor: float | None = number(None, 0, 1e6, FACTOR, optional=True)
    fade: float | None = number(None, 0, 1, "a share from 0 to 1", optional=True)
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
    """Return the updates with -learning_rate * weight_decay * W added at every W.

    The learning rate is that of the layer, with its factor.
    """
    if "weight_decay" not in numbers:
        return updates
    shrink = learning_rate * numbers["weight_decay"]
    weights = tuple({"W": shrink * at["W"]} if "W" in at else {} for at in parameters)
    return tuple(
        {**moves, "W": moves["W"] - lost["W"]} if lost else moves
        for moves, lost in zip(updates, _scaled_by_layer(weights, numbers), strict=True)
    )


def scaled_by_kind(
    updates: Parameters, numbers: Tensors, blocks: tuple[Tensors, ...] = ()
) -> Parameters:
    """Return the updates times their factors: a block's own, or that of all but W; by layer."""
    scaled = []
    for moves, own in zip(updates, blocks or ({},) * len(updates), strict=True):
        factor = own.get("factor", numbers.get("bias_factor"))
        if factor is None:
            scaled.append(moves)
        else:
            pairs = moves.items()
            scaled.append({name: m if name == "W" else factor * m for name, m in pairs})
    return _scaled_by_layer(tuple(scaled), numbers)


def _scaled_by_layer(updates: Parameters, numbers: Tensors) -> Parameters:
    # a layer begins with its W: what follows it, up to the next W, is of the same layer
    begins = [place for place, moves in enumerate(updates) if "W" in moves]
    second = begins[1] if len(begins) > 1 else len(updates)
    last = begins[-1] if begins else 0
    layers = {"first_factor": range(second), "last_factor": range(last, len(updates))}
    for name, layer in layers.items():
        if name in numbers:
            factor = numbers[name]
            updates = tuple(
                {kind: factor * move for kind, move in moves.items()} if place in layer else moves
                for place, moves in enumerate(updates)
            )
    return updates


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
