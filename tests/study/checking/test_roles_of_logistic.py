"""Logistic regression as the public course writes it."""

import pytest

import layerwise

COURSE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def propagate(w, b, X, Y):
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -1/m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw = 1/m * np.dot(X, (A - Y).T)
    db = 1/m * np.sum(A - Y)
    return {"dw": dw, "db": db}, np.squeeze(np.array(cost))

def optimize(w, b, X, Y, num_iterations=100, learning_rate=0.009, print_cost=False):
    for i in range(num_iterations):
        grads, cost = propagate(w, b, X, Y)
        w = w - learning_rate * grads["dw"]
        b = b - learning_rate * grads["db"]
    return {"w": w, "b": b}, grads, [cost]
"""


def findings(source, folder):
    path = folder / "net.py"
    path.write_text(source)
    report = layerwise.check(path)
    assert {"propagate", "optimize"} <= {one.function for one in report.functions}
    return report.findings


def test_the_course_s_logistic_regression_is_clean(tmp_path):
    assert findings(COURSE, tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "function", "tensor", "slip"),
    [
        ("dw = 1/m * ", "dw = ", "propagate", "dW", "1/m is missing (sum for mean)"),
        ("1/m * np.sum(A - Y)", "1/m * np.sum(Y - A)", "propagate", "db", "the sign"),
        ("cost = -1/m * ", "cost = -", "propagate", "J", "sum for mean (1/m is missing)"),
        ("w = w - ", "w = w + ", "optimize", "W", "the wrong direction: + for -"),
    ],
)
def test_a_slip_of_logistic_regression_is_named_once(old, new, function, tensor, slip, tmp_path):
    (one,) = findings(COURSE.replace(old, new, 1), tmp_path)
    assert (one.function, one.tensor, one.slip) == (function, tensor, slip)


def test_its_repairs_are_written_for_w_as_a_column(tmp_path):
    (one,) = findings(COURSE.replace("dw = 1/m * ", "dw = "), tmp_path)
    assert one.repair == "dw = np.dot(X, (A - Y).T) / m"
