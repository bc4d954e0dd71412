"""Activation: A[l] = g[l](Z[l]), element by element.

Backward: dZ[l] = dA[l] * g[l]'(Z[l]). Lecture rows 17 and 19; the derivative of ReLU at 0 is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import Cache, Columns, RandomKey, Share, Tensors

OUTPUT = "A"
LEAK = 0.01


class Activation(NamedTuple):
    """Settings of an activation block: its units and the name of g."""

    n: int
    name: str


class Pair(NamedTuple):
    """An activation and its derivative, both of Z."""

    g: Callable[[Columns], Columns]
    g_prime: Callable[[Columns], Columns]


def _leaky_slope(Z: Columns) -> Columns:
    return jnp.where(Z > 0, jnp.ones_like(Z), jnp.full_like(Z, LEAK))


ACTIVATIONS: dict[str, Pair] = {
    "identity": Pair(lambda Z: Z, jnp.ones_like),
    "sigmoid": Pair(jax.nn.sigmoid, lambda Z: jax.nn.sigmoid(Z) * jax.nn.sigmoid(-Z)),
    "tanh": Pair(jnp.tanh, lambda Z: 1 - jnp.tanh(Z) ** 2),
    "relu": Pair(lambda Z: jnp.maximum(Z, 0), lambda Z: (Z > 0).astype(Z.dtype)),
    "leaky_relu": Pair(lambda Z: jnp.where(Z > 0, Z, LEAK * Z), _leaky_slope),
}


def init(key: RandomKey, settings: Activation, dtype: Any) -> Tensors:
    """Return no parameters: g has none to learn."""
    return {}


def forward(settings: Activation, parameters: Tensors, Z: Columns) -> tuple[Columns, Cache]:
    A = ACTIVATIONS[settings.name].g(Z)
    return A, Z


def backward(
    settings: Activation, dA: Columns, cache: Columns, share: Share
) -> tuple[Columns, Tensors]:
    Z = cache
    dZ = dA * ACTIVATIONS[settings.name].g_prime(Z)
    return dZ, {}
