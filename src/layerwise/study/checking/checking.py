"""`layerwise.check`: a learner's own functions against the lecture."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layerwise.errors import DataError, SettingError
from layerwise.study.checking.calling import Caller, Functions
from layerwise.study.checking.examination import Examination
from layerwise.study.checking.findings import Report, reported, with_columns_of_w, with_rows
from layerwise.study.checking.names import ROLES, roles_of, understood
from layerwise.study.checking.process import Here, Process

LAYOUTS = ("columns", "rows")
EXPECTED = (
    "linear_forward",
    "linear_activation_forward",
    "L_model_forward",
    "compute_cost",
    "linear_backward",
    "linear_activation_backward",
    "L_model_backward",
    "update_parameters",
)


def check(
    file: str | os.PathLike[str] | None = None,
    *,
    layout: str = "columns",
    of_class: str | None = None,
    **functions: Callable[..., Any] | str,
) -> Report:
    """Find the slips in your own forward, backward and update.

    Each function is called alone on right inputs, and what it gives is compared with the lecture
    and with every slip of a catalogue. The names of the public course are understood as they are
    (`linear_forward(A, W, b)`, `L_model_backward(AL, Y, caches)` and so on).

    Parameters
    ----------
    file : path, optional
        A Python file. It is run in a process of its own, a call for 10 seconds at most; what stands
        under ``if __name__ == "__main__"`` is not run.
    layout : {"columns", "rows"}
        Whether your arrays hold examples as columns, X (n_x, m), or as rows, X (m, n_x), with W
        (n[l-1], n[l]).
    of_class : str, optional
        A class in the file whose methods are the functions; it is made without arguments, or
        with the sizes of its layers. It may keep W and b in itself.
    **functions : callable, or the name of a function in the file
        Functions of other names: ``forward=``, ``backward=``, ``update=``, ``cost=``, or any name
        of the course. Callables run in this very process.

    Returns
    -------
    Report
        What is wrong, function by function; `str` of it is the text, `findings` the list.

    Raises
    ------
    DataError
        When the file cannot be run, or has no function that is known.
    SettingError
        When an option names no function.

    Examples
    --------
    >>> import numpy as np
    >>> import layerwise
    >>> def linear_backward(dZ, cache):
    ...     A_prev, W, b = cache
    ...     dW = dZ @ A_prev.T
    ...     return W.T @ dZ, dW, np.sum(dZ, axis=1, keepdims=True) / dZ.shape[1]
    >>> (finding,) = layerwise.check(backward=linear_backward).findings
    >>> finding.slip, finding.tensor, finding.repair
    ('1/m is missing (sum for mean)', 'dW', 'dW = dZ @ A_prev.T / m')
    """
    if layout not in LAYOUTS:
        raise SettingError(f"layout={layout!r}: expected one of {', '.join(LAYOUTS)}")
    if file is None:
        return _of_functions(functions, layout)
    names = {role: str(name) for role, name in functions.items()}
    path = Path(file)
    if not path.is_file():
        raise FileNotFoundError(2, "no such file", os.fspath(file))
    process = Process(path.resolve(), of_class)
    try:
        return _report(process, names, layout)
    finally:
        process.close()


def _of_functions(functions: dict[str, Any], layout: str) -> Report:
    if not functions:
        raise SettingError("check() was given nothing: a file, or functions such as backward=f")
    for name, function in functions.items():
        if not callable(function):
            raise SettingError(f"{name}={function!r}: expected a function")
    return _report(Here(functions), {name: name for name in functions}, layout)


def _report(functions: Functions, names: dict[str, str], layout: str) -> Report:
    roles = roles_of(functions.signatures, names)
    if not roles:
        there = ", ".join(functions.signatures) or "none"
        raise DataError(
            f"no function of the course is in it (there is: {there}); name yours, for instance "
            f"forward=..., backward=..., or use one of {', '.join(ROLES)}"
        )
    strange = [r for r, name in roles.items() if not understood(r, functions.signatures[name])]
    known = {role: name for role, name in roles.items() if role not in strange}
    outcomes = Examination(Caller(functions, known, layout)).all()
    missing = tuple(name for name in EXPECTED if name not in roles)
    found = with_columns_of_w(reported(outcomes))
    if layout == "rows":
        found = with_rows(found)
    return Report(found, missing, tuple(roles[role] for role in strange))
