"""How good an output is in the user's terms, one number per example."""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.heads import HEADS
from layerwise.propagation.kinds import Network
from layerwise.propagation.notation import Columns, PerExample


def score(network: Network, Z: Columns, Y: Columns) -> PerExample:
    """Return 1 for a right class and 0 for a wrong one; for numbers the mean squared error.

    Of several quantiles the middle one is scored.
    """
    if network.head == "sigmoid":
        hits = jnp.all((Z > 0) == (Y > 0.5), axis=0, keepdims=True)
    elif network.head == "softmax":
        hits = jnp.argmax(Z, axis=0, keepdims=True) == jnp.argmax(Y, axis=0, keepdims=True)
    else:
        gap = HEADS[network.head].g(Z) - Y
        if network.cost == "quantile":
            gap = gap[len(gap) // 2][None, :]
        return jnp.mean(gap**2, axis=0, keepdims=True)
    return hits.astype(Z.dtype)


def of_classes(network: Network) -> bool:
    """Return whether the network's units stand for classes."""
    return network.head in ("sigmoid", "softmax")


def metric(network: Network, mean_score: float) -> float:
    """Return the accuracy, or for numbers the root of the mean squared error."""
    return mean_score if of_classes(network) else mean_score**0.5
