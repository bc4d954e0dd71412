"""The truth that equations are held against is the board's own, and autodiff's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.study.equations import networks
from layerwise.study.equations.networks import Case, draw


@pytest.mark.parametrize("head", ["sigmoid", "one", "softmax", "squared", "doubled"])
@pytest.mark.parametrize("hidden", ["general", "tanh", "sigmoid", "relu", "leaky_relu"])
@pytest.mark.parametrize(("depth", "equal"), [(1, False), (3, False), (3, True)])
def test_its_gradients_are_those_of_autodiff(float64, head, hidden, depth, equal):
    network = draw(Case(depth, hidden, head, equal=equal))
    layers = range(1, depth + 1)
    parameters = {key: network.tensors[key] for key in network.tensors if key[0] in "Wb"}
    found = jax.grad(lambda p: _cost(p, network, head, hidden))(
        {f"{name}{layer}": jnp.asarray(value) for (name, layer), value in parameters.items()}
    )
    for layer in layers:
        for name in "Wb":
            np.testing.assert_allclose(
                found[f"{name}{layer}"], network.tensors[f"d{name}", layer], atol=1e-12
            )


def _cost(parameters, network, head, hidden):
    A, Y = jnp.asarray(network.tensors["A", 0]), jnp.asarray(network.tensors["Y", 0])
    for layer in range(1, network.depth + 1):
        Z = parameters[f"W{layer}"] @ A + jnp.tile(parameters[f"b{layer}"], (1, A.shape[1]))
        A = _activation(hidden, network.slopes[layer])(Z)
    if head in ("squared", "doubled"):
        return jnp.sum((Z - Y) ** 2) / (1 if head == "doubled" else 2) / Y.shape[1]
    if head == "softmax":
        return -jnp.sum(Y * jax.nn.log_softmax(Z, axis=0)) / Y.shape[1]
    P = jax.nn.sigmoid(Z)
    return -jnp.sum(Y * jnp.log(P) + (1 - Y) * jnp.log(1 - P)) / Y.shape[1]


def _activation(name, slope):
    return {
        "general": lambda Z: jnp.tanh(Z + slope) + slope * Z,
        "tanh": jnp.tanh,
        "sigmoid": jax.nn.sigmoid,
        "relu": jax.nn.relu,
        "leaky_relu": lambda Z: jax.nn.leaky_relu(Z, networks.LEAK),
    }[name]


def test_all_widths_differ_from_one_another_and_from_the_number_of_examples():
    for depth in range(1, 13):
        network = draw(Case(depth))
        assert len({*network.widths, network.examples}) == depth + 2


def test_equal_widths_are_equal():
    assert set(draw(Case(3, equal=True)).widths) == {4}
