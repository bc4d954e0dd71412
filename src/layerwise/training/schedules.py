"""How the learning rate changes while training goes on: a factor on it at every step. Row 30.

`learning_rate` is the highest one: every factor is from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import jax.numpy as jnp

from layerwise.ingredient import Ingredient, number
from layerwise.propagation.notation import Number, Tensors

EPOCHS = "a number of epochs above 0"
SHARE = "a share from 0 to 1"
TIMES = "a number from 1e-6 to 1"


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
        return numbers["times"] ** _whole(at.epoch / numbers["every"])


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
        return _cosine(at.epoch / at.epochs, 1.0, numbers["end"])


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
class OneCycle(Schedule):
    """Up from 1 / start to 1 over the share `rise` of all epochs, then down to 1 / (start * end).

    Both by half a cosine, as in PyTorch's OneCycleLR: its max_lr is `learning_rate` here, its
    pct_start, div_factor and final_div_factor are the fields. The momentum stays, as with
    cycle_momentum=False there. Smith and Topin, 2018.

    Parameters
    ----------
    rise : float, default 0.3
        A share of all epochs, from 0.001 to 0.999.
    start, end : float, default 25 and 1e4
        From 1 up.
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

    PyTorch's CosineAnnealingWarmRestarts, where `times` is 1. Loshchilov and Hutter, "SGDR",
    ICLR 2017.

    Parameters
    ----------
    first, times : float, default 10 and 2
        Epochs above 0; from 1 (all of one length) to 100.
    """

    name: ClassVar[str] = "cosine_restarts"
    first: float = number(10, 1e-3, 1e9, EPOCHS)
    times: float = number(2, 1, 100, "a number from 1 to 100")

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        # cycle k begins at epoch first * (times^k - 1) / (times - 1), which is first * k at 1;
        # log1p and expm1 because times may be close to 1
        done, more = at.epoch / numbers["first"], numbers["times"] - 1
        grows, growth = more > 0, jnp.where(more > 0, more, 1)
        rate = jnp.log1p(growth)
        cycle = _whole(jnp.where(grows, jnp.log1p(done * growth) / rate, done))
        begin = jnp.where(grows, jnp.expm1(cycle * rate) / growth, cycle)
        length = numbers["times"] ** cycle
        return _cosine(jnp.clip((done - begin) / length, 0, 1), 1.0, 0.0)


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


def _whole(quotient: Number) -> Number:
    # 0.9 / 0.3 may be rounded to just below 3
    return jnp.floor(quotient * (1 + 4 * jnp.finfo(quotient.dtype).eps))


def _cosine(share: Number, begin: Number | float, end: Number | float) -> Number:
    return end + (begin - end) * (1 + jnp.cos(jnp.pi * share)) / 2


SCHEDULES: dict[str, type[Schedule]] = {
    kind.name: kind
    for kind in (
        Constant, Step, Exponential, InverseTime, Cosine, WarmUp, OneCycle, CosineRestarts,
        ReduceOnPlateau,
    )
}  # fmt: skip
