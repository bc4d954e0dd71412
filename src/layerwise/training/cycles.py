"""Schedules of the learning rate that go up as well as down. Lecture row 30."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp

from layerwise.ingredient import number
from layerwise.propagation.notation import Number, Tensors
from layerwise.training.schedule import EPOCHS, Progress, Schedule, cosine, whole


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
        up = cosine(jnp.minimum(done / rise, 1), low, 1.0)
        down = cosine(jnp.maximum(done - rise, 0) / (1 - rise), 1.0, low / numbers["end"])
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
        cycle = whole(jnp.where(grows, jnp.log1p(done * growth) / rate, done))
        begin = jnp.where(grows, jnp.expm1(cycle * rate) / growth, cycle)
        length = numbers["times"] ** cycle
        return cosine(jnp.clip((done - begin) / length, 0, 1), 1.0, 0.0)


@dataclass(frozen=True)
class CosineLog(Schedule):
    """Up and down `cycles` times, each twice as long as the one before; it ends at 0.

    0.5 (1 - cos(2 pi log2(1 + (2^cycles - 1) t))) at the share t of all epochs. Holzmueller et
    al., NeurIPS 2024, with 4 cycles.

    Parameters
    ----------
    cycles : int, default 4
        From 1 to 20.
    """

    name: ClassVar[str] = "cosine_log"
    cycles: int = number(4, 1, 20, "a whole number from 1 to 20", whole=True)

    @staticmethod
    def factor(numbers: Tensors, at: Progress) -> Number:
        done = jnp.minimum(at.epoch / at.epochs, 1)
        cycle = jnp.log2(1 + (2 ** numbers["cycles"] - 1) * done)
        return cosine(2 * cycle, 0.0, 1.0)
