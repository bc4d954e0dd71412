"""How the learning rate changes while training goes on: a factor on it at every step. Row 30.

`learning_rate` is the highest one: every factor is from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp

from layerwise.ingredient import number
from layerwise.propagation.notation import Number, Tensors
from layerwise.training.cycles import CosineLog, CosineRestarts, OneCycle
from layerwise.training.schedule import EPOCHS, Progress, Schedule, cosine, whole

SHARE = "a share from 0 to 1"
TIMES = "a number from 1e-6 to 1"


@dataclass(frozen=True)
class Constant(Schedule):
    """The learning rate stays."""

    name: ClassVar[str] = "constant"

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return jnp.ones_like(at.epoch)


@dataclass(frozen=True)
class Step(Schedule):
    """Times `times` after every `every` epochs: PyTorch's StepLR, whose gamma is 0.1.

    Parameters
    ----------
    times, every : float, default 0.5 and 10
        From 1e-6 to 1; epochs above 0, which may have a fraction.
    """

    name: ClassVar[str] = "step"
    times: float = number(0.5, 1e-6, 1, TIMES)
    every: float = number(10, 1e-3, 1e9, EPOCHS)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return numbers["times"] ** whole(at.epoch / numbers["every"])


@dataclass(frozen=True)
class Exponential(Schedule):
    """Times `times`, from 1e-6 to 1, per epoch: a little at every step (PyTorch: at its end)."""

    name: ClassVar[str] = "exponential"
    times: float = number(0.95, 1e-6, 1, TIMES)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return numbers["times"] ** at.epoch


@dataclass(frozen=True)
class InverseTime(Schedule):
    """1 / (1 + decay * epoch), the course's learning rate decay; `decay` is from 0 to 1e6."""

    name: ClassVar[str] = "inverse_time"
    decay: float = number(0.1, 0, 1e6, "a number from 0 to 1e6")

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return 1 / (1 + numbers["decay"] * at.epoch)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from 1 down to `end` over all epochs. Loshchilov and Hutter, ICLR 2017.

    Parameters
    ----------
    end : float, default 0
        A share of the learning rate, from 0 to 1; PyTorch's eta_min is a learning rate.
    """

    name: ClassVar[str] = "cosine"
    end: float = number(0.0, 0, 1, SHARE)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return cosine(at.epoch / at.epochs, 1.0, numbers["end"])


@dataclass(frozen=True)
class WarmUp(Schedule):
    """From 0 in a straight line to 1 over the first `epochs`, then 1. Goyal et al., 2017.

    The very first step is of length 0; PyTorch's LinearLR begins at 1/3.

    Parameters
    ----------
    epochs : float, default 5
        Above 0; may have a fraction.
    """

    name: ClassVar[str] = "warm_up"
    epochs: float = number(5, 1e-3, 1e9, EPOCHS)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return jnp.minimum(at.epoch / numbers["epochs"], 1)


@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """Times `times` whenever the cost has not fallen for `patience` epochs, down to `least`.

    Watches the validation cost, or the training cost where nothing is held out; it is decided
    between epochs. PyTorch waits one epoch more than its patience, and in PyTorch and Keras a fall
    of less than 1e-4 does not count.

    Parameters
    ----------
    times : float, default 0.3
        From 1e-6 to 1.
    patience : int, default 5
        Epochs, from 1.
    least : float, default 1e-3
        A share of the learning rate, from 0 to 1.
    """

    name: ClassVar[str] = "reduce_on_plateau"
    times: float = number(0.3, 1e-6, 1, TIMES)
    patience: int = number(5, 1, 1e9, "a whole number of at least 1", whole=True)
    least: float = number(1e-3, 0, 1, SHARE)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return jnp.ones_like(at.epoch)

    def plateau(self, costs: Sequence[float]) -> float:
        """Return the factor that the costs of the epochs so far have led to.

        >>> ReduceOnPlateau(times=0.5, patience=2).plateau([3, 2, 2, 2, 2, 2])
        0.25
        """
        factor, lowest, since = 1.0, float("inf"), 0
        for cost in costs:
            lowest, since = (cost, 0) if cost < lowest else (lowest, since + 1)
            if since == self.patience:
                factor, since = max(factor * self.times, self.least), 0
        return factor


SCHEDULES: dict[str, type[Schedule]] = {
    kind.name: kind
    for kind in (
        Constant, Step, Exponential, InverseTime, Cosine, WarmUp, OneCycle, CosineRestarts,
        CosineLog, ReduceOnPlateau,
    )
}  # fmt: skip
