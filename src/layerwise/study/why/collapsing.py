"""Layers without a bend are one matrix: the collapse, its proof, and how linear a network is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.propagation.blocks import Block
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.collapse_shown import panels, told
from layerwise.study.why.looking import (
    ACTIVATING,
    Seen,
    one_member,
    sampled,
    seen,
    through,
)

AFFINE = ("linear", "shared_linear", "own_linear", "batch_norm", "scaling", "dropout", "noise")
MOST_ROWS, RANDOM_ROWS = 5000, 2000


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
    only = None if any(bent) else _map(whole, 0, len(bent), len(columns))
    bends = _bends(whole, bent)
    rows = f"{columns.shape[1]} {'random rows' if X is None else 'rows'}"
    about = member.network_.depth, bends
    return Collapse(
        finding=told(about, runs, gap, (explained, rows)) + note,
        facts=_facts((runs, gap), explained, columns, bends),
        panels=panels(member, only, runs, (Z, fitted)),
        weights=None if only is None else only[0],
        bias=None if only is None else only[1],
        runs=runs, gap=gap, explained=explained, bends=bends,
    )  # fmt: skip


def _bends(whole: Seen, bent: list[bool]) -> tuple[str, ...]:
    both = zip(whole.network.blocks, bent, strict=True)
    return tuple(dict.fromkeys(_name(block) for block, is_bent in both if is_bent))


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
