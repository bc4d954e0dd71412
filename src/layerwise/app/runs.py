"""`layerwise runs`: what was recorded, as a list; its sub-commands look closer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from layerwise.app import help_runs
from layerwise.app.main import DONE
from layerwise.study.ledger.listing import HEADINGS, cells_of
from layerwise.study.ledger.reading import runs as runs_of
from layerwise.study.ledger.run import Run

NEWEST = 20
INTERVAL, WIDE = "95 % interval", 100  # the one stands under the score
SETTINGS, NAMES = 18, 20  # letters for the settings at least, for the name of the data at most
Place = Annotated[
    str | None,
    Parameter(
        name="--runs",
        help="The database: a file or postgresql://user@host/name. "
        "[default: layerwise-runs.db in this folder]",
    ),
]

runs = App(
    name="runs", usage="Usage: layerwise runs [COMMAND] [OPTIONS]\n", help_format="plaintext"
)
SUB_COMMANDS = (
    ("show", "layerwise.app.run_shown:show", "ID [OPTIONS]", help_runs.SHOW),
    ("compare", "layerwise.app.run_compare:compare", "A B [OPTIONS]", help_runs.COMPARE),
    ("replay", "layerwise.app.run_replay:replay", "ID [OPTIONS]", help_runs.REPLAY),
    ("retune", "layerwise.app.run_retune:retune", "ID [OPTIONS]", help_runs.RETUNE),
    ("export", "layerwise.app.run_export:export", "FILE [OPTIONS]", help_runs.EXPORT),
    ("dashboard", "layerwise.app.dashboard:dashboard", "[OPTIONS]", help_runs.DASHBOARD),
)
for order, (name, path, usage, text) in enumerate(SUB_COMMANDS):
    runs.command(
        path,
        name=name,
        usage=f"Usage: layerwise runs {name} {usage}\n",
        help=text,
        sort_key=order,
    )


@Parameter(name="*")
@dataclass(frozen=True)
class ListFlags:
    """Which runs are listed, and how.

    Parameters
    ----------
    all
        Not only the newest 20.
    kind
        Only runs of this kind.
    data
        Only runs on data of this name.
    sort
        The newest first, or the best first.
    json
        Print one JSON list and nothing else.
    """

    all: Annotated[bool, Parameter(negative="", show_default=False)] = False
    kind: Literal["train", "fit", "search", "ladder"] | None = None
    data: str | None = None
    sort: Literal["date", "score"] = "date"
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False


@runs.default
def listed(*, place: Place = None, flags: ListFlags = ListFlags()) -> int:
    """List the recorded runs."""
    found = [run for run in runs_of(place) if _is_wanted(run, flags)]
    if flags.sort == "score":
        found.sort(key=_by_score)
    shown = found if flags.all else found[:NEWEST]
    if flags.json:
        print(_as_json(shown))
        return DONE
    _show(shown)
    if len(shown) < len(found):
        print(f"the first {len(shown)} of {len(found):,}; --all shows every one")
    return DONE


def _is_wanted(run: Run, flags: ListFlags) -> bool:
    return flags.kind in (None, run.kind) and flags.data in (None, run.name)


def _by_score(run: Run) -> tuple[str, bool, float]:
    """Return what sorts the best first: scores of one metric together, those without at the end."""
    down = run.study.about.get("direction") == "minimize"
    value = run.value if run.value is not None else 0.0
    return run.metric, run.value is None, value if down else -value


def _show(found: list[Run]) -> None:
    if not found:
        print("no runs")
        return
    screen = Console(highlight=False)  # a list may be as wide as the screen
    # on a narrow one the seconds give way
    shown = [name for name in HEADINGS if name != "seconds" or screen.width >= WIDE]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in shown:
        if heading != INTERVAL:
            table.add_column(
                heading,
                justify="right" if heading in ("id", "seconds") else "left",
                no_wrap=heading in ("id", "date", "kind", "score", "seconds"),
                min_width=SETTINGS if heading == "settings" else None,
                max_width=NAMES if heading == "data" else None,
            )
    for run in found:
        cells: dict[str, str] = dict(zip(HEADINGS, cells_of(run), strict=True))
        cells["score"] += f"\n{cells[INTERVAL]}"
        table.add_row(*(Text(cells[name].rstrip()) for name in shown if name != INTERVAL))
    with screen.capture() as captured:
        screen.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _as_json(found: list[Run]) -> str:
    cards = [
        {
            "id": run.id,
            "date": run.date and run.date.isoformat(timespec="seconds"),
            "kind": run.kind,
            "data": run.name,
            "state": run.state,
            "metric": run.metric,
            "score": run.value,
            "scores": run.scores,
            "seconds": run.seconds,
            "settings": run.changed,
            "seed": run.seed,
            "model": run.model_file,
            "failure": run.failure,
        }
        for run in found
    ]
    return json.dumps(cards, allow_nan=False)
