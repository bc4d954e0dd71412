"""Members that share W: what each computes, how they are taught, how they predict."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import build
from layerwise.propagation.dimensions import dimensions
from layerwise.propagation.gradient_check import gradient_check
from layerwise.propagation.heads import HEADS
from layerwise.propagation.layer import Layer
from layerwise.propagation.network import cost, forward, init, propagate
from layerwise.propagation.notation import Examples, share_of
from layerwise.propagation.run import Run, givens
from layerwise.propagation.scaling import Scaling
from layerwise.propagation.vote import voted

pytestmark = pytest.mark.usefixtures("float64")
K, M = 3, 7
COSTS = {"squared_error": 2, "cross_entropy": 4, "binary_cross_entropy": 1, "poisson": 1}


def case(cost_name, hidden=(5, 4), seed=0, moved=0.3, **more):
    """Return a network of K members, its parameters, a batch and a run that trains."""
    random, n_last = np.random.default_rng(seed), COSTS[cost_name]
    layers = [Layer(n, "tanh", members=K, **more) for n in hidden]
    network = build(6, (*layers, Layer(n_last, members=K)), cost_name)
    none = ({},) * len(network.blocks)
    run = Run(none, none, {}, key=jax.random.key(seed))
    drawn = init(jax.random.key(seed), network, jnp.float64, run)
    parameters = jax.tree.map(lambda t: t + moved * random.normal(size=t.shape), drawn)
    Y = {
        "squared_error": random.normal(size=(2, M)),
        "cross_entropy": np.eye(4)[:, random.integers(4, size=M)],
        "binary_cross_entropy": random.integers(2, size=(1, M)).astype(float),
        "poisson": random.poisson(2, size=(1, M)).astype(float),
    }[cost_name]
    X, weights = random.normal(size=(6, M)), random.random((1, M))
    return network, parameters, Examples(*map(jnp.asarray, (X, Y, weights))), run


def alone(parameters, member, X):
    """Return Z[L] of one member, as a plain network with matrices of its own."""
    A, last = np.asarray(X), len(parameters) - 1
    for place, tensors in enumerate(parameters):
        if "r" in tensors:
            r, s, b = (np.asarray(tensors[name])[:, member] for name in "rsb")
            A = np.tanh(s * np.asarray(tensors["W"]) * r.T @ A + b)
        elif place == last:
            A = np.asarray(tensors["W"])[member::K] @ A + np.asarray(tensors["b"])[member::K]
    return A


def outputs(network, parameters, batch, run):
    given = givens(network, run, share_of(batch.weights))
    return forward(network, parameters, batch.X, given)[0]


@pytest.mark.parametrize("cost_name", COSTS)
def test_each_member_is_a_plain_network_with_its_scales_in_the_matrices(cost_name):
    network, parameters, batch, run = case(cost_name)
    Z = np.asarray(outputs(network, parameters, batch, run)).reshape(COSTS[cost_name], K, M)
    for member in range(K):
        assert Z[:, member] == pytest.approx(alone(parameters, member, batch.X), rel=1e-12)


@pytest.mark.parametrize("cost_name", COSTS)
def test_the_cost_is_the_mean_of_the_members_costs(cost_name):
    network, parameters, batch, run = case(cost_name)
    plain = build(6, (Layer(COSTS[cost_name]),), cost_name)
    none = Run(({},), ({},), {})
    each = [
        float(cost(plain, jnp.asarray(alone(parameters, member, batch.X)), batch, none))
        for member in range(K)
    ]
    assert float(propagate(network, parameters, batch, run).J) == pytest.approx(np.mean(each))


@pytest.mark.parametrize("cost_name", COSTS)
@pytest.mark.parametrize("hidden", [(5,), (5, 4), (4, 4, 4)])
def test_the_gradients_are_those_of_autodiff(cost_name, hidden):
    network, parameters, batch, run = case(cost_name, hidden)

    def J(tensors):
        return cost(network, outputs(network, tensors, batch, run), batch, run)

    ours = propagate(network, parameters, batch, run).gradients
    for mine, theirs in zip(ours, jax.grad(J)(parameters), strict=True):
        for name, gradient in mine.items():
            assert np.asarray(gradient) == pytest.approx(
                np.asarray(theirs[name]), rel=1e-11, abs=1e-14
            )


ALSO = [{"parametric": True}, {"skip": True}, {"normalization": "layer_norm"}]


@pytest.mark.parametrize("more", [{}, *(pytest.param(one, marks=pytest.mark.slow) for one in ALSO)])
def test_the_gradient_check_finds_nothing(more):
    *_, batch, run = case("cross_entropy", (4, 4))
    layers = Layer(4, "tanh", members=K), Layer(4, "tanh", members=K, **more), Layer(4, members=K)
    network = build(6, layers, "cross_entropy")
    numbers = tuple(
        {"epsilon": jnp.asarray(1e-5)} if b.kind == "layer_norm" else {} for b in network.blocks
    )
    run = run._replace(numbers=numbers, statistics=({},) * len(network.blocks))
    parameters = init(jax.random.key(1), network, jnp.float64, run)
    assert gradient_check(network, parameters, batch, run).first_wrong is None


def test_what_reaches_the_input_is_the_sum_over_the_members():
    *_, batch, run = case("squared_error")
    layers = Layer(5, "tanh", members=K), Layer(2, members=K)
    entered = build(6, layers, "squared_error", (("scaling", Scaling),))
    none = ({},) * len(entered.blocks)
    run = run._replace(numbers=none, statistics=none)
    drawn = init(jax.random.key(2), entered, jnp.float64, run)
    assert gradient_check(entered, drawn, batch, run).first_wrong is None


@pytest.mark.parametrize("head", HEADS)
def test_the_vote_is_the_mean_of_the_members_outputs(head):
    Z = jnp.asarray(3 * np.random.default_rng(0).normal(size=(4 * K, M)))
    g = HEADS[head].g
    each = np.stack([np.asarray(g(Z[member::K])) for member in range(K)])
    assert np.asarray(g(voted(Z, head, K))) == pytest.approx(each.mean(0), rel=1e-12)


@pytest.mark.parametrize("head", HEADS)
def test_the_vote_of_very_sure_members_stays_finite(head):
    far = 100.0 if head == "exponential" else 1e4
    Z = jnp.asarray([[far], [-far], [-far], [far]])
    assert np.isfinite(np.asarray(voted(Z, head, 2))).all()


def test_members_start_apart_by_the_signs_of_layer_1_alone():
    _, parameters, _, _ = case("squared_error", moved=0)
    assert set(np.unique(parameters[0]["r"])) == {-1.0, 1.0}
    assert (np.asarray(parameters[2]["r"]) == 1).all()
    for tensors in parameters[0], parameters[2]:
        assert (np.asarray(tensors["s"]) == 1).all()
        assert not np.asarray(tensors["b"]).any()


def test_members_have_one_w_in_hidden_layers_and_their_own_in_the_last():
    network, *_ = case("cross_entropy")
    shapes = {row.tensor: row.shape for row in dimensions(network, ({},) * 5, M)}
    assert shapes["W[1]"] == (5, 6)
    assert shapes["r[1]"] == (6, K, 1)
    assert shapes["s[2]"] == shapes["b[2]"] == (4, K, 1)
    assert shapes["Z[1]"] == (5 * K, M)
    assert shapes["W[3]"] == (4 * K, 4)
    assert network.weights == K * (6 * 5 + 5 * 4 + 4 * 4)
