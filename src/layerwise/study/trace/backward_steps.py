"""The backward pass as steps: derivatives of each example's loss, and of J for the parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from layerwise.study.trace.bends import of_Z
from layerwise.study.trace.scene import Scene, step
from layerwise.study.trace.value import BACKWARD, Step

GENERIC = "backward of {kind}"


def backward_steps(scene: Scene) -> list[Step]:
    """Return what every block makes of the derivative that arrives, from layer L to the first."""
    steps: list[Step] = []
    for place in reversed(range(len(scene.network.blocks))):
        steps += [*_of_parameters(scene, place), _passed_on(scene, place)]
    return steps


def _arriving(scene: Scene, place: int) -> str:
    return f"d{scene.names[place].leaving}"


def _of_parameters(scene: Scene, place: int) -> list[Step]:
    block, found = scene.network.blocks[place], []
    for name, gradient in scene.passes.gradients[place].items():
        right, operands, putting = _parameter(scene, place, name)
        right, more = _with_penalty(scene, name, block.l, right)
        sentence = (
            f"The derivative of J with respect to {name}[{block.l}]: over the examples it is the "
            "mean, which is where 1/m stands."
        )
        told = sentence, operands | more, putting
        found.append(step(BACKWARD, block.l, f"d{name}[{block.l}] = {right}", gradient, told))
    return found


def _parameter(scene: Scene, place: int, name: str) -> tuple[str, dict[str, Any], bool]:
    block, l = scene.network.blocks[place], scene.network.blocks[place].l
    x, out = scene.names[place].entering, _arriving(scene, place)
    known = {x: scene.known[x], out: scene.passes.backward[place].arriving, "m": scene.known["m"]}
    cache = scene.passes.forward[place].cache
    if block.kind == "parametric":
        bend = of_Z(block, cache).g - cache.Z
        return f"sum({out} * (g[{l}]({x}) - {x})) / m | sum({out} * bend) / m", {
            out: known[out], "bend": bend, "m": known["m"]
        }, True  # fmt: skip
    if block.kind.endswith("norm"):
        using = {f"Zn[{l}]": cache.Zn, out: known[out], "m": known["m"]}
        form = f"sum({out} * Zn[{l}]) / m" if name == "gamma" else f"sum({out}) / m"
        return form, using, True
    form, putting = PARAMETERS[block.kind].get(name, (GENERIC, False))
    if "c" in scene.numbers.blocks[place] and name == "W":
        form, known["c"] = f"c {form}", scene.numbers.blocks[place]["c"]
    return form.format(out=out, x=x, l=l, kind=block.kind.replace("_", " ")), known, putting


SHARED_ROWS = {
    "W": ("sum over members(s[{l}] * {out} (r[{l}] * {x})') / m", False),
    "s": ("sum({out} * (W[{l}] (r[{l}] * {x}))) / m", False),
    "r": ("sum((W[{l}]' (s[{l}] * {out})) * {x}) / m", False),
    "b": ("sum({out}) / m", False),
}
# of each parameter: the right side of its derivative, and whether the numbers can be put in;
# `out` is the derivative that arrives, `x` what entered
PARAMETERS: dict[str, dict[str, tuple[str, bool]]] = {
    "linear": {"W": ("{out} {x}' / m", True), "b": ("sum({out}) / m", True)},
    "own_linear": {"W": ("{out} {x}' / m", False), "b": ("sum({out}) / m", False)},
    "shared_linear": SHARED_ROWS,
    "scaling": {"s": ("sum({out} * {x}) / m", True)},
    "periodic": {
        "V": ("dE cos(2 pi T)' / m", False),
        "w": ("sum(dT x) / m", False),
        "p": ("sum(dT) / m", False),
    },
    "piecewise": {"V": ("dE P(x)' / m", False)},
    "categories": {"E": ("sum({out} of a level) / m", False)},
}


def _with_penalty(scene: Scene, name: str, l: int, right: str) -> tuple[str, dict[str, Any]]:
    l1, l2 = scene.numbers.penalties
    operands: dict[str, Any] = {}
    if name != "W":
        return right, operands
    shown, bar, put = right.partition(" | ")
    more, m = "", scene.m
    if l1 is not None and l1 > 0:
        more += f" + l1 / m sign(W[{l}])"
        operands["l1"] = l1 * m
    if l2 is not None and l2 > 0:
        more += f" + l2 / m W[{l}]"
        operands["l2"] = l2 * m
    if more:
        operands[f"W[{l}]"] = scene.known[f"W[{l}]"]
    return (shown + more + (bar + put + more if bar else "")), operands


Row = tuple[str, dict[str, Any], str, bool]  # right side, operands, sentence, putting


def _passed_on(scene: Scene, place: int) -> Step:
    block, x = scene.network.blocks[place], scene.names[place].entering
    row = _normalization if block.kind.endswith("norm") else INPUTS.get(block.kind, _generic)
    right, operands, sentence, putting = row(scene, place)
    operands = {_arriving(scene, place): scene.passes.backward[place].arriving, **operands}
    skipping = _skipping(scene, place)
    if skipping is not None:
        shown, bar, put = right.partition(" | ")
        added = _arriving(scene, skipping)
        right = f"{shown} + {added}" + (f" | {put} + {added}" if bar else "")
        operands[added] = scene.passes.backward[skipping].arriving
        sentence += f" The residual connection brings {added} back as well."
    if place == 0:
        sentence += " Not needed for the update: X is given, not learned."
    values = scene.passes.backward[place].leaving
    return step(BACKWARD, block.l, f"d{x} = {right}", values, (sentence, operands, putting))


def _skipping(scene: Scene, place: int) -> int | None:
    """Return the block whose residual connection begins before this one."""
    for other, block in enumerate(scene.network.blocks):
        if block.skip and other + 1 - block.skip == place:
            return other
    return None


def _linear(scene: Scene, place: int) -> Row:
    l, out = scene.network.blocks[place].l, _arriving(scene, place)
    operands = {f"W[{l}]": scene.known[f"W[{l}]"]}
    c = ""
    if "c" in scene.numbers.blocks[place]:
        c, operands["c"] = "c ", scene.numbers.blocks[place]["c"]
    sentence = f"Back through W[{l}], transposed: still one column per example, without 1/m."
    return f"{c}W[{l}]' {out}", operands, sentence, True


def _activation(scene: Scene, place: int) -> Row:
    block, x, out = (
        scene.network.blocks[place],
        scene.names[place].entering,
        _arriving(scene, place),
    )
    l, cache = block.l, scene.passes.forward[place].cache
    slope = of_Z(block, cache).g_prime
    symbol = f"g[{l}]'({x})"
    sentence = (
        f"Back through g[{l}] = {block.settings.name}: times its derivative, element by element."
    )
    return f"{out} * {symbol}", {symbol: slope}, sentence, True


def _parametric(scene: Scene, place: int) -> Row:
    l, cache = scene.network.blocks[place].l, scene.passes.forward[place].cache
    g = scene.network.blocks[place].settings.name
    slope = of_Z(scene.network.blocks[place], cache).g_prime
    symbol = f"g[{l}]'({scene.names[place].entering})"
    right = f"{_arriving(scene, place)} * (1 + a[{l}] * ({symbol} - 1))"
    sentence = f"Back through the parametric activation with g[{l}] = {g}."
    return right, {symbol: slope, f"a[{l}]": cache.a}, sentence, True


def _dropout(scene: Scene, place: int) -> Row:
    l, cache = scene.network.blocks[place].l, np.asarray(scene.passes.forward[place].cache)
    keep = 1 - scene.numbers.blocks[place]["probability"]
    operands = {f"D[{l}]": (cache > 0).astype(np.float64), "keep": keep}
    sentence = "Back through the same mask: what was dropped has no influence on the loss."
    return f"{_arriving(scene, place)} * D[{l}] / keep", operands, sentence, True


def _noise(scene: Scene, place: int) -> Row:
    return _arriving(scene, place), {}, "Noise that is added leaves the derivative alone.", True


def _scaling(scene: Scene, place: int) -> Row:
    l = scene.network.blocks[place].l
    operands = {f"s[{l}]": scene.known[f"s[{l}]"]}
    return f"s[{l}] * {_arriving(scene, place)}", operands, "Back through the scaling.", True


def _shared(scene: Scene, place: int) -> Row:
    l, out = scene.network.blocks[place].l, _arriving(scene, place)
    sentence = "Back through W, each member with its own r and s."
    if scene.network.blocks[place].settings.first:
        sentence += " All members have one A before layer 1: their derivatives are added."
    operands = {f"{name}[{l}]": scene.known[f"{name}[{l}]"] for name in "Wrs"}
    return f"r[{l}] * (W[{l}]' (s[{l}] * {out}))", operands, sentence, False


def _own(scene: Scene, place: int) -> Row:
    l = scene.network.blocks[place].l
    operands = {f"W[{l}]": scene.known[f"W[{l}]"]}
    sentence = "Back through each member's own W."
    return f"W[{l}]' {_arriving(scene, place)}", operands, sentence, False


def _generic(scene: Scene, place: int) -> Row:
    kind = scene.network.blocks[place].kind
    words = {
        "periodic": "dx plus the derivatives of its waves; the other rows pass.",
        "piecewise": "dx plus the slope of the bin that x is in; the other rows pass.",
        "categories": "The other rows pass; a level is no number that could move: its row is 0.",
    }
    return GENERIC.format(kind=kind), {}, words[kind], False


def _normalization(scene: Scene, place: int) -> Row:
    """Return the row of a normalization: the mean and the slope along Zn are taken out."""
    block, out = scene.network.blocks[place], _arriving(scene, place)
    l, cache = block.l, scene.passes.forward[place].cache
    mean = "mean" if block.kind == "batch_norm" else "avg"
    dZn = cache.gamma * scene.passes.backward[place].arriving
    right = f"(dZn - {mean}(dZn) - Zn[{l}] * {mean}(dZn * Zn[{l}])) / sigma[{l}]"
    operands = {"dZn": dZn, f"Zn[{l}]": cache.Zn, f"sigma[{l}]": cache.s}
    over = "examples" if mean == "mean" else "units"
    sentence = (
        f"Back through the normalization, dZn = gamma[{l}] * {out}: the mean over the {over} and "
        "the part along Zn are taken out, as neither can change what is normalized."
    )
    return right, operands, sentence, True


INPUTS: dict[str, Callable[[Scene, int], Row]] = {
    "linear": _linear,
    "activation": _activation,
    "parametric": _parametric,
    "dropout": _dropout,
    "noise": _noise,
    "scaling": _scaling,
    "shared_linear": _shared,
    "own_linear": _own,
}
