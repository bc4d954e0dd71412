"""One network from several first weights at once, as the course trains it: raw columns, all steps.

The steps are the package's own (`take_step`), compiled into one program for all seeds; the weights
are drawn as the course's notebooks draw them, so that the first seed is the course's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.preparing import prepare
from layerwise.estimators.sampling import Sample
from layerwise.propagation.heads import HEADS
from layerwise.propagation.network import forward
from layerwise.propagation.notation import Array, share_of
from layerwise.propagation.run import givens
from layerwise.training.minibatches import ABSENT, Table, as_columns, draw, take
from layerwise.training.plan import Numbers, Plan, State
from layerwise.training.step import first_state, run_of, take_step, with_parameters

MOST_RECORDS = 100  # costs kept of a run: enough for a curve
ORDER_SEED = 10  # the course's, raised by one in every epoch
Spread = Callable[[int], float]


class Examples(NamedTuple):
    """Rows (m, n_x) as they are, and 0 or 1 for each."""

    X: np.ndarray
    y: np.ndarray


class Trained(NamedTuple):
    """A network after training from several first weights.

    `states` and `costs` (seeds, records) hold one entry per seed; `steps` says after how many
    epochs each cost was met. With mini-batches a cost is the mean since the one before.
    """

    plan: Plan
    numbers: Numbers
    states: State
    costs: np.ndarray
    steps: np.ndarray


def tiny(_: int) -> float:
    """Return the lecture's spread of small random weights, for any number of inputs."""
    return 0.01


def he(inputs: int) -> float:
    """Return sqrt(2 / inputs)."""
    return float(np.sqrt(2 / inputs))


def lecun(inputs: int) -> float:
    """Return sqrt(1 / inputs)."""
    return float(np.sqrt(1 / inputs))


def train_seeds(
    model: DNNClassifier, rows: Examples, spread: Spread, seeds: range, shuffled: bool = False
) -> Trained:
    """Train one network from the first weights of every seed.

    Use it to see how much of a result is the luck of its first weights.

    Parameters
    ----------
    model : DNNClassifier
        Its settings; it is not fitted. Epochs are taken to the end and all rows train.
    rows : Examples
        Enter the network unscaled.
    spread : function from the number of inputs to the deviation of a layer's first weights
    seeds : range of the course's seeds
    shuffled : bool
        Whether mini-batches are drawn, in the course's order; otherwise a step takes all rows.

    Returns
    -------
    Trained

    Examples
    --------
    >>> rows = Examples(np.array([[0.0], [1.0]]), np.array([0, 1]))
    >>> model = DNNClassifier((2,), activation="tanh", optimizer="gradient_descent", epochs=50)
    >>> found = train_seeds(model, rows, he, range(3))
    >>> found.costs.shape, bool((found.costs[:, -1] < found.costs[:, 0]).all())
    ((3, 50), True)
    """
    with jax.enable_x64(model.dtype == "float64"):
        job = _job(model, rows)
        epochs = int(model.epochs)
        records = next(n for n in range(MOST_RECORDS, 0, -1) if epochs % n == 0)
        orders = _orders(len(rows.y), model, shuffled)
        orders = orders.reshape(records, len(orders) // records, orders.shape[-1])
        states = jax.tree.map(lambda *leaves: jnp.stack(leaves), *_starts(job, spread, seeds))
        keys = jax.vmap(jax.random.key)(jnp.arange(len(seeds)))
        states, costs = _all_steps(job.plan, states, keys, (job.training, orders), job.numbers)
        steps = np.arange(1, records + 1) * (epochs // records)
        return Trained(job.plan, job.numbers, states, np.asarray(costs), steps)


def _job(model: DNNClassifier, rows: Examples) -> Any:
    settings = model.get_params(deep=False) | {"validation_fraction": 0, "batch_size": "all"}
    weights = np.ones(len(rows.y))
    job = prepare(Sample(rows.X, rows.y, weights, None), settings, 0, (model, None)).job
    kind = np.dtype(model.dtype)
    # what prepare has scaled makes way for the columns as they are, which the course trains on
    raw = Table(rows.X.astype(kind), rows.y[:, None].astype(kind), weights.astype(kind))
    return job._replace(training=raw, numbers=jax.tree.map(jnp.asarray, job.numbers))


def _orders(rows: int, model: DNNClassifier, shuffled: bool) -> np.ndarray:
    epochs = int(model.epochs)
    if not shuffled:
        return np.zeros((epochs, 0), np.int32)
    size = int(model.batch_size)
    batches = -(-rows // size)
    orders = np.full((epochs, batches * size), ABSENT, np.int32)
    for epoch in range(epochs):
        orders[epoch, :rows] = np.random.RandomState(ORDER_SEED + 1 + epoch).permutation(rows)
    return orders.reshape(-1, size)


def _starts(job: Any, spread: Spread, seeds: range) -> list[State]:
    template = first_state(job.plan, jax.random.key(0), job.numbers, job.dtype)
    states = []
    for seed in seeds:
        random = np.random.RandomState(seed)
        drawn = tuple(
            {**tensors, "W": _drawn(random, spread, tensors["W"])} if "W" in tensors else tensors
            for tensors in template.parameters
        )
        states.append(with_parameters(job.plan, template._replace(parameters=drawn), job.numbers))
    return states


def _drawn(random: np.random.RandomState, spread: Spread, like: Array) -> Array:
    return jnp.asarray(random.randn(*like.shape) * spread(like.shape[1]), like.dtype)


@partial(jax.jit, static_argnums=0)
@partial(jax.vmap, in_axes=(None, 0, 0, None, None))
def _all_steps(plan: Plan, state: State, key: Any, work: tuple, numbers: Numbers) -> Any:
    table, orders = work

    def step(carry: tuple, order: Array) -> tuple:
        state, count = carry
        batch = take(table, draw(table, order)) if order.shape[0] else as_columns(table)
        at = jax.random.fold_in(key, count), numbers.learning_rate
        state, passed = take_step(plan, state, batch, numbers, at)
        return (state, count + 1), passed.J

    def record(carry: tuple, chunk: Array) -> tuple:
        carry, costs = jax.lax.scan(step, carry, chunk)
        # single mini-batches differ too much to show a curve
        return carry, jnp.mean(costs) if chunk.shape[1] else costs[-1]

    (state, _), costs = jax.lax.scan(record, (state, jnp.int32(0)), orders)
    return state, costs


def chances(trained: Trained, X: np.ndarray) -> np.ndarray:
    """Return the probability of class 1 of rows (m, n_x) for every seed, (seeds, m)."""
    kind = trained.numbers.learning_rate.dtype
    with jax.enable_x64(kind == np.float64):
        return np.asarray(
            _chances(trained.plan, trained.states, trained.numbers, jnp.asarray(X, kind))
        )


@partial(jax.jit, static_argnums=0)
@partial(jax.vmap, in_axes=(None, 0, None, None))
def _chances(plan: Plan, state: State, numbers: Numbers, rows: Array) -> Array:
    share = share_of(jnp.ones((1, len(rows)), rows.dtype))
    given = givens(plan.network, run_of(numbers, state, None), share)
    last, _ = forward(plan.network, state.best_guess, rows.T, given)
    return HEADS[plan.network.head].g(last)[0]


def accuracies(trained: Trained, rows: Examples) -> tuple[float, ...]:
    """Return the share of rows that each seed's network has right: class 1 above one half."""
    right = (chances(trained, rows.X) > 0.5) == rows.y[None, :]
    return tuple(map(float, right.mean(axis=1)))
