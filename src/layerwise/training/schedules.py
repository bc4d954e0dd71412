"""How the learning rate changes while training goes on: a factor on it at every step. Row 30."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from layerwise.ingredient import Ingredient, number
from layerwise.propagation.notation import Number, Tensors

EPOCHS = "a number of epochs above 0"
SHARE = "a share from 0 to 1"


class Progress(NamedTuple):
    """How far training is: epochs done, with their fraction, of all the epochs there will be."""

    epoch: Number
    epochs: Number


@dataclass(frozen=True)
class Schedule(Ingredient):
    """A factor on the learning rate."""

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        """Return the factor at this step."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Schedule):
    """The learning rate stays."""

    name: ClassVar[str] = "constant"

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return jnp.ones_like(at.epoch)


@dataclass(frozen=True)
class Step(Schedule):
    """Times `times` after every `every` epochs."""

    name: ClassVar[str] = "step"
    times: float = number(0.5, 1e-6, 1, "a number from 1e-6 to 1")
    every: float = number(10, 1e-3, 1e9, EPOCHS)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return numbers["times"] ** jnp.floor(at.epoch / numbers["every"])


@dataclass(frozen=True)
class Exponential(Schedule):
    """Times `times` per epoch, a little at every step."""

    name: ClassVar[str] = "exponential"
    times: float = number(0.95, 1e-6, 1, "a number from 1e-6 to 1")

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return numbers["times"] ** at.epoch


@dataclass(frozen=True)
class InverseTime(Schedule):
    """1 / (1 + decay * epoch), the course's learning rate decay."""

    name: ClassVar[str] = "inverse_time"
    decay: float = number(0.1, 0, 1e6, "a number from 0 to 1e6")

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return 1 / (1 + numbers["decay"] * at.epoch)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from 1 down to `end` over all epochs. Loshchilov and Hutter, ICLR 2017."""

    name: ClassVar[str] = "cosine"
    end: float = number(0.0, 0, 1, SHARE)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return _cosine(at.epoch / at.epochs, 1.0, numbers["end"])


@dataclass(frozen=True)
class WarmUp(Schedule):
    """From 0 in a straight line to 1 over the first `epochs`, then 1. Goyal et al., 2017."""

    name: ClassVar[str] = "warm_up"
    epochs: float = number(5, 1e-3, 1e9, EPOCHS)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        return jnp.minimum(at.epoch / numbers["epochs"], 1)


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up from 1 / start to 1 over the share `rise` of all epochs, then down to 1 / (start * end).

    Both by half a cosine, as in PyTorch's OneCycleLR, whose max_lr is `learning_rate` here.
    Smith and Topin, 2018.
    """

    name: ClassVar[str] = "one_cycle"
    rise: float = number(0.3, 0.001, 0.999, "a share from 0.001 to 0.999")
    start: float = number(25, 1, 1e6, "a number from 1 to 1e6")
    end: float = number(1e4, 1, 1e9, "a number from 1 to 1e9")

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        done, rise, low = at.epoch / at.epochs, numbers["rise"], 1 / numbers["start"]
        up = _cosine(jnp.minimum(done / rise, 1), low, 1.0)
        down = _cosine(jnp.maximum(done - rise, 0) / (1 - rise), 1.0, low / numbers["end"])
        return jnp.where(done < rise, up, down)


@dataclass(frozen=True)
class CosineRestarts(Schedule):
    """A cosine over the first `first` epochs, then one `times` as long, and so on.

    Loshchilov and Hutter, "SGDR", ICLR 2017.
    """

    name: ClassVar[str] = "cosine_restarts"
    first: float = number(10, 1e-3, 1e9, EPOCHS)
    times: float = number(2, 1.001, 100, "a number from 1.001 to 100")

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        first, times = numbers["first"], numbers["times"]
        # cycle k begins at first (times^k - 1) / (times - 1)
        turns = jnp.log1p(at.epoch * (times - 1) / first) / jnp.log(times)
        length = times ** jnp.floor(turns + 1e-6)
        begin = first * (length - 1) / (times - 1)
        return _cosine(jnp.clip((at.epoch - begin) / (first * length), 0, 1), 1.0, 0.0)


@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """Times `times` whenever the cost has not fallen for `patience` epochs, down to `least`.

    Watches the validation cost, or the training cost where nothing is held out.
    """

    name: ClassVar[str] = "reduce_on_plateau"
    times: float = number(0.3, 1e-6, 1, "a number from 1e-6 to 1")
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


def _cosine(share: Number, begin: Number | float, end: Number | float) -> Number:
    return end + (begin - end) * (1 + jnp.cos(jnp.pi * share)) / 2


SCHEDULES: dict[str, type[Schedule]] = {
    kind.name: kind
    for kind in (
        Constant, Step, Exponential, InverseTime, Cosine, WarmUp, OneCycle, CosineRestarts,
        ReduceOnPlateau,
    )
}  # fmt: skip
