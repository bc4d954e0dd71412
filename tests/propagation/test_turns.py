"""cos and sin of turns against NumPy's in double precision."""

import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation import turns

TURNS = np.concatenate(
    [np.linspace(-3, 3, 4001), np.random.default_rng(0).normal(0, 50, 4000)]
).astype(np.float32)


@pytest.mark.parametrize("name", ["cos", "sin"])
def test_a_polynomial_is_as_exact_as_float32_asks(name):
    ours = getattr(turns, name)(jnp.asarray(TURNS))
    expected = getattr(np, name)(2 * np.pi * TURNS.astype(np.float64))
    assert ours.dtype == jnp.float32
    assert np.abs(np.asarray(ours) - expected).max() <= 1e-6


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", ["cos", "sin"])
def test_in_float64_nothing_is_lost(name):
    t = TURNS.astype(np.float64)
    ours = getattr(turns, name)(jnp.asarray(t))
    assert np.abs(np.asarray(ours) - getattr(np, name)(2 * np.pi * t)).max() <= 1e-12
