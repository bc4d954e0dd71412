"""From tokens to the tree of an expression, by recursive descent. Nothing is computed here."""

from __future__ import annotations

from dataclasses import replace

from layerwise.study.equations import calls, latex, products
from layerwise.study.equations.limits import EXPONENT, HostileError, MisreadError
from layerwise.study.equations.names import function, meaning, together, unknown
from layerwise.study.equations.reader import Reader
from layerwise.study.equations.sums import check_sums, widened
from layerwise.study.equations.symbols import symbol, turned
from layerwise.study.equations.tree import (
    Binary,
    Choice,
    Equation,
    Group,
    Negative,
    Node,
    Number,
    Power,
    Symbol,
)

ASSIGNED = ("=", ":=", "+=", "-=", "/=")
COMPARED = (">", "<", ">=", "<=", "==")
CONDITIONS = ("if", "for", "when", "where")
MODULES = ("np", "numpy", "jnp", "math")


def equation(text: str, start: int = 0, stop: int | None = None) -> Equation:
    """Return a line as an equation; of a chain a = b = c, the last link with the first left side.

    >>> equation("dZ[L] = A[L] - Y").right.sign
    '-'
    """
    return chain(text, start, stop)[-1]


def chain(text: str, start: int = 0, stop: int | None = None) -> list[Equation]:
    """Return every link of a = b = c as an equation of the first side."""
    reader, found = Reader(text, start, stop), []
    left = additive(reader)
    while not found or reader.sees("="):
        sign = reader.expect(*ASSIGNED)
        found.append(Equation(left, sign.text, expression(reader), (sign.start, sign.end)))
    while reader.sees(",", ".", ";"):
        reader.take()
    if reader.now.kind != "end":
        raise reader.misread("expected an operator or the end of the line")
    for link in found:
        check_sums(link.right)
    return [widened(link) for link in found]


def expression(reader: Reader) -> Node:
    """Read a sum, perhaps compared, perhaps with `if` and `else` behind it."""
    reader.deeper()
    node = additive(reader)
    if reader.sees(*COMPARED):
        sign = reader.take()
        right = additive(reader)
        node = Binary(node.start, right.end, sign.text, node, right, (sign.start, sign.end))
    if reader.says(*CONDITIONS) or reader.sees("&"):
        node = _choice(reader, node)
    reader.back()
    return node


def _choice(reader: Reader, then: Node) -> Node:
    # 1 if z > 0 else 0; 1 if z > 0, 0 if z < 0; rows of \\begin{cases}
    reader.taken("&")
    if reader.says(*CONDITIONS):
        reader.take()
    reader.deeper()
    test, other = expression(reader), None
    while reader.sees(",", ";"):
        reader.take()
    if reader.says("else", "otherwise"):
        reader.take()
        other = expression(reader)
    elif reader.now.kind == "number":
        other = expression(reader)
        if reader.says("else", "otherwise"):
            reader.take()
    reader.back()
    return Choice(then.start, reader.last.end, test, then, other)


def additive(reader: Reader) -> Node:
    """Read terms with + and - between them."""
    node = _signed(reader)
    while reader.sees("+", "-"):
        sign = reader.take()
        right = products.term(reader, factor)
        node = Binary(node.start, right.end, sign.text, node, right, (sign.start, sign.end))
    return node


def _signed(reader: Reader) -> Node:
    if not reader.sees("-", "+"):
        return products.term(reader, factor)
    sign = reader.take()
    inner = products.term(reader, factor)
    return Negative(sign.start, inner.end, inner) if sign.text == "-" else inner


def factor(reader: Reader) -> Node:
    """Read one factor with its power, its transpose and its NumPy methods."""
    if reader.sees("-", "+"):
        reader.deeper()
        sign, inner = reader.take(), factor(reader)
        reader.back()
        return Negative(sign.start, inner.end, inner) if sign.text == "-" else inner
    node = primary(reader)
    while True:
        if reader.sees("'", "T"):
            node = turned(reader, node)
        elif reader.sees("^"):
            node = _power(reader, node)
        elif reader.sees(".") and reader.ahead().kind == "name":
            node = calls.method(reader, node, expression)
        else:
            return node


def _power(reader: Reader, node: Node) -> Node:
    reader.expect("^")
    if reader.says("T") or reader.sees("T"):
        found = turned(reader, node)
        return replace(found, mark=(found.mark[0] - 1, found.mark[1]))
    if reader.sees("{") and reader.ahead().text == "T" and reader.ahead(2).text == "}":
        opened = reader.take().start - 1
        found = turned(reader, node)
        end = reader.expect("}").end
        return replace(found, mark=(opened, end), end=end)
    exponent = _exponent(reader)
    natural = isinstance(node, Symbol) and node.family == "e"
    if not natural:
        check_exponent(exponent)
    return Power(node.start, exponent.end, node, exponent)


def _exponent(reader: Reader) -> Node:
    closing = {"{": "}", "(": ")"}.get(reader.now.text)
    if closing is None:
        return factor(reader)
    start = reader.take().start
    inner = expression(reader)
    return Group(start, reader.expect(closing).end, inner)


def check_exponent(node: Node) -> None:
    """Refuse an exponent that is not a small written number."""
    while isinstance(node, Group | Negative):
        node = node.inner
    if not isinstance(node, Number):
        raise HostileError("an exponent that is not a written number", node.start)
    if node.value > EXPONENT:
        raise HostileError(f"the exponent {node.value:g} is above {EXPONENT}", node.start)


def primary(reader: Reader) -> Node:
    """Read a number, a symbol, a function with its arguments, or something in parentheses."""
    now = reader.now
    if now.kind == "number":
        reader.take()
        return Number(now.start, now.end, float(now.text))
    if now.kind == "entry":
        return symbol(reader)
    if now.kind == "name":
        return _named(reader)
    closing = {"(": ")", "[": "]", "{": "}"}.get(now.text)
    if now.kind == "sign" and closing:
        return _grouped(reader, closing)
    raise reader.misread("expected a symbol, a number or a parenthesis")


def _grouped(reader: Reader, closing: str) -> Node:
    opened = calls.enclosed(reader, closing)
    if opened is not None:
        return calls.applied(reader, opened, expression, factor)
    start = reader.take().start
    inner = expression(reader)
    return Group(start, reader.expect(closing).end, inner)


def _named(reader: Reader) -> Node:
    now = reader.now
    if now.text in MODULES and reader.ahead().text == ".":
        reader.take()
        reader.take()
        if reader.now.kind != "name" or function(reader.now.text) is None:
            raise unknown(f"{now.text}.{reader.now.text}", now.start)
        return replace(calls.call(reader, expression, factor, True), start=now.start)
    found = latex.built(reader, expression, factor)
    if found is not None:
        return found
    if calls.function_of(reader.now.text):
        return calls.call(reader, expression, factor)
    if now.text in ("J", "cost") or (meaning(now.text, now.name) or together(now.text)) is True:
        return _letters(reader) if together(now.text) else symbol(reader)
    return symbol(reader)


def _letters(reader: Reader) -> Node:
    word = reader.take()
    node: Node | None = None
    for place in range(word.start, word.end):
        inner = Reader(reader.text, place, place + 1)
        last = place == word.end - 1
        one = symbol(inner)
        node = one if node is None else Binary(node.start, one.end, " ", node, one, (place, place))
        if last and reader.sees("[", "^", "'"):
            raise MisreadError("write a space between the letters", word.start)
    assert node is not None
    return node
