"""`layerwise equations`: check the equations of a forward and backward pass, line by line."""

from __future__ import annotations

import json as text_format
from collections import Counter
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from layerwise.app.main import DONE, SLIPS
from layerwise.app.showing import console
from layerwise.errors import DataError
from layerwise.study.equations.conventions import NOTES
from layerwise.study.equations.findings import NOTE, OK, UNREAD, WRONG, Finding
from layerwise.study.equations.judging import check_equations

COLOURS = {OK: "green", NOTE: "yellow", WRONG: "bold red", UNREAD: "bold red"}
WORDS = {OK: "ok", NOTE: "note", WRONG: "wrong", UNREAD: "?"}
MARGIN = " " * 12


def equations(
    file: Annotated[str, Parameter(help="A text file with one equation per line.")],
    /,
    *,
    json: Annotated[
        bool, Parameter(help="Print one JSON object on stdout.", negative="", show_default=False)
    ] = False,
) -> int:
    """Check the equations of FILE and print what is found of each."""
    found = check_equations(Path(file))
    if not found:
        raise DataError(f"{file}: no equation in it; expected lines such as Z[1] = W[1] X + b[1]")
    counts = Counter(each.status for each in found)
    if json:
        lines = [each.as_dict() for each in found]
        print(text_format.dumps({"file": file, "counts": counts, "findings": lines}))
    else:
        _show(found, counts)
    return SLIPS if counts[WRONG] or counts[UNREAD] else DONE


def _show(found: list[Finding], counts: Counter[str]) -> None:
    screen, told = console(), set[str]()
    for each in found:
        _line(screen, each)
        if each.status == WRONG:
            _slip(screen, each)
        elif each.status == UNREAD:
            _caret(screen, each)
        elif each.status == NOTE and each.why not in told:
            told.add(each.why)
            _rows(screen, (("note", each.why), ("so", _repair_of(each))))
    parts = [f"{counts[s]} {s}" for s in (OK, NOTE, WRONG, UNREAD) if counts[s]]
    screen.print(Text("\n" + ", ".join(parts)))


def _repair_of(each: Finding) -> str:
    return each.repair if each.why in NOTES.values() else ""


def _line(screen: Console, each: Finding) -> None:
    text = Text(f"{each.line:>4}  ")
    text.append(f"{WORDS[each.status]:<6}", style=COLOURS[each.status])
    text.append(each.text.strip() if each.status != UNREAD else each.text)
    screen.print(text, soft_wrap=True)
    if each.shapes and each.status != WRONG:
        screen.print(Text(MARGIN + each.shapes, style="dim"), soft_wrap=True)


def _slip(screen: Console, each: Finding) -> None:
    _rows(
        screen,
        (
            ("shapes", each.shapes),
            ("slip", f"{each.slip}: {each.why}"),
            ("proof", each.disagreement),
            ("right", each.repair),
        ),
    )


def _rows(screen: Console, rows: tuple[tuple[str, str], ...]) -> None:
    for name, words in rows:
        if words:
            text = Text(f"{MARGIN}{name:<7} ", style="dim")
            text.append(words, style="bold green" if name == "right" else "not dim")
            screen.print(text, soft_wrap=True)


def _caret(screen: Console, each: Finding) -> None:
    screen.print(Text(MARGIN + " " * (each.column - 1) + "^", style="bold red"), soft_wrap=True)
    screen.print(Text(f"{MARGIN}column {each.column}: {each.why}"), soft_wrap=True)
