"""The functions of a whole network: forward, cost, backward, with L2 and with dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.checking import programs
from layerwise.study.checking.equations import NONE, Values
from layerwise.study.checking.networks import NUMBERS, Form, Size, extra, network, networks
from layerwise.study.checking.reading import (
    Shown,
    Unreadable,
    caches,
    described,
    is_tensor,
    named,
    only,
)
from layerwise.study.checking.roles import Before, Call, Group, Role

ANY, TWO, THREE = (3, 2), (2,), (3,)
HIDDEN = ("relu", "tanh", "sigmoid", "leaky_relu")
DEEP = tuple(
    Form(depths, hidden, output)
    for output in ("sigmoid", "softmax")
    for hidden in HIDDEN
    for depths in (ANY, TWO, THREE)
)
LOOPED = tuple(form for form in DEEP if form.depths == ANY)
STARTED = (*LOOPED, *(f._replace(through_dA=False) for f in LOOPED if f.output == "sigmoid"))
WRITTEN_OUT = tuple(
    Form(depths, hidden, "sigmoid", through)
    for through in (False, True)
    for hidden in ("tanh", "relu", "sigmoid", "leaky_relu")
    for depths in (TWO, THREE, ANY)
) + tuple(
    Form(depths, hidden, "softmax", False) for hidden in HIDDEN for depths in (ANY, TWO, THREE)
)
DROPPED = tuple(
    Form(THREE, "relu", "sigmoid", through, from_A)
    for through in (False, True)
    for from_A in (False, True)
)
FORWARD = ("L_model_forward", "forward_propagation")
MASKED = ("forward_propagation_with_dropout",)
DERIVATIVES = {name.lower(): name for name in ("dA", "dZ", "dW", "db")}
MANY = (Size((5, 4, 3, 1), 900), Size((4, 4, 4, 1), 900))
FEW = (Size((5, 4, 3, 1), 6), Size((4, 4, 4, 1), 4), Size((2, 6, 4, 1), 7))


def parameters(values: Values) -> dict[str, Any]:
    """Return W1, b1 and so on as the course's dictionary."""
    return {f"{s}{l}": values[s, l] for l in range(1, values["L", NONE] + 1) for s in "Wb"}


def arguments(values: Values, l2: bool = False) -> dict[str, Any]:
    """Return what functions of a network ask for, by the course's names."""
    L = values["L", NONE]
    known = {"X": values["A", 0], "Y": values["Y", NONE], "AL": values["A", L]}
    known |= {"parameters": parameters(values), "keep_prob": NUMBERS["keep_prob"]}
    return {**known, "lambd": NUMBERS["lambd"] if l2 else 0.0, "learning_rate": 0.3}


def read_forward(outcome: Any, values: Values) -> Shown:
    L = values["L", NONE]
    shown = only(("A", L), "A[L]")(outcome, values) | caches(outcome, values)
    for key in [key for key in shown if key[0] == "D"]:
        shown["D_share", key[1]] = _share(np.asarray(shown[key]))
    return shown


def _share(D: np.ndarray) -> float:
    """Return the share that a mask keeps, snapped to what chance allows around the likely ones."""
    if not np.isin(D, (0, 1)).all():
        return -1.0
    share, keep = float(np.mean(D)), NUMBERS["keep_prob"]
    likely = (keep, 1 - keep, 0.5, 0.0, 1.0)
    return min(likely, key=lambda p: abs(p - share))


def read_backward(outcome: Any, values: Values) -> Shown:
    if isinstance(outcome, tuple | list) and len(outcome) == 1:
        outcome = outcome[0]
    if not isinstance(outcome, dict):
        raise Unreadable(f"a dictionary of dW1, db1, ... was expected, not {described(outcome)}")
    shown, L = named(outcome, DERIVATIVES), values["L", NONE]
    if not any(key[0] in ("dW", "db") for key in shown):
        raise Unreadable(f"dW1, db1, ... were expected, this is {described(outcome)}")
    if _older(shown, values):  # dA of the layer before, kept under this layer's number
        shown = {(s, l - 1 if s == "dA" else l): tensor for (s, l), tensor in shown.items()}
    for l in range(1, L + 1):
        for symbol in ("dW", "db"):
            shown.setdefault((symbol, l), np.empty(0))
    return shown


def _older(shown: Shown, values: Values) -> bool:
    L = values["L", NONE]
    if ("dA", 0) in shown or ("dA", L) not in shown:
        return False
    return np.shape(shown["dA", L]) == np.shape(values["dA", L - 1])


def read_cost(outcome: Any, values: Values) -> Shown:
    if isinstance(outcome, tuple | list) and len(outcome) == 1:
        outcome = outcome[0]
    if not is_tensor(outcome):
        raise Unreadable(f"the cost J was expected, this is {described(outcome)}")
    return {("J", NONE): outcome}


