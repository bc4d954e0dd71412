"""A class that keeps W and b is checked method by method, on weights that are put into it."""

import pytest

import layerwise

NETWORK = """
import numpy as np

class Network:
    def __init__(self, sizes=(3, 4, 1), lr=0.1):
        self.W = [np.random.randn(o, i) for i, o in zip(sizes[:-1], sizes[1:])]
        self.b = [np.zeros((o, 1)) for o in sizes[1:]]
        self.lr = lr

    def forward(self, X):
        self.A, self.Z = [X], []
        for l, (W, b) in enumerate(zip(self.W, self.b)):
            self.Z.append(W @ self.A[-1] + b)
            last = l == len(self.W) - 1
            z = self.Z[-1]
            self.A.append(1 / (1 + np.exp(-z)) if last else np.maximum(z, 0))
        return self.A[-1]

    def backward(self, Y):
        m = Y.shape[1]
        self.dW, self.db = [None] * len(self.W), [None] * len(self.W)
        dZ = self.A[-1] - Y
        for l in reversed(range(len(self.W))):
            self.dW[l] = dZ @ self.A[l].T / m
            self.db[l] = dZ.sum(axis=1, keepdims=True) / m
            if l:
                dZ = (self.W[l].T @ dZ) * (self.Z[l - 1] > 0)

    def step(self):
        for l in range(len(self.W)):
            self.W[l] -= self.lr * self.dW[l]
            self.b[l] -= self.lr * self.db[l]
"""
DENSE = """
import numpy as np

class Network:
    def __init__(self, n_in=3, n_out=4):
        self.W = np.random.randn(n_out, n_in)
        self.b = np.zeros((n_out, 1))

    def forward(self, A_prev):
        self.A_prev, self.Z = A_prev, self.W @ A_prev + self.b
        return np.maximum(0, self.Z)

    def backward(self, dA):
        m = dA.shape[1]
        dZ = dA * (self.Z > 0)
        self.dW = dZ @ self.A_prev.T / m
        self.db = dZ.sum(axis=1, keepdims=True) / m
        return self.W.T @ dZ

    def update(self, learning_rate):
        self.W -= learning_rate * self.dW
        self.b -= learning_rate * self.db
"""
NAMED = """
import numpy as np

class Network:
    def __init__(self, n_x=4, n_h=5, n_y=1):
        self.parameters = {"W1": np.random.randn(n_h, n_x), "b1": np.zeros((n_h, 1)),
                           "W2": np.random.randn(n_y, n_h), "b2": np.zeros((n_y, 1))}

    def forward(self, X):
        p = self.parameters
        self.A1 = np.tanh(p["W1"] @ X + p["b1"])
        self.A2 = 1 / (1 + np.exp(-(p["W2"] @ self.A1 + p["b2"])))
        return self.A2

    def backward(self, X, Y):
        m = X.shape[1]
        dZ2 = self.A2 - Y
        dZ1 = self.parameters["W2"].T @ dZ2 * (1 - self.A1**2)
        self.grads = {"dW2": dZ2 @ self.A1.T / m, "db2": dZ2.sum(1, keepdims=True) / m,
                      "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(1, keepdims=True) / m}

    def update(self, learning_rate):
        for name in self.parameters:
            self.parameters[name] -= learning_rate * self.grads["d" + name]
"""


def report(source, folder):
    path = folder / "net.py"
    path.write_text(source)
    return layerwise.check(path, of_class="Network")


@pytest.mark.parametrize("source", [NETWORK, DENSE, NAMED], ids=["lists", "a layer", "by name"])
def test_a_right_class_is_clean_and_each_method_is_checked(source, tmp_path):
    found = report(source, tmp_path)
    assert found.findings == ()
    assert len(found.functions) == 3


@pytest.mark.parametrize(
    ("source", "old", "new", "function", "slip"),
    [
        (NETWORK, "self.A[l].T / m", "self.A[l].T", "backward", "1/m is missing (sum for mean)"),
        (NETWORK, "(self.Z[l - 1] > 0)", "1", "backward", "g' is missing (da for dz)"),
        (NETWORK, "self.W[l] -= ", "self.W[l] += ", "step", "the wrong direction: + for -"),
        (DENSE, "self.W.T @ dZ", "self.dW.T @ dZ", "backward", "dW for W"),
        (DENSE, "@ A_prev + self.b", "@ A_prev", "forward", "b is missing"),
        (NAMED, "(1 - self.A1**2)", "(1 - self.A1)", "backward", "1 - A without the square"),
    ],
)
def test_a_slip_in_a_method_is_named(source, old, new, function, slip, tmp_path):
    assert old in source
    found = report(source.replace(old, new, 1), tmp_path).findings
    assert (found[0].function, found[0].slip) == (function, slip)
