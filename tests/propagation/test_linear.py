"""The linear block against the lecture's formulas, written with loops over examples."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation import linear
from layerwise.propagation.notation import Given

SETTINGS = linear.Linear(3, 2, "he")
RANDOM = np.random.default_rng(0)
W, B, A_PREV = RANDOM.normal(size=(2, 3)), RANDOM.normal(size=(2, 1)), RANDOM.normal(size=(3, 5))
DZ, SHARE = RANDOM.normal(size=(2, 5)), np.full((1, 5), 1 / 5)

pytestmark = pytest.mark.usefixtures("float64")


def run_backward(share=SHARE):
    cache = linear.Kept(jnp.asarray(A_PREV), jnp.asarray(W), None)
    return linear.backward(SETTINGS, jnp.asarray(DZ), cache, jnp.asarray(share))


def test_biases_start_at_zero_as_a_column():
    b = linear.init(jax.random.key(0), SETTINGS, jnp.float64, {})["b"]
    assert b.tolist() == [[0.0], [0.0]]


def test_weights_start_as_n_by_n_prev():
    assert linear.init(jax.random.key(0), SETTINGS, jnp.float64, {})["W"].shape == (2, 3)


def test_forward_is_W_A_prev_plus_b_for_each_example():
    given = Given({}, {}, jnp.asarray(SHARE), None)
    parameters = {"W": jnp.asarray(W), "b": jnp.asarray(B)}
    Z, _ = linear.forward(SETTINGS, parameters, jnp.asarray(A_PREV), given)
    for i in range(5):
        assert Z[:, i] == pytest.approx(W @ A_PREV[:, i] + B[:, 0], rel=1e-14)


def test_dW_is_the_mean_over_examples_of_dz_times_a_prev():
    _, gradients = run_backward()
    mean = sum(np.outer(DZ[:, i], A_PREV[:, i]) for i in range(5)) / 5
    assert gradients["W"] == pytest.approx(mean, rel=1e-13)


def test_db_is_the_mean_of_dZ_and_a_column():
    _, gradients = run_backward()
    assert gradients["b"].shape == (2, 1)
    assert gradients["b"][:, 0] == pytest.approx(DZ.sum(axis=1) / 5, rel=1e-13)


def test_dA_prev_is_W_transposed_dZ_of_each_examples_own_loss():
    dA_prev, _ = run_backward()
    for i in range(5):
        assert dA_prev[:, i] == pytest.approx(W.T @ DZ[:, i], rel=1e-13)


def test_the_share_weighs_dW_and_db_and_leaves_dA_prev_alone():
    share = np.array([[0.5, 0.0, 0.2, 0.3, 0.0]])
    (dA_prev, gradients), (plain, _) = run_backward(share), run_backward()
    weighed = sum(share[0, i] * np.outer(DZ[:, i], A_PREV[:, i]) for i in range(5))
    assert gradients["W"] == pytest.approx(weighed, rel=1e-13)
    assert gradients["b"][:, 0] == pytest.approx(DZ @ share[0], rel=1e-13)
    assert (dA_prev == plain).all()
