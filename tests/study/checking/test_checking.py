"""`layerwise.check`: functions of other names, several slips, files that misbehave."""

from pathlib import Path

import numpy as np
import pytest

import layerwise
from layerwise.errors import DataError, SettingError
from layerwise.study.checking import process

HERE = Path(__file__).parent
DEEP = (HERE / "learner_deep.py").read_text()


def check(folder, source, **options):
    path = folder / "net.py"
    path.write_text("import numpy as np\n" + source)
    return layerwise.check(path, **options)


def slips(report):
    return [one.slip for one in report.findings]


def test_two_slips_of_one_function_are_found_one_after_the_other(tmp_path):
    source = DEEP.replace("1 / m * np.dot(dZ, A_prev.T)", "np.dot(dZ, A_prev.T)")
    source = source.replace("np.dot(W.T, dZ)", "np.dot(dW.T, dZ)")
    found = slips(check(tmp_path, source))
    assert found[0] == "1/m is missing (sum for mean)"
    assert len(found) == 2
    assert found[1] == "dW for W"


def test_slips_of_two_functions_are_found_and_not_repeated_in_what_calls_them(tmp_path):
    source = DEEP.replace("np.maximum(0, Z)", "np.abs(Z)").replace(", keepdims=True)", ")", 1)
    report = check(tmp_path, source)
    assert [one.function for one in report.findings] == ["relu", "linear_backward"]
    (whole,) = (one for one in report.functions if one.function == "L_model_backward")
    assert whole.follows


def test_two_slips_in_one_line_are_both_named(tmp_path):
    source = DEEP.replace("1 / m * np.dot(dZ, A_prev.T)", "-np.dot(dZ, A_prev.T)")
    assert sorted(slips(check(tmp_path, source))) == ["1/m is missing (sum for mean)", "the sign"]


def test_two_slips_of_hidden_lines_are_both_named(tmp_path):
    source = DEEP.replace("-(np.divide(Y, AL) - ", "(np.divide(Y, AL) - ")
    source = source.replace(
        'grads["dW" + str(l + 1)] = dW', 'grads["dW" + str(l + 1)] = dW * Y.size'
    )
    assert sorted(slips(check(tmp_path, source))) == ["1/m is missing (sum for mean)", "the sign"]


def test_an_activation_that_a_plain_else_takes_for_another_is_not_held_against_it(tmp_path):
    source = """
import numpy as np


def linear_activation_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    A = 1 / (1 + np.exp(-Z)) if activation == "sigmoid" else np.maximum(Z, 0)
    return A, ((A_prev, W, b), Z)

def linear_activation_backward(dA, cache, activation):
    (A_prev, W, b), Z = cache
    A = 1 / (1 + np.exp(-Z))
    dZ = dA * A * (1 - A) if activation == "sigmoid" else dA * (Z > 0)
    m = dA.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m
"""
    assert not check(tmp_path, source).findings
    told = source.replace("else np.maximum(Z, 0)", "else np.minimum(Z, 0)")
    assert {one.function for one in check(tmp_path, told).findings} == {"linear_activation_forward"}


KEEPS_A = """
import numpy as np

def linear_activation_forward(A_prev, W, b, activation):
    Z = W.dot(A_prev) + b
    if activation == "sigmoid":
        A = 1.0 / (1.0 + np.exp(-Z))
    elif activation == "tanh":
        A = np.tanh(Z)
    else:
        A = np.where(Z > 0, Z, 0)
    return A, ((A_prev, W, b), A)
def linear_activation_backward(dA, cache, activation):
    (A_prev, W, b), A = cache
    if activation == "sigmoid":
        dZ = dA * A * (1 - A)
    elif activation == "tanh":
        dZ = dA * (1 - A ** 2)
    else:
        dZ = np.where(A > 0, dA, 0)
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, np.mean(dZ, axis=1, keepdims=True)
def L_model_forward(X, parameters):
    L = len(parameters) // 2
    A, caches = X, []
    for l in range(1, L + 1):
        A, c = linear_activation_forward(A, parameters[f"W{l}"], parameters[f"b{l}"], "sigmoid" if l == L else "relu")
        caches.append(c)
    return A, caches
def L_model_backward(AL, Y, caches):
    L = len(caches); grads = {}
    dA = (AL - Y) / (AL * (1 - AL))
    for l in range(L, 0, -1):
        dA, dW, db = linear_activation_backward(dA, caches[l - 1], "sigmoid" if l == L else "relu")
        grads[f"dA{l-1}"], grads[f"dW{l}"], grads[f"db{l}"] = dA, dW, db
    return grads
def update_parameters(parameters, grads, learning_rate):
    return {k: v - learning_rate * grads["d" + k] for k, v in parameters.items()}
"""


