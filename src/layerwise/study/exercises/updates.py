"""Exercises on a step of the parameters: gradient descent, L2, momentum, Adam."""

from __future__ import annotations

from typing import Any

import numpy as np

from layerwise.study.exercises.board import Tensors, stepped, with_penalty
from layerwise.study.exercises.exercise import Answer, Part, Problem, Question, matrix
from layerwise.study.exercises.writing import put
from layerwise.study.matrices import number


def update(random: np.random.Generator) -> Problem:
    """Return one layer's parameters and derivatives, and four rules to step by."""
    rate, beta = float(random.choice((0.1, 0.5))), float(random.choice((0.5, 0.9)))
    l2, m = float(random.integers(1, 4)), int(random.choice((2, 4, 10)))
    shape = 2, int(random.integers(2, 4))
    tensors = {"W": _halves(random, shape), "b": _halves(random, (2, 1))}
    slopes = {"W": _halves(random, shape), "b": _halves(random, (2, 1))}
    second = {"W": _halves(random, shape), "b": _halves(random, (2, 1))}
    given = (
        ("W", tensors["W"]), ("b", tensors["b"]), ("dW", slopes["W"]), ("db", slopes["b"])
    )  # fmt: skip
    return Problem(
        rf"The learning rate is $\alpha = {number(rate)}$. One layer has these parameters and "
        "derivatives; each question starts from them.",
        m,
        tuple((name, matrix(values)) for name, values in given),
        (
            _plain(tensors, slopes, rate),
            _penalized(tensors, slopes, rate, (l2, m)),
            _momentum(tensors, (slopes, second), rate, beta),
            _adam(tensors, slopes, rate),
        ),
    )


def _halves(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    found = random.integers(-4, 5, shape) / 2
    return np.where(found == 0, 1.0, found)


def _answer(name: str, left: str, right: str, parts: tuple[Any, ...], value: Any) -> Answer:
    shown: tuple[Part, ...] = tuple(p if isinstance(p, str) else matrix(p) for p in parts)
    return Answer(name, matrix(value), ((f"{left} = {right} = ", *shown, " = ", matrix(value)),))


def _plain(tensors: Tensors, slopes: Tensors, rate: float) -> Question:
    after = stepped("gradient_descent", tensors, [slopes], (rate, 0.9))
    times = rf" - {number(rate)} \cdot "
    answers = tuple(
        _answer(n, n, rf"{n} - \alpha\, d{n}", (tensors[n], times, slopes[n]), after[n])
        for n in ("W", "b")
    )
    return Question("What are $W$ and $b$ after one step of gradient descent?", answers)


def _penalized(
    tensors: Tensors, slopes: Tensors, rate: float, penalty: tuple[float, int]
) -> Question:
    l2, m = penalty
    whole = with_penalty(slopes, tensors, l2, m)
    after = stepped("gradient_descent", tensors, [whole], (rate, 0.9))
    share = rf" + \frac{{{number(l2)}}}{{{m}}} "
    added = (slopes["W"], share, tensors["W"])
    step = (tensors["W"], rf" - {number(rate)} \cdot ", whole["W"])
    return Question(
        r"The cost has the penalty $\frac{\lambda}{2m} \sum W^2$ besides, with "
        rf"$\lambda = {number(l2)}$ and $m = {m}$; $dW$ above is without it. What is $dW$ with it, "
        "and $W$ after one step of gradient descent?",
        (
            _answer("dW_l2", "dW", r"dW + \frac{\lambda}{m} W", added, whole["W"]),
            _answer("W_l2", "W", r"W - \alpha\, dW", step, after["W"]),
        ),
    )


def _momentum(
    tensors: Tensors, slopes: tuple[Tensors, Tensors], rate: float, beta: float
) -> Question:
    one, two = (stepped("momentum", tensors, list(slopes[:n]), (rate, beta)) for n in (1, 2))
    velocity = (one["W"] - two["W"]) / rate  # for show: what the second step has moved by
    kept = (number(beta), slopes[0]["W"], " + ", slopes[1]["W"])
    shown = _answer("v", "v", r"\beta v + dW", kept, velocity)
    step = (one["W"], rf" - {number(rate)} \cdot ", velocity)
    last = _answer("W_momentum", "W", r"W - \alpha v", step, two["W"])
    first = (tensors["W"], rf" - {number(rate)} \cdot ", slopes[0]["W"])
    begun = _answer("W", "W", r"W - \alpha\, dW", first, one["W"])
    way = (*begun.way, *shown.way, *last.way)
    return Question(
        rf"Momentum keeps $v = \beta v + dW$ from $v = 0$, with $\beta = {number(beta)}$, and "
        r"steps by $W = W - \alpha v$. The first step meets the $dW$ above, the second one "
        f"$dW = {put(slopes[1]['W'])}$. What is $W$ after both?",
        (Answer("W_momentum", last.value, way),),
    )


def _adam(tensors: Tensors, slopes: Tensors, rate: float) -> Question:
    after = stepped("adam", tensors, [slopes], (rate, 0.9))
    way = (
        (r"\hat v = \frac{(1 - \beta_1)\, dW}{1 - \beta_1} = ", matrix(slopes["W"])),
        (r"\hat s = \frac{(1 - \beta_2)\, dW^2}{1 - \beta_2} = ", matrix(slopes["W"] ** 2)),
        (
            r"W = W - \alpha \frac{\hat v}{\sqrt{\hat s} + \epsilon} = ", matrix(tensors["W"]),
            rf" - {number(rate)} \cdot ", matrix(np.sign(slopes["W"])), " = ", matrix(after["W"]),
        ),
    )  # fmt: skip
    return Question(
        r"What is $W$ after the first step of Adam, with $\beta_1 = 0.9$, $\beta_2 = 0.999$, both "
        r"means corrected for their start at 0, and $\epsilon = 10^{-8}$?",
        (Answer("W_adam", matrix(after["W"]), way),),
    )
