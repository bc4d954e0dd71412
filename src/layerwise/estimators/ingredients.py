"""The ingredients of a network that have settings of their own, by the names the signature uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from layerwise.estimators.costs import OwnCost, Quantile
from layerwise.estimators.entrance import Columns, Periodic, Piecewise, Scaling
from layerwise.ingredient import Ingredient, choice, number, table_of
from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.initialization import INITIALIZATIONS
from layerwise.training.optimizers import OPTIMIZERS
from layerwise.training.schedules import SCHEDULES
from layerwise.training.update import Update

ABOVE_ZERO = "a number above 0"
PLAIN_COSTS = ("squared_error", "absolute_error", "poisson")
PROBABILITY = "a probability from 0 to 0.99"
SHARE = "a share from 0 to 1"
EPOCHS = "a whole number of epochs of at least 1"


@dataclass(frozen=True)
class LeakyReLU(Ingredient):
    """max(z, slope * z). Maas et al., 2013."""

    name: ClassVar[str] = "leaky_relu"
    slope: float = number(0.01, -10, 1, "a number from -10 to 1")


@dataclass(frozen=True)
class ELU(Ingredient):
    """z above 0, scale * (exp(z) - 1) below. Clevert et al., ICLR 2016."""

    name: ClassVar[str] = "elu"
    scale: float = number(1.0, 1e-6, 1e6, ABOVE_ZERO)


@dataclass(frozen=True)
class Parametric(Ingredient):
    """z + a (g(z) - z) with one a learned per unit, from 1. Holzmueller et al., NeurIPS 2024.

    Parameters
    ----------
    of_activation : str, default "selu"
        The name of g; "leaky_relu" and "elu" at their defaults.
    """

    name: ClassVar[str] = "parametric"
    of_activation: str = choice("selu", ACTIVATIONS)


@dataclass(frozen=True)
class Constant(Ingredient):
    """Every W starts at `value`: hidden units stay equal for ever."""

    name: ClassVar[str] = "constant"
    value: float = number(0.01, -1e6, 1e6, "a number from -1e6 to 1e6")


@dataclass(frozen=True)
class SmallNormal(Ingredient):
    """W is drawn from N(0, scale^2); the lecture's .01."""

    name: ClassVar[str] = "small_normal"
    scale: float = number(0.01, 0, 1e6, "a number from 0 to 1e6")


@dataclass(frozen=True)
class Orthogonal(Ingredient):
    """The rows or the columns of W are orthogonal, of length gain. Saxe et al., ICLR 2014."""

    name: ClassVar[str] = "orthogonal"
    gain: float = number(1.0, 1e-6, 1e6, ABOVE_ZERO)


@dataclass(frozen=True, eq=False)
class Given(Ingredient):
    """Training starts from these arrays, of another network or from a paper.

    Parameters
    ----------
    weights, biases : list of arrays
        W[l] of shape (n[l], n[l-1]) and b[l] of shape (n[l], 1) for l = 1, 2, ...; None, and the
        layers past the end of the list, are drawn.
    otherwise : str, default "he"
        How those are drawn.

    Examples
    --------
    >>> Given(weights=[[[1.0, 2.0]]]).array("W", 1)
    [[1.0, 2.0]]
    """

    name: ClassVar[str] = "given"
    weights: Any = field(default=(), repr=False)
    biases: Any = field(default=(), repr=False)
    otherwise: str = choice("he", INITIALIZATIONS)

    def array(self, name: str, layer: int) -> Any:
        """Return what is given for W or b of layer l, or None."""
        arrays = {"W": self.weights, "b": self.biases}.get(name, ())
        return arrays[layer - 1] if 1 <= layer <= len(arrays) else None


@dataclass(frozen=True)
class BatchNorm(Ingredient):
    """Z is brought to mean 0 and deviation 1 over the batch. Ioffe and Szegedy, ICML 2015.

    Parameters
    ----------
    momentum : float, default 0.9
        Share of the running mean and variance that each batch leaves standing.
    epsilon : float, default 1e-5
        Added to the variance.
    """

    name: ClassVar[str] = "batch_norm"
    momentum: float = number(0.9, 0, 1, "a share from 0 to 1")
    epsilon: float = number(1e-5, 1e-12, 1, "a number from 1e-12 to 1")


