"""What an epoch came to: the look at the validation rows, and the figures of its record."""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from layerwise.propagation.blocks import Network
from layerwise.propagation.cost import row_of
from layerwise.propagation.network import forward
from layerwise.propagation.notation import Array, Number, Parameters, share_of
from layerwise.propagation.regularization import penalty
from layerwise.propagation.run import givens
from layerwise.training.minibatches import Table, Values, own_rows
from layerwise.training.plan import Numbers, Plan, State, Work
from layerwise.training.score import COMPARED, compared, score
from layerwise.training.step import run_of

ROWS_LOOKED_AT = 8192  # at once: the A[l] of a large validation set would not fit in memory


class Seen(NamedTuple):
    """Means over rows: the cost, the score, and what epochs are compared by beside these."""

    cost: Any
    score: Any
    compared: Any = ()


class Figures(NamedTuple):
    """What an epoch came to; on the device all of them are one vector, fetched in one go.

    `after` is the cost after the last update where no rows are held out and an epoch is one step:
    what that step met belongs to the parameters before. With mini-batches it is None, for another
    pass over the rows would cost a third of the epoch.
    """

    cost: Any
    score: Any
    validation: Seen | None
    after: Any | None
    gradient_norms: tuple[Any, ...]
    update_norms: tuple[Any, ...]
    learning_rate: Any


class Report(NamedTuple):
    """An epoch's figures, and the first step whose cost was not finite, or 0."""

    figures: Values
    bad_step: Values


def _none(plan: Plan, held_out: bool) -> Figures:
    layers = (0.0,) * plan.network.depth
    after = None if held_out or plan.batch_size else 0.0
    seen = Seen(0.0, 0.0, (0.0,) * COMPARED[plan.monitor]) if held_out else None
    return Figures(0.0, 0.0, seen, after, layers, layers, 0.0)


def figures_of(plan: Plan, figures: Any, held_out: bool) -> Figures:
    """Return a report's figures as plain numbers; `held_out`: there are validation rows."""
    values, layers = iter(np.asarray(figures).tolist()), plan.network.depth
    cost, score, validation = next(values), next(values), None
    if held_out:
        own = next(values), next(values)
        validation = Seen(*own, tuple(islice(values, COMPARED[plan.monitor])))
    after = None if held_out or plan.batch_size else next(values)
    norms = tuple(islice(values, layers)), tuple(islice(values, layers))
    return Figures(cost, score, validation, after, *norms, next(values))


def empty_reports(plan: Plan, held_out: bool, count: int, dtype: Any) -> Report:
    """Return room for the reports of so many members."""
    width = len(jax.tree.leaves(_none(plan, held_out)))
    return Report(jnp.zeros((count, width), dtype), jnp.zeros(count, jnp.int32))


def norms(network: Network, tensors: Parameters) -> tuple[Number, ...]:
    """Return the norm of each layer's tensors, 1 to L."""
    layers = _of_layers(network, tensors)
    return _norms(layers, [[0.0] * len(values) for values in layers])


def update_norms(network: Network, after: Parameters, before: Parameters) -> tuple[Number, ...]:
    """Return the norm of each layer's change, 1 to L."""
    return _norms(_of_layers(network, after), _of_layers(network, before))


def _of_layers(network: Network, tensors: Parameters) -> list[list[Array]]:
    layers: list[list[Array]] = [[] for _ in range(network.depth + 1)]
    for block, values in zip(network.blocks, tensors, strict=True):
        layers[max(block.l, 1)].extend(values.values())  # what stands before layer 1 is told there
    return layers[1:]


def _norms(layers: list[list[Array]], origins: list[list[Any]]) -> tuple[Number, ...]:
    plain = _scaled_norms(layers, origins, jnp.ones(len(layers), layers[0][0].dtype))
    limits = jnp.finfo(plain.dtype)
    small, large = limits.tiny**0.5 / limits.eps, limits.max**0.5
    sound = (plain > small) & (plain < large)
    # where squares leave the range they are taken once more, of numbers brought into its middle
    scales = jnp.where(plain < large, jnp.ones_like(plain) / small, jnp.ones_like(plain) / large)
    again = jnp.where(sound, jnp.ones_like(plain), scales)
    kept = jax.lax.cond(jnp.all(sound), lambda *_: plain, _scaled_norms, layers, origins, again)
    return tuple(kept)


def _scaled_norms(layers: list[list[Array]], origins: list[list[Any]], scales: Array) -> Array:
    found = []
    for values, before, scale in zip(layers, origins, scales, strict=True):
        pairs = zip(values, before, strict=True)
        found.append(optax.tree.norm([(after - first) * scale for after, first in pairs]) / scale)
    return jnp.stack(found)


def looks(
    plan: Plan, state: State, work: Work, numbers: Numbers
) -> tuple[Seen | None, Number | None]:
    """Return the validation figures and the cost `after` an epoch, those that it has."""
    if work.validation is not None:
        return looked_at(plan, state, own_rows(work.validation, work.held_out), numbers), None
    if work.order is not None:
        return None, None
    seen = looked_at(plan, state, own_rows(work.training, work.table), numbers)
    return None, penalty(state.best_guess, numbers.penalties, seen.cost)


def looked_at(plan: Plan, state: State, rows: Table, numbers: Numbers) -> Seen:
    """Return what the rows come to, as the state predicts them."""
    count, run = len(rows.weights), run_of(numbers, state, None)
    share = share_of(rows.weights[None, :])[0]

    def sums(X: Array, Y: Array, share: Array) -> Seen:
        given = givens(plan.network, run, share[None, :])
        each, _ = forward(plan.network, state.best_guess, X.T, given)
        Z = plan.network.voted(each)
        losses = row_of(plan.network.cost).loss(Z, Y.T, run.cost)
        scores = score(plan.network, Z, Y.T, run.cost)
        seen = Seen(jnp.sum(losses[0] * share), jnp.sum(scores[0] * share))
        if not COMPARED[plan.monitor]:
            return seen
        costs = compared(plan.network, plan.monitor, Z, Y.T, run.cost)
        return seen._replace(compared=jnp.sum(costs * share[None, :], axis=1))

    if count <= ROWS_LOOKED_AT:
        return sums(rows.X, rows.Y, share)

    def block(i: Array, total: Seen) -> Seen:
        # the last block ends with the last row: what it shares with the one before counts once
        first = jnp.minimum(i * ROWS_LOOKED_AT, count - ROWS_LOOKED_AT)
        X, Y, own = (
            jax.lax.dynamic_slice_in_dim(part, first, ROWS_LOOKED_AT)
            for part in (rows.X, rows.Y, share)
        )
        new = first + jnp.arange(ROWS_LOOKED_AT) >= i * ROWS_LOOKED_AT
        return jax.tree.map(jnp.add, total, sums(X, Y, jnp.where(new, own, jnp.zeros_like(own))))

    zero, width = jnp.zeros((), share.dtype), COMPARED[plan.monitor]
    none = Seen(zero, zero, jnp.zeros(width, share.dtype) if width else ())
    return jax.lax.fori_loop(0, -(-count // ROWS_LOOKED_AT), block, none)
