"""The functions of one layer: linear, activation, both; batch normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.checking import programs
from layerwise.study.checking.equations import NONE, Values, run
from layerwise.study.checking.judging import same
from layerwise.study.checking.networks import LAYER_SIZES, Form, layers
from layerwise.study.checking.reading import (
    Shown,
    Unreadable,
    described,
    in_order,
    in_own_order,
    is_layer_cache,
    is_linear_cache,
    linear_cache,
    only,
)
from layerwise.study.checking.roles import Before, Call, Group, Role

FIXED = tuple(Form(hidden=name) for name in ("relu", "sigmoid", "tanh", "identity"))
COURSE = ("relu", "sigmoid", "tanh")
SLOPED = (*COURSE, "leaky_relu")
OF_Z_OR_A = (Form(), Form(from_A=True))
LINEAR = [
    programs.equation("Z", 1, "Z"),
    *(programs.equation(k, 1, k) for k in programs.CACHED[:3]),
]
BOTH = programs.forward(1)
BACKWARD = programs.linear_backward(1)
THROUGH = [programs.equation("dZ", 1, "dZ"), *BACKWARD]
FORWARD = ("linear_activation_forward", "layer_forward")
GRADIENTS = ("dA_prev", "dW", "db")


def read_linear(outcome: Any, values: Values) -> Shown:
    shown = only(("Z", 1), "Z")(outcome, values)
    cache = outcome[1] if isinstance(outcome, tuple | list) and len(outcome) > 1 else None
    if order := in_own_order(cache, values, 1):
        kept = {"A": "cached A_prev", "W": "cached W", "b": "cached b"}
        shown |= {(kept[name], 1): one for name, one in zip(order, cache or (), strict=True)}
    elif is_linear_cache(cache):
        shown |= linear_cache(cache, 1)
    return shown


def read_both(outcome: Any, values: Values) -> Shown:
    shown = only(("A", 1), "A")(outcome, values)
    if isinstance(outcome, tuple | list) and len(outcome) > 1 and is_layer_cache(outcome[1]):
        linear, activation = outcome[1]
        shown |= linear_cache(linear, 1) | {("cached Z", 1): activation}
    return shown


def read_gradients(outcome: Any, values: Values) -> Shown:
    keys = {"dA_prev": ("dA", 0), "dW": ("dW", 1), "db": ("db", 1)}
    got = in_order(outcome, GRADIENTS)
    return {keys[name]: tensor for name, tensor in got.items()}


def _inputs(values: Values) -> dict[str, Any]:
    return {"A_prev": values["A", 0], "W": values["W", 1], "b": values["b", 1]}


def _tensors(values: Values) -> dict[str, Any]:
    """Return what backward functions of one layer ask for, by name."""
    names = {
        "Z": ("Z", 1),
        "A": ("A", 1),
        "dA": ("dA", 1),
        "dZ": ("dZ", 1),
        "lr": ("learning_rate", NONE),
    }
    found = _inputs(values) | {name: values[key] for name, key in names.items()}
    return {**found, "learning_rate": found.pop("lr")}


def _linear(form: Form) -> list[Group]:
    return [Group("", [Call(_inputs(v), LINEAR, v, read_linear) for v in layers("relu")])]


def _activation(name: str):
    def groups(form: Form) -> list[Group]:
        program = [programs.equation("A", 1, "A")]
        read = only(("A", 1), "A")
        return [Group("", [Call({"Z": v["Z", 1]}, program, v, read) for v in layers(name)])]

    return groups


def _both(names: tuple[str, ...] | None):
    def groups(form: Form) -> list[Group]:
        return [
            Group(
                name if names else "",
                [
                    Call({**_inputs(v), "activation": name}, BOTH, v, read_both)
                    for v in layers(name)
                ],
                name != "tanh",
            )
            for name in names or (form.hidden,)
        ]

    return groups


def _linear_backward(form: Form) -> list[Group]:
    before = ("linear_forward",)
    calls = []
    for v in layers("relu"):
        arguments = {**_tensors(v), "cache": (v["A", 0], v["W", 1], v["b", 1])}
        calls.append(Call(arguments, BACKWARD, v, read_gradients, Before(before, _inputs(v))))
    return [Group("", calls)]


def _activation_backward(name: str):
    def groups(form: Form) -> list[Group]:
        program, read = [programs.equation("dZ", 1, "dZ")], only(("dZ", 1), "dZ")
        before = (name,)
        return [
            Group(
                "",
                [
                    Call({**_tensors(v), "cache": v["A" if form.from_A else "Z", 1]}, program,
                         v, read, None if form.from_A else Before(before, {"Z": v["Z", 1]}))
                    for v in layers(name)
                ],
            )
        ]  # fmt: skip

    return groups


def _both_backward(names: tuple[str, ...] | None):
    def groups(form: Form) -> list[Group]:
        return [
            Group(
                name if names else "",
                [_one_backward(v, name) for v in layers(name)],
                name != "tanh",
            )
            for name in names or (form.hidden,)
        ]

    return groups


def _one_backward(values: Values, name: str) -> Call:
    arguments = {**_tensors(values), "activation": name}
    before = Before(FORWARD, {**_inputs(values), "activation": name})
    arguments["cache"] = ((values["A", 0], values["W", 1], values["b", 1]), values["Z", 1])
    return Call(arguments, THROUGH, values, read_gradients, before)


def _batch_norm_values(seed: int, epsilon: float) -> Values:
    random, (n, m) = np.random.default_rng([seed, 7]), (LAYER_SIZES[seed].n[1], LAYER_SIZES[seed].m)
    Z = random.normal(size=(n, m)) * 1.5 + 0.7
    values: Values = {("Z", 1): Z, ("m", NONE): m, ("share", NONE): 1.0}
    values["mean", NONE] = np.mean(Z, axis=1, keepdims=True)
    values["variance", NONE] = np.var(Z, axis=1, keepdims=True)
    values["epsilon", NONE] = epsilon
    values["deviation", NONE] = np.sqrt(values["variance", NONE] + epsilon)
    values["gamma", NONE] = random.normal(size=(n, 1)) + 1.5
    values["beta", NONE] = random.normal(size=(n, 1))
    values["dZ_tilde", 1] = random.normal(size=(n, m))
    return values


def _batch_norm_calls(backward: bool) -> list[Call]:
    calls = []
    for seed in range(len(LAYER_SIZES)):
        values = _batch_norm_values(seed, 0.05)
        names = ("gamma", "beta", "epsilon")
        arguments = {"Z": values["Z", 1], **{name: values[name, NONE] for name in names}}
        if not backward:
            read = only(("Z_tilde", 1), "Z_tilde")
            calls.append(Call(arguments, programs.batch_norm_forward(), values, read))
            continue
        values = run(programs.batch_norm_forward(), values)
        before = Before(("batch_norm_forward",), dict(arguments))
        arguments["dZ_tilde"], arguments["cache"] = values["dZ_tilde", 1], None
        calls.append(Call(arguments, programs.batch_norm_backward(), values, _read_norm, before))
    return calls


def _read_norm(outcome: Any, values: Values) -> Shown:
    keys = {"dZ": ("dZ", 1), "dgamma": ("dgamma", 1), "dbeta": ("dbeta", 1)}
    shown = {keys[name]: tensor for name, tensor in in_order(outcome, tuple(keys)).items()}
    right, m = run(programs.batch_norm_backward(), values), values["m", NONE]
    both = [("dgamma", 1), ("dbeta", 1)]
    if all(key in shown and same(right[key] / m, shown[key]) for key in both):
        # the other convention: J is the mean, and dZ_tilde does not carry its 1/m
        shown |= {key: np.asarray(shown[key]) * m for key in both}
    return shown


def _read_slope(outcome: Any, values: Values) -> Shown:
    if not isinstance(outcome, np.ndarray):
        raise Unreadable(f"g'(Z) was expected, this is {described(outcome)}")
    return {("dZ", 1): outcome}


def _slope(name: str):
    def groups(form: Form) -> list[Group]:
        program = [programs.equation("dZ", 1, "dZ")]
        calls = []
        for v in layers(name):
            ones = {**v, ("dA", 1): np.ones_like(v["Z", 1])}
            taken = v["A" if form.from_A else "Z", 1]
            calls.append(Call({"Z": taken, "A": v["A", 1]}, program, ones, _read_slope))
        return [Group("", calls)]

    return groups


ROLES = [
    Role("linear_forward", ("A_prev", "W", "b"), _linear),
    *(Role(name, ("Z",), _activation(name)) for name in (*COURSE, "leaky_relu", "softmax")),
    *(Role(f"{name}_derivative", ("Z",), _slope(name), OF_Z_OR_A) for name in SLOPED),
    Role("linear_activation_forward", ("A_prev", "W", "b", "activation"), _both(COURSE),
         pieces=("linear_forward", *COURSE)),
    Role("layer_forward", ("A_prev", "W", "b"), _both(None), FIXED, ("linear_forward", *COURSE)),
    Role("linear_backward", ("dZ", "cache"), _linear_backward),
    *(Role(f"{name}_backward", ("dA", "cache"), _activation_backward(name), OF_Z_OR_A)
      for name in SLOPED),
    Role("linear_activation_backward", ("dA", "cache", "activation"), _both_backward(COURSE),
         pieces=("linear_backward", *(f"{name}_backward" for name in COURSE))),
    Role("layer_backward", ("dA", "cache"), _both_backward(None), FIXED,
         ("linear_backward", *(f"{name}_backward" for name in COURSE))),
    Role("batch_norm_forward", ("Z", "gamma", "beta", "epsilon"),
         lambda form: [Group("", _batch_norm_calls(False))]),
    Role("batch_norm_backward", ("dZ_tilde", "cache"),
         lambda form: [Group("", _batch_norm_calls(True))], pieces=("batch_norm_forward",)),
]  # fmt: skip
