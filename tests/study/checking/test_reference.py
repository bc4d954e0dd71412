"""The reference itself: against automatic differentiation, and the package's own board."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.study.checking import programs
from layerwise.study.checking.catalogue import CATALOGUE
from layerwise.study.checking.equations import NONE, clash_of, run
from layerwise.study.checking.lines import LINES
from layerwise.study.checking.networks import Form, networks

G = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}


def J(parameters, X, Y, hidden, lambd):
    A, L = X, len(parameters)
    for l, (W, b) in enumerate(parameters, start=1):
        A = G[hidden if l < L else "sigmoid"](W @ A + b)
    m = X.shape[1]
    squares = sum(jnp.sum(W**2) for W, _ in parameters)
    losses = Y * jnp.log(A) + (1 - Y) * jnp.log(1 - A)
    return -jnp.sum(losses) / m + lambd / (2 * m) * squares


@pytest.mark.parametrize("hidden", G)
@pytest.mark.parametrize("lambd", [0.0, 0.7])
def test_the_gradients_are_those_of_automatic_differentiation(hidden, lambd, float64):
    for values in networks(Form(hidden=hidden)):
        L = values["L", NONE]
        parameters = [
            (jnp.array(values["W", l]), jnp.array(values["b", l])) for l in range(1, L + 1)
        ]
        X, Y = jnp.array(values["A", 0]), jnp.array(values["Y", NONE])
        known = {k: v for k, v in values.items() if k[0] not in ("dA", "dZ", "dW", "db")}
        known["lambd", NONE] = lambd
        ours = run(programs.backward(L, True, lambd > 0), known)
        theirs = jax.grad(J)(parameters, X, Y, hidden, lambd)
        for l, (dW, db) in enumerate(theirs, start=1):
            np.testing.assert_allclose(ours["dW", l], dW, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(ours["db", l], db, rtol=1e-9, atol=1e-12)
        cost = run(programs.cost(L, lambd > 0), known)["J", NONE]
        np.testing.assert_allclose(cost, J(parameters, X, Y, hidden, lambd), rtol=1e-12)


def test_both_starts_of_the_backward_pass_agree():
    for through in networks(Form()):
        known = {k: v for k, v in through.items() if k[0] not in ("dA", "dZ", "dW", "db")}
        direct = run(programs.backward(through["L", NONE], False), known)
        np.testing.assert_allclose(direct["dW", 1], through["dW", 1], rtol=1e-9)


def test_batch_normalization_is_that_of_automatic_differentiation(float64):
    from layerwise.study.checking.roles_of_layers import _batch_norm_values

    def normalized(Z, gamma, beta):
        mean, variance = Z.mean(axis=1, keepdims=True), Z.var(axis=1, keepdims=True)
        return gamma * (Z - mean) / jnp.sqrt(variance + 0.05) + beta

    values = _batch_norm_values(0, 0.05)
    program = [*programs.batch_norm_forward(), *programs.batch_norm_backward()]
    ours = run(program, values)
    inputs = [jnp.array(values[k]) for k in (("Z", 1), ("gamma", NONE), ("beta", NONE))]
    out, pull = jax.vjp(normalized, *inputs)
    np.testing.assert_allclose(ours["Z_tilde", 1], out, rtol=1e-9)
    for key, right in zip(("dZ", "dgamma", "dbeta"), pull(jnp.array(values["dZ_tilde", 1]))):
        np.testing.assert_allclose(ours[key, 1], right, rtol=1e-9, atol=1e-12)


def test_the_catalogue_is_large_and_every_slip_has_its_line():
    names = {(slip.kind, slip.name) for slips in CATALOGUE.values() for slip in slips}
    assert len(names) > 300
    kinds = {kind.removesuffix(" of W").removesuffix(" of b") for kind in CATALOGUE}
    assert kinds <= set(LINES)


def test_numpy_s_messages_about_shapes_are_read():
    for wrong in (
        lambda: np.ones((2, 3)) @ np.ones((4, 5)),
        lambda: np.dot(np.ones((2, 3)), np.ones((4, 5))),
    ):
        with pytest.raises(ValueError) as caught:
            wrong()
        assert clash_of(str(caught.value)) == ("product", frozenset({3, 4}))
    with pytest.raises(ValueError) as caught:
        np.ones((2, 3)) + np.ones((4, 3))
    assert clash_of(str(caught.value)) == ("broadcast", frozenset({2, 3, 4}))
    assert clash_of("too many values to unpack") is None
