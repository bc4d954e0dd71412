"""The cost as steps, and both starts of the backward pass. Lecture rows 5, 18 and 21."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.propagation.cost import DA
from layerwise.study.trace.scene import Scene, step
from layerwise.study.trace.value import BACKWARD, COST, Step

# the loss of each example, and dZ[L]; A is A[L], Z is Z[L]; r = Z - Y
LOSSES = {
    "squared_error": ("sum((A - Y)^2) / 2", "A - Y"),
    "absolute_error": ("sum(|A - Y|)", "sign(A - Y)"),
    "huber": ("sum(huber(A - Y))", "clip(A - Y, -delta, delta)"),
    "quantile": ("sum(max(-q * (A - Y), (1 - q) * (A - Y)))", "slope(A - Y)"),
    "poisson": ("sum(A - Y * log(A))", "A - Y"),
    "binary_cross_entropy": ("-sum(Y * log(A) + (1 - Y) * log(1 - A))", "A - Y"),
    "cross_entropy": ("-sum(Y * log(A))", "A - Y"),
    "binary_focal": ("focal(A, Y)", "focal'(A, Y)"),
    "focal": ("focal(A, Y)", "focal'(A, Y)"),
}
OWN = ("loss(A, Y)", "dloss(A, Y)")
FIRST_WAY = {
    "squared_error": "A - Y",
    "binary_cross_entropy": "-Y / A + (1 - Y) / (1 - A)",
    "cross_entropy": "-Y / A",
    "poisson": "1 - Y / A",
}
THROUGH = {
    "identity": "dA",
    "sigmoid": "dA * A * (1 - A)",
    "softmax": "A * (dA - sum(A * dA))",
    "exponential": "dA * A",
}
WORDS = ("huber", "quantile", "binary_focal", "focal")  # numbers put in would say less than these


def cost_steps(scene: Scene) -> list[Step]:
    """Return the loss of each example, and J."""
    l, passes = scene.network.depth, scene.passes
    form, _ = _rows(scene)
    operands = {f"A[{l}]": passes.last, **_target(scene)}
    beside = scene.network.members > 1
    mean = " It is the mean of the members' losses." if beside else ""
    smoothed = _smoothed(scene)
    putting = _canonical(scene) and not beside
    told = f"The loss of each example, {_name(scene)}: one number per column.{mean}", operands
    loss = step(COST, l, f"loss = {_at(form, l)}", passes.losses, (*told, putting))
    return [*smoothed, loss, _J(scene)]


def _J(scene: Scene) -> Step:
    l, passes, (l1, l2) = scene.network.depth, scene.passes, scene.numbers.penalties
    operands = {"loss": passes.losses, "m": np.float64(scene.m)}
    equation, added = "J = sum(loss) / m", []
    if l1 is not None and l1 > 0:
        equation += " + l1 / m sum(|W|)"
        added.append("l1")
    if l2 is not None and l2 > 0:
        equation += " + l2 / (2 m) sum(W^2)"
        added.append("l2")
    sentence = "The cost: the mean of the losses over the m examples"
    sentence += f", and {' and '.join(added)} over the W of all layers." if added else "."
    return step(COST, l, equation, passes.J, (sentence, operands, not added))


def start_steps(scene: Scene) -> list[Step]:
    """Return dA[L] and both ways to dZ[L], or the one way of a cost that is not canonical."""
    l, passes, (_, form) = scene.network.depth, scene.passes, _rows(scene)
    dZ = passes.backward[-1].arriving
    longer = _longer(scene)
    canonical = form in ("A - Y", "A - Ys")
    operands = {f"A[{l}]": passes.last, **_target(scene)}
    sentence = "Where the backward pass starts: the derivative of each example's own loss, no 1/m."
    k = scene.network.members
    if longer:
        apart = float(np.max(np.abs(longer[-1].values - dZ)))
        sentence = (
            f"The short way to the same: the derivatives of loss and g[{l}] multiply out to this. "
            f"The largest difference between the two is {apart:.1e}."
        )
    elif canonical and k == 1:
        sentence += f" A[{l}] is 0 or 1 to rounding: the way through dA[{l}] would divide by 0."
    right = _at(form, l) if k == 1 else f"({_at(form, l)}) / {k}"
    putting = canonical and k == 1
    return [*longer, step(BACKWARD, l, f"dZ[{l}] = {right}", dZ, (sentence, operands, putting))]


def _longer(scene: Scene) -> list[Step]:
    name, head, l = scene.network.cost, scene.network.head, scene.network.depth
    A, Y = np.asarray(scene.passes.last), next(iter(_target(scene).values()))
    inside = head not in ("sigmoid", "softmax") or bool(np.all((A > 0) & (A < 1)))
    if not isinstance(name, str) or name not in DA or scene.network.members > 1 or not inside:
        return []
    dA = np.asarray(DA[name](A, Y))  # pyright: ignore[reportArgumentType]
    operands = {f"A[{l}]": A, **_target(scene)}
    told = (
        f"The lecture's start: the derivative of each example's own loss with respect to A[{l}]; "
        "it carries no 1/m."
    )
    start = _at(_labels_in(scene, FIRST_WAY[name]), l)
    first = step(BACKWARD, l, f"dA[{l}] = {start}", dA, (told, operands, True))
    shown = _at(THROUGH[head], l)
    operands = {f"A[{l}]": A, f"dA[{l}]": dA}
    said = f"The long way, back through the output unit g[{l}] = {head}."
    return [first, step(BACKWARD, l, f"dZ[{l}] = {shown}", _through(head, dA, A),
                        (said, operands, True))]  # fmt: skip


def _through(head: str, dA: np.ndarray, A: np.ndarray) -> Any:
    if head == "softmax":
        return A * (dA - (A * dA).sum(axis=0, keepdims=True))
    return {"identity": dA, "sigmoid": dA * A * (1 - A), "exponential": dA * A}[head]


def _rows(scene: Scene) -> tuple[str, str]:
    name = scene.network.cost
    found = LOSSES[name] if isinstance(name, str) else OWN
    return _labels_in(scene, found[0]), _labels_in(scene, found[1])


def _labels_in(scene: Scene, form: str) -> str:
    """Return a form with the labels that the loss compares with: smoothed ones where they are."""
    return form.replace("Y", "Ys") if _is_smooth(scene) else form


def _canonical(scene: Scene) -> bool:
    name = scene.network.cost
    return isinstance(name, str) and name not in WORDS


def _name(scene: Scene) -> str:
    name = scene.network.cost
    return name.replace("_", " ") if isinstance(name, str) else "the user's own"


def _is_smooth(scene: Scene) -> bool:
    return float(scene.numbers.cost.get("smoothing", 0)) > 0


def _smoothed(scene: Scene) -> list[Step]:
    if not _is_smooth(scene):
        return []
    told = (
        "The labels after smoothing: a share of each goes to all classes alike.",
        {"Y": scene.batch.Y, "smoothing": scene.numbers.cost["smoothing"],
         "K": np.float64(_classes(scene))},
        True,
    )  # fmt: skip
    values = _target(scene)["Ys"]
    equation = "Ys = (1 - smoothing) * Y + smoothing / K"
    return [step(COST, scene.network.depth, equation, values, told)]


def _classes(scene: Scene) -> int:
    return 2 if scene.network.head == "sigmoid" else len(scene.batch.Y)


def _target(scene: Scene) -> dict[str, np.ndarray]:
    Y = scene.batch.Y
    if not _is_smooth(scene):
        return {"Y": Y}
    share = float(scene.numbers.cost["smoothing"])
    return {"Ys": (1 - share) * Y + share / _classes(scene)}


def _at(form: str, l: int) -> str:
    """Return a form with A[L] and dA[L] in it.

    >>> _at("A * (1 - A) + dA", 2)
    'A[2] * (1 - A[2]) + dA[2]'
    """
    return form.replace("A", f"A[{l}]")
