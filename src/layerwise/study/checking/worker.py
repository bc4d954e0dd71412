"""The process that runs a learner's file: it answers requests, one line of JSON each.

It is started by its path and imports nothing of Layerwise. What the file prints goes nowhere, what
it reads from the keyboard is empty. Arrays travel as base64 with a type from a closed list: no
pickle, so that nothing that the file sends can run anything where it is read.
"""

from __future__ import annotations

import base64
import importlib.util
import inspect
import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import numpy as np

TYPES = ("float64", "float32", "int64", "int32", "bool")
MOST_BYTES = 1 << 25
DEEPEST = 12
kept: list[Any] = []


class Kept:
    """A thing that cannot travel: its place in the worker's memory."""

    def __init__(self, place: int):
        self.place = place


def pack(thing: Any, depth: int = 0) -> Any:
    """Return a thing as JSON can hold it; what is unknown stays here and its place travels."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if thing is None or isinstance(thing, bool | int | float | str):
        return {"is": thing} if not isinstance(thing, float) else {"float": repr(float(thing))}
    if isinstance(thing, np.ndarray | np.generic) and np.asarray(thing).dtype.kind in "fiub":
        return _pack_array(np.asarray(thing))
    if isinstance(thing, list | tuple):
        items = [pack(one, depth + 1) for one in thing]
        return {"tuple" if isinstance(thing, tuple) else "list": items}
    if isinstance(thing, dict):
        return {"dict": [[str(name), pack(one, depth + 1)] for name, one in thing.items()]}
    if isinstance(thing, Kept):
        return {"kept": thing.place}
    kept.append(thing)
    return {"kept": len(kept) - 1}


def _pack_array(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.name not in TYPES:
        array = array.astype(np.float64)
    if array.nbytes > MOST_BYTES:
        raise ValueError(f"an array of {array.nbytes} bytes is too large")
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"array": data, "type": array.dtype.name, "shape": list(array.shape)}


def unpack(packed: Any, memory: Sequence[Any] = (), depth: int = 0) -> Any:
    """Return what `pack` packed; `memory` is what stayed behind. ValueError for anything else."""
    if depth > DEEPEST or not isinstance(packed, dict) or not packed:
        raise ValueError("not a packed thing")
    name = next(iter(packed))
    inner = packed[name]
    if name == "is" and (inner is None or isinstance(inner, bool | int | str)):
        return inner
    if name == "float" and isinstance(inner, str):
        return float(inner)
    if name == "array":
        return _unpack_array(packed)
    if name in ("list", "tuple") and isinstance(inner, list):
        items = [unpack(one, memory, depth + 1) for one in inner]
        return tuple(items) if name == "tuple" else items
    if name == "dict" and isinstance(inner, list):
        return {str(key): unpack(one, memory, depth + 1) for key, one in inner}
    if name == "kept" and isinstance(inner, int) and inner >= 0:
        return memory[inner] if inner < len(memory) else Kept(inner)
    raise ValueError(f"not a packed thing: {name!r}")


def _unpack_array(packed: dict[str, Any]) -> np.ndarray:
    shape, data = packed["shape"], base64.b64decode(packed["array"], validate=True)
    if packed["type"] not in TYPES or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ValueError("not an array")
    return np.frombuffer(data, packed["type"]).reshape(shape).copy()


def call(function: Any, arguments: list[Any], named: dict[str, Any]) -> dict[str, Any]:
    """Call a learner's function; return what it gave or what it raised, and where."""
    try:
        return {"gave": pack(function(*arguments, **named))}
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if os.path.basename(frame.filename) != "worker.py"]
        own = [f for f in own if "site-packages" not in f.filename and f.line] or own
        where = (own[-1].lineno, own[-1].line, own[-1].name) if own else (0, "", "")
        text = f"{type(error).__name__}: {error}"[:2000]
        return {"raised": text, "where": list(where)}


def signature(function: Any) -> list[list[Any]] | None:
    """Return the names of a function's parameters and whether each may be left out."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    many = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        [one.name, one.default is not inspect.Parameter.empty]
        for one in parameters
        if one.kind not in many
    ]


def functions(things: dict[str, Any]) -> dict[str, Any]:
    """Return the functions of a file or of an object by name."""
    return {name: one for name, one in things.items() if inspect.isroutine(one) and name[0] != "_"}


def _load(path: str) -> Any:
    # the file's own folder comes last, so that nothing beside it takes the place of a library
    sys.path.append(os.path.dirname(os.path.abspath(path)))
    return _module(path, "learner")


def _module(path: str, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _members(thing: Any) -> dict[str, Any]:
    return functions({name: getattr(thing, name) for name in dir(thing)})


def _of_class(module: Any, name: str) -> dict[str, Any]:
    """Return the methods of a class; of one that keeps W and b, as functions of them."""
    classes = _module(os.path.join(os.path.dirname(__file__), "classes.py"), "of_classes")
    made = getattr(module, name)
    try:
        thing = made()
    except TypeError:
        thing = made([3, 4, 1])
    methods = _members(thing)
    return classes.as_functions(made, methods) if classes.weights_of(thing) else methods


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (1 << 33, 1 << 33))
    except (ImportError, ValueError, OSError):
        pass  # a system without such limits: the time limit remains


def main() -> None:
    """Load the file named on the command line and answer requests until there are no more."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    _limit_memory()
    held: dict[str, Any] = {}

    def load() -> dict[str, Any]:
        module = _load(sys.argv[1])
        held.update(_of_class(module, sys.argv[2]) if len(sys.argv) > 2 else _members(module))
        return {name: signature(one) for name, one in held.items()}

    _answer(answers, call(load, [], {}))
    for request in requests:
        asked = unpack(json.loads(request), kept)
        _answer(answers, call(held[asked["name"]], asked["arguments"], asked["named"]))


def _answer(stream: Any, answer: dict[str, Any]) -> None:
    stream.write(json.dumps(answer) + "\n")
    stream.flush()


if __name__ == "__main__":
    main()