@dataclass(frozen=True)
class LayerNorm(Ingredient):
    """Z is brought to mean 0 and deviation 1 over the units of each example. Ba et al., 2016."""

    name: ClassVar[str] = "layer_norm"
    epsilon: float = number(1e-5, 1e-12, 1, "a number from 1e-12 to 1")


@dataclass(frozen=True)
class Dropout(Ingredient):
    """Units are dropped with a probability, in training alone. Srivastava et al., JMLR 2014.

    Parameters
    ----------
    hidden : float, default 0.5
        Of every hidden unit.
    input : float, default 0.2
        Of every input.
    ramp : int, optional
        From 1: both grow in a straight line, and are reached in epoch `ramp`; 1 is no growth.
        After "curriculum dropout", Morerio et al., ICCV 2017.
    until : int, optional
        From 1: the last epoch with dropout ("early dropout", Liu et al., ICML 2023).
    fade : float, optional
        From 0 to 1. From this share of all epochs on both fall by half a cosine, to 0 in the last
        one. Holzmueller et al., NeurIPS 2024.
    """

    name: ClassVar[str] = "dropout"
    hidden: float = number(0.5, 0, 0.99, PROBABILITY)
    input: float = number(0.2, 0, 0.99, PROBABILITY)
    ramp: int | None = number(None, 1, 1e9, EPOCHS, whole=True, optional=True)
    until: int | None = number(None, 1, 1e9, EPOCHS, whole=True, optional=True)
    fade: float | None = number(None, 0, 1, SHARE, optional=True)


@dataclass(frozen=True)
class Noise(Ingredient):
    """Noise from N(0, scale^2) is added to the inputs, in training alone. Bishop, 1995."""

    name: ClassVar[str] = "noise"
    scale: float = number(0.1, 0, 1e6, "a number from 0 to 1e6")


@dataclass(frozen=True)
class Mixup(Ingredient):
    """Examples are mixed in pairs by q drawn from Beta(strength, strength). Zhang et al., 2018."""

    name: ClassVar[str] = "mixup"
    strength: float = number(0.2, 1e-3, 1e3, "a number from 0.001 to 1000")


@dataclass(frozen=True)
class CrossEntropy(Ingredient):
    """-log of the probability of the label; `smoothing` moves a share of it to all classes."""

    name: ClassVar[str] = "cross_entropy"
    smoothing: float = number(0.0, 0, 0.99, "a share from 0 to 0.99")


@dataclass(frozen=True)
class Focal(Ingredient):
    """The cross-entropy times (1 - p)^gamma: hard examples count more. Lin et al., ICCV 2017."""

    name: ClassVar[str] = "focal"
    gamma: float = number(2.0, 0, 100, "a number from 0 to 100")


@dataclass(frozen=True)
class Huber(Ingredient):
    """Squared up to `delta` standard deviations, straight beyond: outliers count less. 1964."""

    name: ClassVar[str] = "huber"
    delta: float = number(1.0, 1e-6, 1e6, ABOVE_ZERO)


@dataclass(frozen=True)
class BatchEnsemble(Ingredient):
    """Members in one network, which share W: each has its scales s_i W r_i and its last layer.

    Each is taught alone, and the mean of their outputs predicts. Wen et al., BatchEnsemble, ICLR
    2020; in this form Gorishniy et al., TabM, ICLR 2025.

    Parameters
    ----------
    size : int, default 32
        Members: 2, 4, 8, 16, 32 or 64; compiled in.
    """

    name: ClassVar[str] = "batch_ensemble"
    size: int = choice(32, (2, 4, 8, 16, 32, 64))


# of each setting that an ingredient may stand for: the closed list of names
TABLES: dict[str, dict[str, type[Ingredient]]] = {
    "activation": table_of(ACTIVATIONS, LeakyReLU, ELU, Parametric),
    "initialization": table_of(INITIALIZATIONS, Constant, SmallNormal, Orthogonal, Given),
    "normalization": table_of((), BatchNorm, LayerNorm),
    "dropout": table_of((), Dropout),
    "augmentation": table_of((), Noise, Mixup),
    "cost": table_of(PLAIN_COSTS, CrossEntropy, Focal, Huber, Quantile, OwnCost),
    "optimizer": dict(OPTIMIZERS),
    "schedule": dict(SCHEDULES),
    "update": table_of((), Update),
    "embedding": table_of((), Periodic, Piecewise),
    "scaling": table_of((), Scaling),
    "columns": table_of((), Columns),
    "members": table_of((), BatchEnsemble),
}
