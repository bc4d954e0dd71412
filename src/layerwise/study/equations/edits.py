"""Every single edit of a line that takes a known slip back; which of them helps is proved later."""

from __future__ import annotations

from collections.abc import Iterator

from layerwise.study.equations import slips
from layerwise.study.equations.call_edits import call_edits
from layerwise.study.equations.factors import factor_edits
from layerwise.study.equations.names import LAYERED
from layerwise.study.equations.slips import Edit, Slip
from layerwise.study.equations.targets import updates
from layerwise.study.equations.tree import (
    Binary,
    Call,
    Equation,
    Group,
    Index,
    Negative,
    Node,
    Number,
    Symbol,
    Transpose,
    bare,
    index_of,
    parts,
)
from layerwise.study.equations.writing import NUMPY, Piece, Writer


def edits(equation: Equation, writer: Writer) -> list[Edit]:
    """Return the edits of a line, those of the commonest slips first."""
    found: list[Edit] = [*_whole_line(equation, writer), *_left_edits(equation, writer)]
    left = index_of(equation.left)
    within = _arguments_of_g(equation.right)
    for node in parts(equation.right):
        if isinstance(node, Symbol):
            found += _symbol_edits(node, writer, left, node.start in within)
        elif isinstance(node, Transpose):
            found.append(Edit(slips.UNTURNED, _without_mark(node, writer)))
        elif isinstance(node, Call):
            found += call_edits(node, writer)
        elif isinstance(node, Number):
            found += [
                _put(slips.NUMBER, node, text) for text in ("1", "2") if node.value != int(text)
            ]
        elif isinstance(node, Binary | Negative | Group):
            found += factor_edits(node, writer)
    return sorted(found, key=lambda edit: edit.slip.rank)


def _put(slip: Slip, node: Node, text: str) -> Edit:
    return Edit(slip, (Piece(node.start, node.end, text),))


def _arguments_of_g(node: Node) -> set[int]:
    calls = [p for p in parts(node) if isinstance(p, Call) and p.primed]
    return {part.start for call in calls for part in parts(call) if isinstance(part, Symbol)}


def _without_mark(node: Transpose, writer: Writer) -> tuple[Piece, ...]:
    return (Piece(*node.mark, ""),)


def _symbol_edits(
    node: Symbol, writer: Writer, left: Index | None, at_slope: bool
) -> Iterator[Edit]:
    if node.style == "implied":
        return
    for (family, other), slip in slips.FAMILIES.items():
        if family == node.family:
            named = slips.DERIVATIVE_OF_A if at_slope and other == "Z" else slip
            for index in _indices_for(node, other, left):
                yield Edit(named, writer.rewritten(node, other, index))
    if node.family in LAYERED:
        for index in _other_layers(node, left):
            slip = slips.other_layer(node.family, node.index, index)
            yield Edit(slip, writer.rewritten(node, node.family, index))
        yield Edit(slips.SUMMED, (Piece(node.start, node.end, writer.sum(_text(node, writer))),))
    if node.family in ("A", "Z", "W", "dA", "dZ", "X", "Y", "dW", "w"):
        yield Edit(slips.TRANSPOSE, turning(node, writer))
    if node.family in ("Y", "A", "Yhat"):
        yield _put(slips.COMPLEMENT, node, f"(1 - {_text(node, writer)})")
    if node.family in ("dW", "db", "dw"):
        yield Edit(slips.RATE, (Piece(node.start, node.start, _rate(writer)),))


def _rate(writer: Writer) -> str:
    return {NUMPY: "learning_rate * "}.get(
        writer.dialect, r"\alpha " if "\\" in writer.text else "alpha "
    )


def _text(node: Node, writer: Writer) -> str:
    return writer.text[node.start : node.end]


def _indices_for(node: Symbol, other: str, left: Index | None) -> list[Index | None]:
    if other in ("X", "Y", "Yhat", "w", "dw"):
        return [None]
    if node.family not in LAYERED:  # X and Y have no layer: try those about the left side
        near = left if left is not None else Index("l")
        return [near.moved(-1), near, *([Index("L")] if other == "A" else [])]
    return [node.index]


def _other_layers(node: Symbol, left: Index | None) -> list[Index]:
    here = Index("l") if node.index is None else node.index
    found = [here.moved(-1), here.moved(1)]
    if left is not None:
        found += [left, left.moved(-1), left.moved(1)]
    if here.base == "l":
        found.append(Index("L", here.offset))
    if here.base == "L":
        found.append(Index("l", here.offset))
    unique = [index for index in dict.fromkeys(found) if index != here]
    return [index for index in unique if index.base or index.offset >= 0]


