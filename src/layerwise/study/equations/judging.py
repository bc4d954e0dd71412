"""Check my equations: each line read, proved in its dimensions and its values, and mended."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from layerwise.errors import DataError
from layerwise.study.equations import limits, networks, notes, shape_lines, slips
from layerwise.study.equations.board import board_line
from layerwise.study.equations.findings import NOTE, OK, UNREAD, WRONG, Finding
from layerwise.study.equations.grammar import chain
from layerwise.study.equations.limits import HostileError, MisreadError
from layerwise.study.equations.lines import SHAPE, Line, lines
from layerwise.study.equations.masked import equations_of, of_mask
from layerwise.study.equations.masks import masks
from layerwise.study.equations.mending import Place, mend
from layerwise.study.equations.notations import as_written, usual
from layerwise.study.equations.proof import Failure, Proof, check, prove, scenes
from layerwise.study.equations.readings import Sheet, Where, implicit, readings
from layerwise.study.equations.shapes import proof_text
from layerwise.study.equations.sheet import sheet_of, sheets
from layerwise.study.equations.tree import Call, Equation, Symbol, index_of, parts
from layerwise.study.equations.writing import Piece, apply, dialect_of

Read = tuple[Line, list[Equation] | shape_lines.Listed | MisreadError]


LATE = (
    f"the {limits.SECONDS:.0f} seconds of searching for the slips of one file are over: correct "
    "the lines above and check again"
)


def check_equations(source: str | os.PathLike[str]) -> list[Finding]:
    """Check the equations of a forward and backward pass, as on a slide or in your own code.

    Use it before you trust a derivation: each line is held against random networks, all that
    stands on its right side being given its right value, so every line is judged alone.

    Parameters
    ----------
    source : str or path
        The equations, one per line, in plain, NumPy or LaTeX notation; or a file of them.
        A text of one line without = is taken as the name of a file.

    Returns
    -------
    list of Finding
        One per equation or line of shapes, in the order of the file.

    Raises
    ------
    DataError
        When the file is too large or asks for something to be run. Nothing of it ever is.

    Examples
    --------
    >>> from layerwise import check_equations
    >>> (found,) = check_equations("dZ[L-1] = dW[L]' dZ[L] * g[L-1]'(Z[L-1])")
    >>> found.slip, found.repair, found.shapes_agree
    ('dW for W', "dZ[L-1] = W[L]' dZ[L] * g[L-1]'(Z[L-1])", True)

    Notes
    -----
    Lecture rows 14 to 18, and the slips found on real slides.
    """
    original = _text(source)
    text = usual(original)
    told, used = masks(text.splitlines())
    read = [(line, _read(line)) for line in lines(text) if line.number not in (*told, *used)]
    placed = [(e, line.where) for line, found in read if isinstance(found, list) for e in found]
    placed += [(e, Where()) for mask in told.values() for e in equations_of(mask)]
    until = time.monotonic() + limits.SECONDS
    sheet = replace(sheet_of(placed), until=until)
    findings = [_finding(line, found, sheet) for line, found in read]
    findings += [of_mask(number, mask, sheet) for number, mask in told.items()]
    rows = original.splitlines(), text.splitlines()
    return [as_written(each, *rows) for each in sorted(findings, key=lambda each: each.line)]


def _text(source: str | os.PathLike[str]) -> str:
    if isinstance(source, str) and ("\n" in source or "=" in source or ":" in source):
        return source
    path = Path(source)
    if path.stat().st_size > limits.BYTES:
        raise DataError(f"{path}: more than {limits.BYTES} bytes: no slide is that long")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path}: not a text in UTF-8: save the equations as plain text") from None


def _read(line: Line) -> list[Equation] | shape_lines.Listed | MisreadError:
    try:
        if line.kind == SHAPE:
            return shape_lines.listed(line)
        return _few_layers(chain(line.text, line.start, line.stop))
    except HostileError as error:
        raise limits.refuse(line.number, line.text, error) from None
    except MisreadError as error:
        return error


def _few_layers(found: list[Equation]) -> list[Equation]:
    for node in (n for e in found for side in (e.left, e.right) for n in parts(side)):
        index = node.index if isinstance(node, Symbol | Call) else None
        if index is not None and abs(index.offset) > limits.LAYERS:
            message = f"the layer {index.text()}: expected at most {limits.LAYERS} layers"
            raise MisreadError(message, node.start)
    return found


def _finding(
    line: Line, found: list[Equation] | shape_lines.Listed | MisreadError, sheet: Sheet
) -> Finding:
    written = line.text[line.start : line.stop]
    if isinstance(found, MisreadError):
        return Finding(line.number, line.text, UNREAD, why=found.message, column=found.column + 1)
    if isinstance(found, shape_lines.Listed):
        return _of_shapes(line, found, sheet)
    each = [_of_equation(line, equation, sheet) for equation in found]
    worst = next((f for s in (WRONG, NOTE) for f in each if f.status == s), each[-1])
    return replace(worst, text=written)


def _of_shapes(line: Line, found: shape_lines.Listed, sheet: Sheet) -> Finding:
    verdict = shape_lines.judge(found, sheet.depth)
    written = line.text[line.start : line.stop]
    first = found.tensors[0] if verdict is None else verdict.tensor
    layer = first.index.text() if first.index else ""
    base = Finding(line.number, written, OK, _name(first), layer)
    if verdict is None:
        return base
    pairs = zip(found.shape, verdict.shape, strict=True)
    pieces = tuple(Piece(old.start, old.end, new) for old, new in pairs if old.text != new)
    slip = slips.BIAS_SHAPE if first.family in ("b", "db") else slips.SHAPE
    text = apply(line.text, pieces)
    return replace(
        base, status=WRONG, slip=slip.name, why=slip.why, repair=_cut(line, text),
        shapes_agree=False, disagreement=f"{base.tensor} is ({', '.join(verdict.shape)})",
    )  # fmt: skip


def _cut(line: Line, text: str) -> str:
    return text[line.start : line.stop + len(text) - len(line.text)]


def _name(node: Symbol) -> str:
    return node.family + (f"[{node.index.text()}]" if node.index else "")


def _of_equation(line: Line, equation: Equation, sheet: Sheet) -> Finding:
    left, index = equation.left, index_of(equation.left)
    name = _name(left) if isinstance(left, Symbol) else line.text[left.start : left.end]
    base = Finding(line.number, "", OK, name, index.text() if index else "")
    convention = notes.at_zero(equation)
    for each in sheets(equation, sheet):
        proof = prove(equation, each, line.where)
        if proof.right:
            base = replace(base, shapes=_shapes(equation, proof, each, line))
            return _with_note(base, line, equation, each, proof)
    if convention and notes.of_a_number(equation):
        return replace(base, status=NOTE, slip=notes.RELU, why=notes.RELU_WHY)
    return _wrong(base, line, equation, sheet)


def _with_note(
    base: Finding, line: Line, equation: Equation, sheet: Sheet, proof: Proof
) -> Finding:
    if notes.at_zero(equation):
        return replace(base, status=NOTE, slip=notes.RELU, why=notes.RELU_WHY)
    reading = proof.reading
    if reading and reading.head == networks.ONE and notes.holds_for_one_unit(equation):
        return replace(base, status=NOTE, slip=notes.ONE_UNIT, why=notes.ONE_UNIT_WHY)
    usual = replace(sheet, convention="mean")
    if sheet.convention != "mean" and not prove(equation, usual, line.where).right:
        slip, why = notes.convention(sheet.convention)
        mended = mend(equation, _place(line, usual)) if sheet.convention == "sum" else None
        text = _cut(line, mended.text) if mended else ""
        return replace(base, status=NOTE, slip=slip, why=why, repair=text)
    return base


def _place(line: Line, sheet: Sheet) -> Place:
    dialect = dialect_of(line.text[line.start : line.stop])
    return Place(line.text, line.start, line.stop, line.where, sheet, dialect, sheet.until)


def _wrong(base: Finding, line: Line, equation: Equation, sheet: Sheet) -> Finding:
    proof = prove(equation, sheet, line.where)
    agree, said = _agreement(equation, sheet, line, proof.failure)
    base = replace(
        base, status=WRONG, shapes_agree=agree, disagreement=said,
        shapes=_shapes(equation, proof, sheet, line),
    )  # fmt: skip
    for each in sheets(equation, sheet):
        mended = mend(equation, _place(line, each))
        if mended:
            name = " and ".join(slip.name for slip in mended.slips)
            why = "; ".join(slip.why for slip in mended.slips)
            return replace(base, slip=name, why=why, repair=_cut(line, mended.text))
    if time.monotonic() > sheet.until:
        return replace(base, slip="not the lecture's equation", why=LATE)
    due = board_line(equation)
    why = "no single edit mends it" + (f"; the lecture has {due}" if due else "")
    return replace(base, slip="not the lecture's equation", why=why)


def _agreement(
    equation: Equation, sheet: Sheet, line: Line, failure: Failure | None
) -> tuple[bool, str]:
    message = failure.message if failure else ""
    if failure is None or failure.kind == "nowhere":
        return False, message
    if failure.kind == "value":
        return True, f"the shapes agree, and only the values show it: {message}"
    reading = readings(equation, sheet)[0]
    equal = check(equation, reading, sheet, line.where, equal=True)
    if equal is not None and equal.kind == "value":
        return False, "between layers of equal width the shapes agree, and only the values show it"
    return False, "the shapes do not agree"


def _shapes(equation: Equation, proof: Proof, sheet: Sheet, line: Line) -> str:
    reading = proof.reading or readings(equation, sheet)[0]
    scene = proof.failure.scene if proof.failure and proof.failure.scene else None
    found = [s for s in scenes(equation, reading, sheet, line.where) if not s.network.case.equal]
    inner = [s for s in found if 1 < s.layer < s.network.depth] or found
    scene = max(inner, key=lambda s: s.network.depth, default=scene)
    return "" if scene is None else proof_text(equation, scene, _letter(equation))


def _letter(equation: Equation) -> str:
    index = index_of(equation.left)
    if index is not None:
        return index.base
    return "l" if implicit(equation) else "L"