def test_a_layer_may_keep_its_A_in_place_of_Z_when_its_backward_lives_on_that(tmp_path):
    assert not check(tmp_path, KEEPS_A).findings
    wrong = KEEPS_A.replace("np.mean(dZ", "np.sum(dZ")
    assert slips(check(tmp_path, wrong)) == ["1/m is missing (sum for mean)"]


def test_an_A_in_place_of_Z_is_a_stale_cache_when_backward_asks_for_Z(tmp_path):
    wrong = KEEPS_A.replace(
        "    (A_prev, W, b), A = cache",
        "    (A_prev, W, b), Z = cache\n    A = {'sigmoid': lambda Z: 1 / (1 + np.exp(-Z)), 'tanh': np.tanh}.get(activation, lambda Z: np.maximum(Z, 0))(Z)",
    )
    assert slips(check(tmp_path, wrong)) == ["stale cache: A[l] is kept in the place of Z[l]"]


def test_an_unknown_slip_is_placed_with_its_ratio(tmp_path):
    source = DEEP.replace("np.dot(W.T, dZ)", "3.5 * np.dot(W.T, dZ)")
    (one,) = check(tmp_path, source).findings
    assert (one.slip, one.function, one.tensor) == ("unknown", "linear_backward", "dA_prev")
    assert "3.5 times" in one.detail


@pytest.mark.parametrize(
    "order", [("A_prev", "W", "Z"), ("Z", "A_prev", "W"), ("b", "Z", "A_prev", "W")]
)
def test_a_cache_of_any_order_is_handed_on(order):
    def run(slip):
        def ahead(A_prev, W, b):
            known = {"A_prev": A_prev, "W": W, "b": b, "Z": W @ A_prev + b}
            return np.tanh(known["Z"]), tuple(known[name] for name in order)

        def back(dA, cache):
            known = dict(zip(order, cache, strict=True))
            Z = known["Z"]
            dZ = dA * (1 - (Z if slip else np.tanh(Z)) ** 2)
            m = dA.shape[1]
            means = dZ @ known["A_prev"].T / m, dZ.sum(axis=1, keepdims=True) / m
            return known["W"].T @ dZ, *means

        return [one.slip for one in layerwise.check(forward=ahead, backward=back).findings]

    assert run(slip=False) == []
    assert run(slip=True) == ["1 - Z^2: Z for A in g'"]


def test_functions_of_this_process_are_checked_by_what_they_ask_for():
    def ahead(A_prev, W, b):
        return np.tanh(W @ A_prev + b), (A_prev, W, b, W @ A_prev + b)

    def back(dA, cache):
        A_prev, W, b, Z = cache
        dZ = dA * (1 - Z**2)
        m = dA.shape[1]
        return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m

    report = layerwise.check(forward=ahead, backward=back)
    assert [(one.function, one.slip) for one in report.findings] == [
        ("backward", "1 - Z^2: Z for A in g'")
    ]


