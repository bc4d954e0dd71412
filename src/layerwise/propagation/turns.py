"""cos and sin of angles counted in turns: cos(2 pi t), by a polynomial where float32 is enough.

With r = t - round(t), from -1/2 to 1/2, cos(2 pi r) is a polynomial of degree 6 in r^2, the least
squares over Chebyshev points: off by 1.1e-8, and by 4e-7 as float32 rounds it. With the library's
cosines a row of 12 columns took 4.3 us in training the default's 2 x 128 units, with these 3.3.
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Array

POWERS = (
    0.9999999890590224, -19.739204499453933, 64.93911745989637, -85.45013953088944,
    60.16763095094846, -25.9675992483234, 6.528658160958177,
)  # fmt: skip


def cos(t: Array) -> Array:
    """Return cos(2 pi t) to the precision of t's type."""
    if t.dtype != jnp.float32:
        return jnp.cos(2 * jnp.pi * t)
    r = t - jnp.round(t)
    square, total = r * r, jnp.full_like(t, POWERS[-1])
    for power in POWERS[-2::-1]:
        total = total * square + power
    return total


def sin(t: Array) -> Array:
    """Return sin(2 pi t), a quarter of a turn behind the cosine."""
    return cos(t - jnp.round(t) - 0.25)  # whole turns first: a large t has no room for a quarter
