"""How good an output is in the user's terms, one number per example."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.propagation.blocks import Network
from layerwise.propagation.cost import row_of
from layerwise.propagation.heads import HEADS
from layerwise.propagation.notation import Array, Columns, PerExample, Tensors

# What the epochs are compared by on held-out rows: the metric and among equals the cost, the cost
# alone, or the least cost that the outputs reach when they are made more or less sure.
MONITORS = ("metric", "cost", "calibrated_cost")
SURENESS = 2.0 ** np.arange(-4, 1.6, 0.5)  # 1 / temperature
COMPARED = {"metric": 0, "cost": 1, "calibrated_cost": len(SURENESS)}  # figures of an epoch


def score(network: Network, Z: Columns, Y: Columns, numbers: Tensors) -> PerExample:
    """Return 1 for a right class (for labels: all of them right) and 0 for a wrong one.

    For numbers the squared error, a mean over the targets; for quantiles the mean of their losses,
    so that the best epoch is the best for all levels. `numbers` are the cost's.
    """
    if network.head == "sigmoid":
        hits = jnp.all((Z > 0) == (Y > 0.5), axis=0, keepdims=True)
    elif network.head == "softmax":
        hits = _largest(Z) == _largest(Y)
    elif network.cost == "quantile":
        return row_of(network.cost).loss(Z, Y, numbers) / len(Z)
    else:
        return jnp.mean((HEADS[network.head].g(Z) - Y) ** 2, axis=0, keepdims=True)
    return hits.astype(Z.dtype)


def _largest(values: Columns) -> PerExample:
    # the first of the largest, as jnp.argmax, in two plain reductions: these are vectorised
    count = len(values)
    place = jnp.arange(count)[:, None]
    there = values == jnp.max(values, axis=0, keepdims=True)
    return jnp.min(jnp.where(there, place, count), axis=0, keepdims=True)


def of_classes(network: Network) -> bool:
    """Return whether the network's units stand for classes."""
    return network.head in ("sigmoid", "softmax")


def metric_name(network: Network) -> str:
    """Return what `metric` is called."""
    if of_classes(network):
        return "accuracy"
    return "quantile_loss" if network.cost == "quantile" else "rmse"


def metric(network: Network, mean_score: float) -> float:
    """Return the accuracy, the mean quantile loss, or the root of the mean squared error."""
    of_means = of_classes(network) or network.cost == "quantile"
    return mean_score if of_means else mean_score**0.5


def compared(network: Network, monitor: str, Z: Columns, Y: Columns, numbers: Tensors) -> Array:
    """Return for each example the figures whose means compare epochs, the smallest mean counting.

    A network grows too sure before it begins to err more: the cost says stop too soon where a
    temperature mends it, and the share of errors among few rows is luck. Berta, Holzmueller, Jordan
    and Bach, Rethinking early stopping: refine, then calibrate, 2025.

    Returns
    -------
    array of shape (COMPARED[monitor], m)
    """
    loss = row_of(network.cost).loss
    scales = SURENESS if monitor == "calibrated_cost" else np.ones(COMPARED[monitor])
    return jax.vmap(lambda scale: loss(scale * Z, Y, numbers)[0])(jnp.asarray(scales, Z.dtype))
