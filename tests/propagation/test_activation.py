"""Each activation against its formula in 50 digits, and its derivative against the slope."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from layerwise.propagation import activation
from layerwise.propagation.activation import Activation
from layerwise.propagation.activations import ACTIVATIONS, SELU_ALPHA, SELU_SCALE
from layerwise.propagation.notation import Given

POINTS = np.array([[-40.0, -3.1, -0.7, -1e-6, 1e-6, 0.4, 2.7, 40.0]])
EXACT = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mpmath.mpf(0.01) * z,
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "selu": lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * mpmath.expm1(z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "mish": lambda z: z * mpmath.tanh(mpmath.log1p(mpmath.exp(z))),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
}
GIVEN = Given({}, {}, jnp.ones((1, 1)), None)
EXTREMES = np.array([[-np.finfo(float).max, -1e300, -750.0, 750.0, 1e300, np.finfo(float).max]])

pytestmark = pytest.mark.usefixtures("float64")


def test_the_table_holds_the_lectures_five_and_the_modern_ones():
    assert set(ACTIVATIONS) == set(EXACT)


@pytest.mark.parametrize("name", EXACT)
def test_g_is_its_formula(name):
    ours = np.asarray(ACTIVATIONS[name].g(jnp.asarray(POINTS), {}))[0]
    with mpmath.workdps(50):
        exact = [float(EXACT[name](mpmath.mpf(z))) for z in POINTS[0]]
    assert ours == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("name", EXACT)
def test_g_prime_is_the_derivative_of_g(name):
    ours = np.asarray(ACTIVATIONS[name].g_prime(jnp.asarray(POINTS), {}))[0]
    with mpmath.workdps(50):
        exact = [float(mpmath.diff(EXACT[name], mpmath.mpf(z), h=1e-12)) for z in POINTS[0]]
    assert ours == pytest.approx(exact, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize("name", EXACT)
def test_g_prime_is_what_automatic_differentiation_says(name):
    Z = jnp.asarray(np.random.default_rng(0).normal(size=(4, 6)) * 3)
    automatic = jax.grad(lambda at: jnp.sum(ACTIVATIONS[name].g(at, {})))(Z)
    assert float(jnp.abs(ACTIVATIONS[name].g_prime(Z, {}) - automatic).max()) < 1e-14


@pytest.mark.parametrize(
    ("name", "numbers"), [("leaky_relu", {"slope": 0.3}), ("elu", {"scale": 2.0})]
)
def test_the_settable_ones_take_their_number(name, numbers):
    numbers = {key: jnp.asarray(value) for key, value in numbers.items()}
    Z = jnp.asarray(np.random.default_rng(0).normal(size=(4, 6)) * 3)
    automatic = jax.grad(lambda at: jnp.sum(ACTIVATIONS[name].g(at, numbers)))(Z)
    assert float(jnp.abs(ACTIVATIONS[name].g_prime(Z, numbers) - automatic).max()) < 1e-14
    assert (ACTIVATIONS[name].g(Z, numbers) != ACTIVATIONS[name].g(Z, {})).any()


@pytest.mark.parametrize("name", EXACT)
def test_nothing_becomes_nan_at_the_ends_of_the_type(name):
    Z = jnp.asarray(EXTREMES)
    assert not jnp.isnan(ACTIVATIONS[name].g(Z, {})).any()
    assert jnp.isfinite(ACTIVATIONS[name].g_prime(Z, {})).all()


@pytest.mark.parametrize("name", EXACT)
def test_the_type_is_kept(name):
    for dtype in (jnp.float32, jnp.float64):
        Z = jnp.asarray(POINTS, dtype)
        assert ACTIVATIONS[name].g(Z, {}).dtype == ACTIVATIONS[name].g_prime(Z, {}).dtype == dtype


def test_the_derivative_of_relu_at_zero_is_zero():
    assert ACTIVATIONS["relu"].g_prime(jnp.zeros((1, 1)), {}).tolist() == [[0.0]]


def test_leaky_relu_leaks_one_hundredth():
    A, _ = activation.forward(Activation(1, "leaky_relu"), {}, jnp.array([[-2.0, 3.0]]), GIVEN)
    assert A.tolist() == [[-0.02, 3.0]]


def test_an_activation_has_no_parameters():
    assert activation.init(jax.random.key(0), Activation(3, "tanh"), jnp.float64, {}) == {}


@pytest.mark.parametrize("name", EXACT)
def test_backward_is_dA_times_g_prime_of_the_Z_that_was_kept(name):
    random = np.random.default_rng(1)
    Z, dA = (jnp.asarray(random.normal(size=(3, 4))) for _ in range(2))
    settings = Activation(3, name)
    _, cache = activation.forward(settings, {}, Z, GIVEN)
    dZ, gradients = activation.backward(settings, dA, cache, jnp.full((1, 4), 0.25))
    assert np.asarray(dZ) == pytest.approx(
        np.asarray(dA * ACTIVATIONS[name].g_prime(Z, {})), rel=1e-15
    )
    assert gradients == {}
