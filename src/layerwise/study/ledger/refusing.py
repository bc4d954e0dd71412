"""What a database refuses, in one line: which database, what is wrong, what to do."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layerwise.errors import LayerwiseError, SettingError

UPGRADE = "optuna storage upgrade --storage"
# what a server says, and whose fault it is
OF_THE_ADDRESS = ("authentication failed", "no password", "does not exist", "permission denied")


@contextmanager
def clearly(url: str) -> Iterator[None]:
    """Turn what goes wrong inside into one clear line about the database at this address.

    Raises
    ------
    SettingError
        When it is no database of runs, of another Optuna, or the server refuses the user.
    OSError
        When the file cannot be opened or written, or the server does not answer.
    """
    try:
        yield
    except (LayerwiseError, OSError):
        raise
    except Exception as error:
        found = _refusal(shown(url), _root(error), error)
        if found is None:
            raise
        raise found from error


def shown(url: str) -> str:
    """Return an address as it may be shown: a file's path, a server's without its password.

    >>> shown("postgresql+psycopg://anna:secret@db.example/runs")
    'postgresql://anna@db.example/runs'
    """
    if url.startswith("sqlite:"):
        return url.removeprefix("sqlite:///")
    return re.sub(r"(://[^:/@]*):.*@", r"\1@", url.replace("+psycopg", ""))


def _root(error: BaseException) -> BaseException:
    """Return the driver's own error under those of SQLAlchemy and Optuna."""
    inner = getattr(error, "orig", None) or error.__cause__
    return _root(inner) if isinstance(inner, BaseException) else error


def _refusal(place: str, root: BaseException, error: BaseException) -> Exception | None:
    text = " ".join(str(root).split())
    if isinstance(error, RuntimeError) and "table schema" in str(error):
        return SettingError(
            f"{place}: its tables are of another version of Optuna; upgrade Optuna, or the tables "
            f"by `{UPGRADE} ADDRESS`"
        )
    if isinstance(root, sqlite3.Error):
        return _of_file(place, root, text)
    if isinstance(root, ImportError):
        return SettingError(f"{place}: the driver of PostgreSQL is missing: pip install psycopg")
    if type(root).__module__.startswith("psycopg"):
        return _of_server(place, text)
    if type(root).__name__ == "ArgumentError" or "invalid literal for int" in text:
        return SettingError(f"runs={place!r}: expected a file, or postgresql://user@host/name")
    return None


def _of_file(place: str, root: sqlite3.Error, text: str) -> Exception | None:
    if "not a database" in text or "malformed" in text:
        return SettingError(f"{place} is no database of runs; give another file or move it away")
    if "unable to open" in text and not Path(place).parent.is_dir():
        return FileNotFoundError(errno.ENOENT, "there is no such folder", str(Path(place).parent))
    if "unable to open" in text or "readonly" in text:
        return PermissionError(errno.EACCES, "this database of runs may not be written to", place)
    if "locked" in text or "busy" in text:
        return TimeoutError(errno.ETIMEDOUT, "another process keeps it from being written", place)
    if "full" in text:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place)
    return OSError(errno.EIO, text, place) if isinstance(root, sqlite3.OperationalError) else None


def _of_server(place: str, text: str) -> Exception:
    said = text.partition("FATAL: ")[2] or text.partition("failed: ")[2] or text
    if any(words in text for words in OF_THE_ADDRESS):
        return SettingError(f"{place}: the server refuses: {said}; check user, password and name")
    return ConnectionError(errno.ECONNREFUSED, f"the server does not answer ({said})", place)
