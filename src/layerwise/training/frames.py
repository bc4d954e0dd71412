"""The smallest network that has room for networks of other widths and depths."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import groupby

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
    return plan._replace(network=Network((), "")), shape, job.dtype, job.validation is None


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


def worth_one_program(jobs: Sequence[Job]) -> bool:
    """Return whether one program for these jobs saves more time than the zeros cost."""
    networks = [job.plan.network for job in jobs]
    frame = frame_of(networks)
    if frame.weights > ONE_VECTOR // 2:  # their optimizers have to be laid out alike
        return False
    epochs = [3 * job.rows * float(job.numbers.epochs) for job in jobs]
    zeros = [frame.weights - network.weights for network in networks]
    more = sum(zero * times for zero, times in zip(zeros, epochs, strict=True))
    return more / PRODUCTS < COMPILING * (len(set(networks)) - 1)
