"""A ladder in the ledger: one trial per rung, what they share once in the study."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sklearn.base import is_classifier

from layerwise.study.ladder.answering import Ladder
from layerwise.study.ladder.asking import Asked
from layerwise.study.ladder.climbing import Trained
from layerwise.study.ladder.comparing import Rung
from layerwise.study.ledger.environment import environment
from layerwise.study.ledger.of_fit import settings_of
from layerwise.study.ledger.record import About, Entry, Recorder, plain

ASKED = ("cv", "seeds", "most", "width", "random_state")


def record_ladder(
    place: str | Path | None, origin: dict[str, Any], asked: Asked, answer: Ladder, options: Any
) -> tuple[int, ...]:
    """Record the rungs and return their ids, in the order of the ladder.

    Parameters
    ----------
    place : as `record` takes it
    origin : name, data (its fingerprint) and source of the rows
    asked, answer : what was asked and answered
    options : with which it was asked
    """
    about, recorder = about_of(origin, asked, options), Recorder(place)
    usual = about.settings
    entries = [_entry(asked, rung, usual) for rung in answer.rungs]
    entries += [_failed(name, error) for name, error in answer.failed]
    return tuple(recorder.record(about, entry) for entry in entries)


def about_of(origin: dict[str, Any], asked: Asked, options: dict[str, Any]) -> About:
    """Return what the rungs share."""
    title = f"ladder {origin['name']} {time.strftime('%Y-%m-%d %H:%M:%S')} {time.time_ns() % 10**6}"
    own = settings_of(asked.estimator)
    given = {name: options[name] for name in ASKED}
    shared = {"folds": asked.folds, "asked": given, "lost": own["lost"]}
    shared |= {"estimator": type(asked.estimator).__name__}
    metric = "accuracy" if is_classifier(asked.estimator) else "r2"
    return About(
        "ladder", origin["name"], origin["data"], metric, origin["source"],
        plain(own["settings"]), title, shared,
    )  # fmt: skip


def _entry(asked: Asked, rung: Rung, usual: dict[str, Any]) -> Entry:
    kept: dict[str, Any] = {"rung": rung.name, "seed": asked.seeds[0], "seconds": rung.seconds}
    kept |= {"environment": environment(), "watched": "cost", "parameters": rung.parameters}
    own = plain(rung.settings) if rung.hidden_units is not None else {}
    # what "auto" came to is no setting
    names = [name for name in own if own[name] != usual.get(name) and name != "random_state"]
    chosen = [name for name in names if usual.get(name) == "auto" and name != "hidden_units"]
    kept["settings"] = {name: own[name] for name in names if name not in chosen}
    kept["chosen"] = {name: own[name] for name in chosen}
    kept["scores"] = scores_of(asked, rung)
    if rung.validation_costs:
        kept["curves"] = {"validation_cost": list(rung.validation_costs)}
    if rung.digest is not None:
        kept["model"] = {"path": None, "digest": rung.digest}
    return Entry(plain(kept), rung.mean, dict(enumerate(rung.costs, 1)))


def scores_of(asked: Asked, rung: Rung) -> list[dict[str, Any]]:
    """Return the mean with its interval, then the score of each fold and seed."""
    on = "folds" if asked.test is None else "test"
    rows = sum(len(part.test) for part in asked.parts) // len(asked.seeds)
    name = "accuracy" if is_classifier(asked.estimator) else "r2"
    whole = {"name": name, "value": rung.mean, **rung.interval._asdict(), "rows": rows, "on": on}
    nothing = {"low": None, "high": None, "rows": None, "on": on}
    each = [
        {"name": name, "value": float(value), **nothing, "split": place}
        for place, value in enumerate(rung.scores.ravel())
    ]
    return [whole, *each]


def _failed(name: str, error: Exception) -> Entry:
    kept = {"rung": name, "failure": str(error), "environment": environment()}
    return Entry(kept, failed=True)


def entry_again(trained: Trained, asked: Asked) -> Entry:
    """Return the entry of a rung that was trained again; nothing is compared with the best."""
    kept: dict[str, Any] = {"watched": "cost", "seconds": trained.seconds}
    if trained.error is not None:
        return Entry(kept | {"failure": str(trained.error)}, failed=True)
    name = "accuracy" if is_classifier(asked.estimator) else "r2"
    on = "folds" if asked.test is None else "test"
    mean = float(trained.scores.mean())
    kept["scores"] = [
        {"name": name, "value": mean, "on": on},
        *({"name": name, "value": float(v), "on": on} for v in trained.scores.ravel()),
    ]
    if trained.validation_costs:
        kept["curves"] = {"validation_cost": list(trained.validation_costs)}
    if trained.digest is not None:
        kept["model"] = {"path": None, "digest": trained.digest}
    return Entry(plain(kept), mean, dict(enumerate(trained.costs, 1)))
