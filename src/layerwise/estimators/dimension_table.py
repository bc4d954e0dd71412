"""Getting your matrix dimensions right: each tensor of a network, its shape. Lecture row 15."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from sklearn.utils.validation import check_is_fitted

from layerwise.errors import SettingError
from layerwise.estimators.dimension_equations import Equation, backward_of, forward_of
from layerwise.estimators.dimension_formulas import formula, written
from layerwise.propagation.architecture import dense
from layerwise.propagation.blocks import Network
from layerwise.propagation.dimensions import Shapes, passes

MOST_UNITS = 1_000_000
HEADS = ("l", "tensor", "formula", "shape", "derivative")


class Row(NamedTuple):
    """A tensor of layer l: its formula in n[l] and m, its shape, and the derivative of that shape.

    `formula` is empty where a tensor is not one of the lecture's; in `shape` m is the letter where
    no number was given.
    """

    l: int
    tensor: str
    formula: str
    shape: tuple[int | str, ...]
    derivative: str


@dataclass(frozen=True)
class DimensionTable:
    """The table of shapes of a network, and its equations with the shapes put in.

    `print` shows it as text; a notebook shows it as a table. `rows` are in forward order,
    `equations` those of the forward pass and then those of the backward pass.
    """

    units: tuple[int, ...]
    m: int | None
    parameters: int
    rows: tuple[Row, ...]
    equations: tuple[Equation, ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        cells = [HEADS, *((str(r.l), *_cells(r)) for r in self.rows)]
        wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip()
            for row in cells
        ]
        equations = (f"{each.text}\n    {each.shapes}" for each in self.equations)
        return "\n".join([self.title, *self.notes, "", *lines, "", *equations])

    @property
    def title(self) -> str:
        """The network in one line."""
        units = "-".join(map(str, self.units))
        return (
            f"{units}: L = {len(self.units) - 1}, {self.parameters:,} parameters, "
            f"{f'm = {self.m}' if self.m else 'm'} examples, which are the columns"
        )

    def to_markdown(self) -> str:
        """Return it as a Markdown table with the equations below."""
        head = f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}"
        rows = (f"| {row.l} | {' | '.join(_coded(c) for c in _cells(row))} |" for row in self.rows)
        each = (f"- `{one.text}`: {one.shapes}" for one in self.equations)
        return "\n".join([f"**{self.title}**", *self.notes, "", head, *rows, "", *each])

    _repr_markdown_ = to_markdown

    def to_latex(self) -> str:
        """Return it as a LaTeX tabular; it needs no package."""
        rows = (f"{row.l} & {' & '.join(map(_latex, _cells(row)))} \\\\" for row in self.rows)
        begin = r"\begin{tabular}{rllll}"
        head = " & ".join(HEADS).replace("l &", "$l$ &", 1) + r" \\ \hline"
        return "\n".join([begin, head, *rows, r"\end{tabular}"])


def dimension_table(network: Any, m: int | None = None) -> DimensionTable:
    """Return the shapes of W[l], b[l], Z[l], A[l] and of their derivatives, for every layer.

    Use it before the first line of a network of your own, and where a shape does not fit.

    Parameters
    ----------
    network : sequence of int, str, or fitted estimator
        n[0], n[1], ..., n[L], each from 1 to 1,000,000, also as "12288-20-7-5-1".
    m : int, optional
        How many examples, from 1; None keeps the letter.

    Returns
    -------
    DimensionTable
        With `rows`, `equations`, `to_markdown()` and `to_latex()`; `print` shows it as text.

    Raises
    ------
    SettingError
        When the units or m are no such numbers.

    Examples
    --------
    >>> table = dimension_table("12288-20-7-5-1", m=209)
    >>> table.rows[0]
    Row(l=1, tensor='W[1]', formula='(n[1], n[0])', shape=(20, 12288), derivative='dW[1]')
    >>> table.equations[0].shapes
    '(20, 12288)(12288, 209) + (20, 1) -> (20, 209), b[1] is broadcast over the 209 columns'

    Notes
    -----
    Lecture row 15. No tensor is computed: the shapes are those of the network's own passes.
    """
    if m is not None and (isinstance(m, bool) or not isinstance(m, int) or m < 1):
        raise SettingError(f"m={m!r}: expected a whole number of at least 1, the examples")
    if hasattr(network, "get_params"):
        check_is_fitted(network)
        numbers = jax.tree.map(jnp.asarray, network.run_.numbers)
        made = _table(network.network_, numbers, tuple(network.units_), m)
        each = f"each of {network.n_members_} members has these tensors of its own"
        return replace(made, notes=(*made.notes, each)) if network.n_members_ > 1 else made
    units = units_of(network)
    plain = dense(units, ("relu",) * (len(units) - 2), "binary_cross_entropy", "he")
    return _table(plain, ({},) * len(plain.blocks), units, m)


def units_of(network: str | Sequence[int]) -> tuple[int, ...]:
    """Return n[0], ..., n[L] of a sequence, or of text such as "4-3-1".

    >>> units_of("4-3-1")
    (4, 3, 1)
    """
    parts = network.split("-") if isinstance(network, str) else network
    try:
        units = tuple(int(part) for part in parts)
        fits = len(units) >= 2 and all(1 <= n <= MOST_UNITS for n in units)
        fits = fits and (isinstance(network, str) or all(map(_same, parts, units)))
    except (TypeError, ValueError):
        fits, units = False, ()
    if not fits:
        raise SettingError(
            f"network={network!r}: expected the units n[0] to n[L], each from 1 to {MOST_UNITS:,}, "
            "such as 12288-20-7-5-1"
        )
    return units


def _same(part: Any, whole: int) -> bool:
    return part == whole and not isinstance(part, bool)


def _table(
    network: Network, numbers: tuple[Any, ...], units: tuple[int, ...], m: int | None
) -> DimensionTable:
    found = passes(network, numbers, m or 1)
    rows, size = dict[str, Row](), 0
    for at in found:
        for row in _rows_of(at, network, units, m):
            rows.pop(row.tensor, None)  # a normalization's Z and a dropout's A stand for the first
            rows[row.tensor] = row
        size += sum(math.prod(shape) for shape in at.tensors.values())
    L, count = network.depth, m or "m"
    rows["A"] = Row(L, f"A[{L}]", f"(n[{L}], m)", (units[L], count), f"dA[{L}]")
    equations = (*forward_of(network, found, count), *backward_of(network, found, count))
    notes = tuple(_notes(network, tuple(rows.values())))
    return DimensionTable(units, m, size, tuple(rows.values()), equations, notes)


def _notes(network: Network, rows: tuple[Row, ...]) -> list[str]:
    entering = any("n'[0]" in row.formula for row in rows)
    found = ["n'[0]: the rows that enter layer 1"] if entering else []
    if network.members > 1:
        found.append(f"k = {network.members} members share W; A[{network.depth}] is their mean")
    return found


def _rows_of(at: Shapes, network: Network, units: tuple[int, ...], m: int | None) -> list[Row]:
    l, found = at.block.l, []
    out = (at.out[0], m or "m")
    for name, shape in [*at.tensors.items(), (at.symbol, out)]:
        tensor = f"{name}[{l}]"
        entering = at.A_prev[0] if l else at.out[0]
        rule = formula(name, shape, (l, units, entering, network.members))
        found.append(Row(l, tensor, rule, shape, f"d{tensor}"))
    return found


def _cells(row: Row) -> tuple[str, ...]:
    return row.tensor, row.formula, written(row.shape), row.derivative


def _coded(cell: str) -> str:
    return f"`{cell}`" if cell else ""


def _latex(cell: str) -> str:
    name, bracket, rest = cell.partition("[")
    if bracket and not cell.startswith("("):
        letters = name if len(name.lstrip("d")) == 1 else rf"\mathrm{{{name}}}".replace("_", r"\_")
        return f"${letters}^{{[{rest[:-1]}]}}$"
    return "$" + cell.replace("[", "^{[").replace("]", "]}") + "$" if cell else ""
