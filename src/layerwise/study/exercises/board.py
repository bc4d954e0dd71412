"""Every tensor of a small network, by the board's own passes in float64. Lecture rows 14 and 17."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.propagation.architecture import dense
from layerwise.propagation.heads import HEADS
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.network import cost, forward
from layerwise.propagation.notation import Examples, share_of
from layerwise.propagation.regularization import Penalties, add_gradient
from layerwise.propagation.run import givens, plain
from layerwise.training.optimizers import OPTIMIZERS

Tensors = dict[str, np.ndarray]


class Small(NamedTuple):
    """A network with its hidden activation and its cost."""

    units: tuple[int, ...]
    activation: str
    cost: str


def tensors_of(small: Small, given: Tensors) -> Tensors:
    """Return Z1, A1, ..., J, dZ1, dA1, dW1, db1, ... from W1, b1, ..., X and Y."""
    with jax.enable_x64(True):
        known = {name: jnp.asarray(values, jnp.float64) for name, values in given.items()}
        return {name: np.asarray(values) for name, values in _passed(small, known).items()}


@partial(jax.jit, static_argnums=0)
def _passed(small: Small, known: dict[str, Any]) -> dict[str, Any]:
    depth = len(small.units) - 1
    network = dense(small.units, (small.activation,) * (depth - 1), small.cost, "he")
    parameters = tuple(
        {"W": known[f"W{b.l}"], "b": known[f"b{b.l}"]} if b.kind == "linear" else {}
        for b in network.blocks
    )
    batch = Examples(known["X"], known["Y"], jnp.ones_like(known["X"][:1]))
    share, run = share_of(batch.weights), plain(network)
    given = givens(network, run, share)
    last, caches = forward(network, parameters, batch.X, given)
    found: dict[str, Any] = {f"A{depth}": HEADS[network.head].g(last)}
    found["loss"] = network.row.loss(last, batch.Y, run.cost)
    found["J"] = cost(network, last, batch, run).reshape(1, 1)
    slope = network.row.dZ(last, batch.Y, run.cost)
    for at, block in reversed(list(enumerate(network.blocks))):
        linear, kind = block.kind == "linear", KINDS[block.kind]
        found[f"d{'Z' if linear else 'A'}{block.l}"] = slope
        if linear and block.l > 1:
            found[f"A{block.l - 1}"] = caches[at].A_prev
        slope, own = kind.backward(block.settings, slope, caches[at], share)
        found |= {f"d{name}{block.l}": values for name, values in own.items()}
    return found | _before(network, parameters, batch, given)


def _before(network: Any, parameters: Any, batch: Examples, given: list[Any]) -> dict[str, Any]:
    """Return the Z of the hidden layers: what leaves each linear block."""
    found, passed = {}, batch.X
    for block, tensors, own in zip(network.blocks, parameters, given, strict=True):
        passed, _ = KINDS[block.kind].forward(block.settings, tensors, passed, own)
        if block.kind == "linear":
            found[f"Z{block.l}"] = passed
    return found


def with_penalty(slopes: Tensors, tensors: Tensors, l2: float, m: int) -> Tensors:
    """Return dW + l2 / m * W beside db."""
    with jax.enable_x64(True):
        own, weights = (
            {name: jnp.asarray(values) for name, values in part.items()}
            for part in (slopes, tensors)
        )
        shares = Penalties(None, jnp.asarray(l2 / m))
        (found,) = add_gradient((own,), (weights,), shares)
        return {name: np.asarray(values) for name, values in found.items()}


def stepped(
    rule: str, tensors: Tensors, slopes: list[Tensors], rates: tuple[float, float]
) -> Tensors:
    """Return the tensors after a step of an optimizer for each of the slopes.

    `rates` are the learning rate and the momentum; the rest of the rule is at its defaults.
    """
    with jax.enable_x64(True), jax.numpy_dtype_promotion("standard"):
        return {n: np.asarray(v) for n, v in _steps(rule, tensors, slopes, rates).items()}


@partial(jax.jit, static_argnums=0)
def _steps(rule: str, now: Any, slopes: list[Any], rates: tuple[Any, Any]) -> dict[str, Any]:
    optimizer: Any = OPTIMIZERS[rule]
    numbers = {name: jnp.asarray(value) for name, value in optimizer().numbers().items()}
    learning_rate, momentum = rates
    built = optimizer.build(numbers, learning_rate, momentum)
    state = built.init(now)
    for each in slopes:
        moves, state = built.update(each, state, now)
        now = {name: now[name] + move for name, move in moves.items()}
    return now
