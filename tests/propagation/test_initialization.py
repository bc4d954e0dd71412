"""How weights start: mean, deviation, shape, and what a key fixes."""

import jax
import jax.numpy as jnp
import pytest
from scipy.stats import kstest

from layerwise.propagation.initialization import INITIALIZATIONS

N, N_PREV = 150, 300
DEVIATION = {
    "small_normal": 0.01,
    "xavier": (2 / (N + N_PREV)) ** 0.5,
    "he": (2 / N_PREV) ** 0.5,
}


def test_the_table_holds_the_lectures_four():
    assert set(INITIALIZATIONS) == {"zeros", *DEVIATION}


def test_zeros_are_zeros():
    assert not INITIALIZATIONS["zeros"](jax.random.key(0), 3, 2, jnp.float32).any()


@pytest.mark.parametrize("name", DEVIATION)
def test_the_deviation_is_the_papers(name):
    W = INITIALIZATIONS[name](jax.random.key(1), N, N_PREV, jnp.float32)
    assert float(W.std()) == pytest.approx(DEVIATION[name], rel=0.02)


@pytest.mark.parametrize("name", DEVIATION)
def test_the_draws_are_normal_with_mean_zero(name):
    W = INITIALIZATIONS[name](jax.random.key(2), N, N_PREV, jnp.float32)
    assert kstest(W.ravel() / DEVIATION[name], "norm").pvalue > 1e-3


@pytest.mark.parametrize("name", INITIALIZATIONS)
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_shape_and_type_are_those_asked_for(name, dtype, float64):
    W = INITIALIZATIONS[name](jax.random.key(3), 4, 7, dtype)
    assert W.shape == (4, 7)
    assert W.dtype == dtype


@pytest.mark.parametrize("name", DEVIATION)
def test_a_key_fixes_the_draw_and_another_key_changes_it(name):
    first, again, other = (
        INITIALIZATIONS[name](jax.random.key(seed), 5, 6, jnp.float32) for seed in (4, 4, 5)
    )
    assert (first == again).all()
    assert (first != other).any()
