"""The learner's functions, in a process of their own with a time limit, or here."""

from __future__ import annotations

import copy
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from layerwise.errors import DataError
from layerwise.study.checking import worker

MOST_SECONDS = 10.0  # for one call; a check makes some two hundred, in a second or two
MOST_LETTERS = 1 << 26
Signature = list[tuple[str, bool]]


class Answer(NamedTuple):
    """What a call gave, or what it raised and the learner's line where it did."""

    gave: Any = None
    raised: str | None = None
    line: int = 0
    text: str = ""


class Ended(Exception):
    """The process gave no answer: it ran out of time, or it ended."""


class Here:
    """Functions of this very process, for `layerwise.check(forward=...)`."""

    def __init__(self, functions: Mapping[str, Callable]):
        self._functions = dict(functions)
        found = {name: worker.signature(one) or [] for name, one in self._functions.items()}
        self.signatures: dict[str, Signature] = {
            name: [(parameter, optional) for parameter, optional in one]
            for name, one in found.items()
        }

    def call(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Answer:
        """Call a function with copies, so that it may change what it is given."""
        mine, by_name = copy.deepcopy((arguments, named))
        raw = worker.call(self._functions[name], mine, by_name)
        return _answer(raw, worker.kept)

    def close(self) -> None:
        """Do nothing: there is no process to end."""


class Process:
    """The functions of a file; one process for one check, started anew after a call that hangs."""

    def __init__(self, path: Path, of_class: str | None = None):
        self._command = [sys.executable, "-P", "-O", worker.__file__, os.fspath(path.resolve())]
        self._command += [of_class] if of_class else []
        self._path = path
        self.signatures: dict[str, Signature] = self._start()

    def _start(self) -> dict[str, Signature]:
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=self._path.parent,
            env=os.environ | threads | {"MPLBACKEND": "Agg"},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        told = (self._process, self._lines)
        self._listener = threading.Thread(target=self._listen, args=told, daemon=True)
        self._listener.start()
        try:
            loaded = self._receive()
        except Ended as ended:
            raise DataError(f"{self._path}: {ended} while it was read in") from None
        if loaded.raised:
            where = f" (line {loaded.line}: {loaded.text})" if loaded.line else ""
            raise DataError(f"{self._path} cannot be run: {loaded.raised}{where}")
        return {name: [(p, o) for p, o in one or []] for name, one in loaded.gave.items()}

    @staticmethod
    def _listen(process: subprocess.Popen, lines: queue.Queue[str]) -> None:
        while process.stdout and (line := process.stdout.readline(MOST_LETTERS)):
            lines.put(line)
        lines.put("")

    def _receive(self) -> Answer:
        try:
            line = self._lines.get(timeout=MOST_SECONDS)
        except queue.Empty:
            self.close()
            raise Ended(f"no answer within {MOST_SECONDS:.0f} seconds") from None
        if not line.endswith("\n"):
            self.close()
            raise Ended("the process ended, or its answer was too long")
        try:
            return _answer(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return Answer(raised=f"ValueError: what it gave cannot be read ({error})")

    def call(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Answer:
        """Call a function of the file; a call that hangs costs the process and is told."""
        request = worker.pack({"name": name, "arguments": arguments, "named": named})
        try:
            self._process.stdin.write(json.dumps(request) + "\n")  # pyright: ignore
            self._process.stdin.flush()  # pyright: ignore
            return self._receive()
        except (Ended, OSError) as error:
            self.close()
            self._start()
            return Answer(raised=f"Ended: {error}")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was still to be written has no reader
                if stream:
                    stream.close()


def _answer(raw: Any, memory: Sequence[Any] = ()) -> Answer:
    if "gave" in raw:
        return Answer(gave=worker.unpack(raw["gave"], memory))
    line, text, _ = raw["where"]
    return Answer(raised=str(raw["raised"]), line=int(line or 0), text=str(text or "")[:200])
