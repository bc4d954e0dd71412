"""A rung of a ladder trained again, over the same folds and seeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layerwise.errors import SettingError
from layerwise.study.ladder.asking import asked_of
from layerwise.study.ladder.climbing import climb
from layerwise.study.ladder.ladder import DEFAULTS
from layerwise.study.ladder.recording import entry_again
from layerwise.study.ledger.again import base_of
from layerwise.study.ledger.record import Entry
from layerwise.study.ledger.run import Run


def rung_again(run: Run, rows: tuple[Any, Any], how: Mapping[str, Any]) -> Entry:
    """Train a rung again and return the entry that a record of it would have.

    Parameters
    ----------
    run : the rung
    rows : X and y of the ladder
    how : test, (X, y) to compare on; sample_weight, groups and settings, where the ladder had them

    Raises
    ------
    SettingError
        When the ladder has no such rung.
    """
    options = DEFAULTS | run.study.about["asked"] | {"test": how.get("test")}
    options |= {name: how.get(name) for name in ("sample_weight", "groups")}
    asked = asked_of(*rows, base_of(run, how.get("settings")), options)
    shapes = [shape for shape in asked.rungs if shape.name == run.kept.get("rung")]
    if not shapes:
        raise SettingError(f"run {run.id}: this ladder has no rung {run.kept.get('rung')!r}")
    alone = asked._replace(rungs=(shapes[0],))
    return entry_again(next(iter(climb(alone))), alone)
