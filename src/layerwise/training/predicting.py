"""A[L] for any number of rows, in blocks, so that memory stays bounded and programs are shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.propagation.blocks import Network
from layerwise.propagation.heads import HEADS
from layerwise.propagation.network import forward
from layerwise.propagation.notation import Array, Parameters
from layerwise.propagation.run import Run, givens
from layerwise.training.minibatches import bucket, pad

BLOCK = 512  # on a processor: its activations stay in the caches (decision 20)
LARGE_BLOCK = 8192  # on an accelerator; not measured
FEW_ROWS = 1024  # up to here, and of so few weights, in float64: a row alone and in a batch then
FEW_WEIGHTS = 50_000  # agree to 1e-15; a larger network would take twice as long
TOGETHER, FEWEST_TOGETHER = 16, 4  # networks looked at in one call

Encoded = Callable[[slice], np.ndarray]  # from the numbers of rows to these rows, encoded


class Form(NamedTuple):
    """How many members there are, whose parameters and statistics then have an axis for them first.

    Their outputs are stacked where they are wanted `beside` each other; else their mean is taken.
    """

    members: int = 1
    beside: bool = False


ALONE = Form()


class Ready(NamedTuple):
    """A network on the device, with all numbers in the type that it is computed in."""

    network: Network
    parameters: Parameters
    run: Run
    kind: np.dtype
    form: Form = ALONE


@partial(jax.jit, static_argnums=(0, 1))
def _outputs(form: Form, network: Network, parameters: Parameters, run: Run, rows: Array) -> Array:
    share = jnp.zeros((1, len(rows)), rows.dtype)  # only batches in training need it

    def of_one(both: tuple[Parameters, Any]) -> Array:
        own = run._replace(statistics=both[1])
        Z, _ = forward(network, both[0], rows.T, givens(network, own, share))
        return HEADS[network.head].g(network.voted(Z))

    if form.members == 1:
        return of_one((parameters, run.statistics)).T
    found = jax.lax.map(of_one, (parameters, run.statistics))
    return found.reshape(-1, len(rows)).T if form.beside else jnp.mean(found, axis=0).T


def up_to(
    layer: int, network: Network, parameters: Parameters, run: Run
) -> tuple[Network, Parameters, Run]:
    """Return the part of a network that ends with A[l]; the whole one for l = L."""
    if layer == network.depth:
        return network, parameters, run
    count = sum(block.l <= layer for block in network.blocks)
    # a squared error's head is the identity: it leaves A[l] as it is
    part = network._replace(blocks=network.blocks[:count], cost="squared_error")
    own = run._replace(numbers=run.numbers[:count], statistics=run.statistics[:count], cost={})
    return part, parameters[:count], own


def kind_of(count: int, network: Network, dtype: Any) -> np.dtype:
    """Return the type that so many rows of a type are computed in."""
    few = count <= FEW_ROWS and network.weights <= FEW_WEIGHTS
    return np.dtype(np.float64 if few else dtype)


def ready(
    network: Network, parameters: Parameters, run: Run, kind: np.dtype, form: Form = ALONE
) -> Ready:
    """Return a network ready to compute in a type: worth keeping, for it copies every number."""
    network = network.computed_in(None)  # matrices may be multiplied in a shorter type in training
    with jax.enable_x64(kind == np.float64):
        tensors = jax.tree.map(lambda tensor: np.asarray(tensor, kind), (parameters, run))
        own, its_run = jax.device_put(tensors)
        return Ready(network, own, its_run, kind, form)


def outputs(network: Network, parameters: Parameters, run: Run, rows: np.ndarray) -> np.ndarray:
    """Return A[L] as float64 rows (m, n[L]) for encoded rows (m, n_x).

    For looks at the end of training: whole blocks in one type, so that one program serves them all.
    """
    made = ready(network, parameters, run, kind_of(1, network, rows.dtype))
    return outputs_of(made, len(rows), rows.__getitem__, whole=True)


class Look(NamedTuple):
    """A network, its parameters, the run that it is looked at with, and encoded rows (m, n_x)."""

    network: Network
    parameters: Parameters
    run: Run
    rows: np.ndarray


def outputs_of_all(looks: Sequence[Look]) -> list[np.ndarray]:
    """Return what `outputs` returns for each look; networks of one shape on one table go together.

    The hundredth network costs a product, where a call for each would cost a millisecond.
    """
    alike: dict[Any, list[int]] = {}
    for place, look in enumerate(looks):
        shape = jax.tree.structure((look.parameters, look.run))
        alike.setdefault((look.network, id(look.rows), shape), []).append(place)
    found: dict[int, np.ndarray] = {}
    for places in alike.values():
        for first in range(0, len(places), TOGETHER):
            own = places[first : first + TOGETHER]
            found |= zip(own, _together([looks[place] for place in own]), strict=True)
    return [found[place] for place in range(len(looks))]


def _together(looks: Sequence[Look]) -> Iterable[np.ndarray]:
    if len(looks) < FEWEST_TOGETHER:
        return [outputs(*look) for look in looks]
    first = looks[0]
    kind = kind_of(1, first.network, first.rows.dtype)
    filled = [*looks, *[first] * (TOGETHER - len(looks))]
    trees = [jax.tree.flatten((look.parameters, look.run)) for look in filled]
    leaves = zip(*(leaves for leaves, _ in trees), strict=True)
    whole = jax.tree.unflatten(trees[0][1], [np.stack(own).astype(kind) for own in leaves])
    with jax.enable_x64(kind == np.float64):
        network = first.network.computed_in(None)
        parts = [
            np.asarray(_outputs_of_each(network, *whole, pad(rows, block_size())))[:, : len(rows)]
            for rows in _blocks(first.rows.astype(kind, copy=False))
        ]
    return np.concatenate(parts, axis=1)[: len(looks)].astype(np.float64)


def _blocks(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[at : at + block_size()] for at in range(0, len(rows), block_size())]


@partial(jax.jit, static_argnums=0)
def _outputs_of_each(network: Network, parameters: Parameters, run: Run, rows: Array) -> Array:
    return jax.lax.map(lambda own: _outputs(ALONE, network, *own, rows), (parameters, run))


def outputs_of(made: Ready, count: int, encoded: Encoded, whole: bool = False) -> np.ndarray:
    """Return A[L] as float64 rows (m, n[L]), m being `count`; rows are encoded block by block.

    While a block is computed the next one is encoded. The last one is filled up when `whole`.
    """
    parts = _parts(made, count, encoded, whole)
    first = next(parts)
    if len(first) == count:
        return first.astype(np.float64, copy=False)
    A, at = np.empty((count, first.shape[1])), len(first)
    A[:at] = first
    for part in parts:
        A[at : at + len(part)] = part
        at += len(part)
    return A


def _parts(made: Ready, count: int, encoded: Encoded, whole: bool) -> Iterator[np.ndarray]:
    size, waiting = block_size(), None
    for at in range(0, count, size):
        rows = encoded(slice(at, at + size)).astype(made.kind, copy=False)
        with jax.enable_x64(made.kind == np.float64):
            filled = pad(rows, size) if whole else _padded(rows)
            computed = _outputs(made.form, *made[:3], filled), len(rows)
        if waiting is not None:
            yield _taken(*waiting)
        waiting = computed
    assert waiting is not None
    yield _taken(*waiting)


def block_size() -> int:
    """Return how many rows are computed at once."""
    return BLOCK if jax.default_backend() == "cpu" else LARGE_BLOCK


def _padded(rows: np.ndarray) -> np.ndarray:
    # a row alone is one column: a product of a matrix with a vector is twice as fast as with 8
    return rows if len(rows) == 1 else pad(rows, bucket(len(rows)))


def _taken(computed: Array, count: int) -> np.ndarray:
    return np.asarray(computed)[:count]
