"""The dimension table says the shapes that the tensors have. Lecture row 15."""

import numpy as np
import pytest

from layerwise import DNNClassifier, DNNRegressor, dimension_table, gradients
from layerwise.errors import SettingError

KINDS = {
    "plain": {"hidden_units": (5, 4)},
    "normalized": {"hidden_units": (5, 5), "normalization": "batch_norm", "dropout": 0.2},
    "layer_norm": {"hidden_units": (5,), "normalization": "layer_norm", "activation": "parametric"},
    "embedded": {"hidden_units": (5,), "embedding": "periodic", "scaling": "scaling"},
    "sharing": {"hidden_units": (6,), "preset": "tabm"},
}


@pytest.fixture(scope="module")
def fitted():
    random = np.random.default_rng(0)
    X, y = random.normal(size=(70, 4)), random.integers(0, 2, 70)
    models = {
        k: DNNClassifier(epochs=1, random_state=0, **own).fit(X, y) for k, own in KINDS.items()
    }
    return models, X, y


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_has_the_shape_of_the_table_and_so_has_its_derivative(fitted, kind):
    models, X, y = fitted
    model = models[kind]
    table = dimension_table(model, 7)
    shapes = {row.tensor: row.shape for row in table.rows}
    seen = 0
    for block, tensors in zip(model.network_.blocks, model.parameters_, strict=True):
        for name, tensor in tensors.items():
            assert shapes[f"{name}[{block.l}]"] == tensor.shape
            seen += tensor.size
    assert table.parameters == seen
    derivatives = {
        row.derivative.replace("[", "").replace("]", ""): row.shape for row in table.rows
    }
    for name, slope in gradients(model, X, y)[1].items():
        assert derivatives[name] == slope.shape


@pytest.mark.parametrize("kind", KINDS)
def test_the_outputs_have_the_shape_of_the_table_for_that_many_rows(fitted, kind):
    models, X, _ = fitted
    shapes = {row.tensor: row.shape for row in dimension_table(models[kind], 7).rows}
    for l in range(1, models[kind].network_.depth + 1):
        assert models[kind].transform(X[:7], layer=l).T.shape == shapes[f"A[{l}]"]


def test_a_plain_network_has_the_lecture_s_table():
    table = dimension_table("12288-20-7-5-1", m=209)
    assert [row.tensor for row in table.rows[:4]] == ["W[1]", "b[1]", "Z[1]", "A[1]"]
    assert [row.formula for row in table.rows[4:8]] == [
        "(n[2], n[1])", "(n[2], 1)", "(n[2], m)", "(n[2], m)",
    ]  # fmt: skip
    assert table.parameters == 12288 * 20 + 20 + 20 * 7 + 7 + 7 * 5 + 5 + 5 + 1
    assert len(table.rows) == 16
    assert max(map(len, str(table).splitlines())) <= 100


def test_the_equations_of_the_backward_pass_have_the_transposed_shapes():
    told = dict(dimension_table((4, 3, 2), m=5).equations)
    assert told["dW[2] = dZ[2] A[1]' / m"] == "(2, 5)(5, 3) -> (2, 3)"
    assert told["dA[1] = W[2]' dZ[2]"] == "(3, 2)(2, 5) -> (3, 5)"
    assert told["dW[1] = dZ[1] X' / m"] == "(3, 5)(5, 4) -> (3, 4)"


def test_without_a_number_of_examples_m_stays_a_letter_and_equals_the_table_with_one():
    letters, numbers = dimension_table((4, 3, 1)), dimension_table((4, 3, 1), 9)
    for one, other in zip(letters.rows, numbers.rows, strict=True):
        assert tuple(9 if size == "m" else size for size in one.shape) == other.shape
    assert "(3, m)" in str(letters)
    assert "m = m" not in str(letters)


def test_equal_widths_still_name_the_two_layers_apart():
    rows = {row.tensor: row.formula for row in dimension_table((3, 3, 3), 3).rows}
    assert rows["W[2]"] == "(n[2], n[1])"
    assert rows["Z[2]"] == "(n[2], m)"
    assert rows["b[1]"] == "(n[1], 1)"


def test_markdown_and_latex_hold_every_row():
    table = dimension_table((4, 3, 1), 2)
    assert table._repr_markdown_().count("\n|") == len(table.rows) + 2
    latex = table.to_latex()
    assert latex.count(r"\\") == len(table.rows) + 1
    assert latex.count("{") == latex.count("}")
    assert "$dW^{[1]}$" in latex


@pytest.mark.parametrize("network", ["4", "4-x", (4, 0), (4, 2.5), (4, True), None, "4--1"])
def test_units_that_are_no_network_are_refused(network):
    with pytest.raises(SettingError, match=r"expected the units n\[0\] to n\[L\]"):
        dimension_table(network)


@pytest.mark.parametrize("m", [0, 2.0, True])
def test_a_number_of_examples_that_is_none_is_refused(m):
    with pytest.raises(SettingError, match="at least 1"):
        dimension_table((2, 1), m)


def test_summary_with_m_has_the_numbers_and_without_stays_short(fitted):
    model = fitted[0]["plain"]
    assert "(4, 33)" in model.summary(m=33)
    assert "dW[1]" in model.summary(m=33)
    assert "dW[1]" not in model.summary()


def test_a_network_without_hidden_layers_has_one_layer():
    X = np.arange(12.0)[:, None]
    model = DNNRegressor((), epochs=1, random_state=0).fit(X, X[:, 0])
    assert [row.tensor for row in dimension_table(model).rows] == ["W[1]", "b[1]", "Z[1]", "A[1]"]
