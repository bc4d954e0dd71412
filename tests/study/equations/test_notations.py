"""Notations that are rewritten before a file is read are told as they were written."""

import time

import pytest

from layerwise.study.equations import limits
from layerwise.study.equations.judging import check_equations
from layerwise.study.equations.notations import usual

RIGHT = {
    "layers in parentheses": r"""Z^{(1)} = W^{(1)} X + b^{(1)}
A^{(1)} = \tanh(Z^{(1)})
Z^{(2)} = W^{(2)} A^{(1)} + b^{(2)}
dW^{(2)} = \frac{1}{m} dZ^{(2)} A^{(1)T}
db^{(2)} = \frac{1}{m} \sum_{i=1}^m dZ^{(2)(i)}
dZ^{(1)} = W^{(2)T} dZ^{(2)} \odot (1 - A^{(1)} \odot A^{(1)})""",
    "the layer l in parentheses": r"""dZ^{(l)} = dA^{(l)} \odot g^{(l)'}(Z^{(l)})
dA^{(l-1)} = (W^{(l)})^T dZ^{(l)}""",
    "MATLAB": "dZ[l] = dA[l] .* g[l]'(Z[l])\ndW[l] = (1/m) * dZ[l] * A[l-1]'",
    "np.mean": "cost = -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))",
    "logistic": "dw = 1/m * np.dot(X, (A - Y).T)",
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_slide_passes_clean(name):
    found = check_equations(RIGHT[name] + "\n")
    assert found
    assert {each.status for each in found} <= {"ok", "note"}


@pytest.mark.parametrize(
    ("text", "slip", "repair"),
    [
        (r"Z^{(2)} = W^{(2)} X + b^{(2)}", "X for A", r"Z^{(2)} = W^{(2)} A^{(1)} + b^{(2)}"),
        (r"dW^{(l)} = \frac{1}{m} dZ^{(l)} A^{(l)T}", "another layer's A",
         r"dW^{(l)} = \frac{1}{m} dZ^{(l)} A^{(l-1)T}"),
    ],
)  # fmt: skip
def test_a_correction_is_written_with_the_layers_in_parentheses(text, slip, repair):
    (found,) = check_equations(text + "\n")
    assert (found.text, found.slip, found.repair) == (text, slip, repair)


def test_an_example_and_a_power_stay_what_they_are():
    assert usual(r"y^{(i)} + 2^{(3)} + A1^(2)") == r"y^{(i)} + 2^{(3)} + A1^(2)"


def test_a_file_of_wrong_lines_ends_in_its_time(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.3)
    line = "dZ[L-1] = W[L]' W[L]' dZ[L] * g[L-1]'(Z[L-1]) * A[L-1] - {} * Y + A[L] * Y\n"
    began = time.perf_counter()
    found = check_equations("".join(line.format(i) for i in range(40)))
    assert time.perf_counter() - began < 5
    assert {each.status for each in found} == {"wrong"}
    assert "seconds of searching" in found[-1].why
