"""How W[l] starts; b[l] always starts at zero. Lecture row 22.

zeros        W = 0: hidden units stay equal for ever (allowed, so that it can be seen)
small_normal W ~ N(0, .01^2)
xavier       W ~ N(0, 2 / (n + n_prev))   Glorot and Bengio, AISTATS 2010
he           W ~ N(0, 2 / n_prev)         He et al., ICCV 2015
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import RandomKey, Weights

Draw = Callable[[RandomKey, int, int, Any], Weights]


def zeros(key: RandomKey, n: int, n_prev: int, dtype: Any) -> Weights:
    return jnp.zeros((n, n_prev), dtype)


def small_normal(key: RandomKey, n: int, n_prev: int, dtype: Any) -> Weights:
    return 0.01 * jax.random.normal(key, (n, n_prev), dtype)


def xavier(key: RandomKey, n: int, n_prev: int, dtype: Any) -> Weights:
    return math.sqrt(2 / (n + n_prev)) * jax.random.normal(key, (n, n_prev), dtype)


def he(key: RandomKey, n: int, n_prev: int, dtype: Any) -> Weights:
    return math.sqrt(2 / n_prev) * jax.random.normal(key, (n, n_prev), dtype)


INITIALIZATIONS: dict[str, Draw] = {
    "zeros": zeros,
    "small_normal": small_normal,
    "xavier": xavier,
    "he": he,
}
