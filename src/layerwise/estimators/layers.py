"""One hidden layer that differs from the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Layer:
    """One hidden layer, where it differs from the others; None is what the network has.

    Parameters
    ----------
    units : int
        From 1 up.
    activation, initialization, normalization
        As the network's settings of these names; normalization="none" is without.
    dropout : float, optional
        Probability of dropping a unit of this layer, from 0 to 0.99.
    residual : bool, default False
        A[l] = blocks(A[l-1]) + A[l-1]; needs as many units as the layer before. He et al., 2016.
    frozen : bool, default False
        The layer keeps the parameters it starts with.

    Examples
    --------
    >>> Layer(32, activation="tanh", dropout=0.2).units
    32
    """

    units: int
    activation: Any = None
    initialization: Any = None
    normalization: Any = None
    dropout: float | None = field(default=None)
    residual: bool = False
    frozen: bool = False
