"""Where each tensor stands in a model file: its name, type and shape, one behind the other."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from itertools import pairwise
from typing import Any

from layerwise.data.header import Header

OF_A_LAYER = ("W", "b", "a", "gamma", "beta", "mean", "var")  # in this order; all but W (n, 1)
SIZES = {"float32": 4, "float64": 8}  # bytes per number


def layout_of(header: Header, there: Container[str]) -> dict[str, dict[str, Any]]:
    """Return each tensor's type, shape and place; which of a layer's are there, `there` says.

    Every layer has W, and b unless a normalization's beta stands for it.
    """
    size, layout, end = SIZES[header.dtype], {}, 0
    front = [header.members] if header.members > 1 else []
    for name, own in _shapes(header, there):
        shape = front + own
        begin, end = end, end + size * math.prod(shape)
        place = {"shape": shape, "data_offsets": [begin, end]}
        layout[name] = {"dtype": f"F{8 * size}", **place}
    return layout


def _shapes(header: Header, there: Container[str]) -> Iterator[tuple[str, list[int]]]:
    yield from ((name, list(shape)) for name, shape in header.entrance.items())
    units = (header.met or header.units[0], *header.units[1:])
    for layer, (inputs, n) in enumerate(pairwise(units), start=1):
        needed = {"W"} if f"beta{layer}" in there else {"W", "b"}
        for kind in OF_A_LAYER:
            name = f"{kind}{layer}"
            if kind in needed or name in there:
                yield name, [n, inputs if kind == "W" else 1]
