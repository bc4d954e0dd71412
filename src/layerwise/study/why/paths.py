"""The path of training: the parameters epoch by epoch, and the plane that shows most of it."""

from __future__ import annotations

import copy
from itertools import islice
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.errors import DataError
from layerwise.estimators.preparing import Known, drawn, prepare, read
from layerwise.training.loop import Job, begin, train

MOST_POINTS, MOST_NUMBERS = 60, 50_000_000
FLAT = 1e-12


class Plane(NamedTuple):
    """Two directions of length 1 or more (2, parameters), and the path seen along them (k, 2).

    `share` is how much of the path's variance about the trained parameters lies in the plane;
    None without a path.
    """

    directions: np.ndarray
    path: np.ndarray | None
    share: float | None


def trained_path(model: Any, X: Any, y: Any) -> np.ndarray:
    """Return the parameters (k, parameters) met when the model's settings are trained anew.

    The same seed, rows and settings take the same path as `fit`. At most 60 points are kept, the
    first parameters and the last among them.
    """
    with model._precision():
        job = _job(model, X, y)
        epochs = int(getattr(model, "best_epoch_", 0) or model.settings_["epochs"])
        state = begin(job)
        count = int(np.clip(MOST_NUMBERS // vector_of(state.best_guess).size, 3, MOST_POINTS))
        kept = {round(place) for place in np.linspace(1, epochs, min(epochs, count - 1))}
        path = [vector_of(state.best_guess)]
        for number, snapshot in enumerate(islice(train(job, state), epochs), start=1):
            if number in kept:
                path.append(vector_of(snapshot.state.best_guess))
    return np.stack(path)


def _job(model: Any, X: Any, y: Any) -> Job:
    face, known = copy.copy(model), Known(model.encoder_, model.target_)
    own = [kept.seed for kept in vars(model).get("kept_", ())]
    fixed = isinstance(model.random_state, int | np.integer)
    seed = drawn(model.random_state) if fixed else (own or [0])[0]
    settings = model.get_params(deep=False)
    prepared = prepare(read(face, (X, y, None), known), settings, seed, (face, known))
    jobs = prepared.jobs
    return next((job for job in jobs if own and job.seed == own[0]), jobs[0])


def vector_of(parameters: Any) -> np.ndarray:
    """Return all parameters as one vector, in the order of `ravel_pytree`."""
    leaves = jax.tree.leaves(parameters)
    return np.concatenate([np.ravel(np.asarray(leaf, np.float64)) for leaf in leaves])


def plane_of(path: np.ndarray, end: np.ndarray) -> Plane:
    """Return the plane of the path's first two principal components about its end.

    Raises
    ------
    DataError
        When the path has other parameters than the model.
    """
    if path.ndim != 2 or path.shape[1] != len(end):
        raise DataError(
            f"path has the shape {path.shape}: expected (k, {len(end)}), all parameters of the "
            "model at each of k times"
        )
    left = path - end
    # the points are far fewer than the parameters: their products say all
    spread, mixes = np.linalg.eigh(left @ left.T)
    spread = np.maximum(spread[::-1], 0)
    first, second = (_unit(left.T @ mixes[:, -1 - i]) for i in range(2)) if len(path) > 1 else (
        np.zeros_like(end), np.zeros_like(end)
    )  # fmt: skip
    random = np.random.default_rng(0)
    if not first.any():
        first = _unit(random.normal(size=len(end)))
    if len(spread) < 2 or spread[1] <= FLAT * spread[0]:
        second = random.normal(size=len(end))
        second = _unit(second - (second @ first) * first)
    directions = np.stack([first, second])
    total = float(spread.sum())
    share = float(spread[:2].sum()) / total if total else 1.0
    return Plane(directions, left @ directions.T, share)


def _unit(vector: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def random_plane(parameters: Any) -> Plane:
    """Return two random directions, each unit's row of W as long as that of the network itself.

    Everything but W stays where it is. Li et al., Visualizing the loss landscape of neural nets,
    NeurIPS 2018.
    """
    random = np.random.default_rng(0)
    both = [vector_of(tuple(_like(own, random) for own in parameters)) for _ in range(2)]
    return Plane(np.stack(both), None, None)


def _like(own: dict[str, Any], random: np.random.Generator) -> dict[str, Any]:
    made = jax.tree.map(lambda tensor: np.zeros(tensor.shape), own)
    if "W" in own:
        weights = np.asarray(own["W"], np.float64)
        noise = random.normal(size=weights.shape)
        lengths = [np.linalg.norm(part, axis=1, keepdims=True) for part in (weights, noise)]
        made["W"] = noise * lengths[0] / lengths[1]
    return made
