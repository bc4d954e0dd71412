"""How much of the processor others use meanwhile: on a shared machine a timing may be spoilt.

Libraries whose threads wait for each other by spinning suffer most: a neighbour on one of two
cores made a small step of PyTorch thirty times as long.
"""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median

ENOUGH = 0.1  # cores that others may use during a timing that counts
TRIES = 3
SPARE = 100.0  # seconds that a run spends on disturbed tries; on a busy machine more would not help


def warning(shares: list[float]) -> str:
    """Say how busy others kept the machine during timings, or nothing where it was quiet."""
    middle = median(shares) if shares else 0.0
    if middle < ENOUGH:
        return ""
    return f" NOT QUIET: during the middle timing others used {middle:.1f} cores: measure again."


def others(pid: int) -> float:
    """Return the processor seconds that all but this process have used since the machine began."""
    try:
        words = Path("/proc/stat").read_text().split(maxsplit=9)
        own = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # no Linux: nothing is known of others
        return 0.0
    user, nice, system, _idle, _waiting, *interrupts = map(int, words[1:9])
    return (user + nice + system + sum(interrupts) - sum(map(int, own[11:13]))) / _TICKS


_TICKS = os.sysconf("SC_CLK_TCK")
