"""A network is a row of blocks and a cost; the blocks of a layer l follow each other."""

from __future__ import annotations

from typing import Any, NamedTuple

from layerwise.propagation.cost import Cost, row_of


class Block(NamedTuple):
    """One block of layer l: its kind (a row of KINDS), that kind's settings, `skip` and `gate`.

    A block with a skip of k adds what enters the last k blocks, itself included, to its own output.
    A gate of k says that these k blocks are a layer that its number `on` turns on (1) or off (0):
    off, what enters the layer leaves it.
    """

    kind: str
    l: int
    settings: Any
    skip: int = 0
    gate: int = 0


class Network(NamedTuple):
    """The blocks in forward order and the cost (a row of COSTS, or one's own); L = `depth`."""

    blocks: tuple[Block, ...]
    cost: str | Cost

    @property
    def depth(self) -> int:
        return self.blocks[-1].l

    @property
    def weights(self) -> int:
        """How many weights there are in all: the multiplications for one example."""
        matrices = [block.settings for block in self.blocks if block.kind == "linear"]
        return sum(linear.n * linear.n_prev for linear in matrices)

    def computed_in(self, compute: str | None) -> Network:
        """Return the network with its matrices multiplied in a type; None: in their own."""
        return self._replace(
            blocks=tuple(
                block._replace(settings=block.settings._replace(compute=compute))
                if hasattr(block.settings, "compute")
                else block
                for block in self.blocks
            )
        )

    @property
    def head(self) -> str:
        return row_of(self.cost).head
