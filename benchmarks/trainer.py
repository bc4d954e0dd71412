"""The worker's side of a training peer: it keeps one problem, trains it and says how long."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from benchmarks.workloads import cost, problem

_kept: dict[str, Any] = {}


def prepare(module: str, options: dict[str, Any], workload: str) -> dict[str, float]:
    """Make a workload ready and train one epoch, which compiles; the seconds of both are said."""
    began = time.perf_counter()
    peer, given = import_module(f"benchmarks.peers.{module}"), problem(workload)
    _kept.update(peer=peer, problem=given, train=peer.prepare(given, options))
    _kept["train"](1)
    return {"seconds": time.perf_counter() - began}


def seconds_per_step(epochs: int) -> float:
    """Return (a training of `epochs` less one of a single epoch) / the steps between them.

    So everything that an epoch costs counts, on the host too, and what is done once does not.
    """
    more = _timed(epochs) - _timed(1)
    return more / ((epochs - 1) * _kept["problem"].workload.steps)


def _timed(epochs: int) -> float:
    began = time.perf_counter()
    _kept["trained"] = _kept["train"](epochs)
    return time.perf_counter() - began


def calibrate(seconds: float) -> int:
    """Return how many epochs take about so many seconds."""
    each, epochs = 0.0, 2
    while True:
        each = seconds_per_step(epochs) * _kept["problem"].workload.steps
        if (epochs - 1) * each > seconds / 4 or epochs > 4000:
            return max(5, 1 + round(seconds / max(each, 1e-6)))
        epochs = 1 + 3 * (epochs - 1)


def final_cost(epochs: int) -> float:
    """Return the cost over all rows after so many epochs, by the same float64 judge for all."""
    peer, given = _kept["peer"], _kept["problem"]
    trained = _kept["train"](epochs)
    entering = getattr(peer, "entering", lambda _, problem: problem.X)
    return cost(entering(trained, given), given.y, peer.weights(trained))


def first_cost() -> float:
    """Return the cost of the first weights."""
    given = _kept["problem"]
    return cost(given.X, given.y, given.weights)


def forget() -> None:
    """Let the problem go."""
    _kept.clear()
