"""The cost J over a plane through the trained parameters, and the path of training on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from layerwise.errors import SettingError
from layerwise.propagation.blocks import Network
from layerwise.propagation.network import cost, forward
from layerwise.propagation.notation import Array, Examples, Parameters, share_of
from layerwise.propagation.regularization import Penalties, penalty
from layerwise.propagation.run import Run, givens
from layerwise.study.matrices import number
from layerwise.study.panels import Corners, Heights
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.looking import one_member, sampled
from layerwise.study.why.paths import Plane, plane_of, random_plane, trained_path, vector_of

MOST_ROWS, ROOM = 2000, 20_000_000  # rows; numbers of Z computed at once
AROUND = 0.25  # of the path's extent is left around it
FEWEST, MOST = 5, 201
ANEW = "anew"


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Surface(Answer):
    """What `cost_surface` found.

    Attributes
    ----------
    heights : array (count, count)
        J; a row has one place along the second direction, a column along the first.
    corners : (left, right, low, high)
        Places along the two directions; the trained parameters are at (0, 0).
    directions : array (2, parameters)
        In the order of `jax.flatten_util.ravel_pytree(model.parameters_)`.
    path : array (k, 2), or None
        The path of training in the plane.
    cost : float
        J of the trained parameters.
    """

    heights: np.ndarray
    corners: Corners
    directions: np.ndarray
    path: np.ndarray | None
    cost: float


def cost_surface(model: Any, X: Any, y: Any, path: Any = ANEW, count: int = 41) -> Surface:
    """Draw J over a plane through the trained parameters.

    Use it to see the valley that training came down, and how flat it is where it ended.

    Parameters
    ----------
    model : DNNClassifier or DNNRegressor
        A fitted one.
    X, y : rows (m, n_x) and targets (m,)
        J is their mean loss plus the penalties, in prediction; at most 2000 rows, drawn.
    path : "anew", None, or array (k, parameters), default "anew"
        "anew" trains the model's settings on X, y again, as long as `fit` did, and takes the
        first two principal components of the parameters' path as the plane; an array is such a
        path of one's own; None takes two random directions, each unit's row of W as long as the
        network's own.
    count : int, default 41
        Places along each direction, 5 to 201; the work grows with its square.

    Returns
    -------
    Surface
        `heights` (count, count), `path` (k, 2).

    Raises
    ------
    DataError, SettingError
        When the rows, the path or a setting cannot be used.

    Notes
    -----
    Lecture row 6; Li et al., Visualizing the loss landscape of neural nets, NeurIPS 2018.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, why
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier((4,), epochs=3, random_state=0).fit(X, y)
    >>> found = why.cost_surface(model, X, y, count=5)
    >>> found.heights.shape, found.path.shape
    ((5, 5), (4, 2))
    """
    if isinstance(count, bool) or count not in range(FEWEST, MOST + 1):
        raise SettingError(f"count={count!r}: expected a whole number from {FEWEST} to {MOST}")
    member, note = one_member(model)
    plane = _plane(member, X, y, path)
    corners = _corners(plane)
    across, up = np.linspace(*corners[:2], count), np.linspace(*corners[2:], count)
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    rows = sampled(X, y, MOST_ROWS)
    # the first place is the trained parameters'
    found = costs_at(member, plane.directions, np.concatenate([[[0.0, 0.0]], places]), rows[:2])
    here, heights = float(found[0]), found[1:].reshape(count, count)
    lowest = float(heights.min())
    words = "path" if plane.path is not None else "random"
    return Surface(
        finding=_told(plane, here, lowest) + note,
        facts=_facts(plane, (here, lowest, float(heights.max())), (len(found) - 1, rows[2])),
        panels=(_panel(heights, corners, plane, words),),
        high=1.5,
        heights=heights,
        corners=corners,
        directions=plane.directions,
        path=plane.path,
        cost=here,
    )


def _plane(model: Any, X: Any, y: Any, path: Any) -> Plane:
    if path is None:
        return random_plane(model.parameters_)
    if isinstance(path, str):
        if path != ANEW:
            raise SettingError(f"path={path!r}: expected 'anew', None or an array (k, parameters)")
        path = trained_path(model, X, y)
    return plane_of(np.asarray(path, np.float64), vector_of(model.parameters_))


def _corners(plane: Plane) -> Corners:
    if plane.path is None:
        return (-1.0, 1.0, -1.0, 1.0)
    low, high = np.minimum(plane.path.min(axis=0), 0), np.maximum(plane.path.max(axis=0), 0)
    # a path along one direction still has a valley to its sides
    extent = np.maximum(high - low, 0.25 * max(float((high - low).max()), 1e-3))
    low, high = low - AROUND * extent, high + AROUND * extent
    return (float(low[0]), float(high[0]), float(low[1]), float(high[1]))


@partial(jax.jit, static_argnums=0)
def _costs(
    static: tuple[Network, int], both: tuple[Parameters, Run], plane: Any, batch: Any
) -> Array:
    (network, at_once), (parameters, run), (directions, places) = static, both, plane
    vector, back = ravel_pytree(parameters)
    given = givens(network, run, share_of(batch.weights))

    def at(place: Array) -> Array:
        own = back(vector + place @ directions)
        Z, _ = forward(network, own, batch.X, given)
        return penalty(own, run.penalties, cost(network, Z, batch, run))

    return jax.lax.map(at, places, batch_size=at_once)


def costs_at(
    model: Any, directions: np.ndarray, places: np.ndarray, rows: tuple[Any, Any]
) -> np.ndarray:
    """Return J at places (k, 2) along directions (2, parameters) from a model's parameters.

    One compiled call; what is not finite is as high as the highest finite J.
    """
    columns, target = model.encode(rows[0]), model.encode_target(rows[1])
    kind = columns.dtype
    widest = max([len(columns), *model.network_.units]) * columns.shape[1]
    at_once = int(np.clip(ROOM // widest, 1, len(places)))
    weights = np.ones((1, columns.shape[1]), kind)
    with model._precision():
        shares = [jnp.asarray(part / weights.sum(), kind) for part in (model.l1, model.l2)]
        run = model.run_._replace(penalties=Penalties(*shares))
        batch = Examples(*(jnp.asarray(part, kind) for part in (columns, target, weights)))
        parameters = jax.tree.map(lambda tensor: jnp.asarray(tensor, kind), model.parameters_)
        plane = jnp.asarray(directions, kind), jnp.asarray(places, kind)
        static = (model.network_, at_once)
        found = np.asarray(_costs(static, (parameters, run), plane, batch), np.float64)
    return np.where(np.isfinite(found), found, found[np.isfinite(found)].max())


def _told(plane: Plane, here: float, lowest: float) -> str:
    if plane.path is None or plane.share is None:
        below = (
            "is the lowest" if here <= lowest else f"is {number(here - lowest)} above the lowest"
        )
        return (
            f"Around the trained parameters J = {number(here)}. Along two random directions that "
            f"{below} of the plane."
        )
    return (
        f"Training came down to J = {number(here)}. The plane of the first two principal "
        f"components holds {100 * plane.share:.1f} % of the variance of its path; the lowest J on "
        f"the plane is {number(min(here, lowest))}."
    )


def _facts(
    plane: Plane, figures: tuple[float, float, float], counts: tuple[int, int]
) -> tuple[Measured, ...]:
    here, lowest, highest = figures
    facts = [
        Measured("J of the trained parameters", here),
        Measured("lowest J on the plane", lowest),
        Measured("highest J on the plane", highest),
        Measured("places computed", counts[0]),
        Measured("rows", f"{min(counts[1], MOST_ROWS)} of {counts[1]}"),
    ]
    if plane.path is not None and plane.share is not None:
        end = float(np.linalg.norm(plane.path[-1]))
        facts.append(Measured("share of the path's variance in the plane", plane.share))
        facts.append(Measured("points of the path", len(plane.path)))
        facts.append(Measured("distance of its end from the model, in the plane", end))
    return tuple(facts)


def _panel(heights: np.ndarray, corners: Corners, plane: Plane, words: str) -> Heights:
    low, high = float(heights.min()), float(heights.max())
    if words == "random":
        labels, title = (
            ("1st random direction", "2nd random direction"),
            "star: the trained network",
        )
    else:
        labels = ("1st principal direction of the path", "2nd principal direction")
        title = "square: first parameters, star: last"
    path = np.zeros((1, 2)) if plane.path is None else plane.path
    log = low > 0 and high > 5 * low
    return Heights(title, heights, corners, labels, "cost J", path=path, log=log)
