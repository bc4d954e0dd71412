"""A cursor over the tokens of a line."""

from __future__ import annotations

from layerwise.study.equations.limits import DEPTH, HostileError, MisreadError
from layerwise.study.equations.tokens import Token, tokens


class Reader:
    """Where reading has come to, and how deep in parentheses."""

    def __init__(self, text: str, start: int = 0, stop: int | None = None):
        self.text = text
        self._tokens = tokens(text, start, stop)
        self._at = 0
        self._depth = 0

    @property
    def now(self) -> Token:
        return self._tokens[self._at]

    @property
    def last(self) -> Token:
        return self._tokens[self._at - 1]

    def ahead(self, by: int = 1) -> Token:
        return self._tokens[min(self._at + by, len(self._tokens) - 1)]

    def take(self) -> Token:
        token = self.now
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def sees(self, *signs: str) -> bool:
        return self.now.kind == "sign" and self.now.text in signs

    def says(self, *words: str) -> bool:
        return self.now.kind == "name" and self.now.text in words

    def taken(self, *signs: str) -> Token | None:
        return self.take() if self.sees(*signs) else None

    def expect(self, *signs: str) -> Token:
        if not self.sees(*signs):
            raise self.misread(f"expected {' or '.join(signs)}")
        return self.take()

    def misread(self, message: str) -> MisreadError:
        found = repr(self.now.text) if self.now.text else "the end of the line"
        return MisreadError(f"{message}, found {found}", self.now.start)

    def deeper(self) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise HostileError(f"more than {DEPTH} parentheses within one another", self.now.start)

    def back(self) -> None:
        self._depth -= 1

    def mark(self) -> int:
        return self._at

    def reset(self, at: int) -> None:
        self._at = at
