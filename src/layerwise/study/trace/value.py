"""A trace: the steps of one training step in their order, and what a page needs to show them."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from layerwise.data.atomic import write_atomically
from layerwise.errors import SettingError

FORWARD, COST, BACKWARD, UPDATE = PHASES = ("forward", "cost", "backward", "update")
SUFFIXES = {".txt": "text", ".md": "markdown", ".tex": "latex", ".html": "html", ".json": "json"}
DIGITS = 4
MOST_DIGITS = 17


@dataclass(frozen=True, eq=False)
class Step:
    """One tensor as it is computed.

    Attributes
    ----------
    phase : str
        "forward", "cost", "backward" or "update".
    l : int
        The layer, from 0 (before layer 1) to L.
    symbol : str
        In the lecture's notation, such as "Z[1]" or "dW[2]".
    values : ndarray, float64
        The tensor itself.
    equation : str
        How it is computed, with symbols: "Z[1] = W[1] A[0] + b[1]".
    sentence : str
        What happens here, in one or two sentences.
    operands : dict
        The tensors on the right side by their symbols; numbers are 0-dimensional.
    kinds : dict
        What each operand is: "parameter", "forward", "derivative", "number" or "target".
    put : str or None
        The right side in which the operands' numbers can be put in for their symbols; None where
        that would not be an equation of matrices.
    """

    phase: str
    l: int
    symbol: str
    values: np.ndarray
    equation: str
    sentence: str
    operands: Mapping[str, np.ndarray] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    put: str | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the tensor, () for a number."""
        return self.values.shape


@dataclass(frozen=True)
class Node:
    """A node of the computational graph: its symbol, the inputs that enter it alone, its layer.

    `skips` is the symbol that a residual connection adds, or None.
    """

    symbol: str
    inputs: tuple[str, ...]
    l: int
    skips: str | None = None


@dataclass(frozen=True, eq=False)
class Trace:
    """One training step: forward, cost, backward, update, every number in float64.

    Use it to see, print or hand out what a network computes in a step; `estimator.trace(X, y)`
    makes it.

    Attributes
    ----------
    steps : tuple of Step
        In the order in which they are computed.
    parameters : dict
        W[1], b[1], ... before the step.
    nodes : tuple of Node
        The computational graph, from X to J.
    facts : dict
        Lines for a heading, by name: the network, the task, m, J, the optimizer.
    notes : tuple of str
        What has to be known to read the numbers, such as where 1/m lives.
    features, outputs, examples : tuple of str
        The names of the rows of X, of the rows of Y, and of the examples.

    Notes
    -----
    Lecture rows 7, 14, 17 and 18.

    Examples
    --------
    >>> from layerwise import DNNRegressor
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 2.0, 4.0]
    >>> model = DNNRegressor((), optimizer="gradient_descent", epochs=2, random_state=0).fit(X, y)
    >>> trace = model.trace(X[:1], y[:1])
    >>> [step.symbol for step in trace.steps]
    ['A[0]', 'Z[1]', 'A[1]', 'loss', 'J', 'dA[1]', 'dZ[1]', 'dZ[1]', 'dW[1]', 'db[1]', \
'dA[0]', 'W[1]', 'b[1]']
    >>> trace["Z[1]"].equation
    'Z[1] = W[1] A[0] + b[1]'
    """

    steps: tuple[Step, ...]
    parameters: Mapping[str, np.ndarray]
    nodes: tuple[Node, ...]
    facts: Mapping[str, str]
    notes: tuple[str, ...]
    features: tuple[str, ...]
    outputs: tuple[str, ...]
    examples: tuple[str, ...]

    def __getitem__(self, symbol: str) -> Step:
        """Return the last step of a symbol; a parameter's is its update."""
        for step in reversed(self.steps):
            if step.symbol == symbol:
                return step
        raise KeyError(symbol)

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return max(node.l for node in self.nodes)

    def text(self, digits: int = DIGITS) -> str:
        """Return the trace as text for a terminal; `digits` from 1 to 17 significant ones."""
        from layerwise.study.trace.text import as_text

        return as_text(self, digits)

    def markdown(self, digits: int = DIGITS) -> str:
        """Return the trace as Markdown with LaTeX mathematics."""
        from layerwise.study.trace.handout import as_markdown

        return as_markdown(self, digits)

    def latex(self, digits: int = DIGITS) -> str:
        """Return the trace as a LaTeX document that compiles as it is."""
        from layerwise.study.trace.handout import as_latex

        return as_latex(self, digits)

    def html(self, digits: int = DIGITS) -> str:
        """Return the trace as one page that needs nothing beside it."""
        from layerwise.study.trace.page import as_html

        return as_html(self, digits)

    def json(self) -> str:
        """Return every number in full as JSON, with symbols, shapes and equations."""
        from layerwise.study.trace.plain import as_json

        return as_json(self)

    def save(self, path: str | Path, digits: int = DIGITS) -> None:
        """Write the trace to a file, whole or not at all; the ending chooses the form.

        Parameters
        ----------
        path : str or Path
            A name that ends in .txt, .md, .tex, .html or .json.
        digits : int, default 4
            Significant digits from 1 to 17; .json has them all.

        Raises
        ------
        SettingError
            When the ending is another one.
        """
        write_atomically(path, self.written(form_of(path), digits).encode())

    def written(self, form: str, digits: int = DIGITS) -> str:
        """Return the trace in a form: "text", "markdown", "latex", "html" or "json"."""
        if form not in SUFFIXES.values():
            expected = ", ".join(SUFFIXES.values())
            raise SettingError(f"format={form!r}: expected one of {expected}")
        return self.json() if form == "json" else getattr(self, form)(checked_digits(digits))

    def _repr_html_(self) -> str:
        page = html.escape(self.html(), quote=True)
        style = "width:100%;height:820px;border:0"
        return f'<iframe title="one training step" style="{style}" srcdoc="{page}"></iframe>'


def form_of(path: str | Path) -> str:
    """Return the form that a file's ending stands for.

    >>> form_of("step.html")
    'html'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise SettingError(f"{path}: expected a name that ends in {', '.join(SUFFIXES)}")
    return SUFFIXES[suffix]


def checked_digits(digits: Any) -> int:
    """Return the digits; refuse what is not a whole number from 1 to 17."""
    if isinstance(digits, bool) or digits not in range(1, MOST_DIGITS + 1):
        raise SettingError(f"digits={digits!r}: expected a whole number from 1 to {MOST_DIGITS}")
    return int(digits)
