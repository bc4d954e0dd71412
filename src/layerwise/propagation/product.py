"""left @ right, on request in a shorter type than the matrices' own (mixed precision).

The parameters stay in their own type, and so do the sums: only the factors are shortened.
Micikevicius et al., "Mixed precision training", ICLR 2018.
"""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Array, Number


def product(left: Array, right: Array, compute: str | None, c: Number | None = None) -> Array:
    """Return c left @ right, both rounded to the type `compute` first; None leaves them."""
    if compute is None:
        found = left @ right
    else:
        short = left.astype(compute), right.astype(compute)
        found = jnp.matmul(*short, preferred_element_type=left.dtype)
    return found if c is None else c * found
