"""The database of runs: Optuna's storage, a file beside the work or a server of PostgreSQL."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from layerwise.errors import SettingError

BESIDE = "layerwise-runs.db"  # SQLite, in the folder of the work
PATIENCE = 120  # seconds that a writer waits for its turn
SERVERS = ("postgresql://", "postgresql+psycopg://")


def url_of(place: str | Path | None) -> str:
    """Return the address of a database as SQLAlchemy writes it.

    Parameters
    ----------
    place : a file (SQLite), an address postgresql://user@host/name, or None: the file
        "layerwise-runs.db" in this folder

    Examples
    --------
    >>> url_of("postgresql://anna@db.example/runs")
    'postgresql+psycopg://anna@db.example/runs'
    """
    text = str(BESIDE if place is None else place)
    if text.startswith(SERVERS):
        return "postgresql+psycopg://" + text.partition("://")[2]
    if "://" in text and not text.startswith("sqlite:///"):
        kind = text.partition("://")[0]
        raise SettingError(
            f"runs={text!r}: {kind} is not known; expected a file, or postgresql://user@host/name"
        )
    return f"sqlite:///{Path(text.removeprefix('sqlite:///')).absolute()}"


def open_storage(place: str | Path | None = None, **more: Any) -> Any:
    """Return Optuna's storage at a place, made where there is none yet.

    Parameters
    ----------
    place : as `url_of` takes it
    more : what `optuna.storages.RDBStorage` takes beside the address, such as heartbeat_interval

    Raises
    ------
    SettingError
        When the extra `search` is not installed, or the place is of another kind.
    """
    try:
        from optuna.storages import RDBStorage
    except ImportError as error:
        raise SettingError(
            "runs are kept by Optuna, which is not installed: pip install 'layerwise[search]'"
        ) from error
    url = url_of(place)
    own = {"connect_args": {"timeout": PATIENCE}} if url.startswith("sqlite") else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a heartbeat is still called experimental
        return RDBStorage(url, engine_kwargs=own, **more)
