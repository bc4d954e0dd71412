"""How good an output is in the user's terms, one number per example."""

from __future__ import annotations

import jax.numpy as jnp

from layerwise.propagation.notation import Columns, PerExample


def score(head: str, Z: Columns, Y: Columns) -> PerExample:
    """Return 1 for a right class and 0 for a wrong one; for regression the squared error."""
    if head == "identity":
        return jnp.sum((Z - Y) ** 2, axis=0, keepdims=True)
    if head == "sigmoid":
        hits = jnp.all((Z > 0) == (Y > 0.5), axis=0, keepdims=True)
    else:
        hits = jnp.argmax(Z, axis=0, keepdims=True) == jnp.argmax(Y, axis=0, keepdims=True)
    return hits.astype(Z.dtype)


def metric(head: str, mean_score: float) -> float:
    """Return the accuracy, or for regression the root of the mean squared error."""
    return mean_score**0.5 if head == "identity" else mean_score