def test_a_whole_network_of_other_names_is_checked():
    def forward(X, params):
        A1 = np.tanh(params["W1"] @ X + params["b1"])
        A2 = 1 / (1 + np.exp(-(params["W2"] @ A1 + params["b2"])))
        return A2, {"A1": A1, "A2": A2}

    def backward(params, cache, X, Y):
        m = X.shape[1]
        dZ2 = cache["A2"] - Y
        dZ1 = params["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
        return {
            "dW1": dZ1 @ X.T / m,
            "db1": dZ1.sum(1, keepdims=True) / m,
            "dW2": dZ2 @ cache["A1"].T,
            "db2": dZ2.sum(1, keepdims=True) / m,
        }

    def update(params, grads, lr):
        return {name: params[name] + lr * grads["d" + name] for name in params}

    report = layerwise.check(forward=forward, backward=backward, update=update)
    assert slips(report) == ["1/m is missing (sum for mean)", "the wrong direction: + for -"] or (
        slips(report)[0] == "1/m is missing (sum for mean)"
    )
    assert report.findings[0].layer == "L"


def test_a_class_s_methods_are_taken(tmp_path):
    source = """
class Layer:
    def linear_forward(self, A, W, b):
        return W @ A - b, (A, W, b)
"""
    assert slips(check(tmp_path, source, of_class="Layer")) == ["b is subtracted"]


def test_a_function_of_another_name_is_taken_by_its_name(tmp_path):
    source = "def mine(A, W, b):\n    return W @ A, (A, W, b)\n"
    assert slips(check(tmp_path, source, linear_forward="mine")) == ["b is missing"]


def test_what_a_call_does_to_the_process_is_told_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "MOST_SECONDS", 1.5)
    source = """
def relu(Z):
    while True:
        pass

def sigmoid(Z):
    raise SystemExit(3)

def linear_forward(A, W, b):
    import os
    os._exit(1)

def compute_cost(AL, Y):
    return input("cost? ")
"""
    report = check(tmp_path, source)
    said = {one.function: one.detail for one in report.findings}
    assert "no answer within" in said["relu"]
    assert "SystemExit" in said["sigmoid"]
    assert "ended" in said["linear_forward"]
    assert "EOFError" in said["compute_cost"]


def test_who_is_handed_a_wrong_list_of_caches_waits_for_it(tmp_path):
    lost = "    caches.append(cache)\n    assert"
    assert lost in DEEP
    report = check(tmp_path, DEEP.replace(lost, "    assert"))
    assert slips(report) == ["the cache of one layer is not kept"]
    (backward,) = [one for one in report.functions if one.function == "L_model_backward"]
    assert backward.waits == ("L_model_forward",)


def test_batch_normalization_may_take_means_where_the_cost_is_a_mean(tmp_path):
    source = (HERE / "learner_practice.py").read_text()
    for name in ("dgamma", "dbeta"):
        assert f"{name} = np.sum" in source
        source = source.replace(f"{name} = np.sum", f"{name} = np.mean")
    assert slips(check(tmp_path, source)) == []


def test_an_exception_is_told_with_the_learner_s_line(tmp_path):
    (one,) = check(tmp_path, "def relu(Z):\n    A = np.maximun(0, Z)\n    return A\n").findings
    assert one.slip == "unknown"
    assert "line 3" in one.detail
    assert "np.maximun" in one.detail
    assert one.tensor == "A"


def test_a_forgotten_return_is_told(tmp_path):
    (one,) = check(tmp_path, "def relu(Z):\n    A = np.maximum(0, Z)\n").findings
    assert "return" in one.detail


REFUSED = {
    "a file that fails": ("1 / 0", {}, DataError, "ZeroDivisionError"),
    "a file that is no Python": ("def f(:", {}, DataError, "SyntaxError"),
    "a file without functions of the course": ("def f(x): return x", {}, DataError, "there is: f"),
    "a function that is not there": ("", {"backward": "g"}, SettingError, "no function 'g'"),
    "a role that is none": ("def f(x): return x", {"leap": "f"}, SettingError, "'leap'"),
    "another layout": ("", {"layout": "diagonal"}, SettingError, "columns, rows"),
    "a class that is not there": ("", {"of_class": "Net"}, DataError, "Net"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_checked_is_refused_with_the_reason(name, tmp_path):
    source, options, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        check(tmp_path, source, **options)


def test_nothing_given_is_refused():
    with pytest.raises(SettingError, match="given nothing"):
        layerwise.check()


def test_a_function_with_other_arguments_is_not_blamed(tmp_path):
    source = "def relu(Z):\n    return np.maximum(0, Z)\n\ndef L_model_forward(X, net, depth, mode, k): pass"
    report = check(tmp_path, source)
    assert report.findings == ()
    assert report.strange == ("L_model_forward",)


def test_a_notebook_shows_the_report_as_its_text(tmp_path):
    report = check(tmp_path, DEEP.replace("np.dot(W.T, dZ)", "np.dot(dW.T, dZ)"))
    pretty = pytest.importorskip("IPython.lib.pretty")
    assert pretty.pretty(report) == str(report)
    assert "repair" in str(report)
