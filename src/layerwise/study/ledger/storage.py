"""The database of runs: Optuna's storage, a file beside the work or a server of PostgreSQL."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from layerwise.errors import SettingError
from layerwise.study.ledger.refusing import clearly
from layerwise.study.ledger.sqlite import check_ours, to_write

BESIDE = "layerwise-runs.db"  # SQLite, in the folder of the work
SERVERS = ("postgresql://", "postgresql+psycopg://")
CONNECTING = 10  # seconds in which a server has to answer
MAKING = 5_402_871  # the server's lock, by this number, under which tables are made
ATTEMPTS = 50  # at making the tables of a file beside others that make them too
MET = ("already exists", "UNIQUE constraint")
INSTALL = "pip install 'layerwise[search]'"


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


def file_of(url: str) -> Path | None:
    """Return the file of an address of SQLite; None for a server's."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else None


def open_storage(place: str | Path | None = None, **more: Any) -> Any:
    """Return Optuna's storage at a place, made where there is none yet.

    Many processes may open, make and write one at the same moment: each waits for its turn.

    Parameters
    ----------
    place : as `url_of` takes it
    more : what `optuna.storages.RDBStorage` takes beside the address, such as heartbeat_interval

    Raises
    ------
    SettingError
        When the extra `search` is not installed, the place is of another kind, the file is no
        database of runs, or the server refuses the user.
    OSError
        When the file cannot be opened or written, or the server does not answer.
    """
    url = url_of(place)
    storage_class, own = found_optuna()
    with warnings.catch_warnings(), clearly(url):
        warnings.simplefilter("ignore")  # a heartbeat is still called experimental
        path = file_of(url)
        if path is not None:
            return _of_file(path, (storage_class, own), more)
        engine = {"connect_args": {"connect_timeout": CONNECTING}, "pool_pre_ping": True}
        with _made_by_one(url, engine) as version:
            if version == own:
                more |= AS_IT_IS
            return storage_class(_literal(url), engine, **more)


def _of_file(path: Path, found: tuple[Any, str], more: dict[str, Any]) -> Any:
    storage_class, own = found
    engine: dict[str, Any] = {"creator": partial(to_write, str(path))}
    url = _literal(f"sqlite:///{path}".replace("?", "%3F"))
    for attempt in range(ATTEMPTS):
        as_it_is = AS_IT_IS if check_ours(path) == own else {}
        try:
            return storage_class(url, engine, **more, **as_it_is)
        except Exception as error:
            # another process has made a table or its row between our look and our attempt
            if attempt + 1 == ATTEMPTS or not any(words in str(error) for words in MET):
                raise
    raise AssertionError("the last attempt returns or raises")


AS_IT_IS = {"skip_table_creation": True, "skip_compatibility_check": True}


def _literal(url: str) -> str:
    # Optuna fills in {SCHEMA_VERSION}; the braces of a path are its own
    return url.replace("{", "{{").replace("}", "}}")


def found_optuna() -> tuple[Any, str]:
    """Return the class of Optuna's storages and Optuna's version.

    Raises
    ------
    SettingError
        When the extra `search` is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in a notebook it misses widgets nobody asked for
            import optuna
            from optuna.storages import RDBStorage
    except ImportError as error:
        told = f"searches are made and runs kept by Optuna, which is not installed: {INSTALL}"
        raise SettingError(told) from error
    logging.getLogger("optuna.storages").setLevel(logging.WARNING)  # what it makes is our affair
    return RDBStorage, optuna.__version__


@contextmanager
def _made_by_one(url: str, engine: dict[str, Any]) -> Iterator[str | None]:
    """Yield the version of Optuna that made a server's tables; without any, one process makes them.

    CREATE TABLE IF NOT EXISTS of two sessions at once fails in PostgreSQL.
    """
    import sqlalchemy as sql

    made = sql.create_engine(url, poolclass=sql.pool.NullPool, **engine)
    with closing(made.connect()) as connection:
        version = _version(connection)
        if version is not None:
            yield version
            return
        connection.execute(sql.select(sql.func.pg_advisory_lock(MAKING)))
        connection.commit()  # the lock is the session's: it ends with the connection
        yield _version(connection)


def _version(connection: Any) -> str | None:
    import sqlalchemy as sql

    if not sql.inspect(connection).has_table("alembic_version"):
        return None
    stamped = connection.execute(sql.text("SELECT count(*) FROM alembic_version")).scalar()
    version = connection.execute(sql.text("SELECT library_version FROM version_info")).scalar()
    connection.commit()
    return version if stamped else None
