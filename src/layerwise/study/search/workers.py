"""Several workers on one study: who runs what, who is dead, and one who asks at a time."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

INTERVAL, GRACE = 10, 60  # seconds between heartbeats, and without one until a worker is dead
PATIENCE = 600  # seconds that a worker waits for its turn to ask


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _host() -> str:
    names = ""
    with suppress(OSError):
        names = os.readlink("/proc/self/ns/pid")
    return f"{socket.gethostname()} {_read('/proc/sys/kernel/random/boot_id')} {names}"


def _began(process: int) -> str | None:
    """Return when a process began, by the kernel's clock; None when it is not there."""
    fields = _read(f"/proc/{process}/stat").rpartition(")")[2].split()
    return None if len(fields) < 20 or fields[0] in "ZX" else fields[19]


def me() -> dict[str, Any]:
    """Return what tells this process from all others, also after its number is used again."""
    return {"host": _host(), "process": os.getpid(), "began": _began(os.getpid())}


def is_dead(worker: Any) -> bool:
    """Return whether a worker is certainly dead: of this host, since its start, and gone.

    >>> is_dead(me()), is_dead(me() | {"began": "another time"}), is_dead(None)
    (False, True, False)
    """
    if not isinstance(worker, dict) or worker.get("host") != _host():
        return False
    if not worker.get("began"):  # a system that does not tell: the heartbeat decides
        return False
    return _began(int(worker["process"])) != worker["began"]


class Heart:
    """A thread that records the heartbeat of all the trials that this worker runs."""

    def __init__(self, storage: Any):
        self.storage, self.running, self.ended = storage, set(), threading.Event()
        self.thread: threading.Thread | None = None

    def __enter__(self) -> Heart:
        if hasattr(self.storage, "record_heartbeat"):
            self.thread = threading.Thread(target=self._beat, daemon=True)
            self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.ended.set()
        if self.thread:
            self.thread.join()

    def begin(self, trial: int) -> None:
        """Record the first heartbeat of a trial, and the later ones from now on."""
        self.running.add(trial)
        if self.thread:
            self.storage.record_heartbeat(trial)

    def _beat(self) -> None:
        while not self.ended.wait(INTERVAL):
            for trial in list(self.running):
                with suppress(Exception):  # a server that is away for a moment
                    self.storage.record_heartbeat(trial)


@contextmanager
def turn(storage: Any, study: str) -> Iterator[None]:
    """Hold the right to ask for trials of a study: one worker at a time, and none that is dead.

    On PostgreSQL an advisory lock, beside a file of SQLite an empty one: both end with the process
    that holds them.
    """
    engine = getattr(storage, "engine", None)
    if engine is None:
        yield
    elif engine.name == "sqlite":
        with _file_held(f"{engine.url.database}.asking"):
            yield
    else:
        from sqlalchemy import text

        key = {"key": zlib.crc32(study.encode())}
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
                connection.commit()


@contextmanager
def _file_held(path: str) -> Iterator[None]:
    held = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        held.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        held.close()
