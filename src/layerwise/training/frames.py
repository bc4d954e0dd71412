"""The smallest network that has room for networks of other widths and depths."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import groupby

import jax

from layerwise.propagation.blocks import Block, Network
from layerwise.training.loop import Job
from layerwise.training.optimizers import OPTIMIZERS
from layerwise.training.step import ONE_VECTOR

FILLED = {"linear", "activation", "dropout", "batch_norm"}  # kinds for which zeros stay zeros
COMPILING = 0.7  # seconds that another program takes
PRODUCTS = 3e10  # multiplications in a second


def layers_of(network: Network) -> list[list[Block]]:
    """Return the blocks of each layer, from 0 (the entrance, maybe empty) to L."""
    found = {at: list(blocks) for at, blocks in groupby(network.blocks, lambda block: block.l)}
    return [found.get(at, []) for at in range(network.depth + 1)]


def _pattern(blocks: Sequence[Block]) -> Hashable:
    sizes = {"n": 0, "n_prev": 0}
    return tuple(
        (
            block.kind,
            block.skip,
            block.settings._replace(
                **{name: 0 for name in sizes if name in block.settings._fields}
            ),
        )
        for block in blocks
    )


def kind_of(job: Job) -> Hashable | None:
    """Return what has to be equal for jobs to be filled up to one network; None: never."""
    plan, network = job.plan, job.plan.network
    if any(block.kind not in FILLED for block in network.blocks):
        return None
    if plan.frozen or OPTIMIZERS[plan.optimizer].needs_tree or job.plateau:
        return None
    entrance, *hidden, last = map(_pattern, layers_of(network))
    skips = any(block.skip for block in network.blocks)
    # layers that are alike may be turned off; others have to be there in all
    between = hidden[0] if len(set(hidden)) == 1 and not skips else tuple(hidden)
    outputs = network.blocks[-1].settings.n
    shape = entrance, between, last, network.cost, outputs
    numbers = jax.tree.structure(job.numbers._replace(blocks=()))
    rows = len(job.training.X) if plan.batch_size == 0 else None  # as in `shape_of`
    alike = plan._replace(network=Network((), "")), job.dtype, job.validation is None
    return *alike, shape, numbers, rows


def frame_of(networks: Sequence[Network]) -> Network:
    """Return the smallest network that has room for all of these, which are of one kind."""
    deepest = max(networks, key=lambda network: network.depth)
    depths = {network.depth for network in networks}
    units = [[layer[-1].settings.n for layer in layers_of(net)[1:-1]] for net in networks]
    if len(depths) == 1:
        hidden = [max(widths) for widths in zip(*units, strict=True)]
    else:  # what enters a layer that is off has to fit where it leaves
        hidden = [max(map(max, filter(None, units)))] * (deepest.depth - 1)
    sizes = [max(map(inputs_of, networks)), *hidden, deepest.blocks[-1].settings.n]
    blocks = []
    for at, layer in enumerate(layers_of(deepest)):
        made = [_sized(block, sizes) for block in layer]
        if min(depths) <= at < deepest.depth:
            made[-1] = made[-1]._replace(gate=len(made))
        blocks += made
    return deepest._replace(blocks=tuple(blocks))


def inputs_of(network: Network) -> int:
    """Return n_x."""
    return next(block.settings.n_prev for block in network.blocks if block.kind == "linear")


def _sized(block: Block, sizes: Sequence[int]) -> Block:
    size = {"n": sizes[block.l]}
    if "n_prev" in block.settings._fields:
        size["n_prev"] = sizes[block.l - 1]
    return block._replace(settings=block.settings._replace(**size))


def starts_of(network: Network) -> list[int]:
    """Return the place of the first block of each layer, from 0 to L."""
    return [sum(block.l < at for block in network.blocks) for at in range(network.depth + 1)]


def blocks_in(frame: Network, network: Network) -> list[int]:
    """Return for each block of a network its place in the frame; the last layer is the last."""
    starts = starts_of(frame)
    return [
        starts[at if at < network.depth else frame.depth] + place
        for at, layer in enumerate(layers_of(network))
        for place in range(len(layer))
    ]


def worth_joining(others: Sequence[Job], more: Sequence[Job]) -> bool:
    """Return whether one program for these groups saves more time than its zeros cost."""
    together = [*others, *more]
    if len(_networks(together)) == 1:
        return False  # they are apart for another reason
    if frame_of(_networks(together)).weights > ONE_VECTOR // 2:
        return False  # their optimizers have to be laid out alike
    return zeros_of(together) - zeros_of(others) - zeros_of(more) < COMPILING


def zeros_of(jobs: Sequence[Job]) -> float:
    """Return the seconds that jobs in one program spend on the zeros that fill them up."""
    networks = _networks(jobs)
    if len(networks) == 1:
        return 0.0
    frame = frame_of(networks).weights
    zeros = sum(
        3 * job.rows * float(job.numbers.epochs) * (frame - job.plan.network.weights)
        for job in jobs
    )
    return zeros / PRODUCTS


def _networks(jobs: Sequence[Job]) -> list[Network]:
    return list({job.plan.network: None for job in jobs})