def _forward(form: Form) -> list[Group]:
    calls = []
    for v in networks(form):
        calls.append(Call(arguments(v), programs.forward(v["L", NONE]), v, read_forward))
    return [Group("", calls)]


def _masked_forward(form: Form) -> list[Group]:
    calls = []
    for seed, size in enumerate(MANY):
        v = network(form, size, seed, True)
        known = {key: value for key, value in v.items() if key[0] != "D"}
        program = programs.forward(3, frozenset((1, 2)))
        calls.append(Call(arguments(v), program, known, read_forward))
    return [Group("", calls)]


def _cost(l2: bool):
    def groups(form: Form) -> list[Group]:
        kind = "J" if form.output == "sigmoid" else "J classes"
        calls = []
        for v in networks(form):
            if extra(v):
                continue
            program = programs.cost(v["L", NONE], l2, kind)
            calls.append(Call(arguments(v, l2), program, v, read_cost))
        return [Group("", calls)]

    return groups


def _backward(l2: bool):
    def groups(form: Form) -> list[Group]:
        through = form.through_dA and form.output == "sigmoid"
        calls = []
        for v in networks(form):
            program = programs.handed(programs.backward(v["L", NONE], through, l2))
            calls.append(_with_cache(v, program, l2, FORWARD))
        return [Group("", calls)]

    return groups


def _masked_backward(form: Form) -> list[Group]:
    calls = []
    for seed, size in enumerate(FEW):
        v = network(form, size, seed, True)
        program = programs.backward(3, form.through_dA, False, frozenset((1, 2)))
        if form.from_A:
            program = programs.masked_by_A(program)
        calls.append(_with_cache(v, program, False, MASKED))
    return [Group("", calls)]


def _with_cache(v: Values, program: list, l2: bool, before: tuple[str, ...]) -> Call:
    known, L = arguments(v, l2), v["L", NONE]
    layered = [((v["A", l - 1], v["W", l], v["b", l]), v["Z", l]) for l in range(1, L + 1)]
    by_name = {f"{s}{l}": v[s, l] for l in range(1, L + 1) for s in "ZAWb"}
    by_name |= {f"D{l}": v["D", l] for l in range(1, L) if ("D", l) in v}
    flat = tuple(v[s, l] for l in range(1, L + 1) for s in "ZDAWb" if (s, l) in v)
    caches = {"caches": layered, "cache": by_name, "flat cache": flat}
    return Call({**known, **caches}, program, v, read_backward, Before(before, known))


def _usual(form: Form) -> tuple[bool, bool]:
    return form.depths != THREE, form.hidden != "relu"


ROLES = [
    Role("L_model_forward", ("X", "parameters"), _forward, LOOPED,
         ("linear_forward", "relu", "sigmoid", "tanh", "linear_activation_forward")),
    Role("forward_propagation", ("X", "parameters"), _forward,
         tuple(sorted(DEEP, key=lambda f: (f.output, f.hidden not in ("tanh", "relu")))),
         ("relu", "sigmoid", "tanh")),
    Role("forward_propagation_with_dropout", ("X", "parameters", "keep_prob"), _masked_forward,
         DROPPED[:1], ("relu", "sigmoid")),
    Role("compute_cost", ("AL", "Y", "parameters"), _cost(False),
         (Form(), Form(output="softmax"))),
    Role("softmax_cost", ("AL", "Y"), _cost(False), (Form(output="softmax"),)),
    Role("compute_cost_with_regularization", ("AL", "Y", "parameters", "lambd"), _cost(True),
         (Form(THREE), Form(TWO), Form(), Form(output="softmax")), ("compute_cost",)),
    Role("L_model_backward", ("AL", "Y", "caches"), _backward(False), STARTED,
         ("linear_backward", "relu_backward", "sigmoid_backward", "tanh_backward",
          "linear_activation_backward")),
    Role("backward_propagation", ("parameters", "cache", "X", "Y"), _backward(False), WRITTEN_OUT,
         ("linear_backward", "relu_backward", "sigmoid_backward", "tanh_backward",
          "relu_derivative", "sigmoid_derivative", "tanh_derivative")),
    Role("backward_propagation_with_regularization", ("X", "Y", "cache", "lambd"),
         _backward(True),
         tuple(sorted((f for f in WRITTEN_OUT if f.hidden in ("relu", "tanh")), key=_usual)),
         ("relu_derivative",)),
    Role("backward_propagation_with_dropout", ("X", "Y", "cache", "keep_prob"), _masked_backward,
         DROPPED, ("relu_derivative",)),
]  # fmt: skip
