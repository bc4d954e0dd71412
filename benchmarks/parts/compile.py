"""How long tracing, lowering and compiling take before the first step."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.driver import empty_cache, once, provided
from benchmarks.report import markdown
from benchmarks.settings import Settings

CASES = {
    "plain": "64-64-10",
    "deep": "64-64-64-64-10, dropout and batch_norm",
    "members": "8 members of 64-64-10",
}
FIGURES = ("first", "second", "trace", "lower", "compile", "programs")


def measure(settings: Settings) -> dict[str, Any]:
    cases = [case for case in CASES if case != "members" or provided("fit_many")]
    found: dict[str, Any] = {case: [] for case in cases}
    for _ in range(1 if settings.quick else 3):
        for case in cases:
            with empty_cache() as environment:
                one = once("compiling", "first_and_second", environment=environment, case=case)
            found[case].append(one | one["phases"])
    result: dict[str, Any] = {"cases": found}
    if "members" not in cases:
        result["absent"] = "layerwise.fit_many is not in this version"
    return result


def table(result: dict[str, Any]) -> str:
    """Return the seconds of each phase."""
    rows = []
    for case, runs in result["cases"].items():
        middle = {name: median(run[name] for run in runs) for name in FIGURES}
        waited = f"{middle['first'] - middle['second']:.2f}"
        phases = [f"{middle[name]:.2f}" for name in ("trace", "lower", "compile")]
        rows.append([CASES[case], waited, *phases, f"{middle['programs']:.0f}"])
    head = ["network", "first fit less second, s", "tracing", "lowering", "compiling", "programs"]
    below = (
        "Medians, digits, new process, empty cache, 2 epochs with held-out rows; phases by JAX's "
        "events (what is traced inside another program counts once)."
    )
    below += f" {result['absent']}: no members." if "absent" in result else ""
    return markdown(head, rows) + f"\n{below}\n"
