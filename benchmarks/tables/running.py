"""Running the study: a process for each method does its many fits; one works at a time.

A fit that fails or runs out of time is a line like any other, and the next fit goes on: in the same
process, or in a new one where the old one ended. Every process starts from an empty cache of
compiled programs, so that what is compiled counts, once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

from benchmarks.driver import Worker, WorkerError, empty_cache, say
from benchmarks.machine import machine
from benchmarks.tables import records
from benchmarks.tables.drawing import TableSet
from benchmarks.tables.methods import Method


class Study(NamedTuple):
    """What is to be fitted: `most` training rows at most, `limit` seconds for a fit at most."""

    tables: Sequence[TableSet]
    methods: Sequence[Method]
    splits: int = 3
    most: int = 4000
    limit: float = 900


class Job(NamedTuple):
    """One fit."""

    table: TableSet
    split: int
    method: Method


class Workers:
    """The processes by method, started when first asked."""

    def __init__(self, stack: ExitStack):
        self.stack = stack
        self.running: dict[str, Worker] = {}

    def ask(self, job: Job, study: Study) -> dict[str, Any]:
        """Return the figures of a fit, or {"failed": why}."""
        worker = self.of(job.method.name)
        timer, began = Timer(study.limit, worker.process.kill), time.monotonic()
        timer.start()
        try:
            split, method = job.split, list(job.method)
            return worker.ask(
                "run", name=job.table.name, split=split, method=method, most=study.most
            )
        except WorkerError as error:
            if worker.process.poll() is not None:
                del self.running[job.method.name]
            late = time.monotonic() - began >= study.limit
            return {"failed": records.OUT_OF_TIME if late else str(error).strip().splitlines()[-1]}
        finally:
            timer.cancel()

    def of(self, name: str) -> Worker:
        """Return the process of a method, alive."""
        if name not in self.running:
            cache = self.stack.enter_context(empty_cache())
            self.running[name] = Worker("tables.fits", cache | {"JAX_PLATFORMS": "cpu"})
            self.stack.callback(self.running[name].close)
        return self.running[name]


def jobs(study: Study, found: list[records.Record]) -> Iterator[Job]:
    """Give the fits that are not there yet: the first split of every set, then the next."""
    there = {method: records.done(found, method, study.most) for method in study.methods}
    for split in range(study.splits):
        for table in study.tables:
            for method in study.methods:
                if (table.name, split) not in there[method]:
                    yield Job(table, split, method)


def run(study: Study, folder: Path) -> None:
    """Fit what is not there yet, a line of the file each."""
    path = folder / "fits.jsonl"
    todo = list(jobs(study, records.read(path)))
    say(f"{len(todo)} fits to do; what is done already stays")
    if not todo:
        return
    here = machine()
    records.append(folder / "runs.jsonl", here)
    with ExitStack() as stack:
        workers = Workers(stack)
        for place, job in enumerate(todo, 1):
            answer = workers.ask(job, study)
            line = {"set": job.table.name, "split": job.split, "method": job.method.name}
            line |= {"settings": job.method.settings, "most": study.most, "run": here["when"]}
            records.append(path, line | answer)
            say(f"[{place}/{len(todo)}] {told(job, answer)}")


def told(job: Job, answer: dict[str, Any]) -> str:
    """Say in a line how a fit went."""
    if "failed" in answer:
        how = f"failed: {answer['failed']}"
    else:
        how = f"error {answer['error']:.4f} in {answer['fit_seconds']:.2f} s"
    return f"{job.table.name} {job.split} {job.method.name}: {how}"
