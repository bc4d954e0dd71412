"""How weights start: mean, deviation, shape, and what a key fixes."""

import jax
import jax.numpy as jnp
import pytest
from scipy.stats import kstest

from layerwise.propagation.initialization import INITIALIZATIONS, Size

N, N_PREV = 150, 300
DEVIATION = {
    "small_normal": 0.01,
    "xavier": (2 / (N + N_PREV)) ** 0.5,
    "he": (2 / N_PREV) ** 0.5,
    "lecun": (1 / N_PREV) ** 0.5,
}
NUMBERS = {"value": jnp.asarray(0.5), "scale": jnp.asarray(0.01), "gain": jnp.asarray(2.0)}
VARIANCES = ("xavier", "he", "lecun")


def draw(name, seed, n, n_prev, dtype=jnp.float32):
    numbers = {key: value.astype(dtype) for key, value in NUMBERS.items()}
    return INITIALIZATIONS[name](jax.random.key(seed), Size(n, n_prev, dtype), numbers)


def test_the_table_holds_those_of_the_lecture_and_the_uniform_forms():
    uniform = {f"{name}_uniform" for name in VARIANCES}
    assert set(INITIALIZATIONS) == {
        "zeros", "constant", "orthogonal", "data_driven", "tangent", *DEVIATION, *uniform,
    }  # fmt: skip


@pytest.mark.parametrize("name", VARIANCES)
def test_the_uniform_form_has_the_variance_of_the_normal_one_and_an_edge(name):
    W = draw(f"{name}_uniform", 1, N, N_PREV)
    assert float(W.std()) == pytest.approx(DEVIATION[name], rel=0.02)
    assert float(abs(W).max()) <= DEVIATION[name] * 3**0.5 * 1.000001


@pytest.mark.parametrize(("n", "n_prev"), [(5, 5), (3, 7), (7, 3)])
def test_orthogonal_rows_or_columns_have_the_length_of_the_gain(n, n_prev, float64):
    W = draw("orthogonal", 0, n, n_prev, jnp.float64)
    square = W @ W.T if n <= n_prev else W.T @ W
    assert float(abs(square - 4 * jnp.eye(min(n, n_prev))).max()) < 1e-13


def test_a_constant_is_its_value():
    assert (draw("constant", 0, 3, 2) == 0.5).all()


def test_zeros_are_zeros():
    assert not draw("zeros", 0, 3, 2).any()


@pytest.mark.parametrize("name", DEVIATION)
def test_the_deviation_is_the_papers(name):
    W = draw(name, 1, N, N_PREV, jnp.float32)
    assert float(W.std()) == pytest.approx(DEVIATION[name], rel=0.02)


@pytest.mark.parametrize("name", DEVIATION)
def test_the_draws_are_normal_with_mean_zero(name):
    W = draw(name, 2, N, N_PREV, jnp.float32)
    assert kstest(W.ravel() / DEVIATION[name], "norm").pvalue > 1e-3


@pytest.mark.parametrize("name", INITIALIZATIONS)
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_shape_and_type_are_those_asked_for(name, dtype, float64):
    W = draw(name, 3, 4, 7, dtype)
    assert W.shape == (4, 7)
    assert W.dtype == dtype


@pytest.mark.parametrize("name", DEVIATION)
def test_a_key_fixes_the_draw_and_another_key_changes_it(name):
    first, again, other = (draw(name, seed, 5, 6, jnp.float32) for seed in (4, 4, 5))
    assert (first == again).all()
    assert (first != other).any()
