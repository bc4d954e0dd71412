"""Slips in styles of learners that are not the course's, each named once and in its place."""

import pytest

import layerwise

UPDATE = """
def update_parameters(parameters, grads, learning_rate=1.2):
    W1 = parameters["W1"] - learning_rate * grads["dW1"]
    b1 = parameters["b1"] - learning_rate * grads["db1"]
    W2 = parameters["W2"] - learning_rate * grads["dW2"]
    b2 = parameters["b2"] - learning_rate * grads["db2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
"""
FROM_A = """
def sigmoid_backward(dA, A):
    return dA * A * (1 - A)

def tanh_derivative(a):
    return 1 - a**2
"""
EINSUM = """
def linear_forward(A, W, b):
    return np.einsum("ij,jk->ik", W, A) + b, {"A_prev": A, "W": W, "b": b}

def linear_backward(dZ, cache):
    m = dZ.shape[-1]
    dW = np.einsum("im,jm->ij", dZ, cache["A_prev"]) / m
    return np.einsum("ij,im->jm", cache["W"], dZ), dW, np.einsum("im->i", dZ)[:, None] / m
"""
ORDER = """
def linear_forward(A_prev, W, b):
    Z = W @ A_prev + b
    return Z, [W, b, A_prev]

def linear_backward(dZ, cache):
    W, b, A_prev = cache
    m = dZ.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.mean(axis=1, keepdims=True)
"""
EARLY = """
def backward_propagation(X, Y, cache):
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2 = cache
    dZ2 = (A2 - Y) / m
    dW2, db2 = dZ2 @ A1.T, dZ2.sum(axis=1, keepdims=True)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    dW1, db1 = dZ1 @ X.T, dZ1.sum(axis=1, keepdims=True)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
"""
RIGHT = {"two layers": UPDATE, "from A": FROM_A, "einsum": EINSUM, "order": ORDER, "1/m": EARLY}


def findings(source, folder, **options):
    path = folder / "net.py"
    path.write_text("import numpy as np\n" + source)
    report = layerwise.check(path, **options)
    assert report.functions
    return report.findings


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_function_in_another_style_is_clean(name, tmp_path):
    assert findings(RIGHT[name], tmp_path) == ()


@pytest.mark.parametrize(
    ("source", "old", "new", "tensor", "slip"),
    [
        (UPDATE, '* grads["db1"]', '* grads["db2"]', "b", "the gradient of the next layer"),
        (FROM_A, "A * (1 - A)", "A", "dZ", "g for g'"),
        (EINSUM, '"ij,im->jm"', '"ji,im->jm"', "dA_prev", "W for W' (the transpose is missing)"),
        (ORDER, "[W, b, A_prev]", "[W, b, Z]", "A_prev in the cache",
         "Z is kept in the place of A_prev"),
        (EARLY, "dZ2 @ A1.T", "dZ2 @ A2.T", "dW", "A for A_prev"),
        (EARLY, "dZ1 @ X.T", "dA1 @ X.T", "dW", "dA for dZ (da for dz)"),
    ],
)  # fmt: skip
def test_a_slip_in_another_style_is_named_once(source, old, new, tensor, slip, tmp_path):
    assert old in source
    (one,) = findings(source.replace(old, new, 1), tmp_path)
    assert (one.tensor, one.slip) == (tensor, slip)


def test_a_fresh_mask_in_backward_is_named(tmp_path):
    from seeds import HERE, PRACTICE

    source = (HERE / PRACTICE).read_text()
    assert "dA1 = dA1 * D1" in source
    fresh = "dA1 = dA1 * (np.random.rand(*dA1.shape) < keep_prob)"
    (one,) = findings(source.replace("dA1 = dA1 * D1", fresh), tmp_path)
    assert one.slip == "the mask of forward is not reused: a fresh random mask"
    assert (one.tensor, one.function) == ("dA", "backward_propagation_with_dropout")


def test_the_sign_of_the_start_is_at_dZ_where_backward_starts_from_it(tmp_path):
    source = """
def model_backward(AL, Y, caches):
    grads, dZ = {}, Y - AL
    for l in range(len(caches), 0, -1):
        (A_prev, W, b), Z = caches[l - 1]
        grads[f"dW{l}"] = dZ @ A_prev.T / Y.shape[1]
        grads[f"db{l}"] = dZ.mean(axis=1, keepdims=True)
        dZ = (W.T @ dZ) * (A_prev > 0)
    return grads
"""
    (one,) = findings(source, tmp_path)
    assert (one.tensor, one.slip) == ("dZ", "the sign: Y - A")


def test_repairs_of_rows_are_written_for_rows(tmp_path):
    source = """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    return dZ @ W.T, A_prev.T @ dZ, dZ.mean(axis=0)
"""
    (one,) = findings(source, tmp_path, layout="rows")
    assert one.repair == "dW = A_prev.T @ dZ / m"
