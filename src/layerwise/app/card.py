"""The result card: what was inferred, how good the network is and beside what, where files are."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from layerwise.app.facts import Facts, Where, evaluation_facts, training_facts
from layerwise.app.showing import console, figure, percent
from layerwise.app.splitting import Split
from layerwise.estimators.summary import column_lines
from layerwise.study.confusion import confusion, worst_confusions
from layerwise.study.scoring import BETTER, WORSE, Score

MOST_CLASSES, MOST_MISTAKES = 10, 5
BORDER = 3  # columns that the box takes at either side
COLORS = {BETTER: "green", WORSE: "red"}


def show_training(result: Score, estimator: Any, parts: Split, where: Where) -> None:
    """Print the card of `layerwise train`."""
    facts = training_facts(result, estimator, parts, where)
    shown = [*verdict_of(result, "held-out rows"), grid(facts), columns(estimator)]
    print_card(parts.name, shown)


def show_evaluation(
    result: Score, estimator: Any, found: tuple[str, tuple[str, ...]], labels: tuple[Any, Any]
) -> None:
    """Print the card of `layerwise evaluate`; `labels` are the true and the predicted targets."""
    name, notes = found
    shown = verdict_of(result, "rows")
    if result.metric == "accuracy":
        shown.append(confusions(estimator.classes_, *labels))
    print_card(name, [*shown, grid(evaluation_facts(result, estimator, notes))])


def print_card(name: str, parts: list[RenderableType], command: str = "") -> None:
    """Print the parts of a card under the data's name, in a box on a terminal."""
    shown, out = Group(*parts), console()
    title = Text(f"Layerwise{command and ' '}{command} · {name}")
    if out.is_terminal:
        out.print(Panel(shown, title=title, title_align="left", padding=(1, 2)))
        return
    with out.capture() as text:  # a file needs no box, and no blanks at the end of its lines
        out.print(Group(title, Text(), shown))
    print("\n".join(line.rstrip() for line in text.get().splitlines()))


def verdict_of(result: Score, rows: str) -> list[RenderableType]:
    """Return the score with its interval, beside the baselines."""
    return [_headline(result, rows), beside(result), *_warning(result)]


def _headline(result: Score, rows: str) -> RenderableType:
    low, high = (_score(result, bound) for bound in result.interval)
    text = Text()
    text.append("RMSE " if result.metric == "rmse" else "accuracy ")
    text.append(_score(result, result.value), style="bold")
    text.append(f"   95 % interval {low} to {high}   on {result.rows:,} {rows}")
    if result.r2 is not None:
        text.append(f"\nR2 {result.r2:.3f}   (RMSE in the target's own unit)")
    return text


def _score(result: Score, value: float) -> str:
    return figure(value) if result.metric == "rmse" else percent(value, result.rows)


def beside(result: Score) -> RenderableType:
    """Return the table of baselines: each one's score and how the network compares."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("beside")
    table.add_column("RMSE" if result.metric == "rmse" else "accuracy", justify="right")
    table.add_column("the network is")
    for name, value, verdict in result.baselines:
        word = Text(verdict, style=COLORS.get(verdict, "yellow"))
        table.add_row(name, _score(result, value), word)
    return Padding(table, (1, 0))


def _warning(result: Score) -> list[RenderableType]:
    if not result.is_wide:
        return []
    low, high = result.interval
    width = figure(high - low)
    if result.metric == "accuracy":
        width = f"{100 * (high - low):.0f} percentage points"
    text = (
        f"The interval is {width} wide, for {result.rows:,} test rows tell little: a model whose "
        "score differs by less may be as good."
    )
    return [Padding(Text(text, style="yellow"), (0, 0, 1, 0))]


def grid(facts: Facts) -> RenderableType:
    """Return the lines of a card, names beside sentences."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts:
        table.add_row(Text(name), Text(text))
    return table


def columns(estimator: Any) -> RenderableType:
    """Return the table of what becomes of each column."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("column", overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("treatment", overflow="fold")
    for line in column_lines(estimator):
        table.add_row(*map(Text, line))
    return Padding(table, (1, 0, 0, 0))


def confusions(classes: np.ndarray, y: np.ndarray, predicted: np.ndarray) -> RenderableType:
    """Return the table of what was taken for what; when that is too wide, the worst mistakes."""
    counts, names = confusion(classes, y, predicted), [str(label) for label in classes]
    first = Text("true \\ predicted")
    widths = [max(len(name), len(str(counts.max()))) + 2 for name in names]
    if len(names) > MOST_CLASSES or max(first.cell_len, *widths) + sum(widths) > _room():
        return _mistakes(counts, names)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first, no_wrap=True)
    for name in names:
        table.add_column(Text(name), justify="right", no_wrap=True)
    for i, name in enumerate(names):
        cells = [Text(str(n), style="bold" if i == j else "") for j, n in enumerate(counts[i])]
        table.add_row(Text(name, style="dim"), *cells)
    return Padding(table, (0, 0, 1, 0))


def _room() -> int:
    return console().width - 2 * BORDER


def _mistakes(counts: np.ndarray, names: list[str]) -> RenderableType:
    worst = worst_confusions(counts, MOST_MISTAKES)
    said = [f"  {names[i]} taken for {names[j]}: {count} times" for i, j, count in worst]
    lines = ["the most frequent mistakes:", *said] if said else ["no mistakes"]
    return Padding(Text("\n".join(lines)), (0, 0, 1, 0))
