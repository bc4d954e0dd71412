"""A user's own cost as a row like those of COSTS, from its loss and one derivative. Row 18.

given dZ   loss(Z, Y), dZ(Z, Y)                              dZ[L] = dZ
given dA   loss(A, Y), dA(A, Y), where A = g[L](Z)           dZ[L] = dA back through g[L]

Both functions get columns (n[L], m); the loss is one number per example, without 1/m. The row is
hashed by its functions: the same functions are the same compiled program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.cost import Cost
from layerwise.propagation.heads import HEADS
from layerwise.propagation.notation import Array, Columns, PerExample, Tensors

Function = Callable[[Any, Any], Any]
STEP = 1e-5  # of the central differences


class Loss(NamedTuple):
    """The loss of each example from Z, through the head where the function wants A."""

    function: Function
    head: str | None

    def __call__(self, Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
        U = Z if self.head is None else HEADS[self.head].g(Z)
        return jnp.reshape(self.function(U, Y), (1, Z.shape[1])).astype(Z.dtype)


class Derivative(NamedTuple):
    """dZ[L] from Z, back through the head where the function gives dA."""

    function: Function
    head: str | None

    def __call__(self, Z: Columns, Y: Columns, numbers: Tensors) -> Columns:
        if self.head is None:
            return jnp.asarray(self.function(Z, Y)).astype(Z.dtype)
        A = HEADS[self.head].g(Z)
        return HEADS[self.head].back_through_g(self.function(A, Y).astype(Z.dtype), A)


def row(head: str, loss: Function, derivative: Function, of_A: bool) -> Cost:
    """Return the row of a loss and its derivative; `of_A` says that both are functions of A."""
    through = head if of_A else None
    return Cost(head, Loss(loss, through), Derivative(derivative, through))


class Slopes(NamedTuple):
    """The derivative of the loss with respect to its first argument, (n[L], m), by two ways."""

    automatic: Columns
    differences: Columns


def slopes(loss: Function, U: Columns, Y: Columns) -> Slopes:
    """Return what the derivative at U = Z or A has to be; in float64."""

    def each(at: Array) -> Array:
        return jnp.ravel(loss(at, Y))

    # one unit of every example is moved at once: an example's loss is its own alone
    moves = STEP * jnp.eye(len(U), dtype=U.dtype)[:, :, None]
    differences = jax.lax.map(lambda move: (each(U + move) - each(U - move)) / (2 * STEP), moves)
    return Slopes(jax.grad(lambda at: jnp.sum(each(at)))(U), differences)
