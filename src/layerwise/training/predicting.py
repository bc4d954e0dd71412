"""A[L] for any number of rows, in blocks, so that memory stays bounded and programs are shared."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.propagation.heads import HEADS
from layerwise.propagation.kinds import Network
from layerwise.propagation.network import forward
from layerwise.propagation.notation import Array, Parameters
from layerwise.propagation.run import Run, givens
from layerwise.training.minibatches import bucket, pad

BLOCK = 8192
FEW_ROWS = 1024  # up to here in float64, so that a row alone and in a batch agree to 1e-15


@partial(jax.jit, static_argnums=0)
def _outputs(network: Network, parameters: Parameters, run: Run, rows: Array) -> Array:
    parameters, run = jax.tree.map(lambda tensor: tensor.astype(rows.dtype), (parameters, run))
    share = jnp.zeros((1, len(rows)), rows.dtype)  # only batches in training need it
    Z, _ = forward(network, parameters, rows.T, givens(network, run, share))
    return HEADS[network.head].g(Z).T


def up_to(
    layer: int, network: Network, parameters: Parameters, run: Run
) -> tuple[Network, Parameters, Run]:
    """Return the part of a network that ends with A[l]; the whole one for l = L."""
    if layer == network.depth:
        return network, parameters, run
    count = sum(block.l <= layer for block in network.blocks)
    # a squared error's head is the identity: it leaves A[l] as it is
    part = network._replace(blocks=network.blocks[:count], cost="squared_error")
    own = run._replace(numbers=run.numbers[:count], statistics=run.statistics[:count], cost={})
    return part, parameters[:count], own


def outputs(network: Network, parameters: Parameters, run: Run, rows: np.ndarray) -> np.ndarray:
    """Return A[L] as float64 rows (m, n[L]) for encoded rows (m, n_x)."""
    network = network.computed_in(None)  # matrices may be multiplied in a shorter type in training
    kind = np.float64 if len(rows) <= FEW_ROWS else rows.dtype
    parts = []
    with jax.enable_x64(kind == np.float64):
        for at in range(0, len(rows), BLOCK):
            part = rows[at : at + BLOCK].astype(kind, copy=False)
            padded = jnp.asarray(pad(part, bucket(len(part))))
            parts.append(np.asarray(_outputs(network, parameters, run, padded))[: len(part)])
    return np.concatenate(parts).astype(np.float64, copy=False)
