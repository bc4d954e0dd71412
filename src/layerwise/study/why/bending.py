"""The activations g beside their derivatives, and what a network's own rows do to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import SettingError
from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.notation import Given
from layerwise.study.panels import Curves, Histogram, Panel
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.looking import (
    ACTIVATING,
    Seen,
    before_g,
    one_member,
    sampled,
    seen,
    through,
)

FLAT = 0.05  # of the steepest slope: below it a unit passes hardly any gradient on
REACH, COUNT = 5.0, 201
MOST_ROWS, MOST_POINTS, MOST_LAYERS = 2000, 20_000, 8


class LayerShare(NamedTuple):
    """How flat the activation of a layer lies under its rows.

    `saturated` is the share of (row, unit) pairs whose slope g'(Z) is below a twentieth of the
    steepest; `dead` that of the units that are so for every row.
    """

    layer: int
    name: str
    saturated: float
    dead: float


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Activations(Answer):
    """What `activations` found.

    Attributes
    ----------
    z : array (201,)
    curves : dict
        For each activation g(z) and g'(z), both (201,).
    layers : tuple of LayerShare
        One per hidden layer where a model and rows are given.
    """

    z: np.ndarray
    curves: dict[str, tuple[np.ndarray, np.ndarray]]
    layers: tuple[LayerShare, ...]


def activations(model: Any = None, X: Any = None) -> Activations:
    """Draw g and g' side by side; of a model with rows, where its Z[l] lie under g.

    Use it to choose an activation, and to see whether units are saturated or dead.

    Parameters
    ----------
    model : DNNClassifier or DNNRegressor, optional
        A fitted one; without it all named activations are drawn.
    X : rows (m, n_x), optional
        Its rows; at most 2000, drawn.

    Returns
    -------
    Activations
        `curves`, and `layers` with the shares of saturated pairs and dead units: a pair of row and
        unit is saturated where g'(Z) is below a twentieth of the steepest slope, a unit is dead
        where all its rows are.

    Raises
    ------
    SettingError
        When the model is not fitted, or has no hidden layer.

    Notes
    -----
    Lecture row 19.

    Examples
    --------
    >>> from layerwise import why
    >>> found = why.activations()
    >>> len(found.curves), float(found.curves["tanh"][1].max())
    (11, 1.0)
    """
    if model is None:
        return _named(tuple(ACTIVATIONS))
    member, note = one_member(model)
    whole = seen(member)
    places = [i for i, block in enumerate(whole.network.blocks) if block.kind in ACTIVATING]
    if not places:
        raise SettingError(
            "activations: the model has no hidden layer, so no activation of its own"
        )
    if X is None:
        names = {whole.network.blocks[i].settings.name: whole.run.numbers[i] for i in places}
        return _named(tuple(names), names)
    columns = member.encode(sampled(X, None, MOST_ROWS)[0]).astype(np.float64)
    looks = [_look(whole, i, columns) for i in places]
    layers = tuple(look[0] for look in looks)
    panels = tuple(look[1] for look in looks)
    return Activations(
        finding=_told(layers) + note,
        facts=_facts(layers, columns.shape[1]),
        panels=panels[:MOST_LAYERS],
        z=_z(),
        curves={layer.name: _curve(layer.name) for layer in layers},
        layers=layers,
    )


def _z() -> np.ndarray:
    return np.linspace(-REACH, REACH, COUNT)


def _curve(name: str, numbers: Any = None, z: Any = None) -> tuple[np.ndarray, np.ndarray]:
    with jax.enable_x64(True):
        line = jnp.asarray(_z() if z is None else z, np.float64)[None, :]
        own = jax.tree.map(jnp.asarray, numbers or {})
        found = tuple(np.asarray(part(line, own))[0] for part in ACTIVATIONS[name])
    return found[0], found[1]


def _named(names: tuple[str, ...], numbers: dict[str, Any] | None = None) -> Activations:
    own, z = numbers or {}, _z()
    curves = {name: _curve(name, own.get(name)) for name in names}
    steepest = {name: float(np.abs(both[1]).max()) for name, both in curves.items()}
    flat = {
        name: float(np.mean(np.abs(c[1]) < FLAT * steepest[name])) for name, c in curves.items()
    }
    panels = tuple(
        Curves(name, {"g(z)": (z, g), "g'(z)": (z, slope)}, ("z", "g and g'"))
        for name, (g, slope) in curves.items()
    )
    flattest = max(flat, key=lambda name: flat[name])
    one = len(names) == 1
    told = f"The slope of {names[0]} is" if one else f"{flattest} has the largest flat part: it is"
    return Activations(
        finding=(
            f"{told} below a twentieth of the steepest at {100 * flat[flattest]:.0f} % of "
            "z from -5 to 5. Where g' is near 0 a unit passes no gradient on."
        ),
        facts=tuple(Measured(f"{name}: steepest slope", v) for name, v in steepest.items()),
        panels=panels,
        z=z,
        curves=curves,
        layers=(),
    )


def _slopes(whole: Seen, place: int, Z: np.ndarray) -> np.ndarray:
    """Return g'(Z) by the block's own backward pass, from a dA of ones."""
    block, own = whole.network.blocks[place], whole.parameters[place]
    with jax.enable_x64(True):
        given = whole.run.numbers[place], whole.run.statistics[place]
        share = jnp.zeros((1, Z.shape[1]), np.float64)
        tensors, (numbers, statistics) = jax.tree.map(jnp.asarray, (own, given))
        kind = KINDS[block.kind]
        entering = Given(numbers, statistics, share, None)
        _, cache = kind.forward(block.settings, tensors, jnp.asarray(Z), entering)
        return np.asarray(kind.backward(block.settings, jnp.ones_like(Z), cache, share)[0])


def _look(whole: Seen, place: int, columns: np.ndarray) -> tuple[LayerShare, Panel]:
    block = whole.network.blocks[place]
    Z = through(whole.part(0, before_g(whole.network, block.l)), columns)
    slopes = np.abs(_slopes(whole, place, Z))
    steepest = np.maximum(slopes.max(), float(np.abs(_curve(block.settings.name)[1]).max()))
    flat = slopes < FLAT * steepest
    name = ("parametric " if block.kind == "parametric" else "") + block.settings.name
    found = LayerShare(block.l, block.settings.name, float(flat.mean()), float(flat.all(1).mean()))
    values = Z.ravel()[np.random.default_rng(0).permutation(Z.size)[:MOST_POINTS]]
    z = np.linspace(values.min(), values.max(), COUNT)
    g, _ = _curve(block.settings.name, whole.run.numbers[place], z)
    title = f"layer {block.l}, {name}: {100 * found.saturated:.0f} % flat"
    return found, Histogram(title, values, f"Z[{block.l}]", (z, g), "g(z)")


def _told(layers: tuple[LayerShare, ...]) -> str:
    worst = max(layers, key=lambda layer: layer.saturated)
    dead = max(layers, key=lambda layer: layer.dead)
    gone = (
        f"{100 * dead.dead:.0f} % of the units of layer {dead.layer} are dead: flat for every row."
        if dead.dead
        else "No unit is flat for every row."
    )
    return (
        f"Layer {worst.layer} is the flattest, {100 * worst.saturated:.0f} % of its pairs of row "
        f"and unit. There g'(Z) is below a twentieth of the steepest slope (of ReLU: the unit is "
        f"off). {gone}"
    )


def _facts(layers: tuple[LayerShare, ...], rows: int) -> tuple[Measured, ...]:
    facts = [Measured("rows", rows)]
    for layer in layers:
        label = f"layer {layer.layer}, {layer.name}"
        facts.append(Measured(f"{label}: flat pairs", f"{100 * layer.saturated:.1f} %"))
        facts.append(Measured(f"{label}: dead units", f"{100 * layer.dead:.1f} %"))
    return tuple(facts)
