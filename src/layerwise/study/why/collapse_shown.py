"""What is said and drawn of a collapse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from layerwise.study.matrices import number
from layerwise.study.panels import Cloud, Matrix, Panel, Tiles
from layerwise.study.why.looking import unit_names

MOST_POINTS = 3000


def told(
    about: tuple[int, tuple[str, ...]], runs: Sequence[Any], gap: float, linear: tuple[float, str]
) -> str:
    """Return the finding; `about`: L and what bends, `linear`: the share and the rows."""
    (depth, bends), (explained, rows) = about, linear
    apart = f"The largest difference on {rows} is {number(gap)}."
    if not bends and depth == 1:
        return "The network is one linear map already. Z[1] = W[1] X + b[1], as it stands."
    if not bends:
        return (
            f"All {depth} layers are one linear map. Z[{depth}] = W X + b with one W and one b "
            f"gives what the layers give. {apart}"
        )
    share = (
        f"The best linear map explains {100 * explained:.1f} % of the variance of Z[{depth}] on "
        f"{rows}, half of them to fit it and half to measure."
    )
    named = f"{', '.join(bends)} {'bends' if len(bends) == 1 else 'bend'}"
    if not runs:
        return f"The network does not collapse: {named}. {share}"
    layers = ", ".join(f"{run.first} to {run.last}" for run in runs)
    return f"Layers {layers} are one linear map, the network is not: {named}. {apart} {share}"


def panels(
    model: Any, whole: Any, runs: Sequence[Any], both: tuple[np.ndarray, np.ndarray]
) -> tuple[Panel, ...]:
    """Return the one W, or the first run's, beside Z[L] of the network and of the linear map."""
    Z, guessed = both
    pick = np.random.default_rng(0).permutation(Z.size)[:MOST_POINTS]
    depth = model.network_.depth
    points = np.stack([guessed.ravel()[pick], Z.ravel()[pick]], axis=1)
    labels = (f"Z[{depth}] of the best linear map", f"Z[{depth}] of the network")
    cloud = Cloud(
        "on the dashes: linear",
        points,
        np.zeros(len(pick)),
        labels,
        ("a row's unit",),
        diagonal=True,
    )
    if whole is not None:
        names = unit_names(model, depth, len(Z))
        return _as_picture(model, whole[0], names), cloud
    if runs:
        run = runs[0]
        names = tuple(tuple(str(i + 1) for i in range(n)) for n in run.weights.shape)
        title = f"W of layers {run.first} to {run.last}"
        return Matrix(title, run.weights, (names[0], names[1]), "weight"), cloud
    return (cloud,)


def _as_picture(model: Any, weights: np.ndarray, names: tuple[str, ...]) -> Panel:
    pixels = model.encoder_.pixels
    if pixels is not None and len(pixels) == 2:
        pictures = weights.reshape(-1, *pixels)
        return Tiles("the one W, a row per unit", pictures, names, "weight", True)
    kept = [i for i, name in enumerate(model.encoder_.names) if not name.startswith("unused ")]
    columns = tuple(model.encoder_.names[i] for i in kept)
    return Matrix("the one W", weights[:, kept], (names, columns), "weight")
