"""`layerwise check`: the slips in a learner's own NumPy network."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from layerwise.app.main import DONE, SLIPS
from layerwise.errors import SettingError
from layerwise.study.checking.checking import check as check_file
from layerwise.study.checking.findings import Report
from layerwise.study.checking.wording import as_json, lines_of

WIDEST = 100


File = Annotated[Path, Parameter(help="Your Python file. It is run, in a process of its own.")]
Names = Annotated[
    tuple[str, ...],
    Parameter(
        "--name",
        help="A function of another name, as ROLE=YOURS: --name backward=my_backward.",
        negative="",
    ),
]
OfClass = Annotated[
    str | None, Parameter("--class", help="Take the functions from this class of the file.")
]
Layout = Annotated[
    str, Parameter(help="columns: X is (n_x, m), the lecture's; rows: X is (m, n_x).")
]
AsJson = Annotated[
    bool, Parameter(help="Print the findings as one JSON list instead.", negative="")
]


def check(
    file: File,
    /,
    *,
    names: Names = (),
    of_class: OfClass = None,
    layout: Layout = "columns",
    json: AsJson = False,
) -> int:
    """Find the slips in your own forward, backward and update, one after the other."""
    print(f"running {file} in a process of its own; what it prints is not shown", file=sys.stderr)
    report = check_file(file, layout=layout, of_class=of_class, **_names(names))
    if json:
        print(json_format.dumps(as_json(report), allow_nan=False))
    else:
        _show(report)
    return SLIPS if report.findings else DONE


def _names(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        role, equals, name = pair.partition("=")
        if not (role and equals and name):
            raise SettingError(f"--name {pair!r}: expected ROLE=YOURS, as backward=my_backward")
        found[role] = name
    return found


def _show(report: Report) -> None:
    screen = Console(highlight=False)
    screen = Console(highlight=False, width=min(screen.width, WIDEST))
    for one in report.functions:
        style = "bold red" if one.findings else "yellow" if one.waits else "green"
        for line in lines_of(one):
            screen.print(Text(line, "" if line.startswith(" ") else style), soft_wrap=True)
    count = len(report.findings)
    functions = len(report.functions)
    found = "nothing wrong" if not count else "1 slip" if count == 1 else f"{count} slips"
    if count > 1:
        found = f"{found} (repair the first, then check again)"
    print(f"\n{found} in {functions} function{'s' * (functions != 1)}")
    if report.strange:
        print(f"other arguments than the course's, so not checked: {', '.join(report.strange)}")
    if report.missing:
        print(f"not there, so not checked: {', '.join(report.missing)}")
