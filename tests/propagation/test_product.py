"""A product in a shorter type: rounded factors, sums in the type of the matrices."""

import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.product import product

RANDOM = np.random.default_rng(0)
LEFT, RIGHT = (RANDOM.normal(size=shape).astype(np.float32) for shape in ((7, 300), (300, 5)))


def rounded(matrix):
    return np.asarray(jnp.asarray(matrix).astype("bfloat16").astype("float32"), np.float64)


def test_without_a_type_it_is_the_product():
    assert (product(jnp.asarray(LEFT), jnp.asarray(RIGHT), None) == jnp.asarray(LEFT) @ RIGHT).all()


def test_in_bfloat16_the_factors_are_rounded_and_the_sums_are_not():
    ours = product(jnp.asarray(LEFT), jnp.asarray(RIGHT), "bfloat16")
    assert ours.dtype == np.float32
    exact = rounded(LEFT) @ rounded(RIGHT)
    assert np.asarray(ours) == pytest.approx(exact, abs=1e-5 * np.abs(exact).max())
    assert np.abs(exact - LEFT @ RIGHT).max() > 1e-3
