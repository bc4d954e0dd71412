"""Notations that are rewritten letter for letter before a file is read, and back in what is told.

Every rewriting keeps the columns: `W^{(1)}` becomes `W^{[1]}`, and in a file that writes `.*` for
element by element, as MATLAB does, a plain `*` becomes the product sign of matrices.
"""

from __future__ import annotations

import re
from dataclasses import replace

from layerwise.study.equations.findings import Finding

_LAYER = r"((?:\\ell|[lL]|\d{1,2})(?:\s*[-+]\s*\d)?)"
_BRACED = re.compile(r"(?<=[A-Za-z}])(\^\{)\(\s?" + _LAYER + r"\)")
_PLAIN = re.compile(r"(?<=[A-Za-z])(\^)\(" + _LAYER + r"\)")
_WEIGHTS = re.compile(r"[Wb]\^\(" + _LAYER + r"\)")
_STAR = re.compile(r"(?<![.*])\*(?!\*)")
_BACK = re.compile(r"(\^\{?)\[" + _LAYER + r"\]")


def usual(text: str) -> str:
    """Return the text with layers in brackets and matrix products apart from `*`.

    >>> usual("dW^{(2)} = dZ^{(2)} A^{(1)T}")
    'dW^{[2]} = dZ^{[2]} A^{[1]T}'
    """
    if ".*" in text:
        text = _STAR.sub("·", text)
    text = _BRACED.sub(r"\1[\2]", text)
    return _PLAIN.sub(r"\1[\2]", text) if _WEIGHTS.search(text) else text


def as_written(found: Finding, original: list[str], read: list[str]) -> Finding:
    """Return a finding in the notation of the file, where it was rewritten."""
    if original == read:
        return found
    row, own = read[found.line - 1], original[found.line - 1]
    round_layers = row != own and "(" in own and not _BACK.search(own)
    matlab = any(".*" in one for one in original)

    def back(text: str) -> str:
        if matlab:
            text = _STAR.sub(".*", text).replace("·", "*")
        return _BACK.sub(r"\1(\2)", text) if round_layers else text

    return replace(found, text=back(found.text), repair=back(found.repair))
