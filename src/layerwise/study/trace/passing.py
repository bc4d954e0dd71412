"""The board's own blocks, forward and backward, with everything kept that they compute."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax

from layerwise.propagation.blocks import Network
from layerwise.propagation.heads import HEADS
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.network import cost
from layerwise.propagation.notation import Array, Examples, Parameters, Tensors, share_of
from layerwise.propagation.regularization import add_gradient, penalty
from layerwise.propagation.run import Run, givens
from layerwise.training.epoch import SOON
from layerwise.training.plan import Numbers, Plan, State
from layerwise.training.step import take_step, with_parameters


class Forward(NamedTuple):
    """A block's pass: what enters, what it makes, what leaves (with a skip added), its cache."""

    entering: Array
    made: Array
    leaving: Array
    cache: Any


class Backward(NamedTuple):
    """A block's pass back: the derivative that arrives, the one that leaves, the parameters'."""

    arriving: Array
    leaving: Array
    gradients: Tensors


class Passes(NamedTuple):
    """Everything of one step: both passes of each block, the head, the cost, the gradients of J.

    `gradients` have the penalties in them; `last` is A[L] of what the head makes of Z[L], `mean`
    the prediction, which differs where several members share the network.
    """

    forward: tuple[Forward, ...]
    backward: tuple[Backward, ...]
    last: Array
    mean: Array
    losses: Array
    J: Array
    gradients: Parameters


@partial(jax.jit, static_argnums=0, compiler_options=SOON)
def passes(network: Network, parameters: Parameters, batch: Examples, run: Run) -> Passes:
    """Return what the blocks make of a batch, forward and backward, as `propagate` calls them."""
    share = share_of(batch.weights)
    kept = _forward(network, parameters, batch, run)
    row, last = network.row, kept[-1].leaving
    head = HEADS[network.head].g
    dZ = row.dZ(last, batch.Y, run.cost)
    back = _backward(network, dZ, kept, share)
    J = penalty(parameters, run.penalties, cost(network, last, batch, run))
    gradients = tuple(each.gradients for each in back)
    return Passes(
        kept,
        back,
        _each_member(network, last),
        head(network.voted(last)),
        row.loss(last, batch.Y, run.cost),
        J,
        add_gradient(gradients, parameters, run.penalties),
    )


def _each_member(network: Network, Z: Array) -> Array:
    """Return A[L]; of members that share the network each one's own."""
    head, k = HEADS[network.head].g, network.members
    if k == 1:
        return head(Z)
    beside = Z.reshape(len(Z) // k, k * Z.shape[1])
    return head(beside).reshape(Z.shape)


def _forward(
    network: Network, parameters: Parameters, batch: Examples, run: Run
) -> tuple[Forward, ...]:
    entering, kept = batch.X, []
    given = givens(network, run, share_of(batch.weights))
    for block, tensors, own in zip(network.blocks, parameters, given, strict=True):
        made, cache = KINDS[block.kind].forward(block.settings, tensors, entering, own)
        kept.append(Forward(entering, made, made, cache))
        if block.skip:
            added = made + kept[-block.skip].entering
            kept[-1] = kept[-1]._replace(leaving=added)
        entering = kept[-1].leaving
    return tuple(kept)


def _backward(
    network: Network, arriving: Array, kept: tuple[Forward, ...], share: Array
) -> tuple[Backward, ...]:
    found, skipped = [], {}
    for place, block in reversed(list(enumerate(network.blocks))):
        if block.skip:
            skipped[place + 1 - block.skip] = arriving
        backward = KINDS[block.kind].backward
        leaving, gradients = backward(block.settings, arriving, kept[place].cache, share)
        leaving = leaving + skipped.pop(place) if place in skipped else leaving
        found.append(Backward(arriving, leaving, gradients))
        arriving = leaving
    return tuple(reversed(found))


@partial(jax.jit, static_argnums=0, compiler_options=SOON)
def stepped(plan: Plan, before: State, batch: Examples, numbers: Numbers, key: Array) -> Parameters:
    """Return the parameters after the optimizer's first step, with moments that start anew."""
    state = with_parameters(plan, before, numbers)
    after, _ = take_step(plan, state, batch, numbers, (key, numbers.learning_rate))
    return after.parameters
