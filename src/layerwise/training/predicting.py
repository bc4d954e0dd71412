"""A[L] for any number of rows, in blocks, so that memory stays bounded and programs are shared."""

from __future__ import annotations

from functools import partial

import jax
import numpy as np

from layerwise.propagation.cost import HEADS
from layerwise.propagation.kinds import Network
from layerwise.propagation.network import forward
from layerwise.propagation.notation import Array, Parameters
from layerwise.training.minibatches import bucket, pad

BLOCK = 8192


@partial(jax.jit, static_argnums=0)
def _outputs(network: Network, parameters: Parameters, rows: Array) -> Array:
    Z, _ = forward(network, parameters, rows.T)
    return HEADS[network.head].g(Z).T


def outputs(network: Network, parameters: Parameters, rows: np.ndarray) -> np.ndarray:
    """Return A[L] as rows (m, n[L]) for encoded rows (m, n_x)."""
    parts = [
        np.asarray(_outputs(network, parameters, pad(part, bucket(len(part)))))[: len(part)]
        for part in (rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK))
    ]
    return np.concatenate(parts)
