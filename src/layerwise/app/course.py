"""`layerwise course`: the course's experiments anew, as a table beside the published figures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from layerwise.app.main import DONE, app
from layerwise.app.showing import busy, console, figure, percent
from layerwise.data.atomic import write_atomically
from layerwise.errors import SettingError
from layerwise.estimators.score_intervals import Interval
from layerwise.study.course.data import HERE, Effort
from layerwise.study.course.experiments import EXPERIMENTS, effort_of
from layerwise.study.course.results import Fact, Figure, Result

ALL = "all"


def course(
    *names: Annotated[str, Parameter(help="Experiments to run, or all.")],
    out: Annotated[str, Parameter(help="Folder for the pictures (PNG), made if absent.")] = ".",
    data: Annotated[str, Parameter(help="Folder of catvnoncat and football.mat.")] = str(HERE),
    seeds: Annotated[int, Parameter(help="First weights to try, the course's own first.")] = 10,
    share: Annotated[
        float, Parameter(help="Share of the course's iterations to take: .1 for a quick look.")
    ] = 1.0,
) -> int:
    """Run experiments of the course, print ours beside the published and write the pictures."""
    chosen = _chosen(names)
    if not chosen:
        _list()
        return DONE
    effort = effort_of(seeds, share, Path(data))
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for name in chosen:
        _repeat(name, effort, folder)
    return DONE


def _repeat(name: str, effort: Effort, folder: Path) -> None:
    began, picture = time.perf_counter(), folder / f"{name}.png"
    with busy(f"{name}: {effort.seeds} seeds"):
        result = EXPERIMENTS[name](effort)
        write_atomically(picture, result.png())
    _show(name, result)
    print(f"{picture}, {time.perf_counter() - began:.0f} s\n", flush=True)


def _list() -> None:
    app.help_print(["course"])
    for name, run in EXPERIMENTS.items():
        print(f"{name}\n    {(run.__doc__ or '').splitlines()[0]}")


def _chosen(names: tuple[str, ...]) -> list[str]:
    for name in names:
        if name not in (*EXPERIMENTS, ALL):
            known = ", ".join((*EXPERIMENTS, ALL))
            raise SettingError(f"course {name!r}: expected one of {known}")
    return list(EXPERIMENTS) if ALL in names else list(dict.fromkeys(names))


def _show(name: str, result: Result) -> None:
    screen = console()
    screen.print(f"[bold]{name}[/bold]: {result.finding}")
    if result.figures:
        screen.print(_table(result.figures))
    for fact in result.facts:
        screen.print(_line(fact))


def _table(figures: tuple[Figure, ...]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    for column in ("", "own", "median", "range", "95 %", "published", "95 %", "inside"):
        table.add_column(column, no_wrap=True, justify="left" if not column else "right")
    for one in figures:
        known = one.published_interval
        table.add_row(
            one.name,
            percent(one.shares[0], one.rows),
            percent(one.middle, one.rows),
            _edges(Interval(min(one.shares), max(one.shares))),
            _edges(one.interval),
            "-" if one.published is None else percent(one.published, one.rows),
            "-" if known is None else _edges(known),
            f"{_yes(one.own_inside)} / {_yes(one.inside)}",
        )
    return table


def _edges(interval: Interval) -> str:
    return f"{100 * interval.low:.0f}-{100 * interval.high:.0f}"


def _yes(inside: bool | None) -> str:
    return {True: "yes", False: "no", None: "-"}[inside]


def _line(fact: Fact) -> str:
    return f"  {fact.name}: {figure(fact.value)} ({fact.expected}: {_yes(fact.holds)})"
