"""Random networks with every tensor of the reference: what a learner's function is called with.

Widths and m all differ in one network, so that a wrong shape shows; in another they are all equal,
so that a missing transpose gives numbers and not an exception.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from layerwise.study.checking import programs
from layerwise.study.checking.activations import ACTIVATIONS
from layerwise.study.checking.equations import NONE, Values, run

NUMBERS = {
    "learning_rate": 0.3,
    "lambd": 0.7,
    "keep_prob": 0.7,
    "beta": 0.8,
    "beta1": 0.7,
    "beta2": 0.85,
    "t": 3,
    "epsilon": 0.05,
}


class Form(NamedTuple):
    """What kind of network a function is for: how deep, and its activations."""

    depths: tuple[int, ...] = (3, 2)
    hidden: str = "relu"
    output: str = "sigmoid"
    through_dA: bool = True  # dA[L] is computed, and dZ[L] from it
    from_A: bool = False  # the mask of relu is taken from A, where dropout's zeros are too


class Size(NamedTuple):
    """The widths n[0] to n[L], and m."""

    n: tuple[int, ...]
    m: int


SIZES = {
    1: (Size((4, 1), 6), Size((3, 1), 5)),
    2: (Size((4, 5, 1), 6), Size((4, 4, 1), 4), Size((2, 3, 1), 7)),
    3: (Size((5, 4, 3, 1), 6), Size((4, 4, 4, 1), 4), Size((2, 6, 4, 1), 7)),
}
LAYER_SIZES = (Size((4, 3), 5), Size((4, 4), 4), Size((2, 5), 7), Size((3, 3), 6))


def networks(form: Form) -> list[Values]:
    """Return the random networks of a form, with every tensor."""
    found = []
    for depth in form.depths:
        for seed, size in enumerate(SIZES[depth]):
            n = size.n if form.output != "softmax" else (*size.n[:-1], 3)
            found.append(network(form, Size(n, size.m), seed))
        # all equal, the output too
        values = network(form, Size((4,) * (depth + 1), 4), 7)
        found.append({**values, ("extra", NONE): True})
    return found


def network(form: Form, size: Size, seed: int, dropped: bool = False) -> Values:
    """Return one random network: parameters, examples, and the tensors of forward and backward."""
    random, L = np.random.default_rng([seed, len(size.n)]), len(size.n) - 1
    values: Values = {(name, NONE): number for name, number in NUMBERS.items()}
    values |= {("A", 0): random.normal(size=(size.n[0], size.m)), ("m", NONE): size.m}
    values |= {("L", NONE): L, ("X", NONE): values["A", 0]}
    for l in range(1, L + 1):
        values["W", l] = random.normal(size=(size.n[l], size.n[l - 1])) / size.n[l - 1] ** 0.5
        values["b", l] = random.normal(size=(size.n[l], 1)) / 3
        values["g", l] = ACTIVATIONS[form.hidden if l < L else form.output]
        if dropped and l < L:
            D = random.random((size.n[l], size.m)) < NUMBERS["keep_prob"]
            D[:, 0], D[0, 1] = True, False
            values["D", l] = D * 1
    values["Y", NONE] = _answers(random, size)
    for name, symbol in (("weights", "W"), ("biases", "b")):
        values[name, NONE] = {l: values[symbol, l] for l in range(1, L + 1)}
    lost = frozenset(range(1, L)) if dropped else frozenset()
    through = form.through_dA and form.output == "sigmoid"
    program = [*programs.forward(L, lost), *programs.backward(L, through, False, lost)]
    return run(program, values)


def layer(name: str, size: Size, seed: int) -> Values:
    """Return one random layer with the activation `name` and a dA of its own."""
    random = np.random.default_rng([seed, 99])
    (n_prev, n), m = size.n, size.m
    values: Values = {
        ("A", 0): random.normal(size=(n_prev, m)),
        ("W", 1): random.normal(size=(n, n_prev)),
        ("b", 1): random.normal(size=(n, 1)),
        ("dA", 1): random.normal(size=(n, m)),
        ("g", 1): ACTIVATIONS[name],
        ("m", NONE): m,
        ("learning_rate", NONE): NUMBERS["learning_rate"],
    }
    lines = [*programs.forward(1), programs.equation("dZ", 1, "dZ"), *programs.linear_backward(1)]
    return run(lines, values)


def layers(name: str) -> list[Values]:
    """Return the random layers of an activation."""
    return [layer(name, size, seed) for seed, size in enumerate(LAYER_SIZES)]


def _answers(random: np.random.Generator, size: Size) -> np.ndarray:
    n, m = size.n[-1], size.m
    if n == 1:
        return (random.permutation(m) < m / 2).astype(float)[None, :]
    return np.eye(n)[random.permutation(m) % n].T


def extra(values: Values) -> bool:
    """Return whether a network serves to tell slips apart only: its output has several units."""
    return values.get(("extra", NONE), False)
