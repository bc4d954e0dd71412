"""Exercises on the forward and the backward pass of a network with one hidden layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.exercises.board import Small, Tensors, tensors_of
from layerwise.study.exercises.exercise import Answer, Part, Problem, Question, matrix
from layerwise.study.exercises.writing import symbol
from layerwise.study.matrices import number

TABLES = {
    "binary_cross_entropy": (
        r"The hidden activation is ReLU, the output unit a sigmoid, "
        r"$\sigma(z) = 1 / (1 + e^{-z})$, the loss the cross-entropy. ",
        lambda z: 1 / (1 + np.exp(-z)), r"\sigma", (-3, -2, -1, 0, 1, 2, 3),
    ),
    "squared_error": (
        r"The hidden activation is tanh, the output unit the identity, the loss $(a - y)^2 / 2$. ",
        np.tanh, r"\tanh", (-2, -1, 0, 1, 2),
    ),
}  # fmt: skip
LINES = (
    "dZ[2] = A[2] - Y",
    "dW[2] = 1/m dZ[2] A[1]'",
    "db[2] = 1/m sum(dZ[2])",
    "dZ[1] = W[2]' dZ[2] * g[1]'(Z[1])",
    "dW[1] = 1/m dZ[1] X'",
    "db[1] = 1/m sum(dZ[1])",
)
WRONG = (  # the place of a line, as it is found on slides
    (0, "dZ[2] = A[2] - Yhat"),
    (1, "dW[2] = 1/m dZ[2] A[2]'"),
    (1, "dW[2] = 1/m dZ[2] A[1]"),
    (3, "dZ[1] = dW[2]' dZ[2] * g[1]'(Z[1])"),
    (3, "dZ[1] = W[2]' dA[2] * g[1]'(Z[1])"),
)


def _drawn(random: np.random.Generator, units: tuple[int, ...], m: int, most: int = 2) -> Tensors:
    sizes = {"X": (units[0], m), "W1": units[1::-1], "b1": (units[1], 1), "W2": units[:0:-1]}
    sizes |= {"b2": (units[2], 1)}
    found = {
        name: random.integers(-most, most + 1, size).astype(float) for name, size in sizes.items()
    }
    return found | {"Y": random.integers(0, 2, (units[2], m)).astype(float)}


def _short(values: np.ndarray, most: float) -> bool:
    return bool((np.abs(values) <= most).all() and np.any(values))


def _equation(name: str, right: str, parts: tuple[Any, ...], value: Any) -> tuple[Part, ...]:
    if not parts:
        return (f"{symbol(name)} = {right} = ", matrix(value))
    put = tuple(part if isinstance(part, str) else matrix(part) for part in parts)
    return (f"{symbol(name)} = {right} = ", *put, " = ", matrix(value))


def _answer(found: Tensors, name: str, right: str, parts: tuple[Any, ...]) -> Answer:
    way = (_equation(name, right, parts, found[name]),)
    return Answer(name, matrix(found[name]), way)


def forward(random: np.random.Generator) -> Problem:
    """Return a forward pass with a hidden layer of two units, and the cost."""
    cost = str(random.choice(list(TABLES)))
    small = Small((int(random.integers(2, 4)), 2, 1), "relu", cost)
    m, most = int(random.integers(1, 4)), 3.0
    if cost == "squared_error":
        small, most = small._replace(activation="tanh"), 2.0
    entries = 2 if small.activation == "relu" else 1
    while True:
        given = _drawn(random, small.units, m, entries)
        found = tensors_of(small, given)
        first = _short(found["Z1"], 9.0 if small.activation == "relu" else most)
        lively = given["W2"].all() and found["Z1"].min() < 0 < found["Z1"].max()
        if lively and first and _short(found["Z2"], most):
            break
    text, function, name, at = TABLES[cost]
    values = ", ".join(f"${name}({z}) = {number(function(z))}$" for z in at)
    return Problem(
        f"{text}Needed may be {values}.", m,
        tuple((name, matrix(given[name])) for name in ("X", "Y", "W1", "b1", "W2", "b2")),
        _forward_questions(small, given, found),
    )  # fmt: skip


def _mean_of(loss: np.ndarray) -> str:
    return rf"\frac{{1}}{{{loss.size}}} ({' + '.join(map(number, loss.ravel()))})"


def _forward_questions(small: Small, given: Tensors, found: Tensors) -> tuple[Question, ...]:
    head = r"\sigma" if small.cost == "binary_cross_entropy" else ""
    hidden = r"\mathrm{ReLU}" if small.activation == "relu" else r"\tanh"
    first = (given["W1"], given["X"], " + ", given["b1"])
    second = (given["W2"], found["A1"], " + ", given["b2"])
    mean = (_mean_of(found["loss"]),)
    asked = (
        ("What is $Z^{[1]}$?", (("Z1", "W^{[1]} X + b^{[1]}", first),)),
        ("What is $A^{[1]}$?", (("A1", f"{hidden}(Z^{{[1]}})", (hidden, found["Z1"])),)),
        (
            "What are $Z^{[2]}$ and $A^{[2]}$?",
            (
                ("Z2", "W^{[2]} A^{[1]} + b^{[2]}", second),
                (
                    "A2",
                    f"{head}(Z^{{[2]}})" if head else "Z^{[2]}",
                    (head, found["Z2"]) if head else (),
                ),
            ),
        ),
        ("What is the cost $J$?", (("J", r"\frac{1}{m} \sum_i \mathcal{L}_i", mean),)),
    )
    return tuple(
        Question(text, tuple(_answer(found, *one) for one in each)) for text, each in asked
    )


def backward(random: np.random.Generator) -> Problem:
    """Return a backward pass from a given forward pass, and a wrong equation to be found."""
    small = Small((int(random.integers(2, 4)), 2, 1), "relu", "squared_error")
    m = int(random.choice((2, 2, 4)))
    while True:
        given = _drawn(random, small.units, m)
        found = tensors_of(small, given)
        both = found["Z1"].min() < 0 < found["Z1"].max() and found["Z1"].all()
        both = both and given["W2"].all()
        short = all(_short(found[name], 12) for name in ("Z1", "dZ2", "dW2", "dZ1", "dW1"))
        if both and short:
            break
    known = given | found
    names = ("X", "Y", "W2", "Z1", "A1", "A2")
    return Problem(
        "The hidden activation is ReLU, the output unit the identity, the loss $(a - y)^2 / 2$, so "
        f"$dZ^{{[2]}} = A^{{[2]}} - Y$; $m = {m}$. The forward pass has left:",
        m,
        tuple((name, matrix(known[name])) for name in names),
        (*_backward_questions(given, found), _wrong_line(random)),
    )


def _backward_questions(given: Tensors, found: Tensors) -> tuple[Question, ...]:
    share = rf"\frac{{1}}{{{given['X'].shape[1]}}}"
    slope = (found["Z1"] > 0).astype(float)  # for show: the answers are the board's

    def of_layer(layer: int, turned: str, entering: np.ndarray) -> tuple[Answer, ...]:
        dz = found[f"dZ{layer}"]
        weights = _answer(
            found, f"dW{layer}", rf"\frac{{1}}{{m}} dZ^{{[{layer}]}} {turned}",
            (share, dz, matrix(entering.T)),
        )  # fmt: skip
        bias = rf"\frac{{1}}{{m}} \sum_i dZ^{{[{layer}](i)}}"
        return weights, _answer(found, f"db{layer}", bias, (rf"{share} \sum_i ", dz))

    start = ("A^{[2]} - Y", (found["A2"], " - ", given["Y"]))
    through = (r"dA^{[1]} \odot g'(Z^{[1]})", (found["dA1"], r" \odot ", slope))
    hidden = (
        _answer(found, "dA1", "W^{[2]T} dZ^{[2]}", (given["W2"].T, found["dZ2"])),
        _answer(found, "dZ1", *through),
    )
    return (
        Question("What is $dZ^{[2]}$?", (_answer(found, "dZ2", *start),)),
        Question("What are $dW^{[2]}$ and $db^{[2]}$?", of_layer(2, "A^{[1]T}", found["A1"])),
        Question("What are $dA^{[1]}$ and $dZ^{[1]}$?", hidden),
        Question("What are $dW^{[1]}$ and $db^{[1]}$?", of_layer(1, "X^T", given["X"])),
    )


def _wrong_line(random: np.random.Generator) -> Question:
    place, wrong = WRONG[int(random.integers(len(WRONG)))]
    lines = (*LINES[:place], wrong, *LINES[place + 1 :])
    told = tuple(f"({i}) {line}" for i, line in enumerate(lines, start=1))
    way = ((f"it should be {LINES[place]}",),)
    return Question(
        "Which of these equations is wrong? $g$ is any activation.",
        (Answer("wrong", place + 1, way),), told,
    )  # fmt: skip
