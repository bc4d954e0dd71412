"""The activations g and their derivatives g', element by element. Lecture row 19.

`numbers` holds the settable ones: the slope of the leaky ReLU and the scale of the ELU. At its kink
a derivative takes the value from the left, so that of ReLU at 0 is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Columns, Number, Tensors

LEAK = 0.01  # the lecture's
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al., 2017


class Pair(NamedTuple):
    """An activation and its derivative, both of Z and the numbers."""

    g: Callable[[Columns, Tensors], Columns]
    g_prime: Callable[[Columns, Tensors], Columns]


def elu(Z: Columns, scale: float | Number) -> Columns:
    return jnp.where(Z > 0, Z, scale * jnp.expm1(jnp.minimum(Z, 0)))


def elu_prime(Z: Columns, scale: float | Number) -> Columns:
    return jnp.where(Z > 0, jnp.ones_like(Z), scale * jnp.exp(jnp.minimum(Z, 0)))


def silu_prime(Z: Columns) -> Columns:
    return jax.nn.sigmoid(Z) * (1 + Z * jax.nn.sigmoid(-Z))


def mish_prime(Z: Columns) -> Columns:
    t = jnp.tanh(jax.nn.softplus(Z))
    return t + Z * (1 - t**2) * jax.nn.sigmoid(Z)


def gelu_prime(Z: Columns) -> Columns:
    return jax.scipy.stats.norm.cdf(Z) + Z * jax.scipy.stats.norm.pdf(Z)


ACTIVATIONS: dict[str, Pair] = {
    "identity": Pair(lambda Z, _: Z, lambda Z, _: jnp.ones_like(Z)),
    "sigmoid": Pair(
        lambda Z, _: jax.nn.sigmoid(Z), lambda Z, _: jax.nn.sigmoid(Z) * jax.nn.sigmoid(-Z)
    ),
    "tanh": Pair(lambda Z, _: jnp.tanh(Z), lambda Z, _: 1 - jnp.tanh(Z) ** 2),
    "relu": Pair(lambda Z, _: jnp.maximum(Z, 0), lambda Z, _: (Z > 0).astype(Z.dtype)),
    "leaky_relu": Pair(
        lambda Z, numbers: jnp.where(Z > 0, Z, numbers.get("slope", LEAK) * Z),
        lambda Z, numbers: jnp.where(Z > 0, jnp.ones_like(Z), numbers.get("slope", LEAK)),
    ),
    "elu": Pair(
        lambda Z, numbers: elu(Z, numbers.get("scale", 1.0)),
        lambda Z, numbers: elu_prime(Z, numbers.get("scale", 1.0)),
    ),
    "selu": Pair(
        lambda Z, _: SELU_SCALE * elu(Z, SELU_ALPHA),
        lambda Z, _: SELU_SCALE * elu_prime(Z, SELU_ALPHA),
    ),
    "gelu": Pair(lambda Z, _: jax.nn.gelu(Z, approximate=False), lambda Z, _: gelu_prime(Z)),
    "silu": Pair(lambda Z, _: jax.nn.silu(Z), lambda Z, _: silu_prime(Z)),
    "mish": Pair(lambda Z, _: Z * jnp.tanh(jax.nn.softplus(Z)), lambda Z, _: mish_prime(Z)),
    "softplus": Pair(lambda Z, _: jax.nn.softplus(Z), lambda Z, _: jax.nn.sigmoid(Z)),
}
