"""The forward pass as steps: what each kind of block computes, in the lecture's notation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from layerwise.study.trace.scene import Scene, step
from layerwise.study.trace.value import FORWARD, Step

Row = tuple[str, str, bool]  # the right side, the sentence, whether the numbers can be put in


def forward_steps(scene: Scene) -> list[Step]:
    """Return X and what every block makes of it, in order, up to A[L]."""
    steps = [_first(scene)]
    for place, block in enumerate(scene.network.blocks):
        made = _normalization if block.kind.endswith("norm") else _plain
        steps += made(scene, place)
        if block.skip:
            steps.append(_skip(scene, place))
    return [*steps, *_outputs(scene)]


def _first(scene: Scene) -> Step:
    symbol = scene.names[0].entering
    equation = f"{symbol} = X" if symbol == "A[0]" else "X = encode(rows)"
    told = (
        "The examples as they enter the network: encoded and scaled as in training, one column "
        "per example.",
        {},
        False,
    )
    return step(FORWARD, 0, equation, scene.batch.X, told)


def _plain(scene: Scene, place: int) -> list[Step]:
    block, name = scene.network.blocks[place], scene.names[place]
    right, sentence, putting = ROWS[block.kind](scene, place)
    operands = _operands(scene, place, right)
    drawn = _drawn(scene, place) if block.kind in ("dropout", "noise") else []
    operands |= {each.symbol: each.values for each in drawn}
    values = scene.passes.forward[place].made
    equation = f"{name.made} = {right}"
    return [*drawn, step(FORWARD, block.l, equation, values, (sentence, operands, putting))]


def _operands(scene: Scene, place: int, right: str) -> dict[str, Any]:
    l, own = scene.network.blocks[place].l, scene.network.blocks[place].kind
    known = scene.known
    entering = scene.names[place].entering
    found = {entering: known[entering]}
    tensors = scene.passes.gradients[place]
    found |= {f"{name}[{l}]": known[f"{name}[{l}]"] for name in tensors}
    numbers = scene.numbers.blocks[place]
    if own == "dropout":
        found["keep"] = 1 - numbers["probability"]
    if "c" in numbers and right.startswith("c "):
        found["c"] = numbers["c"]
    return found


def _drawn(scene: Scene, place: int) -> list[Step]:
    block, each = scene.network.blocks[place], scene.passes.forward[place]
    l = block.l
    if block.kind == "noise":
        told = "The noise, drawn anew at every step; the seed says which.", {}, False
        return [step(FORWARD, l, f"noise[{l}] = drawn", each.made - each.entering, told)]
    share = scene.numbers.blocks[place]["probability"]
    sentence = (
        f"The mask of the dropout: 1 keeps a unit, 0 drops it, with probability {float(share):g}. "
        "Drawn anew at every step; the seed says which."
    )
    mask = (np.asarray(each.cache) > 0).astype(np.float64)
    return [step(FORWARD, l, f"D[{l}] = drawn", mask, (sentence, {}, False))]


def _linear(scene: Scene, place: int) -> Row:
    block, entering = scene.network.blocks[place], scene.names[place].entering
    l, c = block.l, "c " if "c" in scene.numbers.blocks[place] else ""
    bias = f" + b[{l}]" if block.settings.bias else ""
    added = f", b[{l}] is added to every column" if bias else ""
    less = "" if bias else " There is no b: the normalization would subtract it again."
    sentence = (
        f"The linear part of layer {l}: each unit's row of W[{l}] times {entering}{added}.{less}"
    )
    return f"{c}W[{l}] {entering}{bias}", sentence, True


def _activation(scene: Scene, place: int) -> Row:
    block, entering = scene.network.blocks[place], scene.names[place].entering
    l, g = block.l, block.settings.name
    sentence = f"The activation of layer {l}, g[{l}] = {g}, of each number by itself."
    return f"g[{l}]({entering}) | {g}({entering})", sentence, True


def _parametric(scene: Scene, place: int) -> Row:
    block, A = scene.network.blocks[place], scene.names[place].entering
    l, g = block.l, block.settings.name
    sentence = (
        f"A parametric activation: a[{l}] = 0 is the identity, 1 is g[{l}] = {g}; one a is learned "
        "for each unit."
    )
    right = f"{A} + a[{l}] * (g[{l}]({A}) - {A})"
    return f"{right} | {A} + a[{l}] * ({g}({A}) - {A})", sentence, True


def _dropout(scene: Scene, place: int) -> Row:
    l, entering = scene.network.blocks[place].l, scene.names[place].entering
    sentence = "What is kept is divided by the share of units kept, so that the mean stays."
    return f"{entering} * D[{l}] / keep", sentence, True


def _noise(scene: Scene, place: int) -> Row:
    l, entering = scene.network.blocks[place].l, scene.names[place].entering
    return f"{entering} + noise[{l}]", "Noise is added to what enters; prediction adds none.", True


def _scaling(scene: Scene, place: int) -> Row:
    l, entering = scene.network.blocks[place].l, scene.names[place].entering
    return f"s[{l}] * {entering}", "Each row times a learned number: how much it counts.", True


def _periodic(scene: Scene, place: int) -> Row:
    l = scene.network.blocks[place].l
    sentence = (
        "Each number x stays, and waves of it with learned frequencies w, phases p and weights V "
        "stand below; the other rows pass."
    )
    return f"[x; V[{l}] cos(2 pi (w[{l}] x + p[{l}])); others]", sentence, False


def _piecewise(scene: Scene, place: int) -> Row:
    l = scene.network.blocks[place].l
    sentence = (
        "Each number x stays, and what V makes of its place among the bins P(x) stands below; the "
        "other rows pass."
    )
    return f"[x; V[{l}] P(x); others]", sentence, False


def _categories(scene: Scene, place: int) -> Row:
    l = scene.network.blocks[place].l
    sentence = "Each level of a category becomes its column of E; the other rows pass."
    return f"[others; E[{l}](level)]", sentence, False


def _shared(scene: Scene, place: int) -> Row:
    l, entering = scene.network.blocks[place].l, scene.names[place].entering
    k = scene.network.blocks[place].settings.members
    sentence = (
        f"{k} members share W[{l}]; each has an r, an s and a b of its own. Rows are unit 1 of "
        "every member, then unit 2, and so on."
    )
    return f"s[{l}] * (W[{l}] (r[{l}] * {entering})) + b[{l}]", sentence, False


def _own(scene: Scene, place: int) -> Row:
    l, entering = scene.network.blocks[place].l, scene.names[place].entering
    sentence = "In the last layer every member has a W of its own, for its own rows of A alone."
    return f"W[{l}] {entering} + b[{l}]", sentence, False


ROWS: dict[str, Callable[[Scene, int], Row]] = {
    "linear": _linear,
    "shared_linear": _shared,
    "own_linear": _own,
    "activation": _activation,
    "parametric": _parametric,
    "dropout": _dropout,
    "noise": _noise,
    "scaling": _scaling,
    "periodic": _periodic,
    "piecewise": _piecewise,
    "categories": _categories,
}


def _normalization(scene: Scene, place: int) -> list[Step]:
    block, name, each = scene.network.blocks[place], scene.names[place], scene.passes.forward[place]
    l, cache, Z = block.l, each.cache, name.entering
    batch = block.kind == "batch_norm"
    over = "the examples of this batch" if batch else "the units of each example"
    mean = "mean" if batch else "avg"
    centred = each.entering - (cache.mu if batch else each.entering.mean(axis=0, keepdims=True))
    mu, sigma, Zn = f"mu[{l}]", f"sigma[{l}]", f"Zn[{l}]"
    epsilon = scene.numbers.blocks[place]["epsilon"]
    root = f"{sigma} = sqrt({mean}(({Z} - {mu})^2) + epsilon)"
    kept = {name: scene.known[name] for name in (f"gamma[{l}]", f"beta[{l}]")}
    values = {Z: each.entering, mu: each.entering - centred, sigma: cache.s, Zn: cache.Zn}
    values[mu] = values[mu][:, :1] if batch else values[mu][:1]
    rows: tuple[tuple[str, Any, str, dict[str, Any]], ...] = (
        (f"{mu} = {mean}({Z})", values[mu], f"The mean over {over}.", _of(values, Z)),
        (root, cache.s, f"The spread over {over}; epsilon = {float(epsilon):g} keeps it above 0.",
         {**_of(values, Z, mu), "epsilon": epsilon}),
        (f"{Zn} = ({Z} - {mu}) / {sigma}", cache.Zn, "Normalized: mean 0, spread 1.",
         _of(values, Z, mu, sigma)),
        (f"{name.made} = gamma[{l}] * {Zn} + beta[{l}]", each.made,
         "A scale and a shift that are learned.", _of(values, Zn) | kept),
    )  # fmt: skip
    return [step(FORWARD, l, eq, made, (why, using, True)) for eq, made, why, using in rows]


def _of(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _skip(scene: Scene, place: int) -> Step:
    block, name = scene.network.blocks[place], scene.names[place]
    entered = scene.names[place + 1 - block.skip].entering
    operands = {name.made: scene.known[name.made], entered: scene.known[entered]}
    told = "The residual connection: what entered the layer is added.", operands, True
    equation = f"{name.leaving} = {name.made} + {entered}"
    return step(FORWARD, block.l, equation, scene.passes.forward[place].leaving, told)


def _outputs(scene: Scene) -> list[Step]:
    l, head, last = scene.network.depth, scene.network.head, scene.passes.forward[-1].leaving
    meaning = {
        "identity": "numbers, in units in which the training targets have mean 0 and "
        "spread 1 where they were scaled",
        "sigmoid": "a probability",
        "softmax": "the probabilities of the classes, which sum to 1 in every column",
        "exponential": "a mean count",
    }[head]
    told = (
        f"The output unit, g[{l}] = {head}: A[{l}] = Yhat holds {meaning}.",
        {f"Z[{l}]": last},
        True,
    )
    equation = f"A[{l}] = g[{l}](Z[{l}]) | {head}(Z[{l}])"
    steps = [step(FORWARD, l, equation, scene.passes.last, told)]
    if scene.network.members > 1:
        said = "What predicts: the mean of the members' outputs."
        operands = {f"A[{l}]": scene.passes.last}
        mean = step(FORWARD, l, f"Yhat = mean of members(A[{l}])", scene.passes.mean,
                    (said, operands, False))  # fmt: skip
        steps.append(mean)
    return steps
