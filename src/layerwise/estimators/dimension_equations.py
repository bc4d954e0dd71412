"""The equations of a network's two passes, each with the shapes of its tensors. Lecture row 15."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from layerwise.estimators.dimension_formulas import written
from layerwise.propagation.blocks import Network
from layerwise.propagation.dimensions import Shapes

PLAIN = ("linear", "own_linear")
UNIT = ("activation", "parametric")


class Equation(NamedTuple):
    """An equation, and the same with shapes in the place of tensors."""

    text: str
    shapes: str


def _columns(rows: int, m: int | str) -> str:
    return written((rows, m))


def _input(l: int) -> str:
    return "X" if l == 1 else f"A[{l - 1}]"


def forward_of(network: Network, found: list[Shapes], m: int | str) -> Iterator[Equation]:
    """Yield the equations of the forward pass, block by block."""
    for at in found:
        yield _forward(at, network, m)
        if at.block.skip:
            l, out = at.block.l, _columns(at.out[0], m)
            yield Equation(f"A[{l}] = A[{l}] + {_input(l)}", f"{out} + {out} -> {out}")
    L, k, out = network.depth, network.members, found[-1].out[0]
    mean = f", the mean of {k} members" if k > 1 else ""
    shapes = f"{_columns(out, m)} -> {_columns(out // k, m)}"
    yield Equation(f"A[{L}] = g[{L}](Z[{L}]), {network.head}{mean}", shapes)


def _forward(at: Shapes, network: Network, m: int | str) -> Equation:
    kind, l = at.block.kind, at.block.l
    before, out = _columns(at.A_prev[0], m), _columns(at.out[0], m)
    if kind in PLAIN:
        return _linear(at, network, m)
    if kind == "shared_linear":
        text = f"Z_i[{l}] = s_i[{l}] * (W[{l}] (r_i[{l}] * {_input(l)})) + b_i[{l}]"
        told = f"{before} -> {out}, the rows of {network.members} members beside each other"
        return Equation(f"{text}, i = 1, ..., {network.members}", told)
    if kind in UNIT:
        return Equation(f"A[{l}] = g[{l}](Z[{l}])", f"{before} -> {out}, element by element")
    symbol = f"{at.symbol}[{l}]" if l else "X"
    more = "".join(f", {name}[{l}] {written(shape)}" for name, shape in at.tensors.items())
    return Equation(f"{symbol} = {kind}({symbol})", f"{before} -> {out}{more}")


def _linear(at: Shapes, network: Network, m: int | str) -> Equation:
    l, out = at.block.l, _columns(at.out[0], m)
    if at.block.kind == "own_linear":
        text = f"Z_i[{l}] = W_i[{l}] A_i[{l - 1}] + b_i[{l}], i = 1, ..., {network.members}"
        before = _columns(at.A_prev[0], m)
        return Equation(text, f"{before} -> {out}, W_i[{l}] are rows of {written(at.tensors['W'])}")
    text = f"Z[{l}] = W[{l}] {_input(l)}"
    shapes = f"{written(at.tensors['W'])}{_columns(at.A_prev[0], m)}"
    if "b" not in at.tensors:
        return Equation(text, f"{shapes} -> {out}; beta[{l}] stands for b[{l}]")
    shapes += f" + {written(at.tensors['b'])} -> {out}"
    return Equation(f"{text} + b[{l}]", f"{shapes}, b[{l}] is broadcast over the {m} columns")


def backward_of(network: Network, found: list[Shapes], m: int | str) -> Iterator[Equation]:
    """Yield the equations of the backward pass from the last layer to the first.

    Of layers that members share, and of blocks that the lecture does not have, none is written.
    """
    for at in reversed(found):
        l, out = at.block.l, _columns(at.out[0], m)
        if at.block.kind == "activation":
            shapes = f"{out} * {out} -> {out}, element by element"
            yield Equation(f"dZ[{l}] = dA[{l}] * g[{l}]'(Z[{l}])", shapes)
        if at.block.kind == "linear":
            if l == network.depth:
                text = f"dZ[{l}], the derivative of each example's loss"
                yield Equation(text, f"{out}: one column per example")
            yield from _parameters(at, m)


def _parameters(at: Shapes, m: int | str) -> Iterator[Equation]:
    l, (n, n_prev), slopes = at.block.l, at.tensors["W"], at.gradients
    out, turned = _columns(n, m), written((m, n_prev))
    yield Equation(
        f"dW[{l}] = dZ[{l}] {_input(l)}' / m", f"{out}{turned} -> {written(slopes['W'])}"
    )
    if "b" in slopes:
        summed = f"the {m} columns of {out} are added -> {written(slopes['b'])}"
        yield Equation(f"db[{l}] = sum(dZ[{l}]) / m", summed)
    if l > 1:
        shapes = f"{written((n_prev, n))}{out} -> {_columns(at.dA_prev[0], m)}"
        yield Equation(f"dA[{l - 1}] = W[{l}]' dZ[{l}]", shapes)
