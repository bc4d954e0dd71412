"""A symbol in the user's own way of writing: A[l-1], A1, A_prev, A^{[l-1]}, cache["A1"]."""

from __future__ import annotations

import re
from typing import NamedTuple

from layerwise.study.equations.tree import Equation, Index, Symbol, Transpose, index_of, parts

NUMPY, LATEX, PLAIN = "NumPy", "LaTeX", "plain"
_LOWER = ("A", "Z", "dA", "dZ", "X", "Y", "Yhat")


class Piece(NamedTuple):
    """Columns of a line and what to write there."""

    start: int
    end: int
    text: str


def dialect_of(text: str) -> str:
    """Return the notation of a line.

    >>> dialect_of("dW1 = np.dot(dZ1, X.T)"), dialect_of("Z[1] = W[1] X")
    ('NumPy', 'plain')
    """
    if "\\" in text or "^{" in text:
        return LATEX
    if "*" in text and "'" not in text and re.search(r"[A-Za-z]\d", text):
        return NUMPY  # names such as W1, and a sign between all factors
    return NUMPY if any(sign in text for sign in ("np.", "@", ".T", "**", '["', "['")) else PLAIN


def apply(text: str, pieces: tuple[Piece, ...]) -> str:
    """Return a line with pieces written into it, the last first."""
    for piece in sorted(pieces, reverse=True):
        text = text[: piece.start] + piece.text + text[piece.end :]
    return text


def overlap(one: tuple[Piece, ...], other: tuple[Piece, ...]) -> bool:
    """Return whether two edits touch the same columns."""
    return any((a.start < b.end and b.start < a.end) or a[:2] == b[:2] for a in one for b in other)


