"""The data-driven start: unit variance in every layer, whatever stands between the layers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.architecture import build
from layerwise.propagation.data_driven import is_data_driven, rescale
from layerwise.propagation.dropout import Dropout
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.layer import Layer
from layerwise.propagation.network import init
from layerwise.propagation.noise import Noise
from layerwise.propagation.notation import share_of
from layerwise.propagation.run import Run, first_statistics, givens

pytestmark = pytest.mark.usefixtures("float64")
NUMBERS = {
    "dropout": {"probability": 0.5},
    "noise": {"scale": 1.0},
    "batch_norm": {"epsilon": 1e-5, "momentum": 0.9},
    "layer_norm": {"epsilon": 1e-5},
}
LAYERS = {
    "plain": {},
    "batch norm": {"normalization": "batch_norm"},
    "layer norm": {"normalization": "layer_norm"},
    "dropout": {"dropout": True},
    "residual": {"skip": True},
    "parametric": {"parametric": True},
    "one unit": {"n": 1},
}


def started(layers, X, weights=None, entrance=()):
    network = build(len(X), layers, "squared_error", entrance)
    numbers = tuple(
        {k: jnp.asarray(v, X.dtype) for k, v in NUMBERS.get(b.kind, {}).items()}
        for b in network.blocks
    )
    run = Run(numbers, first_statistics(network, X.dtype), {}, key=jax.random.key(1))
    drawn = init(jax.random.key(0), network, X.dtype, run)
    share = share_of(jnp.ones((1, X.shape[1]), X.dtype) if weights is None else weights)
    given = givens(network, run, share)
    return network, drawn, rescale(network, drawn, X, given), given


def outputs_of_linear(network, parameters, X, given):
    """Return each Z[l] as the linear blocks leave it, with nothing dropped and no noise."""
    A, inputs, found = X, [], []
    for block, tensors, own in zip(network.blocks, parameters, given, strict=True):
        inputs.append(A)
        key = own.key if block.kind == "batch_norm" else None
        A, _ = KINDS[block.kind].forward(block.settings, tensors, A, own._replace(key=key))
        if block.kind == "linear":
            found.append(A)
        A = A + inputs[-block.skip] if block.skip else A
    return found


def columns(n=5, m=30, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(3, 2, size=(n, m)))


def hidden(g, **more):
    return Layer(**{"n": 5, "activation": g, "initialization": "data_driven", **more})


def is_standard(Z, weights=None, mean=True):
    w = np.ones(Z.shape[1]) if weights is None else np.asarray(weights)[0]
    mu = np.average(Z, axis=1, weights=w)
    variance = np.average((np.asarray(Z) - mu[:, None]) ** 2, axis=1, weights=w)
    assert variance == pytest.approx(np.ones(len(Z)), rel=1e-9)
    assert not mean or mu == pytest.approx(np.zeros(len(Z)), abs=1e-9)


@pytest.mark.parametrize("g", ACTIVATIONS)
def test_every_unit_has_mean_zero_and_variance_one_with_every_activation(g):
    X = columns()
    last = Layer(2, initialization="data_driven")
    network, _, made, given = started((hidden(g), hidden(g), last), X)
    for Z in outputs_of_linear(network, made, X, given):
        is_standard(Z)


@pytest.mark.parametrize("name", LAYERS)
def test_it_works_with_every_kind_of_layer(name):
    X = columns()
    layers = (hidden("tanh", **LAYERS[name]), Layer(2, initialization="data_driven"))
    network, _, made, given = started(layers, X, entrance=(("noise", Noise), ("dropout", Dropout)))
    for Z, bias in zip(
        outputs_of_linear(network, made, X, given), (name != "batch norm", True), strict=True
    ):
        is_standard(Z, mean=bias)


def test_weights_count_and_padding_does_not():
    X, random = columns(), np.random.default_rng(1)
    weights = jnp.asarray(random.integers(0, 4, (1, 30))).astype(float).at[0, :5].set(0)
    layers = (hidden("tanh"), Layer(2, initialization="data_driven"))
    network, _, made, given = started(layers, X, weights)
    for Z in outputs_of_linear(network, made, X, given):
        is_standard(Z, weights)
    padded = jnp.concatenate([X, jnp.full((5, 7), 1e3)], axis=1)
    longer = jnp.concatenate([weights, jnp.zeros((1, 7))], axis=1)
    again = started(layers, padded, longer)[2]
    for a, b in zip(jax.tree.leaves(made), jax.tree.leaves(again), strict=True):
        assert np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-12)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
@pytest.mark.parametrize("case", ["constant", "one example", "no example", "zeros"])
def test_what_does_not_vary_keeps_what_was_drawn(case, dtype):
    X = jnp.broadcast_to(columns(m=1), (5, 24)).astype(dtype)
    X = {"one example": X[:, :1], "zeros": 0 * X}.get(case, X)
    weights = jnp.zeros((1, 24), dtype) if case == "no example" else None
    _, drawn, made, _ = started(
        (hidden("relu"), Layer(2, initialization="data_driven")), X, weights
    )
    for a, b in zip(jax.tree.leaves(made), jax.tree.leaves(drawn), strict=True):
        assert (a == b).all()
        assert a.dtype == dtype


def test_only_the_layers_that_ask_for_it_are_rescaled():
    network, drawn, made, _ = started((hidden("tanh"), Layer(2)), columns())
    assert is_data_driven(network)
    assert not is_data_driven(build(5, (Layer(2),), "squared_error"))
    assert (made[0]["W"] != drawn[0]["W"]).all()
    assert (made[2]["W"] == drawn[2]["W"]).all()
