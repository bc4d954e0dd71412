"""Networks of other widths and depths in one program: a larger network, filled up with zeros.

Zeros stay zeros: a unit that is absent has A[l] = 0, so that nothing is learned from it or for it,
and a layer that is turned off leaves what enters it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from layerwise.propagation.blocks import Network
from layerwise.propagation.notation import Tensors
from layerwise.training.frames import blocks_in, frame_of, inputs_of, starts_of
from layerwise.training.loop import Job, state_shapes
from layerwise.training.minibatches import Table
from layerwise.training.plan import State

NOT_ZERO_AT_ZERO = {"sigmoid", "softplus"}  # activations whose absent units have to be masked


class Mask(NamedTuple):
    """A job in a larger network: the two jobs, its blocks there, its parameters there.

    `vector` holds the places of its parameters in the larger network's one vector; the shapes are
    those of the two first states.
    """

    own: Job
    filled: Job
    blocks: list[int]
    vector: np.ndarray
    shapes: tuple[State, State]

    def fill(self, state: State) -> State:
        """Return its state as one of the larger network."""
        large = self.shapes[1]
        tensors = [
            self._filled(getattr(state, name), getattr(large, name))
            for name in ("parameters", "statistics", "average")
        ]
        optimizer = jax.tree.map(
            lambda leaf, like: self._spread(leaf, like.size) if leaf.ndim else leaf,
            state.optimizer,
            large.optimizer,
        )
        return State(tensors[0], tensors[1], optimizer, tensors[2])

    def crop(self, state: State) -> State:
        """Return its own state from that of the larger network."""
        small = self.shapes[0]
        tensors = [
            self._cropped(getattr(state, name), getattr(small, name))
            for name in ("parameters", "statistics", "average")
        ]
        optimizer = jax.tree.map(
            lambda leaf: leaf[self.vector] if leaf.ndim else leaf, state.optimizer
        )
        return State(tensors[0], tensors[1], optimizer, tensors[2])

    def of_layers(self, norms: tuple[float, ...]) -> tuple[float, ...]:
        """Return the entries of its own layers."""
        return (*norms[: self.own.plan.network.depth - 1], norms[-1])

    def _spread(self, vector: np.ndarray, size: int) -> np.ndarray:
        whole = np.zeros(size, vector.dtype)
        whole[self.vector] = vector
        return whole

    def _filled(self, own: Any, like: Any) -> Any:
        if own is None:
            return None
        whole = [
            {name: np.zeros(leaf.shape, leaf.dtype) for name, leaf in tensors.items()}
            for tensors in like
        ]
        for place, tensors in zip(self.blocks, own, strict=True):
            for name, tensor in tensors.items():
                whole[place][name][_corner(tensor)] = tensor
        return tuple(whole)

    def _cropped(self, whole: Any, like: Any) -> Any:
        if whole is None:
            return None
        return tuple(
            {name: whole[place][name][_corner(leaf)] for name, leaf in tensors.items()}
            for place, tensors in zip(self.blocks, like, strict=True)
        )


def _corner(tensor: Any) -> tuple[slice, ...]:
    return tuple(slice(size) for size in tensor.shape)


def masked(jobs: Sequence[Job]) -> list[Mask] | None:
    """Return the jobs in the smallest network with room for all; None where they are of one."""
    networks = [job.plan.network for job in jobs]
    if len(set(networks)) == 1:
        return None
    frame = frame_of(networks)
    wide, seen = {}, {}
    return [_mask(job, frame, wide, seen) for job in jobs]


def _mask(job: Job, frame: Network, wide: dict[int, Any], seen: dict[Network, Any]) -> Mask:
    network, n_x = job.plan.network, inputs_of(frame)
    blocks = blocks_in(frame, network)

    def widened(table: Table | None) -> Table | None:
        if table is None or table.X.shape[1] == n_x:
            return table
        X = wide.get(id(table.X))
        if X is None:
            X = wide[id(table.X)] = np.pad(table.X, ((0, 0), (0, n_x - table.X.shape[1])))
        return table._replace(X=X)

    training = widened(job.training)
    assert training is not None
    filled = job._replace(
        plan=job.plan._replace(network=frame),
        training=training,
        validation=widened(job.validation),
        numbers=job.numbers._replace(blocks=_numbers(job, frame, blocks)),
    )
    if network not in seen:  # what takes long is found once for members of one network
        shapes = state_shapes(job), state_shapes(filled)
        seen[network] = shapes, _places(Mask(job, filled, blocks, np.zeros(0, int), shapes))
    shapes, vector = seen[network]
    return Mask(job, filled, blocks, vector, shapes)


def _places(mask: Mask) -> np.ndarray:
    small, large = mask.shapes
    ends = np.cumsum([leaf.size for leaf in jax.tree.leaves(large.parameters)])
    numbers = [
        np.arange(end - leaf.size, end).reshape(leaf.shape)
        for end, leaf in zip(ends, jax.tree.leaves(large.parameters), strict=True)
    ]
    numbering = jax.tree.unflatten(jax.tree.structure(large.parameters), numbers)
    own = jax.tree.leaves(mask._cropped(numbering, small.parameters))
    return np.concatenate([places.ravel() for places in own])


def _numbers(job: Job, frame: Network, blocks: list[int]) -> tuple[Tensors, ...]:
    network, kind = job.plan.network, np.dtype(job.dtype).type
    own = dict(zip(blocks, job.numbers.blocks, strict=True))
    units = dict(zip(blocks, (block.settings.n for block in network.blocks), strict=True))
    pairs = zip(network.blocks, job.numbers.blocks, strict=True)
    first = [numbers for block, numbers in pairs if block.l == 1]
    starts, made = starts_of(frame), []
    for place, block in enumerate(frame.blocks):
        # a layer that is off has numbers like the first one's
        numbers = dict(own[place] if place in own else first[place - starts[block.l]])
        if block.gate:
            numbers["on"] = kind(place in own)
        if block.kind == "activation" and block.settings.name in NOT_ZERO_AT_ZERO:
            present = np.arange(block.settings.n)[:, None] < units.get(place, 0)
            numbers["present"] = present.astype(kind)
        made.append(numbers)
    return tuple(made)
