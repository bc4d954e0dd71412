"""How W[l] starts; b[l] starts at zero but in the last two. Lecture row 22.

zeros, constant  W = 0 or c: hidden units stay equal for ever (allowed, so that it can be seen)
small_normal     W ~ N(0, s^2), s = .01 unless set
xavier           variance 2 / (n + n_prev)   Glorot and Bengio, AISTATS 2010
he               variance 2 / n_prev         He et al., ICCV 2015
lecun            variance 1 / n_prev         LeCun et al., Efficient BackProp, 1998
orthogonal       W W' or W' W is c^2 I       Saxe, McClelland and Ganguli, ICLR 2014
data_driven      as he, then rescaled to the first batch: data_driven.py
tangent          W ~ N(0, 1), as Z = W A / sqrt(n_prev) + b has it; then rescaled likewise

The three in the middle come in a normal and a uniform form of the same variance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.notation import RandomKey, Tensors, Weights


class Size(NamedTuple):
    """The shape of W and its type."""

    n: int
    n_prev: int
    dtype: Any


Draw = Callable[[RandomKey, Size, Tensors], Weights]
VARIANCES: dict[str, Callable[[Size], float]] = {
    "xavier": lambda size: 2 / (size.n + size.n_prev),
    "he": lambda size: 2 / size.n_prev,
    "lecun": lambda size: 1 / size.n_prev,
}


def normal(key: RandomKey, size: Size) -> Weights:
    return jax.random.normal(key, size[:2], size.dtype)


def uniform(key: RandomKey, size: Size) -> Weights:
    edge = math.sqrt(3)  # the variance of U(-edge, edge) is 1
    return jax.random.uniform(key, size[:2], size.dtype, -edge, edge)


def scaled(variance: Callable[[Size], float], form: Callable) -> Draw:
    return lambda key, size, _: math.sqrt(variance(size)) * form(key, size)


def orthogonal(key: RandomKey, size: Size, numbers: Tensors) -> Weights:
    return numbers["gain"] * jax.nn.initializers.orthogonal()(key, size[:2], size.dtype)


INITIALIZATIONS: dict[str, Draw] = {
    "zeros": lambda key, size, _: jnp.zeros(size[:2], size.dtype),
    "constant": lambda key, size, numbers: jnp.broadcast_to(numbers["value"], size[:2]),
    "small_normal": lambda key, size, numbers: numbers["scale"] * normal(key, size),
    **{name: scaled(variance, normal) for name, variance in VARIANCES.items()},
    **{f"{name}_uniform": scaled(variance, uniform) for name, variance in VARIANCES.items()},
    "orthogonal": orthogonal,
    "data_driven": scaled(VARIANCES["he"], normal),
    "tangent": lambda key, size, _: normal(key, size),
}
