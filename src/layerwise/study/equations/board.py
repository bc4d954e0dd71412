"""The lecture's own line for a left side: what is shown where no single edit mends a line."""

from __future__ import annotations

from layerwise.study.equations.targets import updates
from layerwise.study.equations.tree import Equation, Index, Symbol

_LINES = {
    "Z": "Z[{here}] = W[{here}] A[{before}] + b[{here}]",
    "A": "A[{here}] = g[{here}](Z[{here}])",
    "dA": "dA[{here}] = W[{after}]' dZ[{after}]",
    "dZ": "dZ[{here}] = dA[{here}] * g[{here}]'(Z[{here}])",
    "dW": "dW[{here}] = 1/m dZ[{here}] A[{before}]'",
    "db": "db[{here}] = 1/m sum(dZ[{here}])",
    "dw": "dw = 1/m X dZ'",
    "Yhat": "Yhat = A[L]",
    "J": "J = -1/m sum(Y * log(A[L]) + (1 - Y) * log(1 - A[L]))",
    "loss": "loss = -(Y * log(A[L]) + (1 - Y) * log(1 - A[L]))",
}


def board_line(equation: Equation) -> str:
    """Return the line of the board, or nothing for a left side that it does not have."""
    left = equation.left
    if not isinstance(left, Symbol):
        return ""
    index = Index("l") if left.index is None else left.index
    here, before, after = (index.moved(by).text() for by in (0, -1, 1))
    if updates(equation):
        name = f"{left.family}[{here}]"
        return f"{name} = {name} - alpha d{name}"
    if left.family == "dZ" and index == Index("L"):
        return "dZ[L] = A[L] - Y"
    if left.family == "dA" and index == Index("L"):
        return "dA[L] = -Y/A[L] + (1 - Y)/(1 - A[L])"
    return _LINES.get(left.family, "").format(here=here, before=before, after=after)
