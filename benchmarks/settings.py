"""What one run of the benchmarks was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from benchmarks.peers import PEERS
from benchmarks.workloads import WORKLOADS


class Settings(NamedTuple):
    """The parts' own choices: `quick` looks whether all runs, `full` takes the largest sizes."""

    out: Path = Path("benchmarks/results")
    quick: bool = False
    full: bool = False
    device: str = "cpu"
    peers: tuple[str, ...] = tuple(PEERS)
    workloads: tuple[str, ...] = tuple(WORKLOADS)

    @property
    def rounds(self) -> int:
        return 2 if self.quick else 5

    @property
    def seconds(self) -> float:
        """How long one timing of a training is to take."""
        return 0.05 if self.quick else 0.3
