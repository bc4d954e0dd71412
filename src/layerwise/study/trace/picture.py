"""A large tensor as a picture: one square per number, its colour the number, white at 0."""

from __future__ import annotations

import base64
import io
from typing import NamedTuple

import numpy as np
from matplotlib import colormaps
from PIL import Image

MOST = 256  # squares beside each other; more are drawn as means
COLOURS = "PuOr_r"  # purple below 0, orange above: also for the colour-blind


class Picture(NamedTuple):
    """A picture as a data address, its size in squares, the number of full colour, and a note."""

    address: str
    width: int
    height: int
    edge: float
    note: str


def picture(values: np.ndarray) -> Picture:
    """Return the picture of a tensor; a column lies down, so that it can be seen.

    >>> made = picture(np.linspace(-1, 1, 600).reshape(20, 30))
    >>> made.width, made.height, made.edge, made.address[:15]
    (30, 20, 1.0, 'data:image/png;')
    """
    flat, notes = _flat(values), []
    if flat.shape[1] == 1 and flat.shape[0] > 1:
        flat = flat.T
        notes.append("the column lies down: rows from left to right")
    edge = float(np.abs(flat[np.isfinite(flat)]).max(initial=0)) or 1.0
    small = _means(_means(flat).T).T
    if small.shape != flat.shape:
        notes.append(f"each square is a mean, as there are {flat.shape[0]} x {flat.shape[1]}")
    levels = np.nan_to_num((small / edge + 1) / 2, nan=0.5, posinf=1.0, neginf=0.0)
    pixels = colormaps[COLOURS](levels, bytes=True)[:, :, :3]
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, format="png", optimize=True)
    code = base64.b64encode(stream.getvalue()).decode()
    height, width = small.shape
    return Picture(f"data:image/png;base64,{code}", width, height, edge, "; ".join(notes))


def gradient() -> str:
    """Return the colours from the lowest to the highest as a list for CSS."""
    stops = (colormaps[COLOURS](share, bytes=True) for share in np.linspace(0, 1, 9))
    return ", ".join(f"rgb({red} {green} {blue})" for red, green, blue, _ in stops)


def _flat(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, values.shape[-1]) if values.ndim else values.reshape(1, 1)


def _means(values: np.ndarray) -> np.ndarray:
    """Return the values with neighbouring rows taken together where there are too many."""
    rows = len(values)
    if rows <= MOST:
        return values
    edges = np.linspace(0, rows, MOST + 1).astype(int)
    return np.add.reduceat(values, edges[:-1], axis=0) / np.diff(edges)[:, None]
