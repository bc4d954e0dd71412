"""The costs beyond the canonical three against 50-digit arithmetic, and their derivatives."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from layerwise.propagation.cost import COSTS, DA, dZ_last_through_dA
from layerwise.propagation.heads import HEADS

pytestmark = pytest.mark.usefixtures("float64")
NUMBERS = {"delta": 0.7, "levels": [[0.1], [0.5], [0.9]], "gamma": 2.0}
UNITS = 3
BEYOND = ("absolute_error", "huber", "quantile", "poisson", "binary_focal", "focal")


def numbers(**more):
    return {name: jnp.asarray(value) for name, value in (NUMBERS | more).items()}


def drawn(cost, m, size=3.0, seed=0):
    random = np.random.default_rng(seed)
    Z = random.normal(size=(UNITS, m)) * size
    Y = random.normal(size=(UNITS, m)) * size
    head = COSTS[cost].head
    if head == "sigmoid":
        Y = random.integers(0, 2, (UNITS, m)).astype(float)
    if head == "softmax":
        Y = np.eye(UNITS)[:, random.integers(UNITS, size=m)]
    if head == "exponential":
        Y = random.poisson(3, (UNITS, m)).astype(float)
    return jnp.asarray(Z), jnp.asarray(Y)


def exact(cost, z, y):
    """Return the loss of one example in 50 digits."""
    z, y = [mpmath.mpf(float(v)) for v in z], [mpmath.mpf(float(v)) for v in y]
    pairs, gamma = list(zip(z, y, strict=True)), NUMBERS["gamma"]
    if cost == "absolute_error":
        return sum(abs(a - b) for a, b in pairs)
    if cost == "huber":
        d = mpmath.mpf(NUMBERS["delta"])
        sizes = [abs(a - b) for a, b in pairs]
        return sum(r * r / 2 if r <= d else d * (r - d / 2) for r in sizes)
    if cost == "quantile":
        levels = [mpmath.mpf(q) for (q,) in NUMBERS["levels"]]
        return sum(
            max(q * (b - a), (1 - q) * (a - b)) for q, (a, b) in zip(levels, pairs, strict=True)
        )
    if cost == "poisson":
        return sum(mpmath.exp(a) - a * b for a, b in pairs)
    if cost == "binary_focal":
        right = [a if b == 1 else -a for a, b in pairs]
        return sum(mpmath.log1p(mpmath.exp(-r)) / (1 + mpmath.exp(r)) ** gamma for r in right)
    label = y.index(1)
    rest = mpmath.fsum(mpmath.exp(v - z[label]) for i, v in enumerate(z) if i != label)
    return mpmath.log1p(rest) * (rest / (1 + rest)) ** gamma


@pytest.mark.parametrize("size", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("cost", BEYOND)
def test_the_loss_is_right_to_1e14_of_its_largest_term(cost, size):
    Z, Y = drawn(cost, 100, size)
    ours = np.asarray(COSTS[cost].loss(Z, Y, numbers()))[0]
    for i in range(100):
        with mpmath.workdps(50):
            right = exact(cost, np.asarray(Z)[:, i], np.asarray(Y)[:, i])
        # in the Poisson loss exp Z and Y Z may cancel: what is left has the digits of the larger
        scale = float(jnp.abs(Y * Z).max()) if cost == "poisson" else 0.0
        tolerance = 1e-13 if "focal" in cost else 1e-14
        assert float(abs(mpmath.mpf(float(ours[i])) - right)) <= tolerance * (float(right) + scale)


@pytest.mark.parametrize("largest", [1e300, 1e3, 50.0])
@pytest.mark.parametrize("cost", COSTS)
def test_extreme_logits_never_give_nan(cost, largest):
    random = np.random.default_rng(1)
    Z, Y = drawn(cost, 1000)
    Z = jnp.asarray(random.choice([-1, 0, 1], Z.shape) * largest * random.random(Z.shape))
    assert not jnp.isnan(COSTS[cost].loss(Z, Y, numbers())).any()
    assert not jnp.isnan(COSTS[cost].dZ(Z, Y, numbers())).any()


@pytest.mark.parametrize("smoothing", [None, 0.1])
@pytest.mark.parametrize("cost", COSTS)
def test_dZ_is_the_derivative_of_the_loss(cost, smoothing):
    Z, Y = drawn(cost, 50)
    own = numbers() if smoothing is None else numbers(smoothing=smoothing)
    automatic = jax.grad(lambda at: COSTS[cost].loss(at, Y, own).sum())(Z)
    assert float(jnp.abs(COSTS[cost].dZ(Z, Y, own) - automatic).max()) < 2e-13


@pytest.mark.parametrize("cost", DA)
def test_the_lectures_way_through_dA_gives_the_same_dZ(cost):
    Z, Y = drawn(cost, 50, size=1.0)
    A = HEADS[COSTS[cost].head].g(Z)
    assert float(jnp.abs(dZ_last_through_dA(cost, A, Y) - COSTS[cost].dZ(Z, Y, {})).max()) < 1e-12


@pytest.mark.parametrize("cost", ["cross_entropy", "binary_cross_entropy"])
def test_a_smoothing_of_zero_is_none(cost):
    Z, Y = drawn(cost, 20)
    plain, zero = (COSTS[cost].loss(Z, Y, n) for n in ({}, numbers(smoothing=0.0)))
    assert (plain == zero).all()


@pytest.mark.parametrize(("focal", "plain"), [
    ("binary_focal", "binary_cross_entropy"), ("focal", "cross_entropy"),
])  # fmt: skip
def test_a_gamma_of_zero_is_the_cross_entropy(focal, plain):
    Z, Y = drawn(focal, 50)
    ours, theirs = COSTS[focal].loss(Z, Y, numbers(gamma=0.0)), COSTS[plain].loss(Z, Y, {})
    assert np.asarray(ours) == pytest.approx(np.asarray(theirs), rel=1e-14)


def test_the_quantile_loss_is_smallest_at_the_quantiles():
    Y = jnp.asarray(np.random.default_rng(2).exponential(size=(1, 999)))
    at = jnp.quantile(Y[0], jnp.asarray(NUMBERS["levels"])[:, 0])[:, None]
    dZ = COSTS["quantile"].dZ(jnp.broadcast_to(at, (3, 999)), jnp.repeat(Y, 3, 0), numbers())
    assert float(jnp.abs(dZ.sum(axis=1)).max()) <= 1.5


def test_huber_is_the_squared_error_within_delta():
    Z, Y = drawn("huber", 50, size=0.01)
    ours, theirs = (COSTS[cost].loss(Z, Y, numbers()) for cost in ("huber", "squared_error"))
    assert np.asarray(ours) == pytest.approx(np.asarray(theirs), rel=1e-14)
