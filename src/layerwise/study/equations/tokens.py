"""From the characters of a line to tokens: NumPy, plain and LaTeX signs become the same few."""

from __future__ import annotations

import re
from typing import NamedTuple

from layerwise.study.equations.limits import CHARACTERS, DIGITS, TOKENS, HostileError, MisreadError


class Token(NamedTuple):
    """A sign, where it stands in the line, and where its bare name stands."""

    kind: str  # number, name, entry, sign or end
    text: str
    start: int
    end: int
    name: tuple[int, int]
    place: tuple[int, int] | None = None  # of a dictionary's entry: where its layer stands


_WRAPPED = r"\\(?:mathrm|mathbf|mathcal|mathit|boldsymbol|bm|text|textbf|textrm|operatorname|vec)"
_PATTERN = re.compile(
    r"(?P<blank>\s+|\\(?:left|right|bigl|bigr|Bigl|Bigr|big|Big|bigg|Bigg|displaystyle|limits"
    r"|quad|qquad|nonumber|notag)(?![A-Za-z])|\\[,;!: ]|[$~]|\{\}|(?P<and>&))"
    r"|(?P<cases>\\(?:begin|end)\{cases\})"
    rf"|(?P<wrapped>{_WRAPPED}\s*\{{\s*(?P<inner>[A-Za-z][A-Za-z0-9_.]*)\s*\}})"
    r"|(?P<entry>(?P<dictionary>[A-Za-z_]\w*)\s*\[\s*"
    r"(?P<quote>['\"])(?P<key>[A-Za-z]+)(?P<digits>\d*)(?P=quote)"
    r"(?:\s*\+\s*str\(\s*(?P<layer>[lL0-9+\- ]+?)\s*\))?\s*\])"
    r"|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<turned>\.T(?![A-Za-z0-9_]))"
    r"|(?P<name>__\w*|[A-Za-z](?:[A-Za-z0-9]|_+(?=[A-Za-z0-9]))*)"
    r"|(?P<command>\\(?:[A-Za-z]+|[{}|\\]))"
    r"|(?P<sign>\*\*|\.\*|\+=|-=|\*=|/=|:=|<-|>=|<=|==|!=|\.\.\.|[-+*/@^_=<>(){}\[\],.:;'|])"
    r"|(?P<letter>[^\x00-\x7f])"
)
_COMMANDS = {
    **dict.fromkeys((r"\odot", r"\circ", r"\ast"), "*"),
    **dict.fromkeys((r"\cdot", r"\times"), "·"),
    **dict.fromkeys((r"\leftarrow", r"\gets"), ":="),
    **dict.fromkeys((r"\geq", r"\ge", r"\geqslant"), ">="),
    **dict.fromkeys((r"\leq", r"\le", r"\leqslant"), "<="),
    **dict.fromkeys((r"\top", r"\intercal"), "T"),
    **dict.fromkeys((r"\{", r"\lbrace"), "("),
    **dict.fromkeys((r"\}", r"\rbrace"), ")"),
    **{r"\prime": "'", r"\gt": ">", r"\lt": "<", r"\\": ";"},
}  # fmt: skip
_NAMED = frozenset(
    {"alpha", "eta", "epsilon", "sigma", "delta", "lambda", "ell", "hat", "widehat", "partial"}
    | {"frac", "dfrac", "tfrac", "sum", "tanh", "log", "ln", "exp", "max"}
)
_LETTERS = {
    "⊙": "*", "∘": "*", "∗": "*", "·": "·", "⋅": "·", "×": "·", "−": "-", "–": "-", "≥": ">=",
    "≤": "<=", "←": ":=", "′": "'", "’": "'", "ᵀ": "T", "⊤": "T", "²": "²", "…": "...",
}  # fmt: skip
_GREEK = {
    "α": "alpha", "η": "eta", "σ": "sigma", "δ": "delta", "λ": "lambda", "∂": "partial",
    "Σ": "sum", "∑": "sum", "ŷ": "yhat", "Ŷ": "Yhat", "ℒ": "L", "ℓ": "ell",
}  # fmt: skip
_SIGNS = {"**": "^", ".*": "*", "<-": ":="}


def tokens(text: str, start: int = 0, stop: int | None = None) -> list[Token]:
    """Return the tokens of a line between two columns, with an end token behind them."""
    stop = len(text) if stop is None else stop
    if stop - start > CHARACTERS:
        raise HostileError(f"longer than the {CHARACTERS} characters of a line", start)
    found, at = [], start
    cases = r"\begin{cases}" in text  # elsewhere & only lines equations up
    while at < stop:
        match = _PATTERN.match(text, at, stop)
        if match is None:
            raise MisreadError(f"the character {text[at]!r} is no part of an equation", at)
        if match["blank"] is None or (match["and"] and cases):
            found.append(_token(match))
        at = match.end()
        if len(found) > TOKENS:
            raise HostileError(f"more than {TOKENS} signs in one line", start)
    return [*found, Token("end", "", stop, stop, (stop, stop))]


def _token(match: re.Match[str]) -> Token:
    start, end = match.span()
    if match["entry"]:
        place = match.span("layer") if match["layer"] else match.span("digits")
        return Token("entry", match["key"], start, end, match.span("key"), place)
    if match["cases"]:
        return Token("sign", "(" if "begin" in match["cases"] else ")", start, end, (start, end))
    if match["wrapped"]:
        return _named(match["inner"], start, end, match.span("inner"))
    if match["number"]:
        return _number(match["number"], start, end)
    if match["turned"]:
        return Token("sign", "T", start, end, (start, end))
    if match["name"]:
        return _named(match["name"], start, end, (start, end))
    if match["command"]:
        return _command(match["command"], start, end)
    text = match.group()
    if text in _GREEK:
        return Token("name", _GREEK[text], start, end, (start, end))
    sign = _LETTERS.get(text) if match["letter"] else _SIGNS.get(text, text)
    if sign is None:
        raise MisreadError(f"the character {text!r} is no part of an equation", start)
    return Token("sign", sign, start, end, (start, end))


def _named(text: str, start: int, end: int, name: tuple[int, int]) -> Token:
    if "__" in text or text in ("eval", "exec", "open", "lambda x", "globals", "getattr"):
        raise HostileError(f"the name {text!r} is not one of the lecture's", start)
    text = text.removeprefix("np.")
    return Token("name", text, start, end, name)


def _number(text: str, start: int, end: int) -> Token:
    if len(text) > DIGITS:
        raise HostileError(f"a number of more than {DIGITS} digits", start)
    if not abs(float(text)) < 1e30:
        raise HostileError(f"the number {text} is too large", start)
    return Token("number", text, start, end, (start, end))


def _command(text: str, start: int, end: int) -> Token:
    if text in _COMMANDS:
        return Token("sign", _COMMANDS[text], start, end, (start, end))
    if text[1:] in _NAMED:
        return Token("name", text[1:], start, end, (start, end))
    raise MisreadError(f"the command {text} is not one that is known here", start)
