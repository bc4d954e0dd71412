"""Exercises: answers against automatic differentiation, the same sheet from the same seed."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import layerwise
from layerwise import check_equations
from layerwise.errors import SettingError
from layerwise.study.exercises.making import KINDS, exercise
from layerwise.study.exercises.passes import LINES, WRONG

SEEDS = range(100)
CLOSE = 1e-12
GIVEN_X, DZ2 = ((1.0, 2.0), (2.0, 0.0), (-1.0, -2.0)), ((1.0, 5.0),)  # of seed 7


def drawn(kind, seed):
    made = exercise(kind, seed)
    (problem,) = made.problems
    given = {name: np.array(values) for name, values in problem.given}
    answers = {name: one.value for name, one in made.answers.items()}
    arrays = {n: np.array(v) if isinstance(v, tuple) else v for n, v in answers.items()}
    return given, arrays, problem


def forward_of(given, tanh):
    """A second opinion in NumPy."""
    Z1 = given["W1"] @ given["X"] + given["b1"]
    A1 = np.tanh(Z1) if tanh else np.maximum(Z1, 0)
    Z2 = given["W2"] @ A1 + given["b2"]
    if tanh:
        return Z1, A1, Z2, Z2, np.mean((Z2 - given["Y"]) ** 2) / 2
    A2 = 1 / (1 + np.exp(-Z2))
    losses = -given["Y"] * np.log(A2) - (1 - given["Y"]) * np.log(1 - A2)
    return Z1, A1, Z2, A2, np.mean(losses)


def test_the_forward_pass_is_that_of_a_second_opinion():
    costs = set()
    for seed in SEEDS:
        given, found, problem = drawn("forward", seed)
        tanh = "activation is tanh" in problem.text
        costs.add(tanh)
        expected = forward_of(given, tanh)
        for name, value in zip(("Z1", "A1", "Z2", "A2", "J"), expected, strict=True):
            assert np.allclose(found[name], value, rtol=CLOSE, atol=CLOSE), (seed, name)
    assert costs == {True, False}


def cost_behind(W1, b1, W2, b2, X, Y):
    A2 = W2 @ jnp.maximum(W1 @ X + b1, 0) + b2
    return jnp.mean(jnp.sum((A2 - Y) ** 2, axis=0)) / 2


def test_the_backward_pass_is_automatic_differentiation():
    slope = jax.jit(jax.grad(cost_behind, argnums=(1, 2, 3)))
    of_output = jax.jit(jax.grad(lambda A2, Y: jnp.sum((A2 - Y) ** 2) / 2))
    with jax.enable_x64(True):
        for seed in SEEDS:
            given, found, problem = drawn("backward", seed)
            X, Y, W2, Z1 = (given[name] for name in ("X", "Y", "W2", "Z1"))
            b2 = given["A2"] - W2 @ given["A1"]
            assert np.ptp(b2) == 0  # the given tensors belong to one network
            # W1 X + b1 = Z1: with b1 of one column per example its derivative is dZ1 / m
            each, dW2, db2 = slope(np.zeros((2, len(X))), Z1, W2, b2[:, :1], X, Y)
            assert np.allclose(found["dZ1"], each * problem.m, atol=CLOSE)
            assert np.allclose(found["dW1"], each @ X.T, atol=CLOSE)
            assert np.allclose(found["db1"], each.sum(axis=1, keepdims=True), atol=CLOSE)
            assert np.allclose(found["dW2"], dW2, atol=CLOSE)
            assert np.allclose(found["db2"], db2, atol=CLOSE)
            assert np.allclose(found["dZ2"], of_output(given["A2"], Y), atol=CLOSE)
            assert np.allclose(found["dA1"], W2.T @ found["dZ2"], atol=CLOSE)


penalty_slope = jax.jit(jax.grad(lambda V, share: share * jnp.sum(V**2)))


def test_the_steps_are_those_of_their_formulas_and_of_the_penalty_s_derivative():
    for seed in SEEDS:
        given, found, problem = drawn("update", seed)
        W, b, dW, db = (given[name] for name in ("W", "b", "dW", "db"))
        rate = 0.1 if "= 0.1$" in problem.text else 0.5
        assert np.allclose(found["W"], W - rate * dW, atol=CLOSE)
        assert np.allclose(found["b"], b - rate * db, atol=CLOSE)
        text = problem.questions[1].text
        l2 = float(text.split(r"\lambda = ")[1].split("$")[0])
        with jax.enable_x64(True):
            more = np.asarray(penalty_slope(W, l2 / (2 * problem.m)))
        assert np.allclose(found["dW_l2"], dW + more, atol=CLOSE)
        assert np.allclose(found["W_l2"], W - rate * (dW + more), atol=CLOSE)
        assert np.allclose(found["W_adam"], W - rate * np.sign(dW), atol=1e-6)
        text = problem.questions[2].text
        beta = 0.5 if "beta = 0.5$" in text else 0.9
        rows = text.split("bmatrix} ")[1].split(r" \end")[0].split(r" \\ ")
        second = np.array([[float(cell) for cell in row.split(" & ")] for row in rows])
        expected = W - rate * dW - rate * (beta * dW + second)
        assert np.allclose(found["W_momentum"], expected, atol=CLOSE)


def test_the_shapes_are_the_lecture_s_and_exactly_the_named_line_is_wrong():
    for seed in SEEDS:
        _, found, problem = drawn("dimensions", seed)
        shapes = {
            name: tuple(map(int, s.strip("()").split(", ")))
            for name, s in found.items()
            if name[0] in "WbZA"
        }
        depth = len(shapes) // 4
        units = [shapes["W1"][1], *(shapes[f"W{l}"][0] for l in range(1, depth + 1))]
        for l in range(1, depth + 1):
            assert shapes[f"W{l}"] == (units[l], units[l - 1])
            assert shapes[f"b{l}"] == (units[l], 1)
            assert shapes[f"Z{l}"] == shapes[f"A{l}"] == (units[l], problem.m)
        assert found["parameters"] == sum(np.prod(shapes[n]) for n in shapes if n[0] in "Wb")
        wrong = []
        for place, line in enumerate(problem.questions[1].lines, start=1):
            tensor, shape = line.split(" ", 1)[1].split(": ")
            name = tensor.removeprefix("d").replace("[", "").replace("]", "")
            if str(shapes[name]) != shape:
                wrong.append(place)
        assert wrong == [found["wrong"]]


def test_the_numbers_of_a_backward_pass_are_short():
    for seed in SEEDS:
        _, found, _ = drawn("backward", seed)
        for name, value in found.items():
            assert np.all(np.asarray(value) * 4 % 1 == 0), (seed, name)


@pytest.mark.parametrize(("place", "wrong"), WRONG)
def test_the_checker_of_equations_agrees_on_the_wrong_line(place, wrong):
    lines = [*LINES[:place], wrong, *LINES[place + 1 :]]
    found = check_equations("\n".join(lines))
    assert [each.status for each in found] == ["wrong" if i == place else "ok" for i in range(6)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_is_the_same_sheet_and_another_is_another(kind):
    assert exercise(kind, 5) == exercise(kind, 5)
    assert exercise(kind, 5).sheet() != exercise(kind, 6).sheet()
    assert exercise(kind, 5, number=2).problems[0] == exercise(kind, 5).problems[0]


def test_a_sheet_of_a_seed_stays_as_it_is():
    given = dict(exercise("backward", 7).problems[0].given)
    assert given["X"] == GIVEN_X
    assert exercise("backward", 7).answers["dZ2"].value == DZ2


@pytest.mark.parametrize("kind", KINDS)
def test_the_sheet_keeps_the_answers_to_itself_and_the_key_shows_the_way(kind):
    made = exercise(kind, 3, number=2)
    sheet, key = made.sheet(), made.key()
    assert "it should be" not in sheet
    assert all(f"`{name}`" in sheet for name in made.answers)
    assert len(key) > len(sheet) / 2
    assert made._repr_markdown_() == sheet


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["sheet", "key"])
def test_latex_is_balanced(kind, part):
    text = getattr(exercise(kind, 4, number=2), part)("latex")
    assert text.count("{") == text.count("}")
    assert text.count(r"\[") == text.count(r"\]")
    assert text.count("$") % 2 == 0
    outside = text.replace(r"\_", "")
    assert "#" not in outside
    assert "`" not in outside
    assert "**" not in outside
    for begun in ("document", "bmatrix"):
        assert text.count(rf"\begin{{{begun}}}") == text.count(rf"\end{{{begun}}}")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("sideways",), "no kind"),
        (("forward", -1), "seed"),
        (("forward", 1.5), "seed"),
        (("forward", 0, 0), "number"),
        (("forward", 0, True), "number"),
    ],
)
def test_what_is_no_exercise_is_refused(given, words):
    with pytest.raises(SettingError, match=words):
        layerwise.exercise(*given)


def test_a_format_that_is_none_is_refused():
    with pytest.raises(SettingError, match="expected 'markdown' or 'latex'"):
        exercise("update").sheet("html")
