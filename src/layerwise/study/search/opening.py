"""Opening a search's study: a new one, or one to go on with, which has to be the same."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np
from optuna.storages import InMemoryStorage

from layerwise.errors import LayerwiseError, SettingError
from layerwise.study.ledger.differences import of_data
from layerwise.study.ledger.record import KEY
from layerwise.study.ledger.storage import open_storage
from layerwise.study.search.workers import GRACE, INTERVAL, turn

SAME = {  # what a search that goes on has to have alike, in words
    "kind": "another kind of run",
    "space": "another space",
    "data": "other rows",
    "metric": "another score",
    "folds": "other folds",
    "method": "another method",
    "settings": "other fixed settings",
    "seed": "another random_state",
}


def storage_at(place: str | Path | None) -> Any:
    """Return the storage of a search: in memory without a place.

    Raises
    ------
    SettingError
        When Optuna is not installed, or the place is of an unknown kind.
    """
    if place is not None:
        return _opened(place)
    return InMemoryStorage()


def _opened(place: str | Path) -> Any:
    for wait in (0.5, 1.0, 2.0):
        try:
            return open_storage(place, heartbeat_interval=INTERVAL, grace_period=GRACE)
        except LayerwiseError:
            raise
        except Exception:  # two that make the tables at once are in each other's way
            time.sleep(wait)
    return open_storage(place, heartbeat_interval=INTERVAL, grace_period=GRACE)


def open_study(storage: Any, name: str | None) -> Any:
    """Return the study of a name, made where there is none yet."""
    from optuna.study import create_study

    logging.getLogger("optuna").setLevel(logging.WARNING)
    own = name or f"search {time.strftime('%Y-%m-%d %H:%M:%S')} {time.time_ns() % 10**6:06d}"
    with turn(storage, own):  # two that make the tables at once would be in each other's way
        return create_study(
            storage=storage, study_name=own, direction="maximize", load_if_exists=True
        )


def note(storage: Any, study: Any, record: dict[str, Any]) -> None:
    """Write what is searched, or compare it with what was written.

    Raises
    ------
    SettingError
        When the study of this name is another search.
    """
    fresh = json.loads(json.dumps(record))
    with turn(storage, study.study_name):
        known = study.user_attrs.get(KEY)
        if known is None:
            study.set_user_attr(KEY, fresh)
            return
    for key, words in SAME.items():
        if _kept(key, known) != _kept(key, fresh):
            raise SettingError(
                f"name={study.study_name!r}: this search has {words} than the one of that "
                f"name{_difference(key, known[key], fresh[key])}; give another name"
            )


def _kept(key: str, record: dict[str, Any]) -> Any:
    return record["data"]["hash"] if key == "data" else record.get(key)


def _difference(key: str, before: Any, now: Any) -> str:
    if key == "data":
        return f" ({'; '.join(map(str, of_data(before, now)[:2]))})"
    if isinstance(before, dict) and isinstance(now, dict):
        names = sorted(n for n in {*before, *now} if before.get(n) != now.get(n))
        return f" ({', '.join(names)})"
    short = [repr(value) for value in (before, now)]
    return f" ({short[0]} before, {short[1]} now)" if sum(map(len, short)) < 120 else ""


def seed_of(study: Any, given: Any) -> int:
    """Return the seed of a search: the given one, that of the study, or a new one."""
    if given is None:
        known = study.user_attrs.get(KEY)
        return int(known["seed"]) if known else int(np.random.SeedSequence().entropy % 2**31)  # pyright: ignore
    if isinstance(given, np.random.RandomState):
        return int(given.randint(2**31))
    return int(given)
