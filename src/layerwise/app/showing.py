"""What the commands share in showing: numbers, the console, a sign of life, one JSON object."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from layerwise.app.recording import Recorded
from layerwise.study.scoring import Score

WIDEST = 88
MANY_ROWS = 5000  # from here on a score's second decimal means something


def console() -> Console:
    """Return where the card goes: stdout, not wider than is pleasant to read."""
    found = Console(highlight=False, soft_wrap=False)
    return Console(highlight=False, width=min(found.width, WIDEST))


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """Show that something is being done: on a terminal's error stream, silent elsewhere."""
    stream = Console(stderr=True)
    if not stream.is_terminal:
        yield
        return
    with stream.status(doing):
        yield


def percent(share: float, rows: int) -> str:
    """Return a share of so many rows in percent.

    >>> percent(0.97777, 360), percent(0.97777, 10_000)
    ('97.8 %', '97.78 %')
    """
    return f"{100 * share:.{1 if rows < MANY_ROWS else 2}f} %"


def figure(value: float) -> str:
    """Return a number to four digits, without powers of ten where they can be avoided.

    >>> figure(54.3217), figure(123456.7), figure(0.00012346), figure(0)
    ('54.32', '123,457', '0.0001235', '0.000')
    """
    size = abs(value)
    if size and not 1e-4 <= size < 1e9:
        return f"{value:.3e}"
    return f"{value:,.0f}" if size >= 1000 else f"{value:#.4g}"


def as_json(
    result: Score,
    trained: tuple[int, int],
    seconds: float,
    model: object,
    noted: Recorded | None = None,
) -> str:
    """Return the result card as one JSON object; `noted` is where it was recorded, if it can be."""
    card = {
        "task": result.task,
        "metric": result.metric,
        "score": result.value,
        "interval": list(result.interval),
        "baselines": {baseline.name: baseline.score for baseline in result.baselines},
        "rows": {"train": trained[0], "validation": trained[1], "test": result.rows},
        "seconds": round(seconds, 3),
        "model": os.fspath(model),  # pyright: ignore[reportArgumentType, reportCallIssue]
    }
    if noted is not None:
        card |= {"run": noted.id, "runs": noted.place}
    return json.dumps(card, allow_nan=False)
