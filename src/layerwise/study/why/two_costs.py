"""Cross-entropy beside squared error for probabilities: one is convex, the other is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from layerwise.errors import DataError
from layerwise.study.matrices import number
from layerwise.study.panels import Heights
from layerwise.study.why.answer import Answer, Measured

COUNT, REACH = 121, 8.0
# six rows of one column, which no threshold tells apart
X_SHOWN = np.array([-2.0, -1.0, -0.5, 0.5, 1.0, 2.5])
Y_SHOWN = np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0])


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class TwoCosts(Answer):
    """What `costs` found.

    Attributes
    ----------
    cross_entropy, squared_error : arrays (121, 121)
        J over w (columns) and b (rows), both from -8 to 8.
    curvature : dict
        For each cost the smallest curvature of J in any direction, at any place.
    """

    cross_entropy: np.ndarray
    squared_error: np.ndarray
    curvature: dict[str, float]


def costs(x: Any = None, y: Any = None) -> TwoCosts:
    """Draw both costs of logistic regression on one column over w and b.

    Use it to see why probabilities are not taught by squared error.

    Parameters
    ----------
    x : array (m,), optional
        One column; it is scaled to deviation 1. By default six numbers of our own.
    y : array (m,), optional
        0 or 1 for each.

    Returns
    -------
    TwoCosts
        `cross_entropy` and `squared_error`, each (121, 121).

    Raises
    ------
    DataError
        When y has another length or holds anything but 0 and 1.

    Notes
    -----
    Lecture row 5. The curvature is the smaller eigenvalue of the matrix of second derivatives,
    from their formulas.

    Examples
    --------
    >>> from layerwise import why
    >>> found = why.costs()
    >>> found.curvature["cross-entropy"] >= 0, found.curvature["squared error"] < 0
    (True, True)
    """
    x, y = _checked(x, y)
    side = np.linspace(-REACH, REACH, COUNT)
    w, b = np.meshgrid(side, side)
    z = w[..., None] * x + b[..., None]
    entropy = np.mean(np.logaddexp(0, z) - y * z, axis=-1)
    squares = np.mean((expit(z) - y) ** 2, axis=-1) / 2
    slope = expit(z) * expit(-z)
    bent = {
        "cross-entropy": _curvature(slope, x),
        "squared error": _curvature(slope**2 + (expit(z) - y) * slope * (1 - 2 * expit(z)), x),
    }
    least = {name: float(values.min()) for name, values in bent.items()}
    share = float(np.mean(bent["squared error"] < 0))
    facts = [Measured(f"smallest curvature, {name}", value) for name, value in least.items()]
    facts.append(Measured("share of the places where squared error bends down", share))
    return TwoCosts(
        finding=_told(least, share),
        facts=(*facts, Measured("rows", len(x))),
        panels=(_heights("cross-entropy", entropy), _heights("squared error", squares)),
        cross_entropy=entropy, squared_error=squares, curvature=least,
    )  # fmt: skip


def _heights(title: str, J: np.ndarray) -> Heights:
    corners = (-REACH, REACH, -REACH, REACH)
    return Heights(title, J, corners, ("w, per deviation of x", "b"), "cost J")


def _checked(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    if (x is None) != (y is None):
        raise DataError("costs: expected both x and y, or neither")
    if x is None:
        return X_SHOWN, Y_SHOWN
    x, y = (np.asarray(values, np.float64).ravel() for values in (x, y))
    if len(x) != len(y) or not len(x) or not np.isin(y, (0, 1)).all():
        raise DataError(f"costs: {len(x)} numbers x and {len(y)} of y; expected a 0 or 1 for each")
    return (x - x.mean()) / (x.std() or 1.0), y


def _curvature(bend: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the smaller eigenvalue of mean(bend [[x x, x], [x, 1]]) at every place."""
    ww, wb, bb = (np.mean(bend * factor, axis=-1) for factor in (x * x, x, np.ones_like(x)))
    middle, half = (ww + bb) / 2, np.hypot((ww - bb) / 2, wb)
    # the product of both over the larger one: their difference would be lost in rounding
    return np.where(
        middle > 0, (ww * bb - wb**2) / np.maximum(middle + half, 1e-300), middle - half
    )


def _told(least: dict[str, float], share: float) -> str:
    return (
        "Cross-entropy is convex, squared error through a sigmoid is not. The smallest curvature "
        f"of the first is {number(least['cross-entropy'])}, never below 0 but for rounding; of the "
        f"second {number(least['squared error'])}, and it bends down at {100 * share:.0f} % of the "
        "places: there descent can stop on a plain far from the best w and b."
    )
