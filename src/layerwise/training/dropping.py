"""How the probability of dropout changes with the epoch; without a schedule it stays."""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Array, Number, Tensors


def probability_in(numbers: Tensors, epoch: Array) -> Number:
    """Return the probability to drop in an epoch, counted from 1.

    `ramp`: p grows in a straight line to its value in epoch `ramp`. Morerio et al., "Curriculum
    dropout", ICCV 2017 (theirs grows exponentially). `until`: the last epoch with dropout. Liu et
    al., "Dropout reduces underfitting", ICML 2023.

    >>> numbers = {"probability": jnp.float32(0.5), "ramp": jnp.float32(4.0)}
    >>> [float(probability_in(numbers, jnp.int32(epoch))) for epoch in (1, 2, 4, 9)]
    [0.125, 0.25, 0.5, 0.5]
    """
    p = numbers["probability"]
    at = epoch.astype(p.dtype)
    if "ramp" in numbers:
        p = p * jnp.minimum(at / numbers["ramp"], 1)
    if "until" in numbers:
        p = jnp.where(at <= numbers["until"], p, jnp.zeros_like(p))
    return p


def dropping_in(blocks: tuple[Tensors, ...], epoch: Array) -> tuple[Tensors, ...]:
    """Return the blocks' numbers with the probabilities of this epoch."""
    return tuple(
        {**numbers, "probability": probability_in(numbers, epoch)}
        if {"ramp", "until"} & numbers.keys()
        else numbers
        for numbers in blocks
    )
