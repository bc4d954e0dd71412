"""What the units of layer 1 look for: their weights as pictures, or over the columns' names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from layerwise.propagation.blocks import Block
from layerwise.study.matrices import number
from layerwise.study.panels import Matrix, Panel, Tiles
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.looking import one_member

MOST_TILES, MOST_ROWS, MOST_COLUMNS = 44, 40, 40
EMBEDDINGS = ("periodic", "piecewise")


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FirstLayer(Answer):
    """What `first_layer` found.

    Attributes
    ----------
    weights : array (n[1], k)
        Each unit's weights of the columns; behind an embedding the length of a column's own part.
    names : tuple of str
        The k columns.
    order : array of int
        The units, counted from 0, the most different first.
    """

    weights: np.ndarray
    names: tuple[str, ...]
    order: np.ndarray


def first_layer(model: Any) -> FirstLayer:
    """Show the weights of layer 1: as pictures for pictures, as a map of units and columns else.

    Use it to see the edges, strokes or columns that a network begins with.

    Parameters
    ----------
    model : DNNClassifier or DNNRegressor
        A fitted one. A learned scaling of the inputs is folded in. Behind an embedding a column
        has many weights: shown is the length of them all, which has no sign.

    Returns
    -------
    FirstLayer
        `weights` (n[1], k), `order` (n[1],).

    Raises
    ------
    SettingError
        When the model is not fitted.

    Notes
    -----
    Lecture row 24. The order begins with the longest row of W and goes on with the unit whose
    direction is farthest from all before.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, why
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier((8,), epochs=2, random_state=0).fit(X, y)
    >>> why.first_layer(model).weights.shape
    (8, 4)
    """
    member, note = one_member(model)
    weights, signed = _weights(member)
    names = _names(member)
    kept = [i for i, name in enumerate(names) if not name.startswith("unused ")]
    weights, names = weights[:, kept], tuple(names[i] for i in kept)
    order = most_different(weights)
    lengths = np.linalg.norm(weights, axis=1)
    pixels, strongest = member.encoder_.pixels, int(np.argmax(np.linalg.norm(weights, axis=0)))
    if pixels is not None and len(pixels) > 1:
        panel: Panel = _tiles(weights, order, pixels)
        row, column = (int(at) + 1 for at in np.unravel_index(strongest, pixels)[:2])
        most = f"the pixel in row {row}, column {column}"
    else:
        panel = _map((weights, names), order, signed)
        most = f"column {names[strongest]}"
    return FirstLayer(
        finding=_told(weights, most, lengths) + note,
        facts=_facts(panel, lengths, most),
        panels=(panel,), high=1.5, weights=weights, names=names, order=order,
    )  # fmt: skip


def _facts(panel: Panel, lengths: np.ndarray, most: str) -> tuple[Measured, ...]:
    shown = panel.pictures if isinstance(panel, Tiles) else panel[1]
    return (
        Measured("units of layer 1", len(lengths)),
        Measured("shown", len(shown)),
        Measured("longest row of W", float(lengths.max())),
        Measured("shortest row of W", float(lengths.min())),
        Measured("longest weights of all units", most),
    )


def _told(weights: np.ndarray, most: str, lengths: np.ndarray) -> str:
    if len(weights) == 1:
        length = number(float(lengths[0]))
        return f"The one unit of layer 1 looks at {most} most; its row of W is {length} long."
    directions = weights / np.maximum(lengths, 1e-12)[:, None]
    both = np.abs(directions @ directions.T)
    alike = (both.sum() - np.trace(both)) / (both.size - len(both))
    return (
        f"Layer 1 looks at {most} most. The rows of W of its {len(weights)} units "
        f"are from {number(float(lengths.min()))} to {number(float(lengths.max()))} long, and two "
        f"of them have a mean |cosine| of {alike:.2f} (0: nothing in common, 1: the same)."
    )


def most_different(weights: np.ndarray) -> np.ndarray:
    """Return the rows' numbers: the longest first, then always the one least like those before.

    >>> most_different(np.array([[1.0, 0.0], [2.0, 0.1], [0.0, 1.0]])).tolist()
    [1, 2, 0]
    """
    lengths = np.linalg.norm(weights, axis=1)
    directions = weights / np.maximum(lengths, 1e-12)[:, None]
    order = [int(np.argmax(lengths))]
    likeness = np.full(len(weights), -np.inf)
    while len(order) < len(weights):
        likeness = np.maximum(likeness, directions @ directions[order[-1]])
        likeness[order] = np.inf
        order.append(int(np.argmin(likeness)))
    return np.array(order)


def _weights(model: Any) -> tuple[np.ndarray, bool]:
    """Return the weights (n[1], columns), and whether they have a sign."""
    blocks = model.network_.blocks
    first = next(i for i, block in enumerate(blocks) if block.kind.endswith("linear"))
    W = np.asarray(model.parameters_[first]["W"], np.float64)
    W = W * float(model.run_.numbers[first].get("c", 1.0))
    signed = True
    for block, own in reversed(list(zip(blocks[:first], model.parameters_[:first], strict=True))):
        if block.kind == "scaling":
            W = W * np.asarray(own["s"], np.float64).T
        elif block.kind in EMBEDDINGS or block.kind == "categories":
            W, signed = _gathered(W, block), False
    return W if signed else np.abs(W), signed


def _gathered(W: np.ndarray, block: Block) -> np.ndarray:
    """Return the lengths of the weights that belong to each column that enters the block."""
    settings = block.settings
    if block.kind == "categories":
        others = settings.n_prev - len(settings.levels)
        own = W[:, others:].reshape(len(W), len(settings.levels), settings.size)
        return np.concatenate([W[:, :others], np.linalg.norm(own, axis=2)], axis=1)
    count, outputs = settings.numbers, settings.outputs
    end = count * (1 + outputs)
    waves = W[:, count:end].reshape(len(W), count, outputs)
    both = np.sqrt(W[:, :count] ** 2 + np.square(waves).sum(axis=2))
    return np.concatenate([both, W[:, end:]], axis=1)


def _names(model: Any) -> tuple[str, ...]:
    return tuple(name.removesuffix(" level") for name in model.encoder_.names)


def _tiles(weights: np.ndarray, order: np.ndarray, pixels: tuple[int, ...]) -> Tiles:
    chosen = order[:MOST_TILES]
    pictures = weights[chosen].reshape(-1, *pixels)
    if len(pixels) == 3:  # grey is a weight of 0, a colour asks for that colour
        most = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
        pictures = 0.5 + pictures / np.where(most > 0, 2 * most, 1)
    captions = tuple(str(i + 1) for i in chosen)
    more = f", {len(chosen)} of {len(weights)}, most different first"
    title = f"W[1], one picture per unit{more if len(chosen) < len(weights) else ''}"
    return Tiles(title, pictures, captions, "weight", True)


def _map(known: tuple[np.ndarray, tuple[str, ...]], order: np.ndarray, signed: bool) -> Panel:
    weights, names = known
    columns = np.argsort(-np.linalg.norm(weights, axis=0), kind="stable")[:MOST_COLUMNS]
    columns = np.sort(columns)
    rows = np.sort(order[:MOST_ROWS])
    units = tuple(f"unit {i + 1}" for i in rows)
    few = len(rows) < len(weights) or len(columns) < len(names)
    part = f", the {len(rows)} most different units" if few else ""
    title = f"W[1]{part}" if signed else f"length of W[1] per column{part}"
    shown = weights[np.ix_(rows, columns)]
    unit = "weight, per scaled unit" if signed else "length of the weights"
    return Matrix(title, shown, (units, tuple(names[i] for i in columns)), unit, not signed)
