"""A fitted network as the tools look at it: one member, in float64, in prediction."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from layerwise.data.columns import Category
from layerwise.data.targets import ClassTarget, NumberTarget
from layerwise.errors import DataError, SettingError
from layerwise.estimators.fitted import FittedNetwork
from layerwise.propagation.blocks import Network
from layerwise.propagation.network import forward
from layerwise.propagation.notation import Array, Parameters
from layerwise.propagation.run import Run, givens

ACTIVATING = ("activation", "parametric")


class Seen(NamedTuple):
    """A network with its parameters and what it is run with, all numbers in float64."""

    network: Network
    parameters: Parameters
    run: Run

    def part(self, start: int, stop: int | None = None) -> Seen:
        """Return the blocks from `start` to before `stop`."""
        which, run = slice(start, stop), self.run
        network = self.network._replace(blocks=self.network.blocks[which], cost="squared_error")
        own = run._replace(numbers=run.numbers[which], statistics=run.statistics[which], cost={})
        return Seen(network, self.parameters[which], own)


def one_member(model: Any) -> tuple[Any, str]:
    """Return the model, or its first member, and words that say so where there are several.

    Raises
    ------
    SettingError
        When it is no fitted network.
    """
    if not isinstance(model, FittedNetwork) or not model.__sklearn_is_fitted__():
        raise SettingError(
            f"model={type(model).__name__}: expected a fitted DNNClassifier or DNNRegressor; call "
            "fit first, or load a model file"
        )
    if model.n_members_ == 1:
        return model, ""
    return model.members_[0], f" Shown is the first of its {model.n_members_} members."


def seen(model: Any) -> Seen:
    """Return the network of a fitted estimator of one member."""
    tensors = (model.parameters_, model.run_)
    parameters, run = jax.tree.map(lambda tensor: np.asarray(tensor, np.float64), tensors)
    return Seen(model.network_.computed_in(None), parameters, run)


@partial(jax.jit, static_argnums=0)
def _run_through(network: Network, parameters: Parameters, run: Run, X: Array) -> Array:
    # no share: batch statistics are for training
    share = jnp.zeros((1, X.shape[1]), X.dtype)
    return forward(network, parameters, X, givens(network, run, share))[0]


def through(part: Seen, columns: np.ndarray) -> np.ndarray:
    """Return what a part of a network makes of columns (n, m)."""
    if not part.network.blocks:
        return columns
    with jax.enable_x64(True):
        entering = jnp.asarray(columns, np.float64)
        return np.asarray(_run_through(part.network, part.parameters, part.run, entering))


def before_g(network: Network, layer: int) -> int:
    """Return how many blocks make what enters g[l]; for the last layer what enters the head."""
    for place, block in enumerate(network.blocks):
        if block.l == layer and block.kind in ACTIVATING:
            return place
    return sum(block.l <= layer for block in network.blocks)


def sampled(X: Any, y: Any, most: int) -> tuple[Any, Any, int]:
    """Return at most so many rows, drawn by one seed and in their order, and how many there were.

    Raises
    ------
    DataError
        When X and y have different numbers of rows.
    """
    rows = _num_samples(X)
    if y is not None and _num_samples(y) != rows:
        raise DataError(f"X has {rows} rows and y {_num_samples(y)}: expected the same number")
    if rows <= most:
        return X, y, rows
    which = drawn(rows, most)
    return _safe_indexing(X, which), None if y is None else _safe_indexing(y, which), rows


def drawn(rows: int, most: int) -> np.ndarray:
    """Return the numbers of at most so many rows, drawn by one seed and in their order."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


def class_names(model: Any) -> tuple[str, ...]:
    """Return the classes as words; of a regression none."""
    return tuple(map(str, model.classes_.tolist())) if is_of_classes(model) else ()


def is_of_classes(model: Any) -> bool:
    return isinstance(model.target_, ClassTarget)


def refuse_several(model: Any, tool: str) -> None:
    """Raise SettingError for a target of several columns."""
    if not isinstance(model.target_, ClassTarget | NumberTarget):
        raise SettingError(
            f"{tool}: the model predicts {model.target_.words}; expected one column of answers, "
            "so fit it on one of them"
        )


def unit_names(model: Any, layer: int, count: int) -> tuple[str, ...]:
    """Return what the units of a layer are called: those of the last one by their class."""
    names = class_names(model)
    if layer == model.network_.depth and len(names) == count:
        return names
    return tuple(f"unit {place + 1}" for place in range(count))


def readable(model: Any, X: Any) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names of the columns of A[0] and their numbers (m, k), as a reader wants them.

    Unused columns are left out; a category that enters as the number of its level is one column of
    0 and 1 per level, for such a number has no order.
    """
    encoder, rows = model.encoder_, model.encode(X).T.astype(np.float64)
    levels = [
        column
        for column in encoder.columns
        if isinstance(column, Category) and column.form == "level"
    ]
    plain = rows.shape[1] - len(levels)
    kept = [i for i, name in enumerate(encoder.names[:plain]) if not name.startswith("unused ")]
    names, parts = [encoder.names[i] for i in kept], [rows[:, kept]]
    for column, numbers in zip(levels, rows[:, plain:].T, strict=True):
        extra = [word for word in ("other", "missing") if getattr(column, word)]
        words = (*column.values, *extra)
        names += [f"{column.name}={word}" for word in words]
        parts.append((numbers[:, None] == np.arange(1, len(words) + 1)).astype(np.float64))
    return tuple(names), np.concatenate(parts, axis=1)


def layer_of(model: Any, layer: Any) -> int:
    """Return a layer's number, refused where there is no such layer."""
    depth = model.network_.depth
    if isinstance(layer, bool) or layer not in range(1, depth + 1):
        raise SettingError(f"layer={layer!r}: expected a whole number from 1 to {depth}")
    return int(layer)
