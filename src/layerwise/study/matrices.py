"""Numbers and small matrices as a reader wants them: as text, Markdown and LaTeX."""

from __future__ import annotations

import numpy as np

DIGITS = 4
PLAIN = (1e-4, 1e6)  # between these a number is written without a power of ten


def number(value: float, digits: int = DIGITS) -> str:
    """Return a number with so many significant digits, without zeros that say nothing.

    A zero is written without a sign, and what is very small or large with a power of ten.

    Examples
    --------
    >>> number(0.250000), number(-1234.5678), number(2.5e-7), number(-0.0), number(float("nan"))
    ('0.25', '-1235', '2.5e-7', '0', 'nan')
    """
    if not np.isfinite(value) or value == 0:
        return "0" if value == 0 else str(float(value))
    rounded = float(f"{value:.{digits - 1}e}")
    if PLAIN[0] <= abs(rounded) < PLAIN[1]:
        return np.format_float_positional(rounded, trim="-")
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{short}e{int(power)}"


def in_text(matrix: np.ndarray, digits: int = DIGITS) -> list[str]:
    """Return a matrix (n, m) as lines of equal width, each row in brackets.

    Examples
    --------
    >>> in_text(np.array([[1.0, -0.5], [0.0, 12.25]]))
    ['[ 1   -0.5 ]', '[ 0  12.25 ]']
    """
    cells = [[number(value, digits) for value in row] for row in _two(matrix)]
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "[ " + "  ".join(cell.rjust(w) for cell, w in zip(row, wide, strict=True)) + " ]"
        for row in cells
    ]


def in_latex(matrix: np.ndarray, digits: int = DIGITS) -> str:
    """Return a matrix (n, m) as LaTeX, also for Markdown's mathematics.

    Examples
    --------
    >>> in_latex(np.array([[1.0, 2e-7]]))
    '\\\\begin{bmatrix} 1 & 2 \\\\cdot 10^{-7} \\\\end{bmatrix}'
    """
    rows = (" & ".join(_latex(number(v, digits)) for v in row) for row in _two(matrix))
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def _latex(written: str) -> str:
    mantissa, power, exponent = written.partition("e")
    if not power:
        return rf"\mathrm{{{written}}}" if written.strip("-").isalpha() else written
    return rf"{mantissa} \cdot 10^{{{exponent}}}"


def _two(matrix: np.ndarray) -> np.ndarray:
    return np.atleast_2d(np.asarray(matrix, dtype=np.float64))
