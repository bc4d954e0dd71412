"""L1 and L2: weights pay, biases do not, and the gradient is that of the penalty."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.regularization import Penalties, add_gradient, penalty

pytestmark = pytest.mark.usefixtures("float64")
KINDS = {"l1": (0.7, None), "l2": (None, 0.7), "both": (0.3, 0.7)}


def shares(l1=None, l2=None):
    return Penalties(*(None if value is None else jnp.asarray(value) for value in (l1, l2)))


def paid(blocks, *sizes, before=0.0):
    return float(penalty(blocks, shares(*sizes), jnp.asarray(before)))


def three_blocks():
    random = np.random.default_rng(0)
    draw = lambda *shape: jnp.asarray(random.normal(size=shape))  # noqa: E731
    return ({"W": draw(3, 2), "b": draw(3, 1)}, {}, {"W": draw(1, 3), "gamma": draw(1, 1)})


def nothing():
    return jax.tree.map(jnp.zeros_like, three_blocks())


def test_l2_is_half_the_share_times_the_squares_and_l1_the_share_times_the_sizes():
    blocks = (
        {"W": jnp.array([[1.0, -2.0]]), "b": jnp.array([[9.0]])},
        {},
        {"W": jnp.array([[3.0]])},
    )
    assert paid(blocks, None, 0.5) == 0.5 / 2 * (1 + 4 + 9)
    assert paid(blocks, 0.5) == 0.5 * (1 + 2 + 3)
    assert paid(blocks, 0.5, 0.5, before=1.0) == 1 + 3.5 + 3


@pytest.mark.parametrize("kind", KINDS)
def test_the_added_gradient_is_the_derivative_of_the_penalty(kind):
    ours = add_gradient(nothing(), three_blocks(), shares(*KINDS[kind]))
    automatic = jax.grad(penalty)(three_blocks(), shares(*KINDS[kind]), jnp.asarray(0.0))
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(automatic), strict=True):
        assert np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-15)


@pytest.mark.parametrize("sizes", [(None, None), (0.0, 0.0)])
def test_a_share_of_zero_and_none_at_all_change_nothing(sizes):
    parameters = three_blocks()
    assert paid(parameters, *sizes) == 0.0
    same = add_gradient(parameters, parameters, shares(*sizes))
    assert all((a == b).all() for a, b in zip(jax.tree.leaves(same), jax.tree.leaves(parameters)))


def test_all_but_W_is_left_alone():
    gradients = add_gradient(nothing(), three_blocks(), shares(0.3, 0.7))
    assert not gradients[0]["b"].any()
    assert not gradients[2]["gamma"].any()
