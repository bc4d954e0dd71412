"""The lecture as a list of equations: run in order, each may be replaced by a slip.

A tensor's key is its symbol and its layer, ("dW", 2); what belongs to no layer has the layer NONE.
This is NumPy in float64 on its own, so that it judges a learner's code without the package's board.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray
Key = tuple[str, int]
Values = dict[Key, Any]
NONE = -1
HANDED = "handed cache"
KEPT = ("Z", "A", "W", "b")  # what a cache keeps
SHIFTS = {"prev": -1, "next": 1, "prior": -2}


class Absent(Exception):
    """A slip asks for a tensor that this function does not have."""


class Scope:
    """The tensors as layer l sees them: `s.A_prev` is A[l-1], `s.W_next` W[l+1], `s.A_last` A[L].

    A[l-2] is `s.A_prior`.
    """

    def __init__(self, values: Mapping[Key, Any], line: Equation, handed: int | None = None):
        self._values, self._line, self._layer, self._names = values, line, line.layer, line.names
        self._handed = line.layer if handed is None else handed

    def with_cache_of(self, layer: int) -> Any:
        """Return this line's value where the cache of another layer is handed to it."""
        return self._line.right(Scope(self._values, self._line, layer))

    @property
    def layer(self) -> int:
        return self._layer

    def __getattr__(self, name: str) -> Any:
        layer, (symbol, _, suffix) = self._layer, name.rpartition("_")
        if suffix == "last":
            layer = self._values.get(("L", NONE), layer)
        elif suffix == "first":
            layer = 1
        elif suffix in SHIFTS:
            layer += SHIFTS[suffix]
        else:
            symbol = name
        symbol = self._names.get(symbol, symbol)
        if symbol in KEPT:
            layer += self._handed - self._layer
        for key in ((symbol, layer), (symbol, NONE)):
            if key in self._values:
                return self._values[key]
        raise Absent(name)


class Equation(NamedTuple):
    """One line of the lecture in one layer: which kinds of slip fit it and the tensor it gives."""

    kinds: tuple[str, ...]
    layer: int
    key: Key
    right: Callable[[Scope], Any]
    names: Mapping[str, str] = {}  # what a line for W and b alike calls its tensors


class Slip(NamedTuple):
    """One known mistake: the kind of line it is in, and the wrong value from the right one."""

    kind: str
    name: str
    wrong: Callable[[Any, Any], Any]
    scaling: bool = False  # of the right value alone, so that it may come on top of another slip


class Active(NamedTuple):
    """A slip and the layers that have it."""

    slip: Slip
    spread: str


SPREADS: dict[str, Callable[[int, int], bool]] = {
    "every layer": lambda l, L: True,
    "hidden layers": lambda l, L: l < L,
    "the last layer": lambda l, L: l == L,
    "layers 2 to L": lambda l, L: l > 1,
    "layer 1": lambda l, L: l == 1,
    "layer 2": lambda l, L: l == 2,
    "layer 3": lambda l, L: l == 3,
}


class Clash(NamedTuple):
    """What NumPy refuses: a product or a broadcast, and the sizes that differ."""

    operation: str
    sizes: frozenset[int]

    def like(self, other: Clash | None) -> bool:
        """Return whether both may be the same; einsum names all sizes, not those that differ."""
        if other and "einsum" in (self.operation, other.operation):
            return bool(self.sizes & other.sizes)
        return self == other


def clash_of(text: str) -> Clash | None:
    """Read NumPy's message about shapes; None if it is about something else."""
    if found := re.search(r"size (\d+) is different from (\d+)", text):
        return Clash("product", frozenset(map(int, found.groups())))
    if found := re.search(r"not aligned: (\d+) \(dim \d\) != (\d+)", text):
        return Clash("product", frozenset(map(int, found.groups())))
    if found := re.search(r"remapped shapes \[original->remapped\]: (.*)", text):
        sizes = re.findall(r"\(([\d,]+)\)->", found[1])
        return Clash("einsum", frozenset(int(n) for one in sizes for n in re.findall(r"\d+", one)))
    if found := re.search(r"broadcast together with shapes (.*)", text):
        # a size of 1 never hinders: (n,) and (1, n) are refused alike
        return Clash("broadcast", frozenset(map(int, re.findall(r"\d+", found[1]))) - {1})
    return None


def steps(
    program: Sequence[Equation], given: Values, active: Sequence[Active] = ()
) -> Iterator[tuple[Equation, Any]]:
    """Yield each line with its value, or with the clash that ends it.

    A value in `given` for an equation's own key stands in its place.
    """
    values, last = dict(given), given.get(("L", NONE), 1)
    for line in program:
        if line.key not in given:
            scope = Scope(values, line)
            try:
                slips = [
                    slip
                    for slip, spread in active
                    if slip.kind in line.kinds and SPREADS[spread](line.layer, last)
                ]
                slips.sort(key=lambda slip: slip.kind != HANDED)  # it is the line itself
                value = None if slips and slips[0].kind == HANDED else line.right(scope)
                for slip in slips:
                    value = slip.wrong(scope, value)
            except ValueError as error:
                yield line, clash_of(str(error)) or Clash("other", frozenset())
                return
            values[line.key] = value
        yield line, values[line.key]


def run(program: Sequence[Equation], given: Values, active: Sequence[Active] = ()) -> Values:
    """Return every value, up to where shapes do not fit or a slip asks for what is not there."""
    values = dict(given)
    with np.errstate(all="ignore"), suppress(Absent):
        for line, value in steps(program, given, active):
            if not isinstance(value, Clash):
                values[line.key] = value
    return values
