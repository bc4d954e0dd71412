"""What a schedule of the learning rate is, and the half cosine that several are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp

from layerwise.ingredient import Ingredient
from layerwise.propagation.notation import Number, Tensors

EPOCHS = "a number of epochs above 0"


class Progress(NamedTuple):
    """How far training is: epochs done, with their fraction, of all the epochs there will be."""

    epoch: Number
    epochs: Number


@dataclass(frozen=True)
class Schedule(Ingredient):
    """A factor on the learning rate."""

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        """Return the factor at this step."""
        raise NotImplementedError


def whole(quotient: Number) -> Number:
    """Return the whole part."""
    # 0.9 / 0.3 may be rounded to just below 3
    return jnp.floor(quotient * (1 + 4 * jnp.finfo(quotient.dtype).eps))


def cosine(share: Number, begin: Number | float, end: Number | float) -> Number:
    """Return half a cosine from `begin`, at the share 0, to `end`, at the share 1."""
    return end + (begin - end) * (1 + jnp.cos(jnp.pi * share)) / 2
