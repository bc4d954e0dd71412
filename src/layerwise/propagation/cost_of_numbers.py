"""Losses for numbers, from Z and Y, each with its dZ[L]. `r` is Z - Y. Lecture row 21.

squared_error   sum r^2 / 2                                    dZ = r       the Gaussian unit
absolute_error  sum |r|                                        dZ = sign r  the median
huber           sum r^2 / 2, beyond |r| = delta a straight line   Huber, 1964
quantile        sum q max(-r, 0) + (1 - q) max(r, 0)           one unit per level q; Koenker, 1978
poisson         sum exp Z - Y Z, for counts Y                  dZ = A - Y, A = exp Z
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.heads import over_units
from layerwise.propagation.notation import Columns, PerExample, Tensors


def squared_error(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    return over_units((Z - Y) / 2 * (Z - Y))  # halved first: the square alone may overflow


def squared_error_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    return Z - Y


def absolute_error(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    return over_units(jnp.abs(Z - Y))


def absolute_error_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    return jnp.sign(Z - Y)


def huber(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    r, delta = jnp.abs(Z - Y), numbers["delta"]
    near = jnp.minimum(r, delta)
    return over_units(near / 2 * near + delta * (r - near))


def huber_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    return jnp.clip(Z - Y, -numbers["delta"], numbers["delta"])


def quantile(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    r, q = Z - Y, numbers["levels"]
    return over_units(jnp.maximum(-q * r, (1 - q) * r))


def quantile_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    r, q = Z - Y, numbers["levels"]
    return jnp.where(r > 0, 1 - q, jnp.where(r < 0, -q, jnp.zeros_like(r)))


def poisson(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    # 0 times a Z of minus infinity is 0: a count of 0 with a mean of 0 costs nothing
    return over_units(jnp.exp(Z) - jnp.where(Y == 0, jnp.zeros_like(Z), Y * Z))


def poisson_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    return jnp.exp(Z) - Y
