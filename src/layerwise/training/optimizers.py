"""The update rules, by the course's names; Optax computes them. Lecture rows 6 and 30.

`learning_rate` and `momentum` come to every rule; what is one rule's alone is a field of its class.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import optax

from layerwise.ingredient import Ingredient, choice, number
from layerwise.propagation.notation import Number, Parameters, Tensors

SHARE, DECAY = "a number from 0 to below 1", "a number from 0 to 1"
SMALL = "a number from 1e-16 to 1"
ALMOST_ONE = 1 - 1e-7  # closer to 1, float32 rounds to 1 and 1 - beta2^t is 0


@dataclass(frozen=True)
class Optimizer(Ingredient):
    """A rule that turns gradients into a step.

    Where `needs_cost_function`, its update wants value, grad and value_fn by keyword; where
    `needs_tree`, it tells tensors apart: others may be given all of them as one vector."""

    needs_cost_function: ClassVar[bool] = False
    needs_tree: ClassVar[bool] = False

    def choices(self) -> dict[str, Any]:
        """Return the fields that are compiled in: more arguments of `build`, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if "values" in f.metadata}

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
    """v as in momentum, W = W - learning_rate (dW + momentum v). Sutskever et al., ICML 2013."""

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
        Where s starts, from 0 to 1e6; in PyTorch at 0.
    epsilon : float, default 1e-7
        Keeps the division finite, from 1e-16 to 1; PyTorch adds it outside the root, 1e-10.
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
        Share of s that is kept, from 0 to below 1 (PyTorch's alpha, 0.99 there).
    epsilon : float, default 1e-8
        Keeps the division finite, from 1e-16 to 1.
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
    """W = W - learning_rate v / (sqrt(s) + epsilon). Kingma and Ba, ICLR 2015.

    v and s are moving means of dW and dW^2, corrected for their start at 0; as in PyTorch.

    Parameters
    ----------
    beta2 : float, default 0.999
        Share of s that is kept, from 0 to below 1; that of v, beta1, is `momentum`.
    epsilon : float, default 1e-8
        Keeps the division finite, from 1e-16 to 1.
    """

    name: ClassVar[str] = "adam"
    beta2: float = number(0.999, 0, ALMOST_ONE, SHARE)
    epsilon: float = number(1e-8, 1e-16, 1, SMALL)

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number) -> Any:
        return optax.adam(learning_rate, momentum, numbers["beta2"], numbers["epsilon"])


@dataclass(frozen=True)
class NAdam(Adam):
    """Adam that looks ahead as Nesterov does; beta1 stays, PyTorch lets it grow. Dozat, 2016."""

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
        From 0 to 1. Here W alone shrinks; in PyTorch b and the rest shrink with it.
    """

    name: ClassVar[str] = "adamw"
    needs_tree: ClassVar[bool] = True
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
        Share of v that is kept after the step, from 0 to below 1.
    weight_decay : float, default 0
        As in AdamW. Lion wants a learning rate 3 to 10 times smaller than Adam's.
    """

    name: ClassVar[str] = "lion"
    needs_tree: ClassVar[bool] = True
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

    A zoom line search finds the step size (PyTorch: 1, unless told), so that `learning_rate` and
    `momentum` say nothing. Nocedal and Wright, "Numerical Optimization", 2006, chapter 7.

    Parameters
    ----------
    memory : int, default 10
        How many of the last steps stand for the curvature; compiled in. PyTorch: 100.
    """

    name: ClassVar[str] = "lbfgs"
    needs_cost_function: ClassVar[bool] = True
    needs_tree: ClassVar[bool] = True
    memory: int = choice(10, (3, 5, 10, 20, 50))

    @staticmethod
    def build(numbers: Tensors, learning_rate: Number, momentum: Number, memory: int = 10) -> Any:
        rule = optax.lbfgs(memory_size=int(memory))
        return rule._replace(init=lambda parameters: _settled(rule.init(parameters)))


def _settled(state: Any) -> Any:
    # Optax starts the line search with weakly typed numbers, which update returns as strong ones:
    # the second call would compile anew
    return jax.tree.map(lambda value: jnp.asarray(value, value.dtype), state)


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
