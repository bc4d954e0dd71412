"""left @ right, on request in a shorter type than the matrices' own (mixed precision).

The parameters stay in their own type, and so do the sums: only the factors are shortened.
Micikevicius et al., "Mixed precision training", ICLR 2018.
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Array


def product(left: Array, right: Array, compute: str | None) -> Array:
    """Return left @ right with both rounded to the type `compute` first; None leaves them."""
    if compute is None:
        return left @ right
    short = left.astype(compute), right.astype(compute)
    return jnp.matmul(*short, preferred_element_type=left.dtype)
