"""What an activation makes of the Z that entered it, and its derivative there."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.blocks import Block


class Bent(NamedTuple):
    """g(Z) and g'(Z), both of the shape of Z."""

    g: np.ndarray
    g_prime: np.ndarray


def of_Z(block: Block, cache: Any) -> Bent:
    """Return g and g' of what entered an activation, as the board has them; with 64 bits on."""
    pair = ACTIVATIONS[block.settings.name]
    Z, numbers = jax.tree.map(jnp.asarray, (cache.Z, cache.numbers))
    return Bent(np.asarray(pair.g(Z, numbers)), np.asarray(pair.g_prime(Z, numbers)))
