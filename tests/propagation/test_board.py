"""The board against referees: autodiff, central differences, 50-digit arithmetic, worked numbers."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from layerwise.propagation import activation, linear, network
from layerwise.propagation.activation import ACTIVATIONS
from layerwise.propagation.cost import HEADS, dZ_last, dZ_last_through_dA
from layerwise.propagation.gradient_check import gradient_check
from layerwise.propagation.initialization import INITIALIZATIONS
from layerwise.propagation.kinds import Block, Network, dense, dimensions
from layerwise.propagation.network import Examples, forward, init, propagate

pytestmark = pytest.mark.usefixtures("float64")


def example(seed, units, activations, head):
    rng = np.random.default_rng(seed)
    net = dense(units, activations, head, "xavier")
    parameters = init(jax.random.key(seed), net, jnp.float64)
    m, k = 9, units[-1]
    X = jnp.asarray(rng.normal(size=(units[0], m)))
    if head == "softmax":
        Y = np.eye(k)[np.arange(m) % k].T
    else:
        Y = rng.integers(0, 2, (k, m)) if head == "sigmoid" else rng.normal(size=(k, m))
    batch = Examples(X, jnp.asarray(Y, jnp.float64), jnp.asarray(rng.random((1, m))))
    return net, parameters, batch


SMOOTH = ("tanh", "sigmoid", "identity")


@pytest.mark.parametrize("name", list(ACTIVATIONS))
@pytest.mark.parametrize("z", [-3.1, -0.2, 0.4, 2.7])
def test_g_prime_is_the_derivative_of_g(name, z):
    g, g_prime = ACTIVATIONS[name]
    Z, h = jnp.full((1, 1), z), 1e-6
    slope = (g(Z + h) - g(Z - h)) / (2 * h)
    assert abs(float((g_prime(Z) - slope)[0, 0])) < 1e-8


def test_relus_derivative_at_zero_is_zero():
    assert float(ACTIVATIONS["relu"].g_prime(jnp.zeros((1, 1)))[0, 0]) == 0.0


@pytest.mark.parametrize(("head", "k"), [("identity", 2), ("sigmoid", 1), ("softmax", 4)])
@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_the_gradient_check_passes_for_every_activation_and_head(head, k, name):
    net, parameters, batch = example(3, (4, 5, 6, k), (name, "tanh"), head)
    check = gradient_check(net, parameters, batch, jnp.asarray(0.3))
    assert check.first_wrong is None
    assert len(check.rows) == 6
    assert max(row.against_autodiff for row in check.rows) < 1e-12


@pytest.mark.parametrize(("head", "k"), [("identity", 3), ("sigmoid", 1), ("softmax", 4)])
def test_both_forms_of_the_first_dZ_are_equal(head, k):
    net, parameters, batch = example(5, (3, 4, k), ("tanh",), head)
    Z, _ = forward(net, parameters, batch.X)
    direct = dZ_last(head, Z, batch.Y)
    longer = dZ_last_through_dA(head, HEADS[head].g(Z), batch.Y)
    assert float(jnp.abs(direct - longer).max()) < 1e-14


WRONG = {
    "A[l] instead of A[l-1]": ("dW", lambda s, dZ, c, share: _square(dZ, dZ * share)),
    "dZ[L] = 0": ("all", None),
    "dW carries no 1/m": ("dW", lambda s, dZ, c, share: dZ @ c.A_prev.T),
    "dW instead of W in dA_prev": (
        "dA",
        lambda s, dZ, c, share: ((dZ * share) @ c.A_prev.T).T @ dZ,
    ),
    "the sign of dW": ("dW", lambda s, dZ, c, share: -(dZ * share) @ c.A_prev.T),
}


def _square(dZ, mean):
    return mean @ dZ.T


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_of_real_slides_is_named_with_its_layer(mistake, monkeypatch):
    net, parameters, batch = example(1, (4, 4, 4, 1), ("tanh", "tanh"), "sigmoid")
    where, wrong = WRONG[mistake]
    right = linear.backward

    def backward(settings, dZ, cache, share):
        dA_prev, gradient = right(settings, dZ, cache, share)
        if settings.n == 1:  # layer L stays right, so that layer 2 is the first wrong one
            return dA_prev, gradient
        if where == "dW":
            return dA_prev, {**gradient, "W": wrong(settings, dZ, cache, share)}
        return wrong(settings, dZ, cache, share), gradient

    if where == "all":
        monkeypatch.setattr(network, "dZ_last", lambda head, Z, Y: jnp.zeros_like(Z))
        expected = 3
    else:
        monkeypatch.setattr(linear, "backward", backward)
        expected = 2 if where == "dW" else 1
    assert gradient_check(net, parameters, batch, jnp.asarray(0.0)).first_wrong == expected


@pytest.mark.parametrize("head", list(HEADS))
def test_costs_are_right_at_the_extremes(head):
    rng = np.random.default_rng(0)
    mpmath.mp.dps = 50
    for _ in range(150):
        k = 1 if head == "sigmoid" else 3
        z = rng.choice([-1, 1], k) * 10.0 ** rng.uniform(-10, 150 if head == "identity" else 308, k)
        y = np.eye(k)[rng.integers(k)] if head == "softmax" else rng.integers(0, 2, k) * 1.0
        ours = float(HEADS[head].loss(jnp.asarray(z)[:, None], jnp.asarray(y)[:, None])[0, 0])
        exact = _exact(head, [mpmath.mpf(float(v)) for v in z], y)
        assert not np.isnan(ours)
        if exact > mpmath.mpf(np.finfo(float).max):
            assert ours == np.inf
        else:
            assert abs(ours - float(exact)) <= 1e-14 * float(exact) + 1e-300


def _exact(head, z, y):
    if head == "identity":
        return sum((a - b) ** 2 for a, b in zip(z, map(float, y), strict=True)) / 2
    if head == "sigmoid":
        t = z[0] if y[0] == 0 else -z[0]
        return t if t > 1000 else mpmath.log1p(mpmath.exp(t))
    top = max(z)
    total = sum(mpmath.exp(v - top) if v - top > -10000 else mpmath.mpf(0) for v in z)
    return mpmath.log(total) + top - z[int(np.argmax(y))]


@pytest.mark.parametrize("name", SMOOTH)
def test_the_error_of_central_differences_falls_with_slope_two(name):
    net, parameters, batch = example(2, (3, 4, 2), (name,), "softmax")
    W, right = parameters[0]["W"], propagate(net, parameters, batch, jnp.asarray(0.0))

    def error(h, gradient):
        move = jnp.zeros_like(W).at[1, 2].set(h)
        J = [
            float(propagate(net, ({**parameters[0], "W": W + s * move}, *parameters[1:]), batch, jnp.asarray(0.0)).J)
            for s in (1, -1)
        ]  # fmt: skip
        return abs((J[0] - J[1]) / (2 * h) - float(gradient[1, 2]))

    dW = right.gradients[0]["W"]
    good = np.log10(error(1e-1, dW) / error(1e-2, dW))
    bad = np.log10(error(1e-1, 2 * dW) / error(1e-2, 2 * dW))
    assert good == pytest.approx(2, abs=0.1)
    assert abs(bad) < 0.2


def test_weight_k_is_the_example_k_times_and_weight_zero_is_absent():
    net, parameters, batch = example(4, (3, 5, 1), ("tanh",), "sigmoid")
    times = np.array([0, 1, 2, 3, 1, 0, 2, 1, 1])
    weighted = batch._replace(weights=jnp.asarray(times, jnp.float64)[None, :])
    copies = Examples(
        jnp.repeat(batch.X, times, axis=1), jnp.repeat(batch.Y, times, axis=1),
        jnp.ones((1, int(times.sum()))),
    )  # fmt: skip
    ours, theirs = (propagate(net, parameters, b, jnp.asarray(0.1)) for b in (weighted, copies))
    assert float(ours.J) == pytest.approx(float(theirs.J), rel=1e-12)
    for a, b in zip(
        jax.tree.leaves(ours.gradients), jax.tree.leaves(theirs.gradients), strict=True
    ):
        assert float(jnp.abs(a - b).max()) < 1e-12


def test_one_step_worked_with_numbers():
    """x = (1, 2), y = 1; W1 = [[.1, .2], [.3, .4]], b1 = 0, tanh; W2 = [[.5, -.5]], b2 = .1, sigmoid."""
    net = dense((2, 2, 1), ("tanh",), "sigmoid", "zeros")
    parameters = (
        {"W": jnp.array([[0.1, 0.2], [0.3, 0.4]]), "b": jnp.zeros((2, 1))},
        {},
        {"W": jnp.array([[0.5, -0.5]]), "b": jnp.array([[0.1]])},
    )
    batch = Examples(jnp.array([[1.0], [2.0]]), jnp.array([[1.0]]), jnp.ones((1, 1)))
    passed = propagate(net, parameters, batch, jnp.asarray(0.0))
    a = np.tanh([0.5, 1.1])
    z = 0.5 * a[0] - 0.5 * a[1] + 0.1
    p = 1 / (1 + np.exp(-z))
    assert float(passed.J) == pytest.approx(-np.log(p), rel=1e-12)
    assert passed.gradients[2]["W"].tolist()[0] == pytest.approx([(p - 1) * a[0], (p - 1) * a[1]])
    first = (p - 1) * 0.5 * (1 - a[0] ** 2)
    assert passed.gradients[0]["W"].tolist()[0] == pytest.approx([first * 1, first * 2])
    assert passed.gradients[0]["b"].tolist()[0] == pytest.approx([first])


@pytest.mark.parametrize(
    ("name", "deviation"),
    [("zeros", 0), ("small_normal", 0.01), ("xavier", (2 / 500) ** 0.5), ("he", (2 / 300) ** 0.5)],
)
def test_an_initialization_has_its_deviation(name, deviation):
    W = INITIALIZATIONS[name](jax.random.key(0), 200, 300, jnp.float64)
    assert W.shape == (200, 300)
    assert float(W.std()) == pytest.approx(deviation, rel=0.02)
    assert abs(float(W.mean())) <= 0.02 * deviation


def test_biases_start_at_zero():
    started = linear.init(jax.random.key(0), linear.Linear(3, 2, "he"), jnp.float64)
    assert started["b"].tolist() == [[0.0], [0.0]]


def test_zero_weights_keep_hidden_units_equal():
    net, _, batch = example(6, (3, 4, 1), ("tanh",), "sigmoid")
    parameters = jax.tree.map(
        lambda t: jnp.full_like(t, 0.1), init(jax.random.key(0), net, jnp.float64)
    )
    for _ in range(20):
        slopes = propagate(net, parameters, batch, jnp.asarray(0.0)).gradients
        parameters = jax.tree.map(lambda p, g: p - 0.5 * g, parameters, slopes)
    W = np.asarray(parameters[0]["W"])
    assert np.abs(W - W[0]).max() < 1e-14
    assert np.abs(W - 0.1).max() > 1e-3


def test_identity_layers_collapse_to_one_linear_map():
    net, parameters, batch = example(7, (3, 5, 4, 2), ("identity", "identity"), "identity")
    W1, W2, W3 = (parameters[i]["W"] for i in (0, 2, 4))
    Z, _ = forward(net, parameters, batch.X)
    assert float(jnp.abs(Z - W3 @ W2 @ W1 @ batch.X).max()) < 1e-13


def test_the_dimension_table_is_the_lectures():
    table = {
        row.tensor: row.shape for row in dimensions(dense((4, 3, 2), ("relu",), "softmax", "he"), 7)
    }
    assert table == {
        "W[1]": (3, 4), "b[1]": (3, 1), "Z[1]": (3, 7), "A[1]": (3, 7),
        "W[2]": (2, 3), "b[2]": (2, 1), "Z[2]": (2, 7), "A[2]": (2, 7),
    }  # fmt: skip


def test_a_bias_without_its_second_dimension_is_refused():
    with pytest.raises(Exception):
        linear.forward(
            linear.Linear(2, 2, "he"), {"W": jnp.ones((2, 2)), "b": jnp.ones(2)}, jnp.ones((2, 2))
        )


def test_a_network_of_one_layer_is_logistic_regression():
    net, parameters, batch = example(8, (3, 1), (), "sigmoid")
    assert net == Network((Block("linear", 1, linear.Linear(3, 1, "xavier")),), "sigmoid")
    assert net.depth == 1
    A = HEADS["sigmoid"].g(forward(net, parameters, batch.X)[0])
    weights = batch.weights / batch.weights.sum()
    dW = ((A - batch.Y) * weights) @ batch.X.T
    assert jnp.allclose(propagate(net, parameters, batch, jnp.asarray(0.0)).gradients[0]["W"], dW)


def test_leaky_relu_leaks_one_hundredth():
    Z = jnp.array([[-2.0, 3.0]])
    A, _ = activation.forward(activation.Activation(1, "leaky_relu"), {}, Z)
    assert A.tolist() == [[-0.02, 3.0]]
