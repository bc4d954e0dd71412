"""A backward function is handed the learner's own cache, with the right tensors put in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from layerwise.study.checking.equations import NONE, Key, Values
from layerwise.study.checking.reading import (
    flat_names,
    in_own_order,
    is_layer_cache,
    is_linear_cache,
    is_named,
    is_tensor,
    keeps_its_A,
    of_layer,
)


def is_known(cache: Any, values: Values) -> bool:
    """Return whether the form of a cache is known, so that the right tensors can be put in it."""
    L = values.get(("L", NONE), 1)
    if isinstance(cache, Mapping):
        return all(_key(str(name), 1, values) or not is_tensor(cache[name]) for name in cache)
    if isinstance(cache, tuple | list) and len(cache) == L and all(map(is_named, cache)):
        return all(of_layer(name) for one in cache for name in one)
    if ("W", 1) in values and (in_own_order(cache, values, 1) or is_pair(cache, values, 1)):
        return True
    if isinstance(cache, np.ndarray) or is_layer_cache(cache) or is_linear_cache(cache):
        return True
    layered = isinstance(cache, tuple | list) and len(cache) == L
    if layered and all(is_pair(one, values, at) for at, one in enumerate(cache, start=1)):
        return True
    return (layered and all(map(is_layer_cache, cache))) or bool(flat_names(cache, L))


def is_pair(cache: Any, values: Values, l: int) -> bool:
    """Return whether a layer's cache is Z and (A_prev, W, b), in whatever order."""
    if not (isinstance(cache, tuple | list) and len(cache) == 2):
        return False
    tensors = [is_tensor(one) for one in cache]
    rest = [one for one in cache if not is_tensor(one)]
    return sum(tensors) == 1 and bool(in_own_order(rest[0], values, l))


def filled(cache: Any, values: Values, l: int = 1, keeps_A: bool = False) -> Any:
    """Return the learner's cache with the right tensors in it, where its form is known.

    With `keeps_A` a layer that keeps A[l] in the place of Z[l] is let keep it.
    """
    if isinstance(cache, Mapping):
        return {name: _right(str(name), tensor, values, l) for name, tensor in cache.items()}
    if isinstance(cache, np.ndarray):
        return values["Z", l]
    if is_layer_cache(cache):
        kept = "A" if keeps_A and keeps_its_A(cache, values, l) else "Z"
        return (filled(cache[0], values, l), values[kept, l])
    if is_pair(cache, values, l):
        return type(cache)(values["Z", l] if is_tensor(one) else filled(one, values, l)
                           for one in cache)  # fmt: skip
    if order := in_own_order(cache, values, l) or _usual_order(cache):
        right = {"A": values["A", l - 1], "W": values["W", l], "b": values["b", l]}
        return type(cache)(right[name] for name in order)
    return _filled_list(cache, values, keeps_A)


def _filled_list(cache: Any, values: Values, keeps_A: bool) -> Any:
    L = values.get(("L", NONE), 1)
    if isinstance(cache, tuple | list) and len(cache) == L and _is_layered(cache, values):
        return [filled(one, values, at, keeps_A) for at, one in enumerate(cache, start=1)]
    flat = flat_names(cache, L) if L > 1 else []
    return tuple(values[key] for key in flat) if flat and all(k in values for k in flat) else cache


def _usual_order(cache: Any) -> str:
    return "AWb" if is_linear_cache(cache) else ""


def _is_layered(cache: Sequence[Any], values: Values) -> bool:
    pairs = all(is_pair(one, values, at) for at, one in enumerate(cache, start=1))
    return pairs or all(map(is_layer_cache, cache)) or all(map(is_named, cache))


def _right(name: str, tensor: Any, values: Values, l: int) -> Any:
    key = _key(name, l, values)
    return values[key] if key and is_tensor(tensor) else tensor


def _key(name: str, l: int, values: Values) -> Key | None:
    match = re.fullmatch(r"([A-Za-z]+?)(_prev)?_?(\d*)", name)
    if not match or (match[1] in "Aa" and not match[2] and not match[3]):
        return None
    layer = (int(match[3]) if match[3] else l) - bool(match[2])
    symbol = match[1] if len(match[1]) > 1 else match[1].upper().replace("B", "b")
    key = ("A", 0) if symbol == "X" else (symbol, layer)
    return key if key in values else None
