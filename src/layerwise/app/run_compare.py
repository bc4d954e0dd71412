"""`layerwise runs compare A B`: what differs between two runs, and whether the scores do."""

from __future__ import annotations

import json as text_of
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layerwise.app.again import rows_of
from layerwise.app.main import DONE
from layerwise.app.runs import Place
from layerwise.app.showing import busy, console, figure
from layerwise.data.atomic import write_atomically
from layerwise.errors import LayerwiseError, SettingError
from layerwise.study.ledger.comparing import Compared
from layerwise.study.ledger.comparing import compare as compared
from layerwise.study.ledger.fingerprint import fingerprint
from layerwise.study.ledger.reading import run_of
from layerwise.study.ledger.record import plain
from layerwise.study.ledger.run import UNCHANGED, Run

ID = "As `layerwise runs` lists it."


def compare(
    first: Annotated[int, Parameter(name="A", help=ID)],
    second: Annotated[int, Parameter(name="B", help=ID)],
    /,
    *,
    place: Place = None,
    picture: Annotated[str | None, Parameter(help="A .png for the curves of both.")] = None,
    json: Annotated[
        bool, Parameter(negative="", help="Print one JSON object and nothing else.")
    ] = False,
) -> int:
    """Compare two runs."""
    if picture is not None and not picture.lower().endswith(".png"):
        raise SettingError(f"--picture {picture}: expected a name with the ending .png")
    a, b = run_of(place, first), run_of(place, second)
    with busy("reading the test rows again"):
        test, why = _test_rows(a, b)
        found = compared(a, b, test, why)
    if picture is not None:
        write_atomically(Path(picture), found.png())
    if json:
        print(text_of.dumps(plain(_as_json(found)), allow_nan=False))
    else:
        _show(found, picture)
    return DONE


def _show(found: Compared, picture: str | None) -> None:
    screen = console()
    with screen.capture() as captured:
        screen.print(Group(*_parts(found)))
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))
    if picture is not None:
        print(picture)


def _test_rows(a: Run, b: Run) -> tuple[tuple[Any, Any] | None, str]:
    """Return the rows that both were tested on, or why there are none."""
    for run in (a, b):
        if run.kind != "train":
            return None, f"run {run.id}, of {run.kind}, keeps no model file"
        if run.model_state() != UNCHANGED:
            return None, f"the model file of run {run.id} is {run.model_state()}"
    again = []
    for run in (a, b):
        try:
            again.append(rows_of(run))
        except (LayerwiseError, OSError) as error:
            return None, f"the rows of run {run.id} cannot be read again: {error}"
        if again[-1].known["hash"] != run.data["hash"]:
            return None, f"the data of run {run.id} has changed since"
    one, other = (fingerprint(*rows.test)["hash"] for rows in again)
    if one != other:
        return None, "they were tested on different rows"
    return again[0].test, ""


def _as_json(found: Compared) -> dict[str, Any]:
    gap = found.gap
    return {
        "a": found.a.id,
        "b": found.b.id,
        "finding": found.finding,
        "settings": [one._asdict() for one in found.settings],
        "data": [one._asdict() for one in found.data],
        "environment": [one._asdict() for one in found.environment],
        "scores": [{"score": name, "a": one, "b": other} for name, one, other in found.scores],
        "difference": None if isinstance(gap, str) else gap._asdict(),
    }


def _parts(found: Compared) -> list[RenderableType]:
    a, b = found.a, found.b
    parts: list[RenderableType] = [Text(f"run {a.id} and run {b.id}"), Text(), Text(found.finding)]
    heads = f"run {a.id}", f"run {b.id}"
    parts.append(_table(("score", *heads), [_line(*score) for score in found.scores]))
    if found.settings:
        parts.append(_table(("setting", *heads), found.settings))
    else:
        parts.append(Padding(Text("settings: the same"), (1, 0, 0, 0)))
    if found.data:
        changes = [(change.column or "rows", change.how) for change in found.data]
        parts.append(_table(("data", "in the second"), changes))
    else:
        parts.append(Padding(Text("data: the same"), (1, 0, 0, 0)))
    if found.environment:
        parts.append(_table(("environment", *heads), found.environment))
    else:
        parts.append(Padding(Text("versions, machine and device: the same"), (1, 0, 0, 0)))
    return parts


def _line(name: str, one: Any, other: Any) -> tuple[str, str, str]:
    return name, _score(one), _score(other)


def _score(score: dict[str, Any] | None) -> str:
    if score is None or score["value"] is None:
        return "-"
    low, high = score.get("low"), score.get("high")
    interval = "" if low is None or high is None else f" ({figure(low)} to {figure(high)})"
    return figure(score["value"]) + interval


def _table(heads: tuple[str, ...], rows: Any) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return Padding(table, (1, 0, 0, 0))
