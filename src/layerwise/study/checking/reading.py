"""What a learner's function gave back, as tensors by key; and the cache that backward is handed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from layerwise.study.checking.equations import NONE, Key, Values

Shown = dict[Key, Any]
Reader = Callable[[Any, Values], Shown]


class Unreadable(Exception):
    """The function gave back something else than the lecture's: says what was expected."""


def is_tensor(thing: Any) -> bool:
    return isinstance(thing, np.ndarray | float | int) and not isinstance(thing, bool)


def first(outcome: Any, what: str) -> Any:
    """Return the first of several returned things, or the one thing."""
    if isinstance(outcome, list | tuple) and outcome:
        outcome = outcome[0]
    if not is_tensor(outcome):
        raise Unreadable(f"{what} was expected first, this is {described(outcome)}")
    return outcome


def described(thing: Any) -> str:
    """Return in words what a function gave back."""
    if isinstance(thing, np.ndarray):
        return f"an array of shape {thing.shape}"
    if isinstance(thing, tuple | list):
        return f"{type(thing).__name__} of {len(thing)}"
    if isinstance(thing, Mapping):
        return "a dictionary of " + (", ".join(map(str, list(thing)[:6])) or "nothing")
    return "None (is `return` missing?)" if thing is None else type(thing).__name__


def named(tensors: Mapping[str, Any], known: Mapping[str, str]) -> Shown:
    """Return the tensors of a dictionary such as grads by key: dW2 or dw2 is ("dW", 2)."""
    found = {}
    for name, tensor in tensors.items():
        match = re.fullmatch(r"([A-Za-z_]+?)_?\[?(\d+)\]?", str(name))
        if match and (symbol := known.get(match[1].lower())) and is_tensor(tensor):
            found[symbol, int(match[2])] = tensor
    return found


def in_order(outcome: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return several returned tensors by name, from a dictionary or in the lecture's order."""
    if isinstance(outcome, Mapping):
        plain = {_plain(str(name)): tensor for name, tensor in outcome.items()}
        got = {name: plain[_plain(name)] for name in names if _plain(name) in plain}
        if got:
            return got
    if not isinstance(outcome, tuple | list) or len(outcome) < len(names):
        raise Unreadable(f"({', '.join(names)}) was expected, this is {described(outcome)}")
    return dict(zip(names, outcome, strict=False))


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def caches(outcome: Any, values: Values) -> Shown:
    """Return what the caches keep: a list with one per layer, or one cache of the network."""
    if not isinstance(outcome, tuple | list) or len(outcome) < 2:
        return {}
    L, cache = values["L", NONE], outcome[1]
    if isinstance(cache, Mapping):
        symbols = {"z": "cached Z", "a": "cached A", "w": "cached W", "b": "cached b", "d": "D"}
        found = named(cache, symbols)
        return {key: found[key] for key in found if 1 <= key[1] <= L}
    if isinstance(cache, tuple | list) and len(cache) == L:
        found = {}
        for l, one in enumerate(cache, start=1):
            found |= _of_one(one, l)
        if found:
            return found
    if isinstance(cache, list) and all(map(is_layer_cache, cache)):
        return {("caches", NONE): len(cache)}
    flat = flat_names(cache, L)
    return {
        (symbol if symbol == "D" else f"cached {symbol}", l): tensor
        for (symbol, l), tensor in zip(flat, cache if flat else (), strict=True)
    }


def _of_one(cache: Any, l: int) -> Shown:
    """Return what the cache of layer l keeps: ((A_prev, W, b), Z), or a dictionary."""
    if is_layer_cache(cache):
        return linear_cache(cache[0], l) | {("cached Z", l): cache[1]}
    if is_named(cache):
        known = {of_layer(name): tensor for name, tensor in cache.items() if of_layer(name)}
        return {(f"cached {symbol}", l): tensor for symbol, tensor in known.items()}
    return {}


def is_named(cache: Any) -> bool:
    return isinstance(cache, Mapping)


def of_layer(name: str) -> str:
    """Return what a layer's own cache keeps under a name; "" where learners differ, as for A."""
    return {"aprev": "A_prev", "w": "W", "b": "b", "z": "Z"}.get(_plain(str(name)), "")


def linear_cache(cache: Any, l: int) -> Shown:
    """Return the tensors of (A_prev, W, b)."""
    return dict(zip([("cached A_prev", l), ("cached W", l), ("cached b", l)], cache, strict=True))


def in_own_order(cache: Any, values: Values, l: int) -> list[str]:
    """Return which of "A", "W", "b" each tensor of a layer's cache is, in the learner's own order.

    Two of the three must be the right ones; what the third is meant to be is then known too.
    """
    if not (isinstance(cache, tuple | list) and len(cache) == 3 and all(map(is_tensor, cache))):
        return []
    right = {"A": values["A", l - 1], "W": values["W", l], "b": values["b", l]}
    for order in (("A", "W", "b"), *permutations(right)):
        fits = [_alike(one, right[name]) for one, name in zip(cache, order, strict=True)]
        column = _is_column(cache[order.index("b")])
        if sum(fits) >= 2 and (all(fits) or column):  # a Z in its place makes it another cache
            return list(order)
    return []


def _alike(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-4, atol=1e-6)


def is_linear_cache(cache: Any) -> bool:
    """Return whether a cache is (A_prev, W, b): three tensors, and one column in the last alone."""
    if not (isinstance(cache, tuple | list) and len(cache) == 3 and all(map(is_tensor, cache))):
        return False
    return [_is_column(tensor) for tensor in cache] == [False, False, True]


def _is_column(tensor: Any) -> bool:
    return np.ndim(tensor) < 2 or np.shape(tensor)[1] == 1


def is_layer_cache(cache: Any) -> bool:
    pair = isinstance(cache, tuple | list) and len(cache) == 2
    return pair and is_linear_cache(cache[0]) and is_tensor(cache[1])


def keeps_its_A(cache: Any, values: Values, l: int) -> bool:
    """Return whether a layer's cache ends with the right A[l]."""
    A = values["A", l]
    return np.shape(cache[1]) == np.shape(A) and np.allclose(cache[1], A, rtol=1e-4, atol=1e-6)


def flat_names(cache: Any, L: int) -> list[Key]:
    """Return the course's order of a flat cache: Z1, A1, W1, b1, ... with D after Z for dropout."""
    if not isinstance(cache, tuple | list) or not all(map(is_tensor, cache)):
        return []
    plain = [(symbol, l) for l in range(1, L + 1) for symbol in "ZAWb"]
    masked = [(symbol, l) for l in range(1, L + 1) for symbol in ("ZDAWb" if l < L else "ZAWb")]
    return next((names for names in (plain, masked) if len(names) == len(cache)), [])


def only(key: Key, what: str) -> Reader:
    """Return the reader of a function that gives one tensor, or that tensor first."""

    def read(outcome: Any, values: Values) -> Shown:
        return {key: first(outcome, what)}

    return read
