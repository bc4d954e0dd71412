"""A class that keeps W and b in itself, as functions that are given them.

It is loaded by the worker by its path and imports nothing of Layerwise. A method is called on an
object made anew, with the asked parameters put where the object keeps its own: in a dictionary
`parameters`, in lists `W` and `b`, or as W1, b1, ...; gradients and caches are found likewise.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np

PLACES = {
    "W": ("W", "w", "weights", "Ws", "ws"),
    "b": ("b", "biases", "bias", "bs"),
    "dW": ("dW", "dw", "dWs", "dws", "grad_W", "grads_W", "dweights", "nabla_w"),
    "db": ("db", "dbs", "grad_b", "grads_b", "dbiases", "nabla_b"),
    "Z": ("Z", "z", "Zs", "zs"),
    "A": ("A", "a", "As", "activations"),
}
DICTIONARIES = ("parameters", "params", "grads", "gradients", "cache", "caches", "memory")
KINDS = {
    "forward": ("forward", "fprop", "feed"),
    "backward": ("backward", "back", "bprop", "gradient"),
    "update": ("update", "step", "sgd", "descent"),
}
MOST_PLACES = 20
STEPS = ("lr", "learning_rate", "alpha", "eta")
GIVEN = ("W", "b", "w", "parameters", "params", "theta", "grads", "cache", "caches")
Tensors = dict[str, Any]


def as_functions(made: Callable, methods: dict[str, Callable]) -> dict[str, Callable]:
    """Return the methods, those that use the object's own parameters as functions of them."""
    try:
        of_layer = "W" in weights_of(made())
    except TypeError:  # it cannot be made without its sizes: these are a network's
        of_layer = False
    found = dict(methods)
    for name, method in methods.items():
        asked = list(inspect.signature(method).parameters)
        kind = next((k for k, words in KINDS.items() if any(w in name for w in words)), "")
        if kind and not any(one in GIVEN for one in asked):
            found[name] = _one(_Object(made, of_layer, name), kind)
    return found


def _one(of: _Object, kind: str) -> Callable:
    """Return a function in the course's way that calls the method; its names are its signature."""
    return getattr(of, f"layer_{kind}" if of.layer and kind != "update" else kind)