def turning(node: Node, writer: Writer) -> tuple[Piece, ...]:
    """Return the piece that transposes a part."""
    style = node.style.removeprefix("ratio ") if isinstance(node, Symbol) else ""
    closed = writer.text[node.end - 1 : node.end] == "}" and style in ("latex", "braced", "lower")
    if closed and style != "lower" and "ratio" not in getattr(node, "style", ""):
        return (Piece(node.end - 1, node.end - 1, "T"),)
    if style in ("letter", "caret", "lower") or "ratio" in getattr(node, "style", ""):
        text = writer.text[node.start : node.end]
        return (Piece(node.start, node.end, f"({text}){writer.mark}"),)
    return (Piece(node.end, node.end, writer.mark),)


def _left_edits(equation: Equation, writer: Writer) -> Iterator[Edit]:
    left = equation.left
    if equation.sign in ("+=", "-="):
        other = "-=" if equation.sign == "+=" else "+="
        slip = slips.UPHILL if updates(equation) else slips.SIGN
        yield Edit(slip, (Piece(*equation.at, other),))
    if not isinstance(left, Symbol):
        return
    for pair in (("dA", "dZ"), ("dZ", "dA"), ("Z", "A"), ("A", "Z"), ("dW", "db"), ("db", "dW")):
        if pair[0] == left.family:
            slip = slips.FAMILIES[pair]._replace(rank=1)
            yield Edit(slip, writer.rewritten(left, pair[1], left.index))
    if left.family in LAYERED and left.index is not None:
        for index in _other_layers(left, None):
            slip = slips.other_layer(left.family, left.index, index)._replace(rank=2)
            yield Edit(slip, writer.rewritten(left, left.family, index))


def _whole_line(equation: Equation, writer: Writer) -> Iterator[Edit]:
    right, start, end = equation.right, equation.right.start, equation.right.end
    summed = isinstance(right, Binary) and right.sign in "+-"
    opened = "(" if summed or isinstance(right, Negative) else ""
    closing = (Piece(end, end, ")"),) if opened else ()
    yield Edit(slips.SHARE, (Piece(start, start, writer.share() + opened), *closing))
    yield Edit(
        slips.SIGN._replace(rank=2),
        (Piece(start, start, "-" + ("(" if summed else "")), *closing[:summed]),
    )
    if summed:
        yield Edit(slips.SIGN, (Piece(start, start, "-"),))
    left = index_of(equation.left)
    bare_left = equation.left.family if isinstance(equation.left, Symbol) else ""
    for slope in writer.slopes():
        open_, close = ("(", ")") if summed else ("", "")
        behind = Piece(end, end, f"{close}{writer.times()}{slope}")
        yield Edit(slips.NO_DERIVATIVE, (Piece(start, start, open_), behind))
    if bare_left == "Z":
        yield Edit(slips.BIAS, (Piece(end, end, " + " + writer.symbol("b", left)),))
    if bare_left == "A" and isinstance(bare(right), Symbol):
        yield Edit(slips.NO_ACTIVATION, _activated(left, right, writer))
    yield from _at_the_output(equation, writer)


def _activated(left: Index | None, right: Node, writer: Writer) -> tuple[Piece, ...]:
    layer = f"[{left.text()}]" if left is not None else ""
    layer = f"^{{{layer}}}" if layer and writer.dialect == "LaTeX" else layer
    return (Piece(right.start, right.start, f"g{layer}("), Piece(right.end, right.end, ")"))


def _at_the_output(equation: Equation, writer: Writer) -> Iterator[Edit]:
    # the same line with L for every l, where Y is met
    speaks = any(isinstance(p, Symbol) and p.family in ("Y", "Yhat") for p in parts(equation.right))
    placed = [
        p for side in (equation.left, equation.right) for p in parts(side)
        if isinstance(p, Symbol | Call) and p.place and p.index
    ]  # fmt: skip
    if not speaks or not placed:
        return
    bases = {node.index for node in placed if node.index}
    if len(bases) != 1:
        return
    (index,) = bases
    for text in ("L", *(() if index.base else (str(index.offset + 1), str(index.offset + 2)))):
        if text != index.text() and not (text == "L" and not index.base):
            pieces = tuple(Piece(*node.place, text) for node in placed if node.place)
            yield Edit(slips.START, pieces)
