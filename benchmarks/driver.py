"""Starting workers, asking them, and asking them in turn: nothing here is timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import quiet

PAUSE = 0.15  # seconds in which the threads of the worker before fall asleep


class WorkerError(Exception):
    """A worker could not do what it was asked; the message is its own."""


class Worker:
    """A process of its own that answers calls of one module's functions."""

    spare = quiet.SPARE  # seconds left for tries that others disturbed

    def __init__(self, module: str, environment: dict[str, str] | None = None):
        self.disturbed: list[float] = []  # cores that others used during each timing
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", f"benchmarks.{module}"],
            cwd=Path(__file__).parents[1],
            env=os.environ | (environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, call: str, **given: Any) -> Any:
        """Return what the function `call` of the worker's module answers."""
        assert self.process.stdin
        assert self.process.stdout
        with suppress(BrokenPipeError):  # a dead worker has no answer either
            self.process.stdin.write(json.dumps({"call": call, **given}) + "\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise WorkerError(f"the worker ended with status {self.process.wait()}")
        reply = json.loads(line)
        if "error" in reply:
            raise WorkerError(reply["error"])
        return reply["answer"]

    def quietly(self, call: str, **given: Any) -> Any:
        """Return the answer of the least disturbed of a few tries; a quiet one ends them."""
        tries = []
        while len(tries) < (quiet.TRIES if Worker.spare > 0 else 1):
            before, began = quiet.others(self.process.pid), time.perf_counter()
            answer = self.ask(call, **given)
            took = time.perf_counter() - began
            tries.append(((quiet.others(self.process.pid) - before) / took, answer))
            if tries[-1][0] < quiet.ENOUGH:
                break
            Worker.spare -= took
        self.disturbed.append(min(share for share, _ in tries))
        return min(tries, key=lambda each: each[0])[1]

    def rest(self) -> list[float]:
        """Return how much each timing since the last call was disturbed, in cores."""
        shares, self.disturbed = self.disturbed, []
        return shares

    def close(self) -> None:
        """Let the process end."""
        if self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


@contextmanager
def started(
    modules: dict[str, str], environments: dict[str, dict[str, str]] | None = None
) -> Iterator[dict[str, Worker]]:
    """Give a worker for every name, each with its environment, and end them all."""
    own = environments or {}
    with ExitStack() as stack:
        workers = {name: Worker(module, own.get(name)) for name, module in modules.items()}
        for worker in workers.values():
            stack.callback(worker.close)
        yield workers


def once(module: str, call: str, *, environment: dict[str, str] | None = None, **given: Any) -> Any:
    """Return what a process of its own answers to a single call."""
    with started({"only": module}, {"only": environment or {}}) as workers:
        return workers["only"].ask(call, **given)


@contextmanager
def empty_cache() -> Iterator[dict[str, str]]:
    """Give the environment of a machine that has compiled nothing yet."""
    with TemporaryDirectory(prefix="benchmarks-") as folder:
        yield {"XDG_CACHE_HOME": folder}


def interleaved(
    rounds: int, calls: dict[str, Callable[[], Any]], between: Callable[[], None] | None = None
) -> dict[str, list[Any]]:
    """Return the answers of every call; a round makes each of them once, then `between`."""
    seen: dict[str, list[Any]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            time.sleep(PAUSE)
            seen[name].append(call())
        if between:
            between()
    return seen


def installed(needs: tuple[str, ...]) -> bool:
    """Return whether all these packages are there."""
    return all(find_spec(name) is not None for name in needs)


def provided(name: str) -> bool:
    """Return whether this version of Layerwise has a public name."""
    import layerwise

    return name in layerwise.__all__


def summary(values: list[float]) -> dict[str, Any]:
    """Return the median, the least and the most of repeated figures, and all of them."""
    return {"median": median(values), "least": min(values), "most": max(values), "all": values}


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)
