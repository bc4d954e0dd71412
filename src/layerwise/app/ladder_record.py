"""A ladder of `layerwise ladder` into the ledger; what goes wrong there never loses the answer."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from layerwise.app.again import known_by
from layerwise.app.recording import Recorded, place_of, source_of, words_of
from layerwise.app.run_file import Run
from layerwise.app.splitting import Whole
from layerwise.errors import SettingError
from layerwise.study.ladder.recording import record_ladder
from layerwise.study.ledger.refusing import shown
from layerwise.study.ledger.storage import INSTALL, file_of, url_of


def ladder_recorded(
    run: Run, found: Whole, made: tuple[Any, Any], options: dict[str, Any], picture: Path
) -> Recorded:
    """Record the rungs and return as which; a failure is one line on stderr.

    Parameters
    ----------
    run, found : what was read
    made : what was asked and answered
    options : how it was asked
    picture : the picture's file, beside which the database is by default
    """
    place = place_of(run.runs, picture)
    if place is None:
        return Recorded()
    if find_spec("optuna") is None:
        return Recorded(line=f"not recorded: {INSTALL} keeps a ledger of runs")
    known = known_by(found.rows, found.test if run.test is not None else None)
    origin = {"name": found.name, "data": known, "source": source_of(run, found.task)}
    try:
        ids = record_ladder(place, origin, *made, options)
    except (SettingError, OSError) as error:
        print(f"layerwise: the rungs were not recorded: {words_of(error)}", file=sys.stderr)
        return Recorded()
    where = shown(url_of(place)) if file_of(url_of(place)) is None else place
    return Recorded(ids[0], where, f"runs {ids[0]} to {ids[-1]} in {where}")
