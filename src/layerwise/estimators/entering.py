"""From the settings to the blocks before layer 1, and to the numbers these are run with."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.stats import norm

from layerwise.estimators.entrance import Inputs, Periodic
from layerwise.estimators.ingredients import Dropout, Noise
from layerwise.estimators.settings import ingredient_of
from layerwise.propagation import categories, dropout, noise, periodic, piecewise, scaling
from layerwise.propagation.architecture import Entrance

QUARTILES_APART = 2 * norm.ppf(0.75)  # of a normal column: a robust scale makes these 1


class Before(NamedTuple):
    """What stands before layer 1: its kind with its settings for so many rows, and its numbers."""

    entrance: Entrance
    numbers: dict[str, Any]


def met_by_layer_1(inputs: Inputs, entrance: list[Before]) -> int:
    """Return how many rows enter layer 1."""
    n = inputs.count
    for one in entrance:
        n = one.entrance[1](n).n
    return n


def entering(settings: dict[str, Any], inputs: Inputs) -> list[Before]:
    """Return what stands before layer 1, in forward order."""
    names = ("embedding", "scaling", "augmentation", "dropout")
    embedding, own, noisy, drop = (ingredient_of(name, settings[name]) for name in names)
    columns = ingredient_of("columns", settings["columns"])
    found = []
    if embedding is not None and inputs.numbers:
        found.append(_embedding(embedding, inputs.numbers, columns.numbers == "quantile_normal"))
    if inputs.levels:
        size = int(columns.size)
        kind = "categories", lambda n_prev: categories.Categories(n_prev, inputs.levels, size)
        found.append(Before(kind, {"factor": 1.0}))
    if own is not None:
        found.append(Before(("scaling", scaling.Scaling), own.numbers()))
    if isinstance(noisy, Noise):
        found.append(Before(("noise", noise.Noise), noisy.numbers()))
    if drop is not None and drop.input:
        found.append(Before(("dropout", dropout.Dropout), dropping(drop, drop.input)))
    return found


def _embedding(embedding: Any, numbers: int, normal: bool) -> Before:
    if isinstance(embedding, Periodic):
        waves = numbers, embedding.frequencies, embedding.outputs
        kind = "periodic", lambda n_prev: periodic.Periodic(n_prev, *waves)
        return Before(kind, embedding.numbers())
    lines = numbers, embedding.bins, embedding.outputs
    kind = "piecewise", lambda n_prev: piecewise.Piecewise(n_prev, *lines)
    edges = quantiles_of_a_normal(embedding.bins) / (1 if normal else QUARTILES_APART)
    return Before(kind, {**embedding.numbers(), "edges": edges[None, :, None]})


def quantiles_of_a_normal(bins: int) -> np.ndarray:
    """Return the bins + 1 edges of bins of equal probability; the outer two at half of a bin's.

    >>> quantiles_of_a_normal(2).round(2).tolist()
    [-0.67, 0.0, 0.67]
    """
    shares = np.arange(bins + 1) / bins
    return norm.ppf(np.clip(shares, 0.5 / bins, 1 - 0.5 / bins))


def dropping(dropout: Dropout, probability: float) -> dict[str, float]:
    """Return the numbers of a block that drops with a probability, on the ingredient's schedule."""
    schedule = {
        name: n for name, n in dropout.numbers().items() if name in ("ramp", "until", "fade")
    }
    return {"probability": probability, **schedule}
