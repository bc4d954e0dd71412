"""A symbol with everything written around it: W^{[l]T}, A_prev.T, dz[l+1](i), parameters["W1"]."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from layerwise.study.equations.limits import EXPONENT, HostileError, MisreadError
from layerwise.study.equations.names import COLUMNS, LAYERED, meaning, unknown
from layerwise.study.equations.reader import Reader
from layerwise.study.equations.tokens import Token
from layerwise.study.equations.tree import Index, Node, Number, Power, Span, Symbol, Transpose

EXAMPLES = ("i", "j", "k")


def symbol(reader: Reader) -> Node:
    """Read a tensor or a number with its layer, its example, its transposes and its power."""
    token = reader.take()
    if token.kind == "entry":
        return decorated(reader, _entry(token))
    if token.text in ("hat", "widehat"):
        return decorated(reader, _hat(reader, token))
    found = meaning(token.text, token.name)
    if found is None:
        raise unknown(token.text, token.start)
    plain = Symbol(token.start, token.end, found.family, found.index, column=found.column)
    whole = found.name == token.name and found.place is None
    name = token.name if whole else found.name
    return decorated(reader, replace(plain, style=found.style, name=name, place=found.place))


def _entry(token: Token) -> Symbol:
    text = token.text
    found = meaning(text, token.name)
    if found is None or found.family not in LAYERED:
        raise unknown(text, token.start)
    return Symbol(
        token.start, token.end, found.family, None, False, found.column, "entry", token.name,
        token.place,
    )  # fmt: skip


def _hat(reader: Reader, first: Token) -> Symbol:
    closing = reader.taken("{", "(")
    letter = reader.take()
    if letter.text not in ("Y", "y"):
        raise MisreadError("a hat is known over Y and y only", letter.start)
    if closing:
        reader.expect("}" if closing.text == "{" else ")")
    end, column = reader.last.end, letter.text == "y"
    return Symbol(first.start, end, "Yhat", column=column, name=(first.start, end))


def decorated(reader: Reader, node: Symbol) -> Node:
    """Read what follows a symbol; a power or a transpose is wrapped around it."""
    node = _entry_layer(reader, node)
    found: Node = node
    while True:
        if isinstance(found, Symbol) and reader.sees("[") and _open(found):
            found = _bracket(reader, found)
        elif reader.sees("("):
            if not (isinstance(found, Symbol) and _example(reader)):
                return found
            found = _numbered(reader, found)
        elif reader.sees("_"):
            found = _lower(reader, found)
        elif reader.sees("^"):
            if isinstance(found, Symbol) and found.family == "e":
                return found  # e^(-z): any exponent may follow, not a layer
            found = _upper(reader, found)
        elif reader.sees("'", "T") or _adjacent_turn(reader):
            found = turned(reader, found)
        else:
            return found
        if isinstance(found, Power):
            return found


def _entry_layer(reader: Reader, node: Symbol) -> Symbol:
    if node.style != "entry" or node.place is None:
        return node
    inner = Reader(reader.text, *node.place)
    if inner.now.kind == "end":
        raise MisreadError("expected a layer, as in parameters['W1']", node.end - 1)
    return _laid(node, index=_layer(inner)[0])


def _open(node: Symbol) -> bool:
    return node.index is None and node.family in (*LAYERED, "w", "dw")


def _laid(node: Symbol, **layer: Any) -> Symbol:
    # a w with a layer is W; without one it is the column of logistic regression
    family = {"w": "W", "dw": "dW"}.get(node.family, node.family)
    return replace(node, family=family, **layer)


def _adjacent_turn(reader: Reader) -> bool:
    now = reader.now
    return reader.says("T") and now.start == reader.last.end and reader.last.text == "]"


def turned(reader: Reader, node: Node, inside: bool = False) -> Transpose:
    token = reader.take()
    return Transpose(node.start, token.end, node, (token.start, token.end), inside)


def _bracket(reader: Reader, node: Symbol, style: str = "bracket") -> Symbol:
    reader.expect("[")
    index, place = _layer(reader)
    end = reader.expect("]").end
    return _laid(node, index=index, place=place, style=style, end=end)


def layer(reader: Reader) -> tuple[Index, Span]:
    return _layer(reader)


def _layer(reader: Reader) -> tuple[Index, Span]:
    first = reader.take()
    if first.kind == "number" and first.text.isdigit():
        return Index("", _small(first)), (first.start, first.end)
    base = "l" if first.text == "ell" else first.text
    if first.kind != "name" or base not in ("l", "L"):
        raise MisreadError(
            "expected a layer: l, L, a number, or one of them plus or minus 1", first.start
        )
    offset, end = 0, first.end
    if reader.sees("+", "-"):
        sign = 1 if reader.take().text == "+" else -1
        number = reader.take()
        if number.kind != "number" or not number.text.isdigit():
            raise MisreadError("expected a whole number", number.start)
        offset, end = sign * _small(number), number.end
    return Index(base, offset), (first.start, end)


def _small(token: Token) -> int:
    if len(token.text) > 2:
        raise MisreadError(f"a layer {token.text}: expected at most 99", token.start)
    return int(token.text)


def _example(reader: Reader) -> bool:
    return reader.ahead().text in EXAMPLES and reader.ahead(2).text == ")"


def _numbered(reader: Reader, node: Symbol) -> Symbol:
    start = reader.expect("(").start
    if reader.take().text not in EXAMPLES or node.family not in COLUMNS:
        raise MisreadError("expected an example, as in z[1](i)", start)
    return replace(node, example=True, end=reader.expect(")").end)


def _lower(reader: Reader, node: Node) -> Node:
    reader.expect("_")
    if not isinstance(node, Symbol) or not _open(node):
        raise reader.misread("a subscript is known on W, b, Z, A and their derivatives only")
    brace = reader.taken("{")
    if reader.says("prev"):
        reader.take()
        found = _laid(node, index=Index("l", -1), style="prev", place=None)
    else:
        squared = reader.taken("[")
        index, place = _layer(reader)
        if squared:
            reader.expect("]")
        found = _laid(
            node,
            index=index,
            place=place,
            style="lower" if brace else "under",
        )
    if brace:
        reader.expect("}")
    return replace(found, end=reader.last.end, name=node.name)


def _upper(reader: Reader, node: Node) -> Node:
    reader.expect("^")
    if reader.sees("{"):
        return _braced(reader, node)
    if reader.says("T") or reader.sees("T", "'"):
        found = turned(reader, node)
        return replace(found, mark=(found.mark[0] - 1, found.mark[1]))
    if isinstance(node, Symbol) and _open(node) and reader.sees("["):
        return _bracket(reader, node, "caret")
    if isinstance(node, Symbol) and reader.sees("(") and _example(reader):
        return _numbered(reader, node)
    if isinstance(node, Symbol) and _open(node) and reader.says("l", "L"):
        return _lettered(reader, node)
    if reader.now.kind == "number":
        token = reader.take()
        exponent = _raised(token)
        return Power(node.start, token.end, node, exponent)
    raise reader.misread("expected a layer, T or a number as the exponent")


def _raised(token: Token) -> Number:
    if float(token.text) > EXPONENT:
        raise HostileError(f"the exponent {token.text} is above {EXPONENT}", token.start)
    return Number(token.start, token.end, float(token.text))


def _lettered(reader: Reader, node: Symbol) -> Symbol:
    token = reader.take()
    place = (token.start, token.end)
    return _laid(node, index=Index(token.text), place=place, style="letter", end=token.end)


def _braced(reader: Reader, node: Node) -> Node:
    opened = reader.expect("{").start
    found: Node = node
    while not reader.sees("}"):
        if isinstance(found, Symbol) and _open(found) and reader.sees("["):
            found = _bracket(reader, found, "latex")
        elif isinstance(found, Symbol) and _open(found) and reader.says("l", "L", "ell"):
            index, place = _layer(reader)
            found = _laid(found, index=index, place=place, style="braced")
        elif isinstance(found, Symbol) and reader.sees("(") and _example(reader):
            found = _numbered(reader, found)
        elif reader.says("T") or reader.sees("T", "'"):
            found = turned(reader, found, inside=True)
        elif reader.sees("^"):
            found = _upper(reader, found)
        elif reader.now.kind == "number" and isinstance(found, Symbol):
            token = reader.take()
            exponent = _raised(token)
            found = Power(node.start, token.end, found, exponent)
        else:
            raise reader.misread("expected a layer [l], an example (i) or T")
    return _closed(found, opened, reader.expect("}").end)


def _closed(node: Node, opened: int, end: int) -> Node:
    # an exponent that is only a T, as in ^{T}, goes as a whole when the transpose is taken out
    if isinstance(node, Transpose) and node.inside:
        inner = node.inner
        if inner.end <= opened:
            return replace(node, mark=(opened - 1, end), end=end, inside=False)
        return replace(node, end=end, inner=_closed(inner, opened, end))
    return replace(node, end=end)
