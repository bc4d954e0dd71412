"""Functions: activations with their layer and prime, sums, and NumPy's names and methods."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from layerwise.study.equations.limits import EXPONENT, HostileError, MisreadError
from layerwise.study.equations.names import ACTIVATIONS, FUNCTIONS, function, unknown
from layerwise.study.equations.reader import Reader
from layerwise.study.equations.symbols import layer
from layerwise.study.equations.tree import (
    Call,
    Group,
    Index,
    Negative,
    Node,
    Number,
    Symbol,
    Transpose,
)

Read = Callable[[Reader], Node]
_NUMBERED = re.compile(r"(g|sigma|activation)_?(\d+|[lL])$")
_TWO = ("dot", "multiply", "divide", "power", "maximum")


def function_of(text: str) -> tuple[str, bool] | None:
    """Return the function that a name says, and whether its derivative."""
    match = _NUMBERED.match(text)
    return function(match[1]) if match else function(text)


def call(reader: Reader, expression: Read, factor: Read, python: bool = False) -> Call:
    """Read a function, what is written around its name, and its arguments."""
    return applied(reader, _function(reader, python), expression, factor)


def applied(reader: Reader, node: Call, expression: Read, factor: Read) -> Call:
    """Read the arguments of a function."""
    if reader.sees("("):
        return _check(_arguments(reader, node, expression))
    return _check(_without(reader, node, factor))


def enclosed(reader: Reader, closing: str) -> Call | None:
    """Read (g[1])' or {g^{[1]}}' as the derivative of g[1], if that is what stands here."""
    mark, start = reader.mark(), reader.now.start
    reader.take()
    if reader.now.kind == "name" and (function_of(reader.now.text) or ("",))[0] in ACTIVATIONS:
        node = _function(reader, False)
        if reader.taken(closing) and reader.sees("'", "^"):
            node = _around(reader, replace(node, start=start))
            if node.primed:
                return node
    reader.reset(mark)
    return None


def _function(reader: Reader, python: bool) -> Call:
    token = reader.take()
    name, primed = function_of(token.text) or ("", False)
    match, index, place = _NUMBERED.match(token.text), None, None
    bare = token.name
    if match:
        index = Index("", int(match[2])) if match[2].isdigit() else Index(match[2])
        place = (token.end - len(match[2]), token.end)
        bare = (token.name[0], token.name[0] + len(match[1]))
    node = Call(
        token.start, token.end, name, (), primed, index, python=python, name=bare, place=place
    )
    return _around(reader, node) if name in ACTIVATIONS else node


def _around(reader: Reader, node: Call) -> Call:
    while True:
        if reader.sees("["):
            node = _layered(reader, node)
        elif reader.sees("'"):
            token = reader.take()
            node = replace(node, primed=True, prime=(token.start, token.end), end=token.end)
        elif reader.sees("^"):
            node = _raised(reader, node)
        elif reader.sees("_"):
            reader.take()
            index, place = layer(reader)
            node = replace(node, index=index, place=place, end=place[1])
        else:
            return node


def _layered(reader: Reader, node: Call) -> Call:
    reader.expect("[")
    index, place = layer(reader)
    return replace(node, index=index, place=place, end=reader.expect("]").end)


def _raised(reader: Reader, node: Call) -> Call:
    raised = reader.expect("^")
    if reader.sees("'", "["):
        return node
    if not reader.sees("{"):
        raise reader.misread("expected a layer [l] or a prime")
    reader.take()
    alone = reader.sees("'")
    while not reader.sees("}"):
        if reader.sees("["):
            node = _layered(reader, node)
        elif reader.sees("'", "^"):
            token = reader.take()
            node = replace(node, primed=True, prime=(token.start, token.end))
        else:
            raise reader.misread("expected a layer [l] or a prime")
    end = reader.take().end
    if alone and node.prime:
        node = replace(node, prime=(raised.start, end))
    return replace(node, end=end)


def _arguments(reader: Reader, node: Call, expression: Read) -> Call:
    reader.expect("(")
    reader.deeper()
    found: list[Node] = []
    while not reader.sees(")"):
        if reader.says("axis", "keepdims", "dtype") and reader.ahead().text == "=":
            node = _keyword(reader, node)
        else:
            found.append(expression(reader))
        if not reader.sees(")"):
            reader.expect(",")
    reader.back()
    return replace(node, arguments=tuple(found), end=reader.take().end)


def _keyword(reader: Reader, node: Call) -> Call:
    word, _, value = reader.take(), reader.take(), reader.take()
    node = replace(node, python=True)
    if word.text == "keepdims" and value.text in ("True", "False", "1", "0"):
        return replace(node, kept=value.text in ("True", "1"))
    if word.text == "axis" and value.text in ("0", "1"):
        return replace(node, axis=int(value.text))
    raise MisreadError("expected axis=0, axis=1 or keepdims=True", word.start)


def _without(reader: Reader, node: Call, factor: Read) -> Call:
    # log a, tanh z; g' alone means g' of this layer's Z
    begins = reader.now.kind in ("name", "number", "entry") or reader.sees("{")
    if node.primed or not begins:
        if node.function not in ACTIVATIONS:
            raise reader.misread(f"expected ( behind {reader.last.text}")
        here = Symbol(node.end, node.end, "Z", node.index, style="implied")
        return replace(node, arguments=(here,))
    reader.deeper()
    inner = factor(reader)
    reader.back()
    return replace(node, arguments=(inner,), end=inner.end)


def _check(node: Call) -> Call:
    count = len(node.arguments)
    wanted = 3 if node.function == "where" else 2 if node.function in _TWO else 1
    if count != wanted:
        raise MisreadError(f"{node.function} takes {wanted} argument(s), not {count}", node.start)
    if node.function == "power":
        exponent = node.arguments[1]
        while isinstance(exponent, Group | Negative):
            exponent = exponent.inner
        if not isinstance(exponent, Number) or exponent.value > EXPONENT:
            raise HostileError(f"an exponent that is not a number up to {EXPONENT}", node.start)
    return node


def method(reader: Reader, node: Node, expression: Read) -> Node:
    """Read X.dot(Y), X.sum(axis=1), X.transpose() behind a factor."""
    dot, word = reader.take(), reader.now
    if word.text == "transpose" and reader.ahead().text == "(" and reader.ahead(2).text == ")":
        reader.take()
        reader.take()
        return Transpose(node.start, reader.take().end, node, (dot.start, reader.last.end))
    if word.text not in ("dot", "sum") or word.text not in FUNCTIONS:
        raise unknown(f".{word.text}", dot.start)
    reader.take()
    start = Call(node.start, word.end, FUNCTIONS[word.text], (), python=True, name=word.name)
    found = _arguments(reader, start, expression)
    return _check(replace(found, arguments=(node, *found.arguments)))
