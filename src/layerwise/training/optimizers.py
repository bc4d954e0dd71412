"""The update rules, by the course's names; Optax computes them. Lecture rows 6 and 30.

`learning_rate` and `momentum` are settings of the network and come to every rule; what belongs to
one rule alone is a field of its class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import optax

from layerwise.ingredient import Ingredient, number
from layerwise.propagation.notation import Number, Parameters, Tensors

SHARE = "a number from 0 to below 1"
ALMOST_ONE = 1 - 1e-9
SMALL = "a number from 1e-16 to 1"
DECAY = "a number from 0 to 1"


@dataclass(frozen=True)
class Optimizer(Ingredient):
    """A rule that turns gradients into a step."""

    needs_cost_function: ClassVar[bool] = False

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        """Return Optax's transformation; every argument may be traced."""
        raise NotImplementedError


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """The lecture's own step: W = W - learning_rate dW."""

    name: ClassVar[str] = "gradient_descent"

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.sgd(learning_rate)


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v = momentum v + dW, W = W - learning_rate v. Polyak, 1964."""

    name: ClassVar[str] = "momentum"

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.sgd(learning_rate, momentum)


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks ahead: W - learning_rate (dW + momentum v). Sutskever et al., 2013."""

    name: ClassVar[str] = "nesterov"

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.sgd(learning_rate, momentum, nesterov=True)


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """s = s + dW^2, W = W - learning_rate dW / sqrt(s + epsilon). Duchi et al., JMLR 2011.

    Parameters
    ----------
    initial : float, default 0.1
        Where s starts; PyTorch starts at 0 and adds epsilon outside the root.
    epsilon : float, default 1e-7
        Keeps the division finite.
    """

    name: ClassVar[str] = "adagrad"
    initial: float = number(0.1, 0, 1e6, "a number from 0 to 1e6")
    epsilon: float = number(1e-7, 1e-16, 1, SMALL)

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.adagrad(learning_rate, numbers["initial"], numbers["epsilon"])


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """s = beta2 s + (1 - beta2) dW^2, W = W - learning_rate dW / (sqrt(s) + epsilon). Hinton, 2012.

    Parameters
    ----------
    beta2 : float, default 0.9
        Share of s that is kept, from 0 to below 1 (PyTorch's alpha, .99 there).
    epsilon : float, default 1e-8
        Keeps the division finite.
    """

    name: ClassVar[str] = "rmsprop"
    beta2: float = number(0.9, 0, ALMOST_ONE, SHARE)
    epsilon: float = number(1e-8, 1e-16, 1, SMALL)

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.rmsprop(
            learning_rate, decay=numbers["beta2"], eps=numbers["epsilon"], eps_in_sqrt=False
        )


@dataclass(frozen=True)
class Adam(Optimizer):
    """v / (sqrt(s) + epsilon), both corrected for their start. Kingma and Ba, ICLR 2015.

    Parameters
    ----------
    beta2 : float, default 0.999
        Share of s, the mean of dW^2, that is kept, from 0 to below 1; beta1 is `momentum`.
    epsilon : float, default 1e-8
        Keeps the division finite.
    """

    name: ClassVar[str] = "adam"
    beta2: float = number(0.999, 0, ALMOST_ONE, SHARE)
    epsilon: float = number(1e-8, 1e-16, 1, SMALL)

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.adam(learning_rate, momentum, numbers["beta2"], numbers["epsilon"])


@dataclass(frozen=True)
class NAdam(Adam):
    """Adam that looks ahead as Nesterov does. Dozat, 2016; in PyTorch beta1 grows besides."""

    name: ClassVar[str] = "nadam"

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.nadam(learning_rate, momentum, numbers["beta2"], numbers["epsilon"])


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam, and W shrinks by learning_rate * weight_decay. Loshchilov and Hutter, ICLR 2019.

    Parameters
    ----------
    beta2, epsilon
        As in Adam.
    weight_decay : float, default 0.01
        From 0 to 1, as in PyTorch; here W alone shrinks, b and the rest do not.
    """

    name: ClassVar[str] = "adamw"
    weight_decay: float = number(0.01, 0, 1, DECAY)

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.adamw(
            learning_rate, momentum, numbers["beta2"], numbers["epsilon"],
            weight_decay=numbers["weight_decay"], mask=only_weights,
        )  # fmt: skip


@dataclass(frozen=True)
class Lion(Optimizer):
    """W = W - learning_rate sign(momentum v + (1 - momentum) dW). Chen et al., NeurIPS 2023.

    Parameters
    ----------
    beta2 : float, default 0.99
        Share of v that is kept, from 0 to below 1.
    weight_decay : float, default 0
        As in AdamW. Lion wants a learning rate 3 to 10 times smaller than Adam.
    """

    name: ClassVar[str] = "lion"
    beta2: float = number(0.99, 0, ALMOST_ONE, SHARE)
    weight_decay: float = number(0.0, 0, 1, DECAY)

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.lion(
            learning_rate, momentum, numbers["beta2"],
            weight_decay=numbers["weight_decay"], mask=only_weights,
        )  # fmt: skip


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """Quasi-Newton steps with a line search, for small problems and batch_size="all".

    The last 10 steps stand for the curvature; the line search finds the step size, so that
    `learning_rate` and `momentum` say nothing. Nocedal and Wright, "Numerical Optimization", 2006.
    """

    name: ClassVar[str] = "lbfgs"
    needs_cost_function: ClassVar[bool] = True

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.lbfgs()


def only_weights(parameters: Parameters) -> Any:
    """Return the tree with True at every W and False elsewhere."""
    return tuple({name: name == "W" for name in tensors} for tensors in parameters)


def accumulated(rule: Any, batches: int, dtype: Any) -> Any:
    """Return the rule that takes one step for so many batches, on the mean of their gradients."""
    if batches == 1:
        return rule
    return optax.MultiSteps(rule, batches, accumulator_dtype=dtype).gradient_transformation()


OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.name: kind
    for kind in (
        GradientDescent, Momentum, Nesterov, Adagrad, RMSprop, Adam, AdamW, NAdam, Lion, LBFGS,
    )
}  # fmt: skip
