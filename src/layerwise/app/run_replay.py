"""`layerwise runs replay ID`: a run trained again, and whether the bits are the same."""

from __future__ import annotations

import json as text_of
from dataclasses import replace
from typing import Annotated, Any

from cyclopts import Parameter

from layerwise.app.again import Again, rows_of
from layerwise.app.main import DIFFERS, DONE
from layerwise.app.recording import scores_of
from layerwise.app.runs import Place
from layerwise.app.showing import busy
from layerwise.errors import SettingError
from layerwise.study.ledger.reading import run_of
from layerwise.study.ledger.record import About, plain
from layerwise.study.ledger.record import record as note
from layerwise.study.ledger.replaying import Replayed
from layerwise.study.ledger.replaying import replay as replayed
from layerwise.study.ledger.run import Run
from layerwise.study.scoring import score, task_of

ALONE = ("train", "fit")  # kinds whose runs are not parts of a whole


def replay(
    number: Annotated[int, Parameter(name="ID", help="As `layerwise runs` lists it.")],
    /,
    *,
    place: Place = None,
    data: Annotated[str | None, Parameter(help="Where the data is now.")] = None,
    anyway: Annotated[
        bool, Parameter(negative="", help="Go on though the data has changed.")
    ] = False,
    record: Annotated[bool, Parameter(negative="", help="Record the replay as a run.")] = False,
    json: Annotated[
        bool, Parameter(negative="", help="Print one JSON object and nothing else.")
    ] = False,
) -> int:
    """Train a run again and compare the bits."""
    run = run_of(place, number)
    if record and run.kind not in ALONE:
        raise SettingError(f"--record: run {number} is part of a {run.kind}, which is recorded")
    again = rows_of(run, data)
    how = {"whole": again.known, "anyway": anyway, "test": again.test, "score": _tested(again)}
    with busy(f"training run {number} again"):
        found = replayed(run, *again.rows, **how)
    noted = _recorded(place, run, found, again.known) if record else None
    _print(found, noted, json)
    return DONE if found.same else DIFFERS


def _tested(again: Again) -> Any:
    """Return what scores a fitted estimator on the test rows, as `layerwise train` does."""

    def scored(estimator: Any) -> list[dict[str, Any]]:
        if again.test is None:
            return []
        X, y = again.test
        predicted = estimator.predict(X)
        return scores_of(score(task_of(estimator.target_), y, predicted, {}, again.seed))

    return scored


def _recorded(place: str | None, run: Run, found: Replayed, known: dict[str, Any]) -> int:
    about = run.study.about
    of = About("train", run.name, known, run.metric, about.get("source", {}))
    scores = found.entry.kept["scores"]
    value = scores[0]["value"] if scores else None
    return note(place, of, replace(found.entry, value=value))


def _print(found: Replayed, noted: int | None, json: bool) -> None:
    if json:
        print(text_of.dumps(plain(_as_json(found, noted)), allow_nan=False))
        return
    print(found.finding)
    main = {name: now for name, _, now in reversed(found.scores)}
    for name, now in reversed(main.items()) if found.same else ():
        print(f"{name} {now:.6g}")
    if found.same and found.data:
        print("The data differs: " + "; ".join(map(str, found.data)))
    if noted is not None:
        print(f"recorded as run {noted}")


def _as_json(found: Replayed, noted: int | None) -> dict[str, Any]:
    return {
        "id": found.run.id,
        "same": found.same,
        "finding": found.finding,
        "first_epoch": found.first_epoch,
        "parameters": found.parameters,
        "scores": [dict(zip(("name", "before", "now"), one, strict=True)) for one in found.scores],
        "data": [one._asdict() for one in found.data],
        "environment": [one._asdict() for one in found.environment],
        "digest": found.entry.kept.get("model", {}).get("digest"),
        "seconds": found.entry.kept.get("seconds"),
        "recorded": noted,
    }
