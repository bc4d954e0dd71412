"""The whole forward and backward pass against referees that share no code with it."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.architecture import dense
from layerwise.propagation.gradient_check import relative_error
from layerwise.propagation.network import forward, init, propagate
from layerwise.propagation.notation import Examples, share_of
from layerwise.propagation.regularization import Penalties
from layerwise.propagation.run import givens, plain

# half the time to compile, for networks that run once
ONCE = {"xla_backend_optimization_level": "0"}
passes = jax.jit(propagate, static_argnums=0, compiler_options=ONCE)
FIVE = list(ACTIVATIONS)[:5]  # the lecture's; the others are in test_ingredients
HEADS = ("identity", "sigmoid", "softmax")  # the canonical three
pytestmark = pytest.mark.usefixtures("float64")


def with_l2(network, l2):
    return plain(network, Penalties(l2_share=jnp.asarray(l2)))


def configuration(seed):
    """Any depth from 1 to 20, any width, activation and head; every second one with l2."""
    random = np.random.default_rng([7, seed])
    depth, head = 1 + seed % 20, list(HEADS)[seed % 3]
    units = [int(n) for n in random.integers(1, 8, depth + 1)]
    units[-1] = 1 if head == "sigmoid" and seed % 2 else max(2, units[-1])
    activations = tuple(str(name) for name in random.choice(FIVE, depth - 1))
    if seed < 5:  # each activation alone in a deep network as well
        activations = (FIVE[seed],) * (depth - 1)
    return tuple(units), activations, head, seed % 2 * random.random()


def both(seed, draw, second_cost):
    units, activations, head, l2 = configuration(seed)
    network, parameters, batch = draw(seed, units, activations, head, m=1 + seed % 12)
    layers = [(block["W"], block["b"]) for block in parameters[::2]]
    rows = (batch.X.T, batch.Y.T, batch.weights[0])
    J = partial(second_cost, names=(activations, head), l2=l2)
    reference = jax.jit(jax.value_and_grad(J), compiler_options=ONCE)
    return (network, parameters, batch, with_l2(network, l2)), reference(layers, rows)


def compare(ours, reference, tolerance):
    J, gradients = reference
    assert float(ours.J) == pytest.approx(float(J), rel=tolerance)
    for l, theirs in enumerate(gradients, start=1):
        mine = ours.gradients[2 * (l - 1)]
        # W and b of a layer together: the sum over the examples may cancel in a db of one unit
        layers = [jnp.concatenate([t.ravel() for t in pair]) for pair in (mine.values(), theirs)]
        assert relative_error(*layers) <= tolerance, f"dW[{l}], db[{l}]"


@pytest.mark.parametrize("seed", range(40))
def test_the_gradients_are_those_of_a_second_forward_pass_to_1e12(seed, draw, second_cost):
    given, reference = both(seed, draw, second_cost)
    compare(passes(*given), reference, 1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40, 440))
def test_the_gradients_are_those_of_a_second_forward_pass_in_400_more(seed, draw, second_cost):
    given, reference = both(seed, draw, second_cost)
    compare(passes(*given), reference, 1e-12)


@pytest.mark.parametrize("seed", [2, 5, 9, 13, 18])
def test_the_float32_gradients_are_right_to_1e5(seed, draw, second_cost):
    (network, *arrays), reference = both(seed, draw, second_cost)
    single = jax.tree.map(lambda a: a.astype(jnp.float32), arrays)
    ours = passes(network, *single)
    assert all(t.dtype == jnp.float32 for t in jax.tree.leaves(ours))
    assert float(ours.J) == pytest.approx(float(reference[0]), rel=1e-5)
    mine = [t.ravel() for block in ours.gradients[::2] for t in (block["W"], block["b"])]
    theirs = [t.ravel() for t in jax.tree.leaves(reference[1])]
    together = jnp.concatenate(mine).astype(jnp.float64), jnp.concatenate(theirs)
    assert relative_error(*together) <= 1e-5


def slope_of_the_error(J, along, gradient):
    """Return how many decades the error of a central difference falls when the step falls by one."""
    errors = [abs((J(along * h) - J(-along * h)) / (2 * h) - gradient) for h in (1e-1, 1e-2)]
    return np.log10(errors[0] / errors[1])


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
@pytest.mark.parametrize("head", HEADS)
def test_the_error_of_central_differences_falls_with_slope_two_and_zero_if_wrong(name, head, draw):
    network, parameters, batch = draw(2, (3, 4, 2), (name,), head)
    dW = passes(network, parameters, batch, with_l2(network, 0.1)).gradients[0]["W"]
    direction = np.random.default_rng(0).normal(size=dW.shape)

    def J(move):
        moved = ({**parameters[0], "W": parameters[0]["W"] + move}, *parameters[1:])
        return float(passes(network, moved, batch, with_l2(network, 0.1)).J)

    right = float((dW * direction).sum())
    assert slope_of_the_error(J, direction, right) == pytest.approx(2, abs=0.2)
    assert slope_of_the_error(J, direction, 1.1 * right + 0.1) == pytest.approx(0, abs=0.2)


def test_one_step_of_a_2_2_1_network_worked_with_numbers():
    """x = (1, 2), y = 1; W1 = [[.1, .2], [.3, .4]], b1 = 0, ReLU; W2 = [[.5, -.5]], b2 = .3, sigmoid.

    Z1 = (.5, 1.1) = A1; Z2 = .25 - .55 + .3 = 0; A2 = .5; L = log 2; dZ2 = -.5.
    """
    network = dense((2, 2, 1), ("relu",), "binary_cross_entropy", "zeros")
    parameters = (
        {"W": jnp.array([[0.1, 0.2], [0.3, 0.4]]), "b": jnp.zeros((2, 1))},
        {},
        {"W": jnp.array([[0.5, -0.5]]), "b": jnp.array([[0.3]])},
    )
    batch = Examples(jnp.array([[1.0], [2.0]]), jnp.array([[1.0]]), jnp.ones((1, 1)))
    passed = passes(network, parameters, batch, with_l2(network, 0.0))
    close = partial(pytest.approx, abs=1e-15)
    assert float(passed.Z[0, 0]) == close(0.0)
    assert float(passed.J) == close(0.6931471805599453)
    first, _, second = passed.gradients
    assert np.asarray(second["W"]) == close(np.array([[-0.25, -0.55]]))
    assert np.asarray(second["b"]) == close(np.array([[-0.5]]))
    assert np.asarray(first["W"]) == close(np.array([[-0.25, -0.5], [0.25, 0.5]]))
    assert np.asarray(first["b"]) == close(np.array([[-0.25], [0.25]]))


@pytest.mark.parametrize("head", HEADS)
def test_weight_k_is_the_example_k_times_and_weight_zero_is_absent(head, draw):
    network, parameters, batch = draw(4, (3, 5, 2), ("tanh",), head)
    times = np.array([0, 1, 2, 3, 1, 0, 2, 1, 1])
    weighted = batch._replace(weights=jnp.asarray(times, float)[None, :])
    copies = Examples(
        jnp.repeat(batch.X, times, axis=1), jnp.repeat(batch.Y, times, axis=1), jnp.ones((1, 11))
    )
    ours, theirs = (
        passes(network, parameters, b, with_l2(network, 0.1)) for b in (weighted, copies)
    )
    assert float(ours.J) == pytest.approx(float(theirs.J), rel=1e-12)
    for a, b in zip(
        jax.tree.leaves(ours.gradients), jax.tree.leaves(theirs.gradients), strict=True
    ):
        assert float(jnp.abs(a - b).max()) < 1e-12


def test_the_scale_of_the_weights_does_not_matter(draw):
    network, parameters, batch = draw(5, (3, 4, 1), ("tanh",), "sigmoid")
    thousandfold = batch._replace(weights=1000 * batch.weights)
    ours, theirs = (
        passes(network, parameters, b, with_l2(network, 0.0)) for b in (batch, thousandfold)
    )
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert float(jnp.abs(a - b).max()) < 1e-13


def test_an_example_of_weight_zero_may_hold_anything_finite(draw):
    network, parameters, batch = draw(5, (3, 4, 1), ("tanh",), "sigmoid")
    absent = batch._replace(weights=batch.weights.at[0, 3].set(0))
    strange = absent._replace(X=absent.X.at[:, 3].set(1e6))
    ours, theirs = (
        passes(network, parameters, b, with_l2(network, 0.0)) for b in (absent, strange)
    )
    assert float(ours.J) == float(theirs.J)


def descend(network, parameters, batch, steps):
    def step(_, at):
        slopes = propagate(network, at, batch, with_l2(network, 0.0)).gradients
        return jax.tree.map(lambda p, g: p - 0.5 * g, at, slopes)

    return jax.lax.fori_loop(0, steps, step, parameters)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_zero_weights_keep_the_hidden_units_equal_for_ever(name, draw):
    network, _, batch = draw(6, (3, 4, 1), (name,), "sigmoid")
    start = jax.tree.map(
        jnp.zeros_like, init(jax.random.key(0), network, jnp.float64, plain(network))
    )
    W = np.asarray(descend(network, start, batch, 500)[0]["W"])
    assert np.abs(W - W[0]).max() < 1e-13
    assert name != "sigmoid" or np.abs(W).max() > 1e-3


def test_small_random_weights_break_the_symmetry(draw):
    network, parameters, batch = draw(6, (3, 4, 1), ("tanh",), "sigmoid")
    W = np.asarray(descend(network, parameters, batch, 500)[0]["W"])
    assert np.abs(W - W[0]).max() > 1e-2


def test_identity_layers_collapse_to_one_linear_map(draw):
    network, parameters, batch = draw(7, (3, 5, 4, 2), ("identity", "identity"), "identity")
    (W1, b1), (W2, b2), (W3, b3) = ((p["W"], p["b"]) for p in parameters[::2])
    Z, _ = forward(
        network, parameters, batch.X, givens(network, plain(network), share_of(batch.weights))
    )
    one = W3 @ W2 @ W1 @ batch.X + (W3 @ (W2 @ b1 + b2) + b3)
    assert float(jnp.abs(Z - one).max()) < 1e-13


def test_blocks_are_drawn_from_different_keys():
    network = dense((3, 3, 3), ("tanh",), "squared_error", "he")
    first, _, second = init(jax.random.key(0), network, jnp.float64, plain(network))
    assert (first["W"] != second["W"]).all()


def test_gradients_have_the_tree_and_the_shapes_of_the_parameters(draw):
    network, parameters, batch = draw(8, (3, 5, 4, 2), ("relu", "tanh"), "softmax")
    gradients = passes(network, parameters, batch, with_l2(network, 0.1)).gradients
    assert jax.tree.map(jnp.shape, gradients) == jax.tree.map(jnp.shape, parameters)