class Writer:
    """How the symbols of one line are written."""

    def __init__(self, text: str, equation: Equation, dialect: str, tanh: bool = False):
        self.text, self.dialect, self.tanh = text, dialect, tanh
        self.left = index_of(equation.left)
        nodes = [*parts(equation.left), *parts(equation.right)]
        self.symbols = [n for n in nodes if isinstance(n, Symbol) and n.style != "implied"]
        self.inside = {n.inner.start for n in nodes if isinstance(n, Transpose) and n.inside}
        styles = [s.style.removeprefix("ratio ") for s in self.symbols]
        written = [style for style in styles if style not in ("bare", "prev")]
        self.style = written[0] if written else "bare"
        self.column = any(s.column for s in self.symbols)
        self.mark = self._mark()

    def _mark(self) -> str:
        if self.dialect == NUMPY:
            return ".T"
        if self.dialect == LATEX:
            return "^T"
        return next((sign for sign in ("ᵀ", "^T") if sign in self.text), "'")

    def name(self, family: str) -> str:
        """Return the letters of a family, in lower case on a line of one example."""
        if family == "Yhat":
            hat = r"\hat{y}" if self.column else r"\hat{Y}"
            return hat if self.dialect == LATEX else "yhat" if self.column else "Yhat"
        if self.column and family in _LOWER:
            return family.lower()
        return family

    def symbol(self, family: str, index: Index | None, style: str | None = None) -> str:
        """Return a symbol of a layer as this line would write it."""
        name, style = self.name(family), self.style if style is None else style
        if index is None:
            return name
        layer = index.text()
        if style in ("bare", "prev"):
            return {("l", 0): name, ("l", -1): f"{name}_prev"}.get(
                (index.base, index.offset), f"{name}[{layer}]"
            )
        if style in ("suffix", "under") and len(layer) > 1 and index.base:
            style = "bracket"
        if style == "entry":
            return self._entry(name, index)
        if style == "letter":
            style = "letter" if len(layer) == 1 else "braced"
        return {
            "suffix": f"{name}{layer}",
            "under": f"{name}_{layer}",
            "lower": f"{name}_{{{layer}}}",
            "latex": f"{name}^{{[{layer}]}}",
            "caret": f"{name}^[{layer}]",
            "letter": f"{name}^{layer}",
            "braced": f"{name}^{{{layer}}}",
        }.get(style, f"{name}[{layer}]")

    def _entry(self, name: str, index: Index) -> str:
        kinds = {"W": "parameters", "b": "parameters", "A": "cache", "Z": "cache"}
        known = [self.text[s.start :].split("[")[0] for s in self.symbols if s.style == "entry"]
        short = "params" in known and "parameters" not in known
        home = kinds.get(name, "grads")
        home = "params" if short and home == "parameters" else home
        if index.base:
            return f'{home}["{name}" + str({index.text()})]'
        return f'{home}["{name}{index.offset}"]'

    def rewritten(self, node: Symbol, family: str, index: Index | None) -> tuple[Piece, ...]:
        """Return the pieces that turn one symbol of the line into another."""
        ratio = node.style.startswith("ratio ")
        style = node.style.removeprefix("ratio ")
        if self._in_place(node, family, index, ratio):
            found = []
            if family != node.family:
                name = self._cased(node, family[1:] if ratio else family)
                found.append(Piece(*node.name, name))
            if index is not None and index != node.index and node.place is not None:
                found.append(Piece(*node.place, self._layer(style, index)))
            return tuple(found)
        home = style if index is not None and style not in ("bare", "prev") else None
        text = self.symbol(family, index, home)
        if node.example:
            text += "^{(i)}" if self.dialect == LATEX else "(i)"
        turned = self.mark if node.start in self.inside else ""
        return (Piece(node.start, node.end, text + turned),)

    def _in_place(self, node: Symbol, family: str, index: Index | None, ratio: bool) -> bool:
        style = node.style.removeprefix("ratio ")
        if ratio and not family.startswith("d"):
            return False
        if style == "entry":
            kept = family == node.family
        else:
            kept = style not in ("implied",) and family != "Yhat" and node.family != "Yhat"
        if index == node.index:
            return kept and style != "prev"
        lettered = style in ("suffix", "under") and index is not None and len(index.text()) > 1
        return kept and node.place is not None and index is not None and not lettered

    def _layer(self, style: str, index: Index) -> str:
        text = index.text()
        return f"{{{text}}}" if style == "letter" and len(text) > 1 else text

    def _cased(self, node: Symbol, family: str) -> str:
        return family.lower() if node.column and family in _LOWER else self.name(family)

    def times(self) -> str:
        """Return the sign of a product element by element."""
        return r" \odot " if self.dialect == LATEX else " * "

    def product(self) -> str:
        """Return what stands between the factors of a matrix product."""
        return " @ " if self.dialect == NUMPY else " "

    def share(self) -> str:
        """Return 1/m in front of a product."""
        return {NUMPY: "1/m * ", LATEX: r"\frac{1}{m} ", PLAIN: "1/m "}[self.dialect]

    def derivative(self, index: Index | None) -> str:
        """Return g' of a layer's Z."""
        inner = self.symbol("Z", index)
        if self.dialect == NUMPY:
            return f"g_prime({inner})"
        if index is None or self.style in ("bare", "prev"):
            return f"g'({inner})"
        if self.dialect == LATEX:
            return rf"g^{{[{index.text()}]\prime}}({inner})"
        return f"g[{index.text()}]'({inner})"

    def slopes(self) -> tuple[str, ...]:
        """Return the ways to write g' of the left side's layer."""
        named = self.derivative(self.left)
        if self.dialect != NUMPY or not self.tanh:
            return (named,)
        return f"(1 - np.power({self.symbol('A', self.left)}, 2))", named

    def sum(self, inner: str) -> str:
        """Return the sum of something over the examples."""
        if self.dialect == NUMPY:
            return f"np.sum({inner}, axis=1, keepdims=True)"
        return rf"\sum_{{i=1}}^{{m}} {inner}" if self.dialect == LATEX else f"sum({inner})"
