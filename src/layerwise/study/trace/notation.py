"""Equations in the lecture's notation as LaTeX and as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

TOKEN = re.compile(
    r"(?P<step>step )?(?P<name>[A-Za-z_][A-Za-z_]*)\[(?P<layer>\d+)\](?P<prime>'?)"
    r"|(?P<word>[A-Za-z_][A-Za-z_]*)(?P<dash>'?)"
    r"|(?P<number>\d+)|(?P<space>\s+)|(?P<close>\)')|(?P<sign>:=|\^2|.)"
)
GREEK = {"gamma": "γ", "beta": "β", "mu": "μ", "sigma": "σ", "pi": "π", "epsilon": "ε"}
HATS = {"Zt": (r"\tilde{Z}", "Z\u0303"), "Zn": (r"\hat{Z}", "Z\u0302")}  # after and in a norm
LATEX_SIGNS = {"*": r" \odot ", "^2": "^{2}", "|": "|", ")'": ")^{T}"}
HTML_SIGNS = {"*": " ∗ ", "^2": "<sup>2</sup>", ")'": ")<sup>T</sup>", "-": "−", "'": "′"}


def to_latex(equation: str) -> str:
    """Return an equation as LaTeX, without dollar signs.

    >>> to_latex("dW[1] = dZ[1] A[0]' / m")
    'dW^{[1]} = dZ^{[1]} A^{[0]T} / m'
    >>> to_latex("dZ[1] = dA[1] * g[1]'(Z[1])")
    'dZ^{[1]} = dA^{[1]} \\\\odot g^{[1]\\\\prime}(Z^{[1]})'
    """
    found = _rewritten(equation, _latex)
    return re.sub(r" {2,}", " ", found).strip()


def to_html(equation: str) -> str:
    """Return an equation as HTML, layers above the line.

    >>> to_html("A[1] = W[1]' b")
    '<i>A</i><sup>[1]</sup> = <i>W</i><sup>[1]T</sup> <i>b</i>'
    """
    return re.sub(r" {2,}", " ", _rewritten(equation, _html)).strip()


def _rewritten(equation: str, rewrite: Callable[[re.Match[str]], str]) -> str:
    return TOKEN.sub(rewrite, equation)


def _latex(match: re.Match[str]) -> str:
    if match["layer"]:
        before, name = _split(match["name"])
        letter = HATS[name][0] if name in HATS else _latex_word(name)
        mark = "" if not match["prime"] else r"\prime" if name == "g" else "T"
        step = r"\Delta " if match["step"] else ""
        return f"{step}{before}{letter}^{{[{match['layer']}]{mark}}}"
    if match["word"]:
        before, name = _split(match["word"])
        letter = HATS[name][0] if name in HATS else _latex_word(name)
        return before + letter + ("'" if match["dash"] else "")
    if match["space"]:
        return " "
    text = match[0]
    return LATEX_SIGNS.get(text, text)


def _latex_word(name: str) -> str:
    if name in GREEK:
        return f"\\{name}"
    if len(name) == 1:
        return name
    return rf"\operatorname{{{name}}}".replace("_", r"\_")


def _html(match: re.Match[str]) -> str:
    if match["layer"]:
        before, name = _split(match["name"])
        mark = "" if not match["prime"] else "′" if name == "g" else "T"
        step = "Δ" if match["step"] else ""
        return f"{step}{_letter(before, name)}<sup>[{match['layer']}]{mark}</sup>"
    if match["word"]:
        return _letter(*_split(match["word"])) + ("′" if match["dash"] else "")
    text = match[0]
    return HTML_SIGNS.get(text, html.escape(text))


def _letter(before: str, name: str) -> str:
    letter = HATS[name][1] if name in HATS else GREEK.get(name, name)
    if len(name) == 1 or name in HATS or name in GREEK:
        return f"<i>{before}{letter}</i>"
    return before + html.escape(name)


def _split(name: str) -> tuple[str, str]:
    """Return the d of a derivative apart from what it derives.

    >>> _split("dgamma"), _split("delta")
    (('d', 'gamma'), ('', 'delta'))
    """
    rest = name[1:]
    known = len(rest) == 1 or rest in GREEK or rest in HATS
    return ("d", rest) if name.startswith("d") and known else ("", name)


def symbol_text(symbol: str) -> str:
    """Return a symbol for an SVG text: layers stay in brackets.

    >>> symbol_text("dgamma[2]"), symbol_text("Zt[1]")
    ('dγ[2]', 'Z̃[1]')
    """
    name, bracket, layer = symbol.partition("[")
    before, rest = _split(name)
    letter = HATS[rest][1] if rest in HATS else GREEK.get(rest, rest)
    return f"{before}{letter}{bracket}{layer}"
