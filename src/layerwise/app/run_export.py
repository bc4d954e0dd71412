"""`layerwise runs export FILE`: one row per run, as CSV or Parquet."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter

from layerwise.app.main import DONE
from layerwise.app.runs import Place
from layerwise.app.settings import settings_signature
from layerwise.data.atomic import write_atomically
from layerwise.errors import SettingError
from layerwise.study.ledger.reading import runs as runs_of
from layerwise.study.ledger.run import Run

FORMULA = ("=", "+", "-", "@", "\t", "\r")
ENDINGS = (".csv", ".parquet")


def export(
    file: Annotated[str, Parameter(help="Its ending, .csv or .parquet, says what is written.")],
    /,
    *,
    place: Place = None,
) -> int:
    """Write the runs to a table."""
    path = Path(file)
    if path.suffix.lower() not in ENDINGS:
        raise SettingError(f"export {file}: expected a name with the ending .csv or .parquet")
    found = runs_of(place)
    rows = [_row(run) for run in found]
    names = dict.fromkeys([*_figures(None), *settings_signature(), *(n for r in rows for n in r)])
    table = {name: [row.get(name) for row in rows] for name in names}
    stream = io.BytesIO()
    if path.suffix.lower() == ".csv":
        cells = {escaped(name): list(map(_cell, values)) for name, values in table.items()}
        pl.DataFrame(cells, dict.fromkeys(cells, pl.String)).write_csv(stream)
    else:
        pl.DataFrame([_typed(name, values) for name, values in table.items()]).write_parquet(stream)
    write_atomically(path, stream.getvalue())
    print(f"{path}: {len(found):,} runs, {len(table)} columns")
    return DONE


def _row(run: Run) -> dict[str, Any]:
    settings = {name: _flat(value) for name, value in run.settings.items()}
    return _figures(run) | settings


def _figures(run: Run | None) -> dict[str, Any]:
    """Return the figures of a run by the names of their columns; of None the names alone."""
    first = run.scores[0] if run is not None and run.scores else {}
    data = run.data if run is not None else {}
    date = run.date.isoformat(timespec="seconds") if run is not None and run.date else None
    own = ("id", "kind", "state", "seconds", "stopped", "failure", "seed")
    figures = {name: getattr(run, name, None) for name in own}
    figures |= {name: first.get(name) for name in ("low", "high", "on")}
    figures |= {"score_rows": first.get("rows"), "date": date, "data": getattr(run, "name", None)}
    figures |= {"score_name": getattr(run, "metric", None), "score": getattr(run, "value", None)}
    figures |= {"data_rows": data.get("rows"), "data_hash": data.get("hash")}
    return figures | {"model": getattr(run, "model_file", None)}


def _flat(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _cell(value: Any) -> str | None:
    """Return a value as a cell of CSV; only what is a text can be taken for a formula."""
    if isinstance(value, str):
        return escaped(value)
    return None if value is None else str(value)


def escaped(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> escaped("=1+1"), escaped("relu")
    ("'=1+1", 'relu')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def _typed(name: str, values: list[Any]) -> pl.Series:
    """Return a column: numbers or truth where all are, else text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and kinds:
        kind = pl.Float64 if float in kinds else pl.Int64
        return pl.Series(name, values, kind, strict=False)
    if kinds == {bool}:
        return pl.Series(name, values, pl.Boolean)
    return pl.Series(name, [None if v is None else str(v) for v in values], pl.String)
