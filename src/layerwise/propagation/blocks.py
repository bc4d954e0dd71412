"""A network is a row of blocks and a cost; the blocks of a layer l follow each other."""

from __future__ import annotations

from typing import Any, NamedTuple

from layerwise.propagation.cost import Cost, row_of
from layerwise.propagation.notation import Beside, Columns
from layerwise.propagation.vote import taught, voted


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
    def units(self) -> list[int]:
        """n[1], ..., n[L], of one member where several share the network."""
        return [getattr(linear, "units", linear.n) for linear in self._linear]

    @property
    def weights(self) -> int:
        """How many weights there are in all: the multiplications for one example."""
        return sum(linear.n * linear.n_prev for linear in self._linear)

    @property
    def _linear(self) -> list[Any]:
        return [block.settings for block in self.blocks if block.kind.endswith("linear")]

    @property
    def members(self) -> int:
        """How many members share the network; their outputs are beside each other."""
        last = self.blocks[-1] if self.blocks else None
        return last.settings.members if last and last.kind == "own_linear" else 1

    @property
    def row(self) -> Cost:
        """The loss of an example and dZ[L]; of several members the mean of theirs."""
        return taught(row_of(self.cost), self.members)

    def voted(self, Z: Beside) -> Columns:
        """Return the Z[L] that predicts: of several members that of their mean."""
        return voted(Z, self.head, self.members)

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
