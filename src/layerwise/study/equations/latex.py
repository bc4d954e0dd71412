"""What LaTeX builds: fractions, derivatives as fractions, sums with limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from layerwise.study.equations import products
from layerwise.study.equations.limits import MisreadError
from layerwise.study.equations.names import LAYERED, meaning
from layerwise.study.equations.reader import Reader
from layerwise.study.equations.symbols import symbol
from layerwise.study.equations.tree import Binary, Call, Group, Node, Symbol, Total

Read = Callable[[Reader], Node]
_ABOVE = ("J", "L", "loss", "cost")


def built(reader: Reader, expression: Read, factor: Read) -> Node | None:
    """Read a fraction, a derivative or a sum over the examples, if one begins here."""
    now, mark = reader.now, reader.mark()
    if now.text in ("frac", "dfrac", "tfrac"):
        reader.take()
        return _derivative(reader, now.start) or _fraction(reader, now.start, expression)
    if now.text in ("partial", "dJ", "dL", "d"):
        found = _ratio(reader)
        if found is None:
            reader.reset(mark)
        return found
    if now.text in ("J", "cost") and reader.ahead().text == "(":
        return _cost(reader)
    if now.text == "loss" or (now.text in ("L", "Loss", "ell") and reader.ahead().text == "("):
        return _loss(reader, expression)
    if now.text == "sum" and reader.ahead().text != "(":
        return _total(reader, factor)
    return None


def _derivative(reader: Reader, start: int) -> Node | None:
    mark = reader.mark()
    if reader.taken("{") and _above(reader) and reader.taken("}") and reader.taken("{"):
        found = _below(reader)
        if found is not None:
            return replace(found, start=start, end=reader.expect("}").end)
    reader.reset(mark)
    return None


def _ratio(reader: Reader) -> Node | None:
    first, mark = reader.now, reader.mark()
    start = first.start
    if reader.says("d", "partial") and reader.ahead().start == reader.now.end:
        reader.take()
        found = _tensor(reader) if reader.now.kind == "name" else None
        if found is not None and found.start >= first.end:
            return found
        reader.reset(mark)
    if _above(reader) and reader.taken("/"):
        found = _below(reader)
        return None if found is None else replace(found, start=start)
    return None


def _above(reader: Reader) -> bool:
    if reader.says("dJ", "dL"):
        return bool(reader.take())
    if not reader.says("partial", "d"):
        return False
    reader.take()
    return reader.says(*_ABOVE) and bool(reader.take())


def _below(reader: Reader) -> Node | None:
    if reader.says("partial", "d"):
        reader.take()
        return _tensor(reader)
    plain = meaning(reader.now.text, reader.now.name) if reader.now.kind == "name" else None
    if plain is None or not plain.family.startswith("d"):
        return None
    found = symbol(reader)
    return found if isinstance(found, Symbol) else None


def _tensor(reader: Reader) -> Node | None:
    plain = meaning(reader.now.text, reader.now.name)
    if plain is None or plain.family not in (*LAYERED, "w"):
        return None
    found = symbol(reader)
    if not isinstance(found, Symbol):
        raise MisreadError("expected W, b, Z or A below the fraction", found.start)
    return replace(found, family="d" + found.family, style="ratio " + found.style)


def _fraction(reader: Reader, start: int, expression: Read) -> Node:
    above, below = _part(reader, expression), _part(reader, expression)
    return Group(start, below.end, Binary(start, below.end, "/", above, below, (start, start)))


def _part(reader: Reader, expression: Read) -> Node:
    if reader.now.kind == "number" and len(reader.now.text) > 1:
        raise reader.misread("expected { behind \\frac")
    if not reader.taken("{"):
        return symbol(reader) if reader.now.kind == "name" else expression_of_digit(reader)
    inner = expression(reader)
    reader.expect("}")
    return inner


def expression_of_digit(reader: Reader) -> Node:
    """Read the 1 of \\frac1m."""
    from layerwise.study.equations.tree import Number

    token = reader.take()
    if token.kind != "number":
        raise MisreadError("expected { behind \\frac", token.start)
    return Number(token.start, token.end, float(token.text))


def _cost(reader: Reader) -> Symbol | None:
    # J(W, b): what the cost depends on is no factor
    token, mark = reader.take(), reader.mark()
    while not reader.sees(")"):
        if reader.now.kind == "end" or reader.sees("+", "-", "*", "/"):
            reader.reset(mark - 1)
            return None
        reader.take()
    end = reader.take().end
    return Symbol(token.start, end, "J", name=token.name)


def _loss(reader: Reader, expression: Read) -> Node:
    token = reader.take()
    whole = Symbol(token.start, token.end, "loss", name=token.name)
    if not reader.sees("("):
        return whole
    reader.take()
    found = [expression(reader)]
    while reader.taken(","):
        found.append(expression(reader))
    end = reader.expect(")").end
    if len(found) == 1:
        raise MisreadError("expected the loss of an output and its target", token.start)
    return Call(token.start, end, "loss", tuple(found), name=token.name)


def _total(reader: Reader, factor: Read) -> Node:
    start = reader.take().start
    if reader.taken("_"):
        _limit(reader)
    if reader.taken("^"):
        _limit(reader)
    reader.deeper()
    body = products.term(reader, factor)
    reader.back()
    return Total(start, body.end, body)


def _limit(reader: Reader) -> None:
    if not reader.taken("{"):
        token = reader.take()
        if token.text not in ("i", "j", "k", "m"):
            raise MisreadError("expected a sum over the examples, i = 1 to m", token.start)
        return
    first = reader.now
    if first.text in ("l", "L"):
        raise MisreadError("a sum over layers is not known here", first.start)
    while not reader.sees("}"):
        if reader.take().kind == "end":
            raise reader.misread("expected }")
    reader.take()
