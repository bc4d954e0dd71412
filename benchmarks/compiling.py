"""What a first fit compiles (the worker's side), told by JAX's own events."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
from sklearn.datasets import load_digits

from layerwise import DNNClassifier

PHASES = {
    "/jax/core/compile/jaxpr_trace_duration": "trace",
    "/jax/core/compile/jaxpr_to_mlir_module_duration": "lower",
    "/jax/core/compile/backend_compile_duration": "compile",
}
CASES: dict[str, dict[str, Any]] = {
    "plain": {"hidden_units": (64,)},
    "deep": {"hidden_units": (64, 64, 64), "dropout": 0.2, "normalization": "batch_norm"},
    "members": {"hidden_units": (64,)},
}


def first_and_second(case: str) -> dict[str, Any]:
    """Return the seconds of two equal fits, and of what was compiled in the first."""
    spans: dict[str, list[tuple[float, float]]] = {phase: [] for phase in PHASES.values()}

    def note(event: str, took: float, **_: Any) -> None:
        if event in PHASES:
            spans[PHASES[event]].append((time.perf_counter() - took, time.perf_counter()))

    jax.monitoring.register_event_duration_secs_listener(note)
    fit = _fit(case)
    began = time.perf_counter()
    fit()
    first = time.perf_counter() - began
    phases = {phase: covered(own) for phase, own in spans.items()}
    programs = len(spans["compile"])
    fit()
    return {
        "first": first,
        "second": time.perf_counter() - began - first,
        "phases": phases,
        "programs": programs,
        "programs of the second": len(spans["compile"]) - programs,
    }


def covered(spans: list[tuple[float, float]]) -> float:
    """Return how long at least one span lasted: a program traced inside another counts once."""
    total, end = 0.0, float("-inf")
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total


def _fit(case: str) -> Callable[[], Any]:
    X, y = load_digits(return_X_y=True)

    def model(seed: int) -> DNNClassifier:
        return DNNClassifier(batch_size=32, epochs=2, random_state=seed, **CASES[case])

    if case == "members":
        from layerwise import fit_many

        return lambda: fit_many([model(seed) for seed in range(8)], X, y)
    return lambda: model(0).fit(X, y)
