"""The machine's own measure: square float32 products, by the libraries that multiply."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from benchmarks.driver import Worker, installed, summary

SIZE = 2048
FLOPS = 2.0 * SIZE**3
LIBRARIES = {"numpy": "plain_numpy", "torch": "pytorch", "jax": "plain_jax"}
MATH = {
    "cpu": {"JAX_PLATFORMS": "cpu"},
    "gpu": {"JAX_PLATFORMS": "cuda", "JAX_DEFAULT_MATMUL_PRECISION": "highest"},
}
_kept: dict[str, Any] = {}


def multiply(module: str, options: dict[str, Any]) -> float:
    """Return the seconds of one product (the worker's side); the first calls warm up."""
    if module not in _kept:
        product = import_module(f"benchmarks.peers.{module}").product
        _kept[module] = product(SIZE, **options)
        _kept[module]()
        _kept[module]()
    began = time.perf_counter()
    _kept[module]()
    return time.perf_counter() - began


class Peak:
    """Samples taken over a whole run; the peak is that of the library with the best median."""

    def __init__(self, device: str = "cpu") -> None:
        names = [name for name in LIBRARIES if installed((name,))]
        self.options: dict[str, dict[str, Any]] = {name: {} for name in names}
        if device == "gpu":
            names.remove("numpy")
            self.options["torch"] = {"device": "cuda"}
        self.workers = {name: Worker("peak", MATH[device]) for name in names}
        self.seconds: dict[str, list[float]] = {name: [] for name in names}

    def sample(self) -> None:
        """Let every library multiply three times."""
        for name, worker in self.workers.items():
            for _ in range(3):
                given = {"module": LIBRARIES[name], "options": self.options[name]}
                self.seconds[name].append(worker.ask("multiply", **given))

    def result(self) -> dict[str, Any]:
        """Return GFLOP/s of each library, and the largest median as the peak."""
        speeds = {
            name: summary([FLOPS / each / 1e9 for each in seconds])
            for name, seconds in self.seconds.items()
        }
        return {
            "size": SIZE,
            "gflops": max(each["median"] for each in speeds.values()),
            "of": max(speeds, key=lambda name: speeds[name]["median"]),
            "libraries": speeds,
        }

    def close(self) -> None:
        for worker in self.workers.values():
            worker.close()
