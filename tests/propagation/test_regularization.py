"""L2: weights pay, biases do not, and the gradient is that of the penalty."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.regularization import add_gradient, penalty

pytestmark = pytest.mark.usefixtures("float64")


def three_blocks():
    random = np.random.default_rng(0)
    return (
        {
            "W": jnp.asarray(random.normal(size=(3, 2))),
            "b": jnp.asarray(random.normal(size=(3, 1))),
        },
        {},
        {
            "W": jnp.asarray(random.normal(size=(1, 3))),
            "b": jnp.asarray(random.normal(size=(1, 1))),
        },
    )


def test_the_penalty_is_half_the_share_times_the_squares_of_the_weights():
    blocks = (
        {"W": jnp.array([[1.0, 2.0]]), "b": jnp.array([[9.0]])},
        {},
        {"W": jnp.array([[3.0]])},
    )
    assert float(penalty(blocks, jnp.asarray(0.5))) == 0.5 / 2 * (1 + 4 + 9)


def test_the_added_gradient_is_the_derivative_of_the_penalty():
    parameters, share = three_blocks(), jnp.asarray(0.7)
    none = jax.tree.map(jnp.zeros_like, parameters)
    ours = add_gradient(none, parameters, share)
    automatic = jax.grad(penalty)(parameters, share)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(automatic), strict=True):
        assert np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-15)


def test_a_share_of_zero_changes_nothing():
    parameters = three_blocks()
    assert float(penalty(parameters, jnp.asarray(0.0))) == 0.0
    same = add_gradient(parameters, parameters, jnp.asarray(0.0))
    assert all((a == b).all() for a, b in zip(jax.tree.leaves(same), jax.tree.leaves(parameters)))


def test_biases_are_left_alone():
    parameters = three_blocks()
    none = jax.tree.map(jnp.zeros_like, parameters)
    assert not add_gradient(none, parameters, jnp.asarray(0.7))[0]["b"].any()
