"""Is the derivative of a user's own cost right? Asked before the first epoch. Lecture row 17."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.costs import WITHOUT_FUNCTIONS, OwnCost
from layerwise.propagation.heads import HEADS
from layerwise.propagation.own_cost import slopes

EXAMPLES = 16
NEAR, NOT_FAR = 1e-6, 1e-4  # relative; a central difference near a kink is not exact
EVEN = 1e-3  # how constant a ratio has to be to be called one
RATIOS = {2.0: "twice", 0.5: "half of", -1.0: "the opposite of", 0.0: "0 times"}


def check_own_cost(cost: OwnCost, head: str, targets: np.ndarray) -> None:
    """Check the functions of a user's cost on a few encoded targets (m, n[L]) and small random Z.

    Raises
    ------
    SettingError
        When a function fails, returns another shape or what is not finite, mixes examples, or when
        the derivative is not that of the loss; names the worst place, both values, the ratio.
    """
    if cost.without_functions:
        raise SettingError(WITHOUT_FUNCTIONS)
    name = cost.derivative
    with jax.enable_x64(True):
        rows = np.linspace(0, len(targets) - 1, EXAMPLES).astype(int)
        known = jnp.asarray(targets[rows].T.astype(np.float64))
        drawn = jnp.asarray(np.random.default_rng(0).normal(size=known.shape))
        units = HEADS[head].g(drawn) if name == "dA" else drawn
        _checked_loss(cost.loss, units, known)
        ours = _called(f"cost.{name}", getattr(cost, name), units, known)
        expected = f"{known.shape}: one number per unit and example"
        _refuse_shape(f"cost.{name}", ours, (known.shape,), expected)
        _compare(name, ours, slopes(cost.loss, units, known), (units, known))  # pyright: ignore


def _called(where: str, function: Any, units: Any, known: Any) -> np.ndarray:
    try:
        found = np.asarray(jax.jit(function)(units, known))
        return found if found.dtype.kind == "f" else found.astype(np.float64)
    except Exception as error:  # whatever a user's function may raise
        first = (str(error).strip().splitlines() or [""])[0][:200]
        raise SettingError(
            f"{where} fails on arrays of shape {units.shape}: {type(error).__name__}: {first}; "
            "write it with jax.numpy, for whole arrays, without `if` on their values"
        ) from error


def _refuse_shape(where: str, found: np.ndarray, shapes: tuple[Any, ...], expected: str) -> None:
    if found.shape not in shapes:
        raise SettingError(
            f"{where} returns the shape {found.shape}; expected {expected}{_broadcast(found.shape)}"
        )
    if not np.isfinite(found).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(found))[0])
        raise SettingError(
            f"{where} returns {found[at]} for example {at[-1] + 1} of {found.shape[-1]} with small "
            "units; expected finite numbers"
        )


def _broadcast(shape: tuple[int, ...]) -> str:
    if len(shape) != 2 or shape != (EXAMPLES, EXAMPLES):
        return ""
    return (
        f"; it is m x m for m = {EXAMPLES}: a tensor of shape (m,) was broadcast against (1, m), "
        "or examples stand along both axes: keep Y and A (n[L], m), and sum with axis=0"
    )


def _checked_loss(loss: Callable | None, units: Any, known: Any) -> None:
    m = known.shape[1]
    value = _called("cost.loss", loss, units, known)
    _refuse_shape("cost.loss", value, ((1, m), (m,)), f"(1, {m}) or ({m},): a sum over the units")
    alone = _called("cost.loss", loss, units[:, :1], known[:, :1]).ravel()[0]
    together = value.ravel()[0]
    if abs(alone - together) > NEAR * max(abs(alone), abs(together)):
        raise SettingError(
            f"cost.loss of an example is {together:.6g} among {m} examples and {alone:.6g} alone; "
            "expected one number per example that depends on it only: 1/m is added by the network"
        )


def _compare(name: str, ours: np.ndarray, reference: Any, at: tuple[Any, Any]) -> None:
    automatic, differences = (np.asarray(part) for part in reference)
    floor = np.abs(differences).max() * NEAR + 1e-9
    off_automatic, off = (
        np.abs(ours - right) / (np.maximum(np.abs(ours), np.abs(right)) + floor)
        for right in (automatic, differences)
    )
    # automatic differentiation may be NaN, a difference inexact at a kink: one of them is enough
    wrong = (off > NOT_FAR) | (~(off_automatic <= NEAR) & (off > NEAR))
    if not wrong.any():
        return
    unit, example = np.unravel_index(np.argmax(np.where(wrong, off, -1)), off.shape)
    place = unit, example
    right, given = differences[place], ours[place]
    units, known = at
    raise SettingError(
        f"cost.{name} is not the derivative of cost.loss: at {name[1]} = {units[place]:.6g}, "
        f"Y = {known[place]:.6g} (unit {unit + 1}) it gives {given:.6g}, the slope is {right:.6g} "
        f"by central differences, {automatic[place]:.6g} by automatic differentiation: "
        f"{_ratio(ours, differences, (given, right))}; correct cost.{name} or cost.loss"
    )


def _ratio(ours: np.ndarray, right: np.ndarray, worst: tuple[float, float]) -> str:
    there = np.abs(right) > 1e-3 * np.abs(right).max()
    ratios = ours[there] / right[there]
    if ratios.size and np.ptp(ratios) <= EVEN * max(1.0, np.abs(ratios).max()):
        ratio, where = float(np.median(ratios)), "everywhere"
    elif worst[1]:
        ratio, where = worst[0] / worst[1], "there"
    else:
        return "it should be 0 there"
    for known, words in RATIOS.items():
        if abs(ratio - known) <= EVEN:
            return f"{words} the right one {where}"
    return f"{ratio:.4g} times the right one {where}"
