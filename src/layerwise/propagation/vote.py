"""Several members in one network: each is taught alone, and together they predict.

J is the mean of the members' losses, not the loss of their mean, which would let one member mend
what another spoils. What predicts is the mean of their A[L]; here as the Z[L] that the head makes
it of. Rows of Z are unit 1 of all members, then unit 2 ... Gorishniy et al., TabM, ICLR 2025.
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.cost import Cost
from layerwise.propagation.heads import HEADS
from layerwise.propagation.notation import Array, Beside, Columns, PerExample, Tensors


def taught(cost: Cost, members: int) -> Cost:
    """Return the mean of the members' losses as a cost of their Z beside each other."""

    def beside(Z: Beside, Y: Columns) -> tuple[Array, Array]:
        # a member's example is a column like any other
        each = jnp.broadcast_to(Y[:, None, :], (len(Y), members, Y.shape[1]))
        return Z.reshape(len(Z) // members, -1), each.reshape(len(Y), -1)

    def loss(Z: Beside, Y: Columns, numbers: Tensors) -> PerExample:
        found = cost.loss(*beside(Z, Y), numbers)
        return jnp.mean(found.reshape(members, -1), axis=0, keepdims=True)

    def dZ(Z: Beside, Y: Columns, numbers: Tensors) -> Beside:
        return cost.dZ(*beside(Z, Y), numbers).reshape(Z.shape) / members

    return Cost(cost.head, loss, dZ) if members > 1 else cost


def voted(Z: Beside, head: str, members: int) -> Columns:
    """Return Z (n[L], m) such that g(Z) is the mean of the members' g(Z_i)."""
    if members == 1:
        return Z
    return HEADS[head].mean(Z.reshape(len(Z) // members, members, -1))
