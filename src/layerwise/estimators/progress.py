"""A progress bar around a training loop: on a terminal's error stream, silent elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from layerwise.training.loop import Snapshot


def with_bar(snapshots: Iterable[Snapshot], epochs: int, metric: str) -> Iterator[Snapshot]:
    """Yield the snapshots, showing epoch, cost and validation metric as they pass."""
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
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("compiling", total=epochs)
        for snapshot in snapshots:
            record = snapshot.record
            text = f"cost {record.cost:.4f}"
            if record.validation_cost is not None:
                text += f"  validation {record.validation_cost:.4f}"
            if snapshot.score is not None:
                text += f"  {metric} {snapshot.score:.4f}"
            progress.update(task, completed=record.epoch, description=text)
            yield snapshot
