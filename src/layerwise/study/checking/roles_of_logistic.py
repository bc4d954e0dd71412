"""Logistic regression as the public course writes it: w (n_x, 1), one step of forward and backward.

The course's w is the transpose of the network's W[1], and so is dw. Lecture rows 4 and 9.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.checking import programs
from layerwise.study.checking.equations import NONE, Equation, Values
from layerwise.study.checking.lines import LINES
from layerwise.study.checking.networks import NUMBERS, Form, extra, networks
from layerwise.study.checking.reading import Shown, Unreadable, described, is_tensor
from layerwise.study.checking.roles import Call, Group, Role

ONE = (Form((1,), through_dA=False),)
SYMBOLS = {"dw": "dW", "db": "db", "w": "W_new", "b": "b_new", "a": "A"}
# the repairs in the course's letters
REPAIRS = {
    LINES["Z"].repair: "Z = np.dot(w.T, X) + b",
    LINES["dZ last"].repair: "dZ = A - Y",
    LINES["dW"].repair: "dw = np.dot(X, (A - Y).T) / m",
    LINES["db"].repair: "db = np.sum(A - Y) / m",
    LINES["J"].repair: "cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m",
    LINES["update"].repair: "w = w - learning_rate * dw, and b = b - learning_rate * db",
}


def _program(update: bool) -> list[Equation]:
    if update:
        # the gradients are those of its own propagate: its slips are looked for there
        return [*_program(False), *programs.update(1)]
    return [
        *(line for line in programs.forward(1) if not line.key[0].startswith("cached")),
        *programs.cost(1),
        *(line for line in programs.backward(1, False) if line.key != ("dA", 0)),
    ]


def _read(outcome: Any, values: Values) -> Shown:
    """Return w and b, dw and db from the dictionaries that are given back, and a number as J."""
    shown: Shown = {}
    for one in outcome if isinstance(outcome, tuple | list) else (outcome,):
        if isinstance(one, dict):
            for name, tensor in one.items():
                symbol = SYMBOLS.get(str(name).lower())
                if symbol and is_tensor(tensor):
                    shown[symbol, 1] = _as_layer(symbol, tensor)
        elif is_tensor(one) and np.ndim(one) == 0:
            shown["J", NONE] = one
    if not any(key[0] != "J" for key in shown):
        raise Unreadable(f"dw and db, or w and b, were expected, not {described(outcome)}")
    return shown


def _as_layer(symbol: str, tensor: Any) -> Any:
    return np.transpose(tensor) if symbol in ("dW", "W_new") else tensor


def _groups(update: bool):
    def groups(form: Form) -> list[Group]:
        calls = []
        for v in networks(form):
            if extra(v):
                continue
            w, b = v["W", 1].T, float(v["b", 1][0, 0])
            numbers = {"learning_rate": NUMBERS["learning_rate"], "num_iterations": 1}
            arguments = {"w": w, "b": b, "X": v["A", 0], "Y": v["Y", NONE], **numbers}
            values = {key: one for key, one in v.items() if key[0] not in ("weights", "biases")}
            calls.append(Call(arguments, _program(update), values, _read))
        return [Group("", calls)]

    return groups


ORDER = ("w", "b", "X", "Y")
ROLES = [
    Role("propagate", ORDER, _groups(False), ONE, ("sigmoid",)),
    Role("optimize", (*ORDER, "num_iterations", "learning_rate"), _groups(True), ONE,
         ("sigmoid", "propagate")),
]  # fmt: skip
