"""A list of recorded runs, which a notebook shows as a table."""

from __future__ import annotations

from html import escape
from typing import Any

from layerwise.study.ledger.run import Run

MOST_SHOWN = 20


class Runs(list[Run]):
    """Runs, the newest first; a notebook shows them as a table."""

    def __repr__(self) -> str:
        lines = [f"{len(self)} runs"] if len(self) != 1 else ["1 run"]
        lines += ["  ".join(cells) for cells in map(cells_of, self[:MOST_SHOWN])]
        return "\n".join([*lines, *(["..."] if len(self) > MOST_SHOWN else [])])

    def _repr_html_(self) -> str:
        def row(cells: Any, tag: str) -> str:
            inside = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
            return f"<tr>{inside}</tr>"

        body = "".join(row(cells_of(run), "td") for run in self[:MOST_SHOWN])
        more = f"<p>and {len(self) - MOST_SHOWN} more</p>" if len(self) > MOST_SHOWN else ""
        return f"<table>{row(HEADINGS, 'th')}{body}</table>{more}"


HEADINGS = ("id", "date", "kind", "data", "score", "95 % interval", "seconds", "settings")


def cells_of(run: Run) -> tuple[str, ...]:
    """Return a run as the cells of a table."""
    first = run.scores[0] if run.scores else {}
    low, high = first.get("low"), first.get("high")
    score = f"{run.metric} {run.value:.4g}" if run.value is not None else run.state
    if run.state == "pruned":  # what stands there is how far it came, in the monitored figure
        score = "stopped early"
    return (
        str(run.id),
        f"{run.date:%Y-%m-%d %H:%M}" if run.date else "",
        run.kind,
        run.name,
        score,
        f"{low:.4g} to {high:.4g}" if low is not None and high is not None else "",
        f"{run.seconds:.1f}" if run.seconds is not None else "",
        _told(run),
    )


def _told(run: Run) -> str:
    """Return what a run is known by among its like: a rung its name, a trial what was searched."""
    if "rung" in run.kept:
        return run.kept["rung"]
    searched = run.kept["params"] if run.kind == "search" else run.changed
    settings = {name: value for name, value in searched.items() if name != "random_state"}
    return ", ".join(f"{name} {_short(value)}" for name, value in settings.items()) or "defaults"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(map(_short, value)) + ")"
    if isinstance(value, dict):
        return str(value.get("name", value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