class _Object:
    """How a method is called: an object anew, what it keeps, and what it has kept after it."""

    def __init__(self, made: Callable, layer: bool, method: str):
        self.layer, self._made, self._method = layer, made, method

    def _with(self, parameters: Tensors) -> Any:
        thing = _built(self._made, parameters)
        put(thing, parameters)
        return thing

    def forward(self, X: Any, parameters: Tensors) -> Any:
        thing = self._with(parameters)
        gave = getattr(thing, self._method)(X)
        cache = taken(thing, ("Z", "A"), len(parameters) // 2)
        if self.layer:
            cache = {name: one for name, one in cache.items() if name == "Z"}
            cache |= {**parameters, "A_prev": X}
        return (gave[0] if isinstance(gave, tuple) else gave), cache

    def backward(self, parameters: Tensors, cache: Tensors, X: Any, Y: Any) -> Any:
        thing = self._with(parameters)
        self._before(thing, X)
        put(thing, {**cache, "A0": X})
        L = len(parameters) // 2
        known = {"x": X, "y": Y, "m": X.shape[1], "al": cache.get(f"A{L}", X)}
        gave = _call(thing, self._method, {**known, "yhat": known["al"]})
        return _gradients(gave, thing, L)

    def layer_forward(self, A_prev: Any, W: Any, b: Any) -> Any:
        return self.forward(A_prev, {"W": W, "b": b})

    def layer_backward(self, dA: Any, cache: Tensors) -> Any:
        thing = self._with({"W": cache["W"], "b": cache["b"]})
        self._before(thing, cache["A_prev"])
        put(thing, {name: cache[name] for name in ("Z",) if name in cache})
        gave = _call(thing, self._method, {"da": dA, "dout": dA, "grad": dA})
        if isinstance(gave, tuple | list):
            return gave
        kept = taken(thing, ("dW", "db"), 1)
        return {"dA_prev": gave, **kept}

    def update(self, parameters: Tensors, grads: Tensors, learning_rate: float) -> Tensors:
        if not self.layer:
            return self._updated(parameters, grads, learning_rate, ())
        new: Tensors = {}
        for l in range(1, len(parameters) // 2 + 1):
            own = {"W": parameters[f"W{l}"], "b": parameters[f"b{l}"]}
            steps = {"dW": grads[f"dW{l}"], "db": grads[f"db{l}"]}
            for name, one in self._updated(own, steps, learning_rate, ()).items():
                new[f"{name}{l}"] = one
        return new

    def _updated(
        self, parameters: Tensors, grads: Tensors, learning_rate: float, places: tuple[str, ...]
    ) -> Tensors:
        thing = self._with(parameters)
        for place in places:  # where backward would have put its gradients
            setattr(thing, place, _room(place, parameters))
        put(thing, grads)
        for name in STEPS:
            if hasattr(thing, name):
                setattr(thing, name, learning_rate)
        try:
            known = {**dict.fromkeys(STEPS, learning_rate), "grads": grads}
            gave = _call(thing, self._method, known)
        except AttributeError as error:
            if error.obj is not thing or error.name in places or len(places) > MOST_PLACES:
                raise
            return self._updated(parameters, grads, learning_rate, (*places, str(error.name)))
        new = taken(thing, ("W", "b"), len(parameters) // 2)
        return new or (gave if isinstance(gave, dict) else {})

    def _before(self, thing: Any, X: Any) -> None:
        for name in dir(thing):
            if name[0] != "_" and any(word in name for word in KINDS["forward"]):
                getattr(thing, name)(X)
                return


def _room(place: str, parameters: Tensors) -> Any:
    """Return what an object keeps its gradients in, from the name that it asks for."""
    if place in DICTIONARIES:
        return {f"d{name}": None for name in parameters}
    listed = "W" not in parameters and place in (*PLACES["dW"], *PLACES["db"])
    return [np.empty(0)] * (len(parameters) // 2) if listed else np.empty(0)


def _gradients(gave: Any, thing: Any, L: int) -> Tensors:
    if isinstance(gave, dict):
        return gave
    found = taken(thing, ("dW", "db"), L)
    if not found and isinstance(gave, tuple) and len(gave) == 2:
        lists = zip(("dW", "db"), gave, strict=True)
        found = {f"{name}{l}": one for name, each in lists for l, one in enumerate(each, 1)}
    return found


def _call(thing: Any, method: str, known: Tensors) -> Any:
    """Call a method with what it asks for; one that asks for one thing more gets the first."""
    arguments = []
    plain = {name.replace("_", ""): one for name, one in known.items()}
    for name, one in inspect.signature(getattr(thing, method)).parameters.items():
        wanted = name.lower().replace("_", "")
        wanted = {"ytrue": "y", "labels": "y", "ypred": "yhat", "dy": "dout"}.get(wanted, wanted)
        if wanted in plain:
            arguments.append(plain[wanted])
        elif one.default is inspect.Parameter.empty:
            arguments.append(next(iter(plain.values())))
        else:
            break
    return getattr(thing, method)(*arguments)


def _built(made: Callable, parameters: Tensors) -> Any:
    """Make an object, of the right sizes where its first argument or arguments are sizes."""
    asked = list(inspect.signature(made).parameters.values())
    sizes = _sizes(parameters)
    said = asked and any(word in asked[0].name for word in ("sizes", "dims", "layers", "units"))
    if said or (asked and isinstance(asked[0].default, tuple | list)):
        return made(list(sizes))
    numbers = [p for p in asked if isinstance(p.default, int) or p.default is p.empty]
    if len(numbers) >= len(sizes) and numbers[: len(sizes)] == asked[: len(sizes)]:
        return made(*sizes)
    return made()


def _sizes(parameters: Tensors) -> list[int]:
    weights = [one for name, one in sorted(parameters.items()) if name[0] == "W"]
    return [weights[0].shape[1], *(one.shape[0] for one in weights)]


def weights_of(thing: Any) -> Tensors:
    """Return the W that an object keeps in a form that is known."""
    return {name: one for name, one in taken(thing, ("W",), 99).items() if one is not None}


def _split(name: str) -> tuple[str, int]:
    match = re.fullmatch(r"([A-Za-z]+)(\d*)", name)
    return (match[1], int(match[2] or 0)) if match else (name, 0)


def put(thing: Any, tensors: Tensors) -> None:
    """Put copies of tensors such as W1 or dW2 where the object keeps them."""
    tensors = {name: np.array(one) for name, one in tensors.items()}
    for symbol in {_split(name)[0] for name in tensors}:
        of = {_split(name)[1]: one for name, one in tensors.items() if _split(name)[0] == symbol}
        place = next((p for p in PLACES.get(symbol, ()) if hasattr(thing, p)), "")
        if isinstance(getattr(thing, place, None), list):
            setattr(thing, place, _listed(symbol, of, getattr(thing, place)))
        elif place and set(of) == {0} and symbol in of | tensors:
            setattr(thing, place, of[0])
    for name, one in tensors.items():
        for attribute in (name, name.lower()):
            if hasattr(thing, attribute) and _split(name)[1]:
                setattr(thing, attribute, one)
        for kept in _dictionaries(thing):
            if any(_split(str(other))[0] == _split(name)[0] for other in kept):
                kept[name] = one


def _listed(symbol: str, of: dict[int, Any], old: list) -> list:
    """Return the tensors as the object's list: A from A[0] on, the others from layer 1 on."""
    lead = [None] if old and old[0] is None else []
    if symbol == "A":
        return [of[l] for l in sorted(of) if l > 0 or len(old) > max(of)]
    return [*lead, *(of[l] for l in sorted(of) if l > 0)]


def _dictionaries(thing: Any) -> list[Tensors]:
    return [one for n in DICTIONARIES if isinstance(one := getattr(thing, n, None), dict)]


def taken(thing: Any, symbols: tuple[str, ...], L: int) -> Tensors:
    """Return what the object keeps of some symbols: W1, W2 and so on, or W of a single layer."""
    found: Tensors = {}
    for symbol in symbols:
        kept = [getattr(thing, place, None) for place in PLACES[symbol]]
        for one in kept:
            if isinstance(one, list) and one:
                first = 0 if symbol == "A" and len(one) > L else 1
                rest = one[1:] if one[0] is None else one
                found |= {f"{symbol}{l}": each for l, each in enumerate(rest, first)}
            elif isinstance(one, np.ndarray):
                found[symbol] = one
        named = [vars(thing), *_dictionaries(thing)]
        for name, one in [pair for each in named for pair in each.items()]:
            own, l = _split(str(name))
            if own.lower() == symbol.lower() and own[-1] == symbol[-1] and l and one is not None:
                found[f"{symbol}{l}"] = one
    return {name: one for name, one in found.items() if isinstance(one, np.ndarray)}
