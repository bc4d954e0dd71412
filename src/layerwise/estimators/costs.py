"""The costs with settings that are more than numbers: quantiles, and a user's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from numbers import Real
from typing import Any, ClassVar, NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.ingredient import Ingredient
from layerwise.propagation.cost import Cost
from layerwise.propagation.heads import HEADS
from layerwise.propagation.own_cost import row

MOST_LEVELS = 100
# the heads of one's own cost for each kind of target, the usual one first
OWN_HEADS: dict[str, tuple[str, ...]] = {
    "number": ("identity", "exponential"),
    "several numbers": ("identity", "exponential"),
    "two classes": ("sigmoid",),
    "several labels": ("sigmoid",),
    "several classes": ("softmax",),
}


class Levels(NamedTuple):
    """The range of a field that holds increasing levels between 0 and 1."""

    words: str = f"1 to {MOST_LEVELS} increasing numbers between 0 and 1, such as (.05, .5, .95)"
    optional: bool = False

    def holds(self, value: Any) -> bool:
        """Return whether a value is such a tuple.

        >>> Levels().holds((0.1, 0.9)), Levels().holds((0.9, 0.1)), Levels().holds((0.5, 1.0))
        (True, False, False)
        """
        if not isinstance(value, tuple) or not 1 <= len(value) <= MOST_LEVELS:
            return False
        if not all(isinstance(q, Real) and not isinstance(q, bool) for q in value):
            return False
        ends = (0.0, *map(float, value), 1.0)
        return all(low < high for low, high in pairwise(ends))


@dataclass(frozen=True)
class Quantile(Ingredient):
    """Several quantiles of one number from one network, one unit per level. Koenker, 1978.

    Parameters
    ----------
    levels : tuple of float, default (0.05, 0.5, 0.95)
        Increasing, between 0 and 1: `predict_quantiles` returns one column for each, `predict` the
        one nearest to a half. The default is the median with a prediction interval of 90 %.

    Examples
    --------
    >>> Quantile(levels=(0.1, 0.9)).levels
    (0.1, 0.9)
    """

    name: ClassVar[str] = "quantile"
    levels: tuple[float, ...] = field(default=(0.05, 0.5, 0.95), metadata={"range": Levels()})

    def __post_init__(self) -> None:
        if isinstance(self.levels, list | np.ndarray):
            object.__setattr__(self, "levels", tuple(np.asarray(self.levels).tolist()))
        elif isinstance(self.levels, Real) and not isinstance(self.levels, bool):
            object.__setattr__(self, "levels", (self.levels,))

    def numbers(self) -> dict[str, Any]:
        """Return the levels as a column, one per unit."""
        return {"levels": np.array(self.levels, np.float64)[:, None]}


@dataclass(frozen=True)
class OwnCost(Ingredient):
    """A cost of one's own: the loss of each example, and its derivative dZ[L] or dA[L].

    Use it where no built-in cost says what an error costs. Both functions are written with
    `jax.numpy`, get two arrays of shape (n[L], m), one column per example, and know nothing of 1/m
    or of weights: the network adds them. Before the first epoch the derivative is checked in
    float64 on rows of the training data, against central differences and automatic
    differentiation of the loss; a wrong one is refused.

    Parameters
    ----------
    loss : function
        Returns one number per example, (1, m) or (m,). With `dZ` it is a function of (Z, Y), like
        the costs on the board: from Z, so that no logarithm of a saturated A is ever taken. With
        `dA` it is a function of (A, Y), as the lecture writes J.
    dZ : function of (Z, Y), optional
        Returns dZ[L], (n[L], m), the derivative of each example's loss by its Z[L].
    dA : function of (A, Y), optional
        Returns dA[L], (n[L], m); dZ[L] follows through the head. Exactly one of both is given.
    head : str, optional
        g[L]: "identity" or "exponential" for numbers, "sigmoid" for two classes and for several
        labels, "softmax" for several classes; by default the first that fits. Y holds 0 and 1 for
        classes; numbers in standard units with the identity, in the user's with the exponential.

    Notes
    -----
    Lecture rows 17, 18 and 21. A model file does not store functions: a loaded model predicts, and
    to fit it again they are given again. Functions defined once (not anew in every call) compile
    once.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from layerwise import DNNRegressor, OwnCost
    >>> def log_cosh(Z, Y):
    ...     return jnp.logaddexp(Z - Y, Y - Z).sum(axis=0, keepdims=True)
    >>> cost = OwnCost(log_cosh, dZ=lambda Z, Y: jnp.tanh(Z - Y))
    >>> DNNRegressor((4,), cost=cost, epochs=2).fit([[0.0], [1.0], [2.0]], [1.0, 2.0, 4.0]).rows_
    (3, 0)
    """

    name: ClassVar[str] = "own"
    loss: Callable[[Any, Any], Any] | None = None
    # the lecture's symbols, for here the user writes on the board
    dZ: Callable[[Any, Any], Any] | None = None  # noqa: N815
    dA: Callable[[Any, Any], Any] | None = None  # noqa: N815
    head: str | None = None

    @property
    def derivative(self) -> str:
        """The name of the derivative that is given: "dZ" or "dA"."""
        return "dZ" if self.dA is None else "dA"

    @property
    def without_functions(self) -> bool:
        """Whether it comes from a file or from the name alone."""
        return self.loss is None and self.dZ is None and self.dA is None

    def check(self, where: str) -> None:
        """Raise SettingError when it is not a loss with exactly one derivative and a known head."""
        if self.head is not None and self.head not in tuple(HEADS):
            expected = ", ".join(map(repr, HEADS))
            raise SettingError(f"{where}.head={self.head!r}: expected one of {expected}, or None")
        if self.without_functions:
            return
        for name in ("loss", "dZ", "dA"):
            given = getattr(self, name)
            if given is not None and not (callable(given) and type(given).__hash__):
                raise SettingError(f"{where}.{name}={given!r}: expected a function of two arrays")
        if self.loss is None or (self.dZ is None) == (self.dA is None):
            given = [name for name in ("loss", "dZ", "dA") if getattr(self, name) is not None]
            raise SettingError(
                f"{where}: OwnCost was given {' and '.join(given)}; expected the loss and exactly "
                "one of dZ and dA"
            )

    def stored(self) -> dict[str, Any]:
        """Return what a file keeps: the head, no function."""
        return {"head": self.head}

    def row(self, target: str) -> Cost:
        """Return the row of the board; `target` is the kind, such as "two classes"."""
        heads = OWN_HEADS[target]
        head = self.head or heads[0]
        if head not in heads:
            kind = "numbers" if "number" in target else "labels"
            raise SettingError(
                f"cost.head={head!r}: the target holds {kind} ({target}); expected one of "
                f"{', '.join(map(repr, heads))}"
            )
        missing = _Missing()
        loss = missing if self.loss is None else self.loss
        slope = self.dZ if self.dA is None else self.dA
        return row(head, loss, missing if slope is None else slope, self.dA is not None)


class _Missing(NamedTuple):
    """Stands for a function that a file could not keep; equal to itself in every network."""

    def __call__(self, units: Any, targets: Any) -> Any:
        raise SettingError(WITHOUT_FUNCTIONS)


WITHOUT_FUNCTIONS = (
    "cost='own': a model file and the command line hold no functions; give them (again) in Python: "
    "cost=OwnCost(loss, dZ=...) or cost=OwnCost(loss, dA=...)"
)
