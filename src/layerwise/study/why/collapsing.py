"""Layers without a bend are one matrix: the collapse, its proof, and how linear a network is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.propagation.blocks import Block
from layerwise.study.matrices import number
from layerwise.study.panels import Cloud, Matrix, Panel, Tiles
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.looking import (
    ACTIVATING,
    Seen,
    one_member,
    sampled,
    seen,
    through,
    unit_names,
)

AFFINE = ("linear", "shared_linear", "own_linear", "batch_norm", "scaling", "dropout", "noise")
MOST_ROWS, MOST_POINTS = 5000, 3000
RANDOM_ROWS = 2000


class Run(NamedTuple):
    """Layers first to last as one map: weights (n[last], n[first - 1]), bias (n[last], 1)."""

    first: int
    last: int
    weights: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Collapse(Answer):
    """What `collapse` found.

    Attributes
    ----------
    weights, bias : arrays (n[L], n_x) and (n[L], 1), or None
        The whole network up to Z[L] as one map, where it is one.
    runs : tuple of Run
        Neighbouring layers, two or more, that are one map.
    gap : float
        The largest difference between a run and its layers, over the rows looked at.
    explained : float
        The share of the variance of Z[L] that the best linear map explains on rows kept from it.
    bends : tuple of str
        What is not linear, by name and layer.
    """

    weights: np.ndarray | None
    bias: np.ndarray | None
    runs: tuple[Run, ...]
    gap: float
    explained: float
    bends: tuple[str, ...]


def collapse(model: Any, X: Any = None) -> Collapse:
    """Multiply layers without a bend out to one W and b, and measure how linear the rest is.

    Use it to see that depth without an activation is no depth, and how much a network bends.

    Parameters
    ----------
    model : DNNClassifier or DNNRegressor
        A fitted one. Batch normalization, scaling and dropout are folded in as they predict; layer
        normalization and embeddings bend, and are named.
    X : rows (m, n_x), optional
        To compare on; by default 2000 random ones, each encoded column from N(0, 1).

    Returns
    -------
    Collapse
        `weights` (n[L], n_x) and `bias` (n[L], 1) where all of it is one map, else None.

    Raises
    ------
    SettingError
        When the model is not fitted, or needs real rows because it embeds categories.

    Notes
    -----
    Lecture row 20.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, why
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier((8, 8), activation="identity", epochs=2, random_state=0).fit(X, y)
    >>> found = why.collapse(model, X)
    >>> found.weights.shape, found.gap < 1e-12
    ((3, 4), True)
    """
    member, note = one_member(model)
    whole = seen(member)
    columns = _columns(member, X)
    bent = _bent(whole)
    runs, gap = _runs(whole, bent, columns)
    Z = _centred(member, through(whole, columns))
    explained, fitted = _explained(columns, Z)
    all_of_it = not any(bent)
    only = _map(whole, 0, len(bent), len(columns)) if all_of_it else None
    bends = tuple(
        dict.fromkeys(
            _name(b) for b, is_bent in zip(whole.network.blocks, bent, strict=True) if is_bent
        )
    )
    rows = "random rows" if X is None else "rows"
    told = _told((member, bends), runs, (gap, explained), f"{columns.shape[1]} {rows}")
    return Collapse(
        finding=told + note,
        facts=_facts((runs, gap), explained, columns, bends),
        panels=_panels(member, only, runs, (Z, fitted)),
        weights=None if only is None else only[0],
        bias=None if only is None else only[1],
        runs=runs,
        gap=gap,
        explained=explained,
        bends=bends,
    )


def _columns(model: Any, X: Any) -> np.ndarray:
    if X is not None:
        return model.encode(sampled(X, None, MOST_ROWS)[0]).astype(np.float64)
    if any(block.kind == "categories" for block in model.network_.blocks):
        raise SettingError(
            "collapse: the model embeds categories, which no random number stands for; give X"
        )
    return np.random.default_rng(0).normal(size=(len(model.encoder_.names), RANDOM_ROWS))


def _bent(whole: Seen) -> list[bool]:
    blocks = whole.network.blocks
    bent = [not _is_affine(b, own) for b, own in zip(blocks, whole.parameters, strict=True)]
    for place, block in enumerate(blocks):
        # what a connection spans is one piece: it bends if anything in it does
        reach = max(block.skip, block.gate)
        span = slice(place + 1 - reach, place + 1)
        if reach and any(bent[span]):
            bent[span] = [True] * reach
    return bent


def _is_affine(block: Block, own: dict[str, Any]) -> bool:
    if block.kind in ACTIVATING:
        straight = block.kind == "parametric" and not np.any(own["a"])
        return straight or block.settings.name == "identity"
    return block.kind in AFFINE


def _name(block: Block) -> str:
    kind = block.settings.name if block.kind in ACTIVATING else block.kind.replace("_", " ")
    place = f"of layer {block.l}" if block.l else "before layer 1"
    return f"{kind} {place}"


def _map(whole: Seen, start: int, stop: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    # an affine map is known from what it makes of 0 and of the unit vectors
    made = through(whole.part(start, stop), np.eye(inputs, inputs + 1, 1))
    return made[:, 1:] - made[:, :1], made[:, :1]


def _runs(whole: Seen, bent: list[bool], columns: np.ndarray) -> tuple[tuple[Run, ...], float]:
    found, gap, start = [], 0.0, 0
    blocks = whole.network.blocks
    for place, is_bent in enumerate([*bent, True]):
        if not is_bent:
            continue
        layers = [b.l for b in blocks[start:place] if b.kind.endswith("linear")]
        if len(layers) > 1:
            entering = through(whole.part(0, start), columns)
            weights, bias = _map(whole, start, place, len(entering))
            left = through(whole.part(start, place), entering)
            gap = max(gap, float(np.abs(weights @ entering + bias - left).max()))
            found.append(Run(layers[0], layers[-1], weights, bias))
        start = place + 1
    return tuple(found), gap


def _centred(model: Any, Z: np.ndarray) -> np.ndarray:
    # softmax sees differences between units alone
    return Z - Z.mean(axis=0, keepdims=True) if model.network_.head == "softmax" else Z


def _explained(columns: np.ndarray, Z: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the share explained of every second row by a map of the others, and all of its Z."""
    rows = np.concatenate([columns, np.ones((1, columns.shape[1]))]).T
    fitted, *_ = np.linalg.lstsq(rows[::2], Z.T[::2], rcond=None)
    guessed = (rows @ fitted).T
    left, middle = Z[:, 1::2] - guessed[:, 1::2], Z[:, 1::2].mean(axis=1, keepdims=True)
    spread = float(np.square(Z[:, 1::2] - middle).sum())
    return (1 - float(np.square(left).sum()) / spread if spread else 1.0), guessed


