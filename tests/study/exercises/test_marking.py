"""A learner's answers: right ones pass in any form, wrong ones are named with their likely slip."""

import numpy as np
import pytest

from layerwise.errors import DataError
from layerwise.study.exercises.making import exercise


@pytest.fixture(scope="module")
def backward():
    made = exercise("backward", 7)
    return made, {name: answer.value for name, answer in made.answers.items()}


@pytest.mark.parametrize("kind", ["dimensions", "forward", "backward", "update"])
def test_the_key_s_own_answers_are_right_also_rounded(kind):
    made = exercise(kind, 2, number=2)
    rounded = {
        name: np.round(answer.value, 3).tolist()
        if isinstance(answer.value, tuple)
        else answer.value
        for name, answer in made.answers.items()
    }
    assert all(mark.right for mark in made.check(rounded))
    assert len(made.check(rounded)) == len(made.answers)


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda right, m: right.T, "transposed"),
        (lambda right, m: -right, "sign"),
        (lambda right, m: m * right, "1/m is forgotten"),
        (lambda right, m: right / m, "one 1/m too many"),
        (lambda right, m: right + np.eye(*right.shape), "first row 1, column 1"),
        (lambda right, m: right[:1], "has the shape"),
        (lambda right, m: "none", "no number and no matrix"),
    ],
)
def test_a_slip_is_named(backward, slip, words):
    made, right = backward
    given = slip(np.array(right["dW1"]), made.problems[0].m)
    (mark,) = made.check({"dW1": given.tolist() if hasattr(given, "tolist") else given})
    assert not mark.right
    assert words in mark.note


def test_a_matrix_that_is_not_finite_is_wrong(backward):
    made, right = backward
    (mark,) = made.check({"dZ2": np.full(np.shape(right["dZ2"]), np.nan).tolist()})
    assert not mark.right


def test_a_single_number_needs_no_brackets(backward):
    made, right = backward
    assert made.check({"db2": right["db2"][0][0]})[0].right


def test_shapes_are_taken_as_text_and_as_lists():
    made = exercise("dimensions", 1)
    shape = made.answers["W1"].value
    rows, columns = shape.strip("()").split(", ")
    assert made.check({"W1": [int(rows), int(columns)]})[0].right
    assert made.check({"W1": f"({rows},{columns})"})[0].right
    assert "transposed" in made.check({"W1": f"({columns}, {rows})"})[0].note
    assert not made.check({"parameters": made.answers["parameters"].value + 1})[0].right


def test_a_name_that_is_not_asked_for_is_refused(backward):
    with pytest.raises(DataError, match="'dW9' is not asked for; expected dZ2, dW2"):
        backward[0].check({"dW9": 1})
