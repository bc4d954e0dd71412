"""Connections to a file of SQLite that many processes write at the same moment."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from layerwise.errors import SettingError

PATIENCE = 120  # seconds that a writer waits for its turn
AGAIN = 0.02  # seconds between two attempts where SQLite itself does not wait


def to_write(path: str) -> sqlite3.Connection:
    """Return a connection to write with: readers and the one writer do not wait for each other.

    A transaction begins at its first change and takes the right to write there and then. One that
    begins by reading fails at once, however long its timeout, when another has written before its
    first change: SQLite cannot bring its view up to date.

    Every commit is on the disk when it returns (synchronous=FULL): a run that took an hour is worth
    the milliseconds, and is there also after the power fails.
    """
    made = sqlite3.connect(
        path, timeout=PATIENCE, isolation_level="IMMEDIATE", check_same_thread=False
    )
    try:
        _set(made, "PRAGMA synchronous=FULL")
        if _set(made, "PRAGMA journal_mode") != "wal":
            _set(made, "PRAGMA journal_mode=WAL")
    except BaseException:
        made.close()
        raise
    return made


def _set(connection: Any, pragma: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            row = connection.execute(pragma).fetchone()
            return row and row[0]
        except sqlite3.OperationalError as error:
            busy = "locked" in str(error) or "busy" in str(error)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(AGAIN)  # SQLite's own timeout does not hold for a change of the journal


def to_read(path: str) -> sqlite3.Connection:
    """Return a connection that only reads, also in a folder that may not be written to."""
    beside = os.access(Path(path).parent, os.W_OK)
    # who may write takes the two files of the journal away again when the last one closes
    address = f"file:{quote(path)}?mode={'rw' if beside and os.access(path, os.W_OK) else 'ro'}"
    if not beside and not Path(f"{path}-wal").exists():
        address += "&immutable=1"  # where no lock can be taken, nobody writes
    made = sqlite3.connect(address, uri=True, timeout=PATIENCE, check_same_thread=False)
    made.execute("PRAGMA query_only = ON")
    return made


def check_ours(path: Path) -> str | None:
    """Return the version of Optuna that made a file of runs; None where it is still to be made.

    Raises
    ------
    SettingError
        When the file is a database of something else.
    sqlite3.DatabaseError
        When it is no database at all.
    """
    if not path.exists() or not path.stat().st_size:
        return None
    with closing(to_read(str(path))) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if names and "studies" not in names:
            raise SettingError(
                f"{path} is a database of something else; expected one of runs, or a new file"
            )
        if not {"version_info", "alembic_version"} <= names:
            return None
        found = connection.execute("SELECT library_version FROM version_info").fetchone()
        stamped = connection.execute("SELECT 1 FROM alembic_version").fetchone()
    return found[0] if found and stamped else None
