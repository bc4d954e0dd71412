"""The one command: `python -m benchmarks`, from the repository's root."""

from __future__ import annotations

import argparse
import os
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.driver import WorkerError, empty_cache, say
from benchmarks.machine import machine
from benchmarks.peers import PEERS
from benchmarks.report import told, write
from benchmarks.settings import Settings
from benchmarks.workloads import WORKLOADS

PARTS = {
    "steps": "one model: microseconds per Adam step beside all peers, share of the peak",
    "population": "64 models at once: time per step and model beside single models",
    "grid": "a grid search of 24 settings x 5 folds, from nothing, beside scikit-learn's",
    "cold": "what a user waits for: fit in a new process, first and second time",
    "compile": "seconds that tracing, lowering and compiling take, and how many programs",
    "predict": "one row, a thousand, many: beside scikit-learn, PyTorch and onnxruntime",
    "scale": "time and memory as rows, features, width and depth grow",
}
EXAMPLES = """examples:
  python -m benchmarks                             all parts, 10 to 15 minutes on two cores
  python -m benchmarks steps predict               these parts
  python -m benchmarks steps --workloads digits,wide --peers layerwise,torch,numpy
  python -m benchmarks --quick                     a few minutes: does all of it run?
  python -m benchmarks steps --device gpu          Layerwise and PyTorch on an accelerator

parts:
"""


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Time Layerwise beside its peers: each library in a process of its own, one at "
        "a time, in interleaved rounds. Prints medians and ratios; writes results.json, tables.md "
        "and pictures. A peer that is not installed is said to be absent: "
        "pip install -e '.[benchmarks]'.",
        epilog=EXAMPLES + "\n".join(f"  {name:12}{words}" for name, words in PARTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="part", help="which parts; none: all of them")
    parser.add_argument("--quick", action="store_true", help="small sizes, two rounds: a smoke run")
    parser.add_argument(
        "--full", action="store_true", help="the largest sizes too (a million rows)"
    )
    parser.add_argument(
        "--out", type=Path, default=Settings().out, help="folder, default %(default)s"
    )
    parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu", help="gpu: steps alone")
    parser.add_argument("--peers", type=_names(PEERS), default=tuple(PEERS), help=", ".join(PEERS))
    parser.add_argument(
        "--workloads", type=_names(WORKLOADS), default=tuple(WORKLOADS), help=", ".join(WORKLOADS)
    )
    asked = parser.parse_args()
    for part in asked.parts:
        if part not in PARTS:
            parser.error(f"{part!r} is no part: expected {', '.join(PARTS)}")
    return asked


def _names(known: Any) -> Any:
    def names(text: str) -> tuple[str, ...]:
        for name in text.split(","):
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r}: expected {', '.join(known)}")
        return tuple(text.split(","))

    return names


def main() -> None:
    asked = arguments()
    settings = Settings(
        asked.out, asked.quick, asked.full, asked.device, asked.peers, asked.workloads
    )
    parts = asked.parts or list(PARTS)
    if asked.device == "gpu":
        parts = ["steps"]
    else:
        os.environ["JAX_PLATFORMS"] = "cpu"  # an accelerator beside it is left alone
    results: dict[str, Any] = {"machine": machine(), "quick": asked.quick, "parts": {}}
    say(told(results["machine"]))
    began = time.perf_counter()
    with empty_cache() as environment:  # nothing is left in the user's cache, or taken from it
        os.environ.update(environment)
        for name in parts:
            run(name, settings, results)
    results["minutes"] = (time.perf_counter() - began) / 60
    write(settings.out, results)
    say(f"\n{results['minutes']:.1f} minutes; written to {settings.out}")
    if any("failed" in part for part in results["parts"].values()):
        raise SystemExit(1)


def run(name: str, settings: Settings, results: dict[str, Any]) -> None:
    """Measure one part, print its table, draw its picture; what is there by now is written."""
    part, began = import_module(f"benchmarks.parts.{name}"), time.perf_counter()
    say(f"\n## {name}: {PARTS[name]}\n")
    try:
        measured = part.measure(settings)
    except WorkerError as error:
        results["parts"][name] = {"failed": str(error)}
        say(f"{name} failed:\n{error}")
        return
    measured["seconds"] = time.perf_counter() - began
    results["parts"][name] = measured
    write(settings.out, results)
    told_so = part.table(measured)
    say(f"\n{told_so}\n({measured['seconds']:.0f} seconds)")
    with (settings.out / "tables.md").open("a" if len(results["parts"]) > 1 else "w") as file:
        file.write(f"## {name}\n\n{told_so}\n")
    if hasattr(part, "draw"):
        part.draw(measured, settings.out / f"{name}.svg")


if __name__ == "__main__":
    main()
