"""A progress bar around a training loop: on a terminal's error stream, silent elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from layerwise.training.loop import Epoch, Snapshot


def with_bar(snapshots: Iterable[Snapshot], epochs: int, metric: str) -> Iterator[Snapshot]:
    """Yield the snapshots, showing epoch, cost and validation metric as they pass."""
    with _bar() as progress:
        task = progress.add_task("compiling", total=epochs)
        for snapshot in snapshots:
            record = snapshot.record
            progress.update(task, completed=record.epoch, description=_figures(record))
            yield snapshot


def folds_with_bar(stages: Iterable[Any], epochs: int) -> Iterator[Any]:
    """Yield the stages (population, courses), showing how many train on and the mean cost."""
    with _bar() as progress:
        task = progress.add_task("compiling", total=epochs)
        for stage in stages:
            courses = stage[1]
            costs = [course.history[-1].cost for course in courses if course.history]
            going = sum(course.stopped is None for course in courses)
            text = f"{len(courses) - going} finished, {going} running"
            if costs:
                text += f"  mean cost {sum(costs) / len(costs):.4f}"
            done = max(len(course.history) for course in courses)
            progress.update(task, completed=done, description=text)
            yield stage


def _figures(record: Epoch) -> str:
    text = f"cost {record.cost:.4f}"
    if record.validation_cost is not None:
        text += f"  validation {record.validation_cost:.4f}"
    return text


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs  {task.description}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)
