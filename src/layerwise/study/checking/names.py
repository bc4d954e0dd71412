"""Which of a learner's functions is which, and which of its parameters gets what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layerwise.errors import SettingError
from layerwise.study.checking import (
    roles_of_layers,
    roles_of_logistic,
    roles_of_networks,
    roles_of_updates,
)
from layerwise.study.checking.process import Signature
from layerwise.study.checking.roles import Role

# pieces before what is made of them, forward before backward
ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        *roles_of_layers.ROLES,
        *roles_of_networks.ROLES,
        *roles_of_logistic.ROLES,
        *roles_of_updates.ROLES,
    )
}
ALIASES = {
    "sigmoid_forward": "sigmoid",
    "relu_forward": "relu",
    "leakyrelu": "leaky_relu",
    "model_forward": "L_model_forward",
    "model_backward": "L_model_backward",
    "forward_prop": "forward_propagation",
    "backward_prop": "backward_propagation",
    "back_propagation": "backward_propagation",
    "backpropagation": "backward_propagation",
    "forward_propagation_n": "forward_propagation",
    "backward_propagation_n": "backward_propagation",
    "sigmoid_prime": "sigmoid_derivative",
    "relu_prime": "relu_derivative",
    "tanh_prime": "tanh_derivative",
    "d_sigmoid": "sigmoid_derivative",
    "d_relu": "relu_derivative",
    "d_tanh": "tanh_derivative",
    "leaky_relu_prime": "leaky_relu_derivative",
    "update": "update_parameters",
    "step": "update_parameters",
    "cost": "compute_cost",
    "cross_entropy_cost": "compute_cost",
    "compute_cost_softmax": "softmax_cost",
    "cost_with_regularization": "compute_cost_with_regularization",
    "update_parameters_adam": "update_parameters_with_adam",
    "update_parameters_momentum": "update_parameters_with_momentum",
    "batchnorm_forward": "batch_norm_forward",
    "batchnorm_backward": "batch_norm_backward",
    "batch_normalization_forward": "batch_norm_forward",
    "batch_normalization_backward": "batch_norm_backward",
}
SHORT = ("forward", "backward")  # recognized by what they ask for
SAID = {"cost": "compute_cost", "update": "update_parameters"}  # short words of the options
# what learners call the arguments, each with what it may stand for, the likeliest first
ARGUMENTS = {
    "a": ("A_prev", "A"),
    "aprev": ("A_prev",),
    "x": ("X", "A_prev", "Z"),
    "input": ("X", "A_prev", "Z"),
    "inputs": ("X", "A_prev"),
    "z": ("Z",),
    "w": ("W",),
    "b": ("b",),
    "da": ("dA",),
    "dz": ("dZ", "dZ_tilde"),
    "dout": ("dZ_tilde", "dZ", "dA"),
    "dy": ("dZ_tilde",),
    "dztilde": ("dZ_tilde",),
    "al": ("AL",),
    "a2": ("AL",),
    "a3": ("AL",),
    "yhat": ("AL",),
    "ypred": ("AL",),
    "y": ("Y",),
    "labels": ("Y",),
    "ytrue": ("Y",),
    "params": ("parameters",),
    "theta": ("parameters",),
    "iterations": ("num_iterations",),
    "epochs": ("num_iterations",),
    "gradients": ("grads",),
    "gradient": ("grads",),
    "lambda": ("lambd",),
    "lambda_": ("lambd",),
    "lam": ("lambd",),
    "reg": ("lambd",),
    "l2": ("lambd",),
    "lr": ("learning_rate",),
    "alpha": ("learning_rate",),
    "eta": ("learning_rate",),
    "keep": ("keep_prob",),
    "p": ("keep_prob",),
    "eps": ("epsilon",),
    "activationcache": ("cache",),
    "caches": ("caches", "cache"),
    "cache": ("cache", "caches"),
    "g": ("activation",),
}


def roles_of(signatures: Mapping[str, Signature], given: Mapping[str, str]) -> dict[str, str]:
    """Return the function of each role that there is, in the order of ROLES.

    `given` maps a role, or "forward" and the like, to the name of the learner's function.
    """
    found = {}
    for name in signatures:
        role = next((r for r in ROLES if r.lower() == name.lower()), ALIASES.get(name.lower()))
        if name.lower() in SHORT and name.lower() not in given:
            role = of_short(name.lower(), signatures[name])
        if role and (role not in found or name == role):
            found[role] = name
    for wanted, name in given.items():
        if name not in signatures:
            known = ", ".join(signatures) or "none"
            raise SettingError(f"there is no function {name!r}; the functions are: {known}")
        role = SAID.get(wanted) or ALIASES.get(wanted, wanted)
        if wanted in SHORT:
            role = of_short(wanted, signatures[name])
        if role not in ROLES:
            known = ", ".join((*SHORT, "cost", "update", *ROLES))
            raise SettingError(f"{wanted!r} is no function of the course: expected one of {known}")
        found = {r: f for r, f in found.items() if f != name} | {role: name}
    return {role: found[role] for role in ROLES if role in found}


def of_short(short: str, signature: Signature) -> str:
    """Return which role a function called forward or backward has, from what it asks for."""
    asked = {name.lower().replace("_", "") for name, _ in signature}
    whole = asked & {"parameters", "params", "theta"}
    if short == "forward":
        if whole:
            return "forward_propagation"
        return "linear_activation_forward" if "activation" in asked else "layer_forward"
    if whole or asked & {"y", "al", "labels", "ytrue"}:
        return "L_model_backward" if "al" in asked else "backward_propagation"
    if "activation" in asked:
        return "linear_activation_backward"
    return "linear_backward" if "dz" in asked else "layer_backward"


def understood(role: str, signature: Signature) -> bool:
    """Return whether every argument that a function must have is known for its role."""
    known = ROLES[role].groups(ROLES[role].forms[0])[0].calls[0].arguments
    needed = [name for name, optional in signature if not optional]
    if {"weights", "biases"} & set(needed):
        return False  # lists of every layer's, which no role gives
    return len(needed) == len(ROLES[role].order) or all(_meant(name, known) for name in needed)


def bound(
    signature: Signature, arguments: Mapping[str, Any], order: Sequence[str]
) -> tuple[list[Any], dict[str, Any]]:
    """Return what to call a function with: by its own names where known, else in course order."""
    chosen: dict[str, Any] = {}
    for name, optional in signature:
        wanted = _meant(name, arguments)
        if wanted is None and not optional:
            return [arguments[a] for a in order][: len(signature)], {}
        if wanted is not None:
            chosen[name] = arguments[wanted]
    return [], chosen


def _meant(name: str, arguments: Mapping[str, Any]) -> str | None:
    plain = name.lower().replace("_", "")
    exact = [known for known in arguments if known.lower().replace("_", "") == plain]
    meant = [*exact, *(one for one in ARGUMENTS.get(plain, ()) if one in arguments)]
    if name in arguments:
        meant = [name]
    return meant[0] if meant else None
