"""Where each tensor stands in a model file: its name, type and shape, one behind the other."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from itertools import pairwise
from typing import Any

from layerwise.data.header import Header

OF_A_LAYER = ("W", "r", "s", "b", "a", "gamma", "beta", "mean", "var")  # in this order
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
    k, last = header.sharing, len(units) - 1
    for layer, (inputs, n) in enumerate(pairwise(units), start=1):
        needed = {"W"} if f"beta{layer}" in there and k == 1 else {"W", "b"}
        of_members = {"r": [inputs, k, 1], "s": [n, k, 1], "b": [n, k, 1]}  # that share W
        own = of_members if k > 1 and layer < last else {}
        rows = n * k if layer == last else n
        shapes = {"W": [rows, inputs], **own}
        for kind in OF_A_LAYER:
            name = f"{kind}{layer}"
            if kind in needed | set(own) or name in there:
                yield name, shapes.get(kind, [n * k, 1])
