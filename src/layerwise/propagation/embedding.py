"""Where embedded numbers stand: the numbers x themselves, their embeddings E, the other rows."""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Array, Columns, PrevColumns


def joined(A_prev: PrevColumns, E: Array) -> Columns:
    """Return x, E and the others as rows; E is (numbers, outputs, m), of the first rows."""
    count, outputs, m = E.shape
    return jnp.concatenate([A_prev[:count], E.reshape(count * outputs, m), A_prev[count:]])


def parted(dA: Columns, count: int, outputs: int) -> tuple[Array, Array, Array]:
    """Return dx, dE (numbers, outputs, m) and the derivatives of the other rows."""
    end = count * (1 + outputs)
    return dA[:count], dA[count:end].reshape(count, outputs, dA.shape[1]), dA[end:]
