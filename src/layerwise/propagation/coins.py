"""Coins: which units a dropout keeps, and other plain draws, by a counter and a hash.

u = h(h(place * odd + first) ^ second) / 2^32 for each element's place, with the two words of the
random key, which are drawn themselves, and h the 32-bit mixing of a counter (xor-shift, multiply,
twice). JAX's own generator takes about ten times as many operations for each number: half the time
of a step was spent on it, and each place of its use takes .05 s to compile. Salmon et al., Parallel
random numbers: as easy as 1, 2, 3, SC 2011, for the idea.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Array, Number, RandomKey

GOLDEN = 0x9E3779B9  # 2^32 over the golden ratio: neighbours begin far apart
MULTIPLIERS = 0x7FEB352D, 0x846CA68B
FRACTION = 24  # bits that a float32 holds exactly


def coins(key: RandomKey, keep: Number, shape: tuple[int, ...]) -> Array:
    """Return an array of this shape with True at a probability of `keep`."""
    return uniform(key, shape, keep.dtype) < keep


def uniform(key: RandomKey, shape: tuple[int, ...], dtype: Any) -> Array:
    """Return numbers from [0, 1), multiples of 2^-24."""
    first, second = jax.random.key_data(key).ravel()[-2:]
    places = jax.lax.iota(jnp.uint32, math.prod(shape)).reshape(shape)
    drawn = mixed(mixed(places * _word(GOLDEN) + first) ^ second)
    return (drawn >> _word(32 - FRACTION)).astype(dtype) * 2.0**-FRACTION


def mixed(x: Array) -> Array:
    """Return 32-bit words in which every bit depends on every bit of x's."""
    x = (x ^ (x >> _word(16))) * _word(MULTIPLIERS[0])
    x = (x ^ (x >> _word(15))) * _word(MULTIPLIERS[1])
    return x ^ (x >> _word(16))


def _word(number: int) -> Array:
    return jnp.asarray(number, jnp.uint32)
