"""Focal loss: the cross-entropy of each label times (1 - p)^gamma, p its probability.

sigmoid  sum Y f(Z) + (1 - Y) f(-Z), f(z) = sigma(-z)^gamma log(1 + exp(-z)),
         f'(z) = -sigma(-z)^gamma (gamma sigma(z) log(1 + exp(-z)) + sigma(-z))
softmax  -sum Y (1 - A)^gamma log A; with c = Y (gamma (1 - A)^(gamma - 1) A log A - (1 - A)^gamma)
         dZ = c - A sum c

gamma = 0 is the cross-entropy. Lin et al., "Focal loss for dense object detection", ICCV 2017.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from layerwise.propagation.cost_of_classes import log_softmax
from layerwise.propagation.heads import over_units
from layerwise.propagation.notation import Columns, Number, PerExample, Tensors


def f(z: Columns, gamma: Number) -> Columns:
    return jax.nn.sigmoid(-z) ** gamma * jax.nn.softplus(-z)


def f_prime(z: Columns, gamma: Number) -> Columns:
    wrong, right = jax.nn.sigmoid(-z), jax.nn.sigmoid(z)
    return -(wrong**gamma) * (gamma * right * jax.nn.softplus(-z) + wrong)


def binary_focal(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    gamma = numbers["gamma"]
    return over_units(Y * f(Z, gamma) + (1 - Y) * f(-Z, gamma))


def binary_focal_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    gamma = numbers["gamma"]
    return Y * f_prime(Z, gamma) - (1 - Y) * f_prime(-Z, gamma)


def one_minus(A: Columns) -> Columns:
    """Return 1 - A as the sum of the other units: its digits survive an A near 1."""
    return (1 - jnp.eye(len(A), dtype=A.dtype)) @ A


def focal(Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    log_A = log_softmax(Z)
    terms = Y * one_minus(jnp.exp(log_A)) ** numbers["gamma"] * log_A
    return -over_units(jnp.where(Y == 0, jnp.zeros_like(Z), terms))


def focal_dZ(Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
    gamma, log_A = numbers["gamma"], log_softmax(Z)
    A = jnp.exp(log_A)
    other = jnp.maximum(one_minus(A), jnp.finfo(A.dtype).tiny)
    # A log A / (1 - A) stays bounded where 1 - A vanishes
    c = Y * other**gamma * (gamma * jnp.where(A > 0, A * log_A, jnp.zeros_like(A)) / other - 1)
    return c - A * over_units(c)
