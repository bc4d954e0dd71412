"""How the probability of dropout and the weight decay change with the epoch."""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Array, Number, Tensors
from layerwise.training.plan import Numbers
from layerwise.training.schedule import cosine


def probability_in(numbers: Tensors, epoch: Array, epochs: Number) -> Number:
    """Return the probability to drop in an epoch, counted from 1, of all epochs.

    `ramp`: p grows in a straight line to its value in epoch `ramp`. Morerio et al., "Curriculum
    dropout", ICCV 2017 (theirs grows exponentially). `until`: the last epoch with dropout. Liu et
    al., "Dropout reduces underfitting", ICML 2023. `fade`: as `faded` says.

    >>> numbers = {"probability": jnp.float32(0.5), "ramp": jnp.float32(4.0)}
    >>> at = (1, 2, 4, 9)
    >>> [float(probability_in(numbers, jnp.int32(epoch), jnp.float32(9))) for epoch in at]
    [0.125, 0.25, 0.5, 0.5]
    """
    p = numbers["probability"]
    at = epoch.astype(p.dtype)
    if "ramp" in numbers:
        p = p * jnp.minimum(at / numbers["ramp"], 1)
    if "until" in numbers:
        p = jnp.where(at <= numbers["until"], p, jnp.zeros_like(p))
    return p * faded(numbers["fade"], at, epochs) if "fade" in numbers else p


def faded(fade: Number, epoch: Number, epochs: Number) -> Number:
    """Return a factor of 1 up to the share `fade` of all epochs, then half a cosine down to 0.

    Holzmueller et al., NeurIPS 2024, with half of the epochs.

    >>> one, nine = jnp.float32(0.5), jnp.float32(9)
    >>> [round(float(faded(one, jnp.float32(epoch), nine)), 3) for epoch in (1, 5, 7, 9)]
    [1.0, 1.0, 0.5, 0.0]
    """
    done = (epoch - 1) / jnp.maximum(epochs - 1, 1)
    falling = (done - fade) / jnp.maximum(1 - fade, jnp.finfo(fade.dtype).eps)
    return cosine(jnp.clip(falling, 0, 1), 1.0, 0.0)


def in_epoch(numbers: Numbers, epoch: Array) -> Numbers:
    """Return the numbers of this epoch: probabilities to drop, and weight decay."""
    blocks = tuple(
        {**own, "probability": probability_in(own, epoch, numbers.epochs)}
        if {"ramp", "until", "fade"} & own.keys()
        else own
        for own in numbers.blocks
    )
    update = numbers.update
    if {"fade", "weight_decay"} <= update.keys():
        at = epoch.astype(numbers.epochs.dtype)
        factor = faded(update["fade"], at, numbers.epochs)
        update = {**update, "weight_decay": factor * update["weight_decay"]}
    return numbers._replace(blocks=blocks, update=update)
