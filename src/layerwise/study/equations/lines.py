"""From a file to its lines: equations, shapes, and what is passed over (headings, prose, code)."""

from __future__ import annotations

import re
from typing import NamedTuple

from layerwise.errors import DataError
from layerwise.study.equations import limits
from layerwise.study.equations.limits import HostileError
from layerwise.study.equations.names import known
from layerwise.study.equations.readings import Where
from layerwise.study.equations.tree import Index

EQUATION, SHAPE = "equation", "shape"


class Line(NamedTuple):
    """A line that says something: where its equation stands, and for which layers it is said."""

    number: int
    text: str
    start: int
    stop: int
    kind: str
    where: Where


_HOSTILE = re.compile(
    r"__\w*|\b(?:eval|exec|compile|getattr|setattr|globals|locals|open|system|popen|input)\s*\("
    r"|\b(?:subprocess|lambda\s+\w+\s*:)|\bimport\s+(?!numpy\b|jax\b)|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)
_FRONT = re.compile(
    r"(?:\s|\\q?quad\b)*(?:(?:[-*•]|\d{1,3}[.)]|\(\d{1,3}\))\s+)?(?:\$\$?|\\\[|\\\()?\s*(?:\*\*|`)?"
    r"(?:\\(?:text|textbf|mathrm)\{[^{}]*:\s*\}\s*|[A-Z][a-z]+(?:[ -][A-Za-z]+)*:\s+(?=.*=))?"
)
_BACK = re.compile(
    r"(?:\s|\\\\(?:\[[^\]]*\])?|\$|\\\]|\\\)|\\(?:tag|label)\{[^}]*\}|`|\\quad|\\qquad|[,;.])+$"
)
_CODE = re.compile(
    r"\s*(?:import\s|from\s|def\s|return\b|while\s|if\s.*:\s*$|else\s*:|for\s.*:?\s*$|assert\b|end\b"
    r"|\\(?:begin|end)\{|```|\$\$\s*$|\\[\[\]]\s*$)"
)
_PASSED = re.compile(r"\.shape\b|\blen\s*\(|^\s*[\w, ()]*cache\b(?!\s*\[)[^=]*=|=\s*\w*cache\s*$")
_GIVEN = re.compile(
    r"\s*(?:alpha|eta|lr|learning_rate|lambd?a?|L|m|n\w*(?:\[[lL0-9]\])?|\\alpha|α)\s*=\s*[\d.e-]+\s*$"
)
_ASSIGNED = re.compile(r"(?<![<>=!])=(?!=)|←|<-|\\(?:leftarrow|gets)\b")
_SAID = re.compile(_ASSIGNED.pattern + r"|\\in\b|∈|:(?=\s*[(n])")
_WORD = re.compile(r"(?<![\\A-Za-z_.{])[A-Za-z]?[a-z]{2,}(?![A-Za-z_(\[}])")
_TAIL = re.compile(
    r"[\s,;(]*\b(?:for|in|at|of|on)\s+(?:the\s+|all\s+|every\s+|each\s+|any\s+)*"
    r"[a-z]+(?:\s+[a-z]+)*[).\s]*$"
)
_N = (
    r"n(?:_\{?(?:x|y|h|prev|\d|[lL](?:[-+]\d)?)\}?"
    r"|\^?\{?\[\s*(?:\d+|[lL](?:\s*[-+]\s*\d)?)\s*\]\}?|\d+)?"
)
_ONE = rf"(?:1|m|K|{_N})(?![A-Za-z0-9.])"
SHAPE_TEXT = rf"(?P<one>{_ONE})\s*(?:,|x|×|\\times)\s*(?P<two>{_ONE})\s*[)}}\].]*\s*$"
_SHAPED = re.compile(
    r"^(?:(?:dim|shape)\([^=()]*\)\s*=\s*)*[^:=∈]+?\s*"
    r"(?::(?!=)|\\in\b|∈|\bis\b|\bhas shape\b|={1,2})\s*"
    r"(?:\\mathbb\{R\}|ℝ|R(?=\s*\^))?\s*\^?\s*[{(\[\\]*\s*" + SHAPE_TEXT
)
_ONLY = re.compile(
    r"(?:[,;(\s]|\\q?quad\b)*(?:\\text\{\s*)?(?:\b(?:only|for|at|when|if|with)\b\s*|[,;(]\s*)+"
    r"(?:all\s+|every\s+|each\s+|layers?\s+)*\}?(?:\\;|\\,|\\q?quad\b|\s)*"
    r"l\s*(?P<how>=|<=|<|\\in\b|∈|in\b|\\leq?\b)"
    r"\s*(?P<range>[^=]+?)[).\s]*$"
)
_ATOM = re.compile(r"(?<![A-Za-z\\])(?:L|\d+)(?:\s*[-+]\s*\d+)?")


def lines(text: str) -> list[Line]:
    """Return the lines of a file that are to be judged.

    Raises
    ------
    DataError
        When the file is larger than any slide, or asks for something to be run.

    Examples
    --------
    >>> [line.kind for line in lines("# forward\\nZ[1] = W[1] X + b[1]\\nb[l]: (n[l], 1)")]
    ['equation', 'shape']
    """
    if len(text) > limits.BYTES:
        raise DataError(f"the file has more than {limits.BYTES} characters: no slide is that long")
    rows = text.splitlines()
    if len(rows) > limits.LINES:
        raise DataError(f"the file has {len(rows)} lines: expected at most {limits.LINES}")
    found: list[Line] = []
    for number, row in enumerate(rows, start=1):
        found += _row(number, row)
    if len(found) > limits.EQUATIONS:
        raise DataError(f"{len(found)} equations: expected at most {limits.EQUATIONS} in one file")
    return found


def _row(number: int, row: str) -> list[Line]:
    stop = _comment(row)
    hostile = _HOSTILE.search(row, 0, stop)
    if hostile:
        error = HostileError(
            f"{hostile.group().strip()!r} is no part of an equation", hostile.start()
        )
        raise limits.refuse(number, row, error)
    if stop > limits.CHARACTERS:
        error = HostileError(f"longer than {limits.CHARACTERS} characters", limits.CHARACTERS)
        raise limits.refuse(number, row, error)
    if not row[:stop].strip() or _CODE.match(row[:stop]):
        return []
    return [line for start, end in _pieces(row, stop) for line in _line(number, row, start, end)]


def _comment(row: str) -> int:
    match = re.search(r"(?<!\\)[#%]|//", row)
    return match.start() if match else len(row)


def _pieces(row: str, stop: int) -> list[tuple[int, int]]:
    # several equations of one row, with \\ or ; or a wide space between them
    start, found = 0, []
    for match in re.finditer(r"\\\\|;|\\qquad\b|\\quad\b|,(?=\s)", row[:stop]):
        behind = _SAID.search(row, match.end(), stop)
        between = row[match.end() : behind.start()] if behind else "("
        level = row[start : match.start()]
        balanced = all(level.count(a) == level.count(b) for a, b in ("()", "[]", "{}"))
        named = not re.search(r"[(,]|\bl\s*$|for", between)
        within = level.count(r"\begin{cases}") != level.count(r"\end{cases}")
        own = _SAID.search(level) and balanced and named and not within
        if own:
            found.append((start, match.start()))
            start = match.end()
    return [*found, (start, stop)]


def _line(number: int, row: str, start: int, stop: int) -> list[Line]:
    front = _FRONT.match(row, start, stop)
    start = front.end() if front else start
    back = _BACK.search(row[:stop])
    stop = max(start, back.start()) if back else stop
    stop, where = _where(row, start, stop)
    tail = _TAIL.search(row, start, stop) if _SAID.search(row, start, stop) else None
    stop = tail.start() if tail and tail.start() > start else stop
    body = row[start:stop]
    if _GIVEN.match(body):
        return []
    if _SHAPED.match(body):
        return [Line(number, row, start, stop, SHAPE, where)]
    if _PASSED.search(body) or not _ASSIGNED.search(body) or _prose(body):
        return []
    return [Line(number, row, start, stop, EQUATION, where)]


def _prose(body: str) -> bool:
    # three words that no equation has: a sentence with an = in it
    return sum(not known(word) for word in _WORD.findall(body)) >= 3


def _where(row: str, start: int, stop: int) -> tuple[int, Where]:
    first = _ASSIGNED.search(row, start, stop)
    match = _ONLY.search(row, first.end(), stop) if first else None
    if match is None:
        return stop, Where()
    atoms = [_atom(text) for text in _ATOM.findall(match["range"])]
    if not atoms:
        return stop, Where()
    ends = [atoms[0], atoms[-1]]
    if match["how"] in ("<", "<=", r"\le", r"\leq"):
        ends = [Index("", 1), atoms[-1].moved(-1 if match["how"] == "<" else 0)]
    elif "range" in match["range"] and "reversed" not in match["range"] and len(atoms) == 2:
        ends[1] = ends[1].moved(-1)
    return match.start(), Where(*ends)


def _atom(text: str) -> Index:
    text = text.replace(" ", "")
    if text[0] != "L":
        return Index("", int(re.split(r"[-+]", text)[0]))
    return Index("L", int(text[1:] or 0))