def _told(
    about: tuple[Any, tuple[str, ...]],
    runs: tuple[Run, ...],
    figures: tuple[float, float],
    rows: str,
) -> str:
    (model, bends), (gap, explained) = about, figures
    depth, share = model.network_.depth, f"{100 * explained:.1f} %"
    if not bends:
        if depth == 1:
            return "The network is one linear map already. Z[1] = W[1] X + b[1], as it stands."
        return (
            f"All {depth} layers are one linear map. Z[{depth}] = W X + b with one W and one b "
            f"gives what the layers give: the largest difference on {rows} is {number(gap)}."
        )
    linear = (
        f"The best linear map explains {share} of the variance of Z[{depth}] on {rows}, half of "
        "them to fit it and half to measure."
    )
    if not runs:
        return f"The network does not collapse: {', '.join(bends)} bend. {linear}"
    named = ", ".join(f"{run.first} to {run.last}" for run in runs)
    return (
        f"Layers {named} are one linear map, the network is not: {', '.join(bends)} bend. The "
        f"largest difference on {rows} is {number(gap)}. {linear}"
    )


def _facts(
    collapsed: tuple[tuple[Run, ...], float],
    explained: float,
    columns: np.ndarray,
    bends: tuple[str, ...],
) -> tuple[Measured, ...]:
    runs, gap = collapsed
    facts = [Measured("rows", columns.shape[1]), Measured("bends", ", ".join(bends) or "none")]
    for run in runs:
        shape = " x ".join(map(str, run.weights.shape))
        facts.append(Measured(f"layers {run.first} to {run.last} as one W", shape))
    if runs:
        facts.append(Measured("largest difference", gap))
    facts.append(Measured("share of Z[L] that a linear map explains", explained))
    few = columns.shape[1] < 4 * len(columns)
    return (*facts, *([Measured("note", "few rows for so many columns")] if few else []))


def _panels(
    model: Any, whole: Any, runs: tuple[Run, ...], both: tuple[np.ndarray, np.ndarray]
) -> tuple[Panel, ...]:
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
