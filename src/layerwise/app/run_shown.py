"""`layerwise runs show ID`: everything that is known of one run."""

from __future__ import annotations

import json as text_of
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layerwise.app.card import grid
from layerwise.app.main import DONE
from layerwise.app.runs import Place
from layerwise.app.showing import console, figure
from layerwise.data.atomic import write_atomically
from layerwise.errors import SettingError
from layerwise.study.curves import curve_png
from layerwise.study.ledger.reading import run_of
from layerwise.study.ledger.run import Run
from layerwise.training.loop import Epoch

MOST_COLUMNS = 30
HASH = 12  # digits of a hash that are shown
SUMMARIES = ("min", "max", "mean", "std")


def show(
    number: Annotated[int, Parameter(name="ID", help="As `layerwise runs` lists it.")],
    /,
    *,
    place: Place = None,
    picture: Annotated[str | None, Parameter(help="A .png for the learning curve.")] = None,
    json: Annotated[
        bool, Parameter(negative="", help="Print one JSON object and nothing else.")
    ] = False,
) -> int:
    """Show a run."""
    run = run_of(place, number)
    if picture is not None:
        if not picture.lower().endswith(".png"):
            raise SettingError(f"--picture {picture}: expected a name with the ending .png")
        write_atomically(Path(picture), _curve(run))
    if json:
        print(text_of.dumps(_everything(run), allow_nan=False))
        return DONE
    screen = console()
    with screen.capture() as captured:
        screen.print(Group(Text(_title(run)), Text(), *_parts(run)))
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))
    if picture is not None:
        print(picture)
    return DONE


def _title(run: Run) -> str:
    rung = [run.kept["rung"]] if "rung" in run.kept else []
    return " · ".join([f"run {run.id}", run.kind, run.name, *rung])


def _everything(run: Run) -> dict[str, Any]:
    names = ("id", "kind", "name", "state", "failure", "metric", "value", "scores", "settings")
    names += ("changed", "chosen", "lost", "seed", "seconds", "stopped", "best_epoch", "curves")
    names += ("environment", "source", "data", "model_file")
    found = {name: getattr(run, name) for name in names}
    date = run.date and run.date.isoformat(timespec="seconds")
    return found | {"date": date, "model_state": run.model_state()}


def _curve(run: Run) -> bytes:
    """Return the learning curve as PNG, as `layerwise train` draws it."""
    curves = run.curves
    count = max(map(len, curves.values()), default=0)
    if not count or "cost" not in curves:
        raise SettingError(f"run {run.id} has no curves to draw")
    empty = [None] * count
    history = [
        Epoch(epoch + 1, *(curves.get(name, empty)[epoch] for name in Epoch._fields[1:]))
        for epoch in range(count)
    ]
    metric = run.scores[-1]["name"] if run.scores else run.metric
    return curve_png(SimpleNamespace(history_=history, best_epoch_=run.best_epoch, metric_=metric))


def _parts(run: Run) -> list[RenderableType]:
    parts = [grid(_facts(run)), _scores(run), _columns(run)]
    return [part for part in parts if part is not None]


def _facts(run: Run) -> list[tuple[str, str]]:
    data, environment = run.data, run.environment
    versions = environment.get("versions", {})
    read = {name: value for name, value in run.source.items() if value not in (None, [], ())}
    ended = (
        f"{run.stopped or run.state}; best epoch {run.best_epoch}; {run.seconds or 0:.1f} seconds"
    )
    target = "; ".join(_target(column) for column in data.get("target", []))
    found = [
        ("date", f"{run.date:%Y-%m-%d %H:%M:%S}" if run.date else ""),
        ("state", f"{run.state}: {run.failure}" if run.failure else run.state),
        ("training", ended),
        ("settings", _named(run.changed) or "all as by default"),
        ("auto", _named(run.chosen)),
        ("lost", ", ".join(run.lost)),
        ("seed", str(run.seed)),
        ("read", _named(read)),
        ("data", f"{data.get('rows', 0):,} rows, {data.get('columns', 0):,} columns"),
        ("target", target),
        ("hash", data.get("hash", "")[:HASH]),
        ("versions", ", ".join(f"{name} {own}" for name, own in versions.items())),
        ("machine", _machine(environment)),
        ("model", f"{run.model_file or ''} {run.model_state()}".strip()),
    ]
    return [(name, text) for name, text in found if text]


def _named(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_text(value)}" for name, value in values.items())


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(map(_text, value)) + ")"
    if isinstance(value, dict):
        inside = _named({name: own for name, own in value.items() if name != "name"})
        return f"{value.get('name', '')}({inside})"
    return "none" if value is None else str(value)


def _machine(environment: dict[str, Any]) -> str:
    names = ("processor", "cores", "device", "platform")
    words = {"cores": "{} cores"}
    return ", ".join(words.get(n, "{}").format(environment[n]) for n in names if n in environment)


def _target(column: dict[str, Any]) -> str:
    counts = column.get("counts")
    if counts and column["kind"] != "date":
        return ", ".join(f"{label}: {count:,}" for label, count in counts.items())
    return _summary(column)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _scores(run: Run) -> RenderableType | None:
    if not run.scores:
        return None
    table = _table("score", "value", "95 % interval", "rows", "on")
    for score in run.scores:
        low, high = score.get("low"), score.get("high")
        interval = ""
        if low is not None and high is not None:
            interval = f"{figure(low)} to {figure(high)}"
        value, rows = score["value"], score.get("rows")
        cells = (score["name"], "" if value is None else figure(value), interval, rows or "")
        table.add_row(*(Text(str(cell)) for cell in (*cells, score.get("on") or "")))
    return Padding(table, (1, 0, 0, 0))


def _columns(run: Run) -> RenderableType | None:
    schema = run.data.get("schema", [])
    if not schema:
        return None
    table = _table("column", "kind", "missing", "distinct", "values", "hash")
    for column in schema[:MOST_COLUMNS]:
        cells = [
            column["name"],
            column["kind"],
            column.get("missing", ""),
            column.get("distinct", ""),
        ]
        cells += [_summary(column), column["hash"].removeprefix("date ")[:HASH]]
        table.add_row(*(Text(str(cell)) for cell in cells))
    if len(schema) > MOST_COLUMNS:
        table.add_row(Text(f"and {len(schema) - MOST_COLUMNS} more; --json has all"))
    return Padding(table, (1, 0, 0, 0))


def _summary(column: dict[str, Any]) -> str:
    if "mean" in column:
        return ", ".join(f"{name} {figure(column[name])}" for name in SUMMARIES)
    if "low" in column:
        return f"{column['low']} to {column['high']}"
    return ", ".join(f"{value} ({count:,})" for value, count in column.get("frequent", {}).items())
