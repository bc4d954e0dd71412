"""Predicting one row, a thousand and many with the same weights in four libraries."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks import quiet
from benchmarks.charts import bars
from benchmarks.driver import Worker, installed, interleaved, say, started, summary
from benchmarks.peak import Peak
from benchmarks.predicting import NETWORK
from benchmarks.report import count, markdown, seconds
from benchmarks.settings import Settings

NEEDS = {
    "layerwise": ("layerwise",),
    "scikit-learn": ("sklearn",),
    "torch": ("torch",),
    "onnxruntime": ("onnx", "onnxruntime"),
}
LABELS = {"layerwise": "Layerwise", "torch": "PyTorch"}
CALLS = ("predict", "predict_proba")
FLOPS = 2.0 * sum(n * n_prev for n_prev, n in pairwise(NETWORK.widths))  # of one row
TOLERANCE = 1e-4


def measure(settings: Settings) -> dict[str, Any]:
    there = [name for name, needs in NEEDS.items() if installed(needs)]
    many = 20_000 if settings.quick else 1_000_000 if settings.full else 200_000
    peak, found = Peak(), {}
    with (
        TemporaryDirectory(prefix="benchmarks-") as folder,
        started(dict.fromkeys(there, "predicting")) as workers,
    ):
        for name in there:  # Layerwise comes first: it writes the weights
            workers[name].ask("prepare", library=name, folder=folder)
        for rows in (1, 1000, many):
            workers["layerwise"].ask("write_rows", folder=folder, rows=rows)
            rounds = min(settings.rounds, 3) if rows == many else settings.rounds
            found[rows] = _timed(rows, rounds, workers, peak)
        apart = difference(workers)
        disturbed = [share for worker in workers.values() for share in worker.rest()]
    result = {"absent": sorted(set(NEEDS) - set(there)), "apart": apart, "calls": found}
    result |= {"many": many, "disturbed": disturbed, "peak": peak.result()}
    peak.close()
    return result


def _timed(rows: int, rounds: int, workers: dict[str, Worker], peak: Peak) -> dict[str, Any]:
    least = 0.1 if rows <= 1000 else 0.0
    calls = {
        (call, name): partial(worker.quietly, "seconds_per_call", what=call, rows=rows, least=least)
        for call in CALLS
        for name, worker in workers.items()
    }
    for warm in calls.values():
        warm()
    seen: Any = interleaved(rounds, calls, between=peak.sample)
    return {call: {name: summary(seen[call, name]) for name in workers} for call in CALLS}


def difference(workers: dict[str, Worker]) -> float:
    """Return the largest difference of a probability between two libraries."""
    given = {name: worker.ask("answers", rows=1000) for name, worker in workers.items()}
    ours = np.array(given["layerwise"]["probabilities"])
    apart = [np.abs(np.array(each["probabilities"]) - ours).max() for each in given.values()]
    if max(apart) > TOLERANCE:
        say(f"  PROBABILITIES DISAGREE: {dict(zip(given, apart, strict=True))}")
    return float(max(apart))


def table(result: dict[str, Any]) -> str:
    """Return the time of each call, the others' as times that of Layerwise."""
    names = [name for name in NEEDS if name not in result["absent"]]
    others = [LABELS.get(name, name) for name in names[1:]]
    rows = []
    for size, calls in result["calls"].items():
        for call, figures in calls.items():
            middle = {name: figures[name]["median"] for name in names}
            ours = middle[names[0]]
            ratios = [f"{middle[name] / ours:.2f}" for name in names[1:]]
            share = f"{100 * FLOPS * int(size) / ours / 1e9 / result['peak']['gflops']:.0f} %"
            rows.append([count(int(size)), f"`{call}`", seconds(ours), *ratios, share])
    told = markdown(["rows", "call", "Layerwise", *others, "share of the peak"], rows)
    told += (
        f"\n{NETWORK.shape}, medians; the others as times that of Layerwise (above 1: slower). "
        f"Probabilities differ by at most {result['apart']:.0e} (allowed: {TOLERANCE:.0e}). "
        f"Peak: {result['peak']['gflops']:.0f} GFLOP/s, by {result['peak']['of']}."
        f"{quiet.warning(result['disturbed'])}\n"
    )
    return told + (f"Not installed: {', '.join(result['absent'])}.\n" if result["absent"] else "")


def draw(result: dict[str, Any], path: Path) -> None:
    groups = {
        f"{count(int(size))} row{'s' * (int(size) > 1)}\n{call}": {
            LABELS.get(name, name): figures["median"] / int(size) * 1e6
            for name, figures in by_name.items()
        }
        for size, calls in result["calls"].items()
        for call, by_name in calls.items()
    }
    bars(groups, "microseconds per row (log scale)", path)
