"""How far a search is: a line on a terminal's error stream, silent elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from layerwise.study.matrices import number
from layerwise.study.search.searching import Show, Status

MOST_LETTERS = 70


def described(status: Status) -> str:
    """Return where a search stands, in one line.

    >>> described(Status(12, 4, 3, 0, None, 0.875, {"learning_rate": 0.0123456}, 65.0))
    '4 running, 3 stopped early  best 0.875 (learning_rate 0.01235)  65 s left'
    """
    parts = [f"{status.running} running", f"{status.pruned} stopped early"]
    parts += [f"{status.failed} failed"] if status.failed else []
    lines = [", ".join(parts)]
    if status.best is not None:
        named = ", ".join(f"{name} {_short(value)}" for name, value in status.params.items())
        named = named if len(named) <= MOST_LETTERS else named[: MOST_LETTERS - 1] + "…"
        lines.append(f"best {number(status.best)}" + (f" ({named})" if named else ""))
    if status.left is not None:
        lines.append(f"{status.left:.0f} s left")
    return "  ".join(lines)


def _short(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value)


@contextmanager
def shown(verbose: int) -> Iterator[Show]:
    """Give a function that shows where a search stands; without `verbose` it shows nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("trials"), BarColumn(bar_width=20), MofNCompleteColumn(),
        TextColumn("{task.description}"),
    )  # fmt: skip
    hidden = not verbose or not console.is_terminal
    with Progress(*columns, console=console, disable=hidden) as bar:
        task = bar.add_task("beginning", total=None)

        def show(status: Status) -> None:
            bar.update(
                task, completed=status.done, total=status.total, description=described(status)
            )

        yield show
