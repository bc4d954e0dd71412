"""The three notations give one tree; what cannot be read is refused at its column."""

import pytest

from layerwise.study.equations.grammar import chain, equation
from layerwise.study.equations.limits import HostileError, MisreadError
from layerwise.study.equations.tree import Call, Symbol, Transpose, parts


def families(text):
    right = equation(text).right
    return [(p.family, p.index) for p in parts(right) if isinstance(p, Symbol)]


@pytest.mark.parametrize(
    "text",
    [
        "dW2 = 1/m * dZ2 @ A1.T",
        "dW[2] = 1/m dZ[2] A[1]'",
        r"dW^{[2]} = \frac{1}{m} dZ^{[2]} A^{[1]T}",
        r"\frac{\partial J}{\partial W^{[2]}} = \frac1m dZ^{[2]} {A^{[1]}}^\top",
        'grads["dW2"] = 1/m * np.dot(grads["dZ2"], cache["A1"].T)',
        "∂J/∂W[2] = 1/m ∂J/∂Z[2] A[1]ᵀ",
    ],
)
def test_every_notation_says_the_same(text):
    found = equation(text)
    assert (found.left.family, found.left.index.text()) == ("dW", "2")
    assert [(name, index and index.text()) for name, index in families(text)] == [
        ("m", None), ("dZ", "2"), ("A", "1"),
    ]  # fmt: skip
    assert sum(isinstance(part, Transpose) for part in parts(found.right)) == 1


@pytest.mark.parametrize(
    "text",
    ["A = g[1]'(Z[1])", "A = g'[1](Z[1])", r"A = g^{[1]\prime}(Z^{[1]})", r"A = {g^{[1]}}'(Z^{[1]})",
     "A = g1'(Z1)", r"A = g'^{[1]}(Z^{[1]})", "A = (g[1])'(Z[1])"],
)  # fmt: skip
def test_the_derivative_of_g_is_known_in_every_spelling(text):
    call = equation(text).right
    assert isinstance(call, Call)
    assert (call.function, call.primed, call.index.text()) == ("g", True, "1")


def test_a_product_beside_its_factors_holds_tighter_than_a_star():
    right = equation("dZ[1] = g[1]'(Z[1]) * W[2]' dZ[2]").right
    assert (right.sign, right.right.sign) == ("*", " ")


def test_python_reads_star_and_at_from_the_left():
    right = equation("dZ1 = g_prime(Z1) * W2.T @ dZ2").right
    assert (right.sign, right.left.sign) == ("@", "*")


def test_a_chain_is_several_equations_of_one_left_side():
    found = chain("dZ[L] = dA[L] * g[L]'(Z[L]) = A[L] - Y")
    assert [each.left.family for each in found] == ["dZ", "dZ"]


@pytest.mark.parametrize(("text", "column"), [("Z = W X +", 9), ("Z = W ) X", 6), ("Z W", 3)])
def test_what_cannot_be_read_is_refused_at_its_column(text, column):
    with pytest.raises(MisreadError) as error:
        equation(text)
    assert error.value.column == column


@pytest.mark.parametrize("text", ["Z = " + "(" * 30 + "X" + ")" * 30, "Z = X^1000", "Z = __a"])
def test_what_no_slide_has_is_hostile(text):
    with pytest.raises(HostileError):
        equation(text)
