"""`layerwise runs retune ID`: what has changed since a run, and whether its settings still hold."""

from __future__ import annotations

import json as text_of
import os
import shlex
import time
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from layerwise.app.again import Again, rows_of
from layerwise.app.main import DONE
from layerwise.app.runs import Place
from layerwise.app.settings import as_text
from layerwise.errors import SettingError
from layerwise.estimators.stored_settings import as_plain, from_plain
from layerwise.study.ledger.reading import run_of
from layerwise.study.ledger.record import plain
from layerwise.study.ledger.run import Run
from layerwise.study.search.retuning import TRIALS, Retuned
from layerwise.study.search.retuning import retune as retuned


def retune(
    number: Annotated[int, Parameter(name="ID", help="As `layerwise runs` lists it.")],
    /,
    *,
    place: Place = None,
    data: Annotated[str | None, Parameter(help="New data, read like the run's.")] = None,
    trials: Annotated[int, Parameter(help="How many settings are tried.")] = TRIALS,
    max_seconds: Annotated[float | None, Parameter(help="For all of it.")] = None,
    json: Annotated[
        bool, Parameter(negative="", help="Print one JSON object and nothing else.")
    ] = False,
) -> int:
    """Search again from a run's settings."""
    if trials < 2:
        raise SettingError(f"--trials {trials}: expected at least 2, the old settings and another")
    run = run_of(place, number)
    again = rows_of(run, data)
    found = retuned(
        run, *again.rows, trials=trials, max_seconds=max_seconds, runs=run.study.place,
        origin=_origin(run, again, data), named=time.strftime("%Y-%m-%d %H:%M:%S"),
        verbose=0 if json else 1,
    )  # fmt: skip
    source = data or run.source["data"]
    print(text_of.dumps(plain(_as_json(found)))) if json else _show(found, source)
    return DONE


def _origin(run: Run, again: Again, data: str | None) -> dict[str, Any]:
    source = dict(run.source)
    if data is not None:
        source["data"] = os.fspath(Path(data).resolve()) if Path(data).exists() else data
    name = run.name if data is None else Path(data).name.split(".")[0]
    return {"name": name, "data": again.known, "source": source}


def _as_json(found: Retuned) -> dict[str, Any]:
    comparison = found.comparison
    return {
        "id": found.run.id,
        "finding": found.finding,
        "holds": found.holds,
        "tried": found.tried,
        "settings": {name: as_plain(value) for name, value in found.settings.items()},
        "difference": comparison and comparison.difference,
        "interval": comparison and list(comparison.interval),
        "data": [one._asdict() for one in found.data],
        "environment": [one._asdict() for one in found.environment],
        "search": found.name,
    }


def _show(found: Retuned, data: str) -> None:
    changes = [f"  {change}" for change in found.data] or ["  nothing"]
    machine = [f"  {one.name}: {one.before}, now {one.after}" for one in found.environment]
    print("\n".join([f"changed in the data since run {found.run.id}:", *changes]))
    print("\n".join(["changed in versions, machine and device:", *(machine or ["  nothing"])]))
    print(f"\n{found.finding}")
    for name, value in found.settings.items():
        print(f"  {name} {as_text(found.run.settings.get(name))} -> {as_text(value)}")
    if found.settings:
        print(f"\nnext      {_next(found, data)}")
    print(f"recorded  {found.tried} trials of the search {found.name!r}")


def _next(found: Retuned, data: str) -> str:
    """Return the command that trains with the better settings."""
    old = {name: from_plain(name, value) for name, value in found.run.changed.items()}
    kept = {name: value for name, value in old.items() if name not in ("random_state", "verbose")}
    words = ["layerwise", "train", data]
    for name, value in {**kept, **found.settings}.items():
        words += [f"--{name.replace('__', '.').replace('_', '-')}", as_text(value)]
    return shlex.join(words)
