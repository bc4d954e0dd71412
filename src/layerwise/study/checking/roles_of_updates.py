"""The functions that change the parameters: gradient descent, momentum, Adam."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.checking import programs
from layerwise.study.checking.equations import NONE, Values
from layerwise.study.checking.networks import NUMBERS, Form, networks
from layerwise.study.checking.reading import Shown, Unreadable, described, named
from layerwise.study.checking.roles import Call, Group, Role

NEW = {"w": "W_new", "b": "b_new"}


def _values(form: Form) -> list[Values]:
    """Return networks with gradients, and velocities and squares from steps before."""
    found = networks(form)
    for seed, v in enumerate(found):
        random = np.random.default_rng([seed, 5])
        for l in range(1, v["L", NONE] + 1):
            for p in "Wb":
                v[f"d{p}", l] = random.normal(size=v[p, l].shape)
                v[f"v_before_d{p}", l] = random.normal(size=v[p, l].shape)
                v[f"s_before_d{p}", l] = random.random(size=v[p, l].shape) + 0.1
    return found


def _tensors(v: Values, symbols: dict[str, str]) -> dict[str, Any]:
    return {
        f"{name}{l}": v[symbol, l]
        for l in range(1, v["L", NONE] + 1)
        for name, symbol in symbols.items()
    }


def _arguments(v: Values) -> dict[str, Any]:
    return {
        "parameters": _tensors(v, {"W": "W", "b": "b"}),
        "grads": _tensors(v, {"dW": "dW", "db": "db"}),
        "v": _tensors(v, {"dW": "v_before_dW", "db": "v_before_db"}),
        "s": _tensors(v, {"dW": "s_before_dW", "db": "s_before_db"}),
        **NUMBERS,
    }


def _read(outcome: Any, values: Values) -> Shown:
    parts = outcome if isinstance(outcome, tuple | list) else (outcome,)
    if not parts or not isinstance(parts[0], dict):
        raise Unreadable(f"the parameters W1, b1, ... were expected, not {described(outcome)}")
    shown = named(parts[0], NEW)
    names = ("v", "s") if len(parts) > 2 else ("v",)
    names = (*names, "v_corrected", "s_corrected")
    for name, part in zip(names, parts[1:], strict=False):
        if isinstance(part, dict):
            shown |= named(part, {"dw": f"{name}_dW", "db": f"{name}_db"})
    L = values["L", NONE]
    for l in range(1, L + 1):
        for symbol in NEW.values():
            shown.setdefault((symbol, l), np.empty(0))
    return {key: tensor for key, tensor in shown.items() if 1 <= key[1] <= L}


def _groups(program):
    def groups(form: Form) -> list[Group]:
        calls = [Call(_arguments(v), program(v["L", NONE]), v, _read) for v in _values(form)]
        return [Group("", calls)]

    return groups


# a loop over the layers first; else what is written out for two layers, or for three
FORMS = (Form(), Form((2,)), Form((3,)))
PLAIN = ("parameters", "grads", "learning_rate")
ROLES = [
    Role("update_parameters", PLAIN, _groups(programs.update), FORMS),
    Role("update_parameters_with_gd", PLAIN, _groups(programs.update), FORMS),
    Role("update_parameters_with_momentum", ("parameters", "grads", "v", "beta", "learning_rate"),
         _groups(programs.momentum), FORMS),
    Role("update_parameters_with_adam",
         ("parameters", "grads", "v", "s", "t", "learning_rate", "beta1", "beta2", "epsilon"),
         _groups(programs.adam), FORMS),
]  # fmt: skip
