"""The output units and their losses against 50-digit arithmetic, up to the largest number there is.

Where the true loss is larger than the type's largest number, infinity is right: the cost is then
not finite, which training reports; NaN is never right.
"""

from functools import partial

import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from layerwise.propagation.cost import COSTS, dZ_last_through_dA
from layerwise.propagation.heads import HEADS as UNITS_OF_OUTPUT

NAMES = {
    "identity": "squared_error",
    "sigmoid": "binary_cross_entropy",
    "softmax": "cross_entropy",
}
HEADS = tuple(NAMES)  # the canonical three
UNITS = {"identity": 3, "sigmoid": 1, "softmax": 4}
pytestmark = pytest.mark.usefixtures("float64")


def logits(random, k, count, dtype):
    """A third moderate, a third of any size the type has, a third with one unit far from the others."""
    largest = np.log10(float(np.finfo(dtype).max))
    sizes = 10.0 ** random.uniform(-10, largest, (k, count))
    moderate = random.uniform(-60, 60, (k, count))
    near = random.normal(size=(1, count)) * 30 + random.normal(size=(k, count)) / 100
    near[random.integers(k, size=count), np.arange(count)] += random.uniform(-40, 40, count)
    kinds = [moderate, sizes * random.choice([-1, 1], (k, count)), near]
    Z = np.select([np.arange(count) % 3 == i for i in range(3)], kinds).astype(dtype)
    Z[:, :4] = float(np.finfo(dtype).max) * random.choice([-1, 0, 1], (k, 4))
    return Z


def labels(head, random, k, count, dtype):
    if head == "softmax":
        Y = np.eye(k)[:, random.integers(k, size=count)]
    elif head == "sigmoid":
        Y = random.integers(0, 2, (k, count))
    else:
        Y = random.normal(size=(k, count)) * 10.0 ** random.uniform(-3, 3, count)
    return Y.astype(dtype)


def exact_loss(head, z, y):
    z, y = [mpmath.mpf(float(v)) for v in z], [mpmath.mpf(float(v)) for v in y]
    if head == "identity":
        return sum((a - b) ** 2 for a, b in zip(z, y, strict=True)) / 2
    if head == "sigmoid":
        return _softplus(-z[0] if y[0] == 1 else z[0])
    label = y.index(1)
    gaps = [v - z[label] for i, v in enumerate(z) if i != label]
    top = max(*gaps, mpmath.mpf(0))
    rest = mpmath.fsum(mpmath.exp(v - top) for v in gaps)
    return mpmath.log1p(rest) if top == 0 else top + mpmath.log(rest + mpmath.exp(-top))


def _softplus(z):
    return mpmath.log1p(mpmath.exp(z)) if z < 0 else z + mpmath.log1p(mpmath.exp(-z))


def loss_of(head, Z, Y):
    return COSTS[NAMES[head]].loss(Z, Y, {})


def first_dZ(head, Z, Y):
    return COSTS[NAMES[head]].dZ(Z, Y, {})


def check_against_mpmath(head, count, dtype, tolerance):
    random = np.random.default_rng(count)
    Z = logits(random, UNITS[head], count, dtype)
    Y = labels(head, random, UNITS[head], count, dtype)
    ours = np.asarray(loss_of(head, jnp.asarray(Z), jnp.asarray(Y)))[0]
    assert ours.dtype == dtype
    assert not np.isnan(ours).any()
    largest, smallest = mpmath.mpf(float(np.finfo(dtype).max)), float(np.finfo(dtype).tiny)
    with mpmath.workdps(50):
        for i in range(count):
            exact = exact_loss(head, Z[:, i], Y[:, i])
            if np.isinf(ours[i]):
                assert exact > largest * (1 - 4 * tolerance)
            else:
                error = abs(mpmath.mpf(float(ours[i])) - exact)
                assert error <= tolerance * exact + smallest, (Z[:, i], Y[:, i], ours[i], exact)


@pytest.mark.parametrize("head", HEADS)
def test_the_loss_is_right_to_1e14_on_300_extreme_logits(head):
    check_against_mpmath(head, 300, np.float64, 1e-14)


@pytest.mark.parametrize("head", HEADS)
def test_the_loss_is_right_to_float32_rounding_on_300_extreme_logits(head):
    # 45 roundings, as 1e-14 is in float64: the gap of two logits near 60 is itself rounded
    check_against_mpmath(head, 300, np.float32, 5e-6)


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS)
def test_the_loss_is_right_to_1e14_on_10_000_extreme_logits(head):
    check_against_mpmath(head, 10_000, np.float64, 1e-14)


@pytest.mark.parametrize(("head", "z", "y"), [
    ("identity", [2e154], [-2e154]),
    ("sigmoid", [[-1.7e308], [-1.7e308]], [[1.0], [1.0]]),
    ("softmax", [1.7e308, -1.7e308], [0.0, 1.0]),
])  # fmt: skip
def test_a_loss_beyond_the_largest_number_is_infinity(head, z, y):
    Z, Y = (jnp.asarray(v).reshape(-1, 1) for v in (z, y))
    assert float(loss_of(head, Z, Y)[0, 0]) == np.inf


@pytest.mark.parametrize("head", HEADS)
def test_each_example_has_its_own_loss(head):
    random = np.random.default_rng(3)
    Z, Y = (
        jnp.asarray(v)
        for v in (random.normal(size=(UNITS[head], 5)), labels(head, random, UNITS[head], 5, float))
    )
    together = loss_of(head, Z, Y)
    assert together.shape == (1, 5)
    alone = [float(loss_of(head, Z[:, i : i + 1], Y[:, i : i + 1])[0, 0]) for i in range(5)]
    assert np.asarray(together)[0] == pytest.approx(alone, rel=1e-14)


@pytest.mark.parametrize("head", HEADS)
def test_both_forms_of_the_first_dZ_are_equal(head):
    random = np.random.default_rng(4)
    Z = jnp.asarray(random.normal(size=(UNITS[head], 50)) * 3)
    Y = jnp.asarray(labels(head, random, UNITS[head], 50, float))
    longer = dZ_last_through_dA(NAMES[head], UNITS_OF_OUTPUT[head].g(Z), Y)
    assert float(jnp.abs(first_dZ(head, Z, Y) - longer).max()) < 1e-14 * max(
        1, float(jnp.abs(Y).max())
    )


@pytest.mark.parametrize("head", HEADS)
def test_dZ_is_A_minus_Y_in_50_digits(head):
    random = np.random.default_rng(5)
    Z = random.uniform(-30, 30, (UNITS[head], 40))
    Y = labels(head, random, UNITS[head], 40, float)
    ours = np.asarray(first_dZ(head, jnp.asarray(Z), jnp.asarray(Y)))
    with mpmath.workdps(50):
        for i in range(40):
            z = [mpmath.mpf(v) for v in Z[:, i]]
            total = mpmath.fsum(map(mpmath.exp, z)) if head == "softmax" else None
            for unit, v in enumerate(z):
                a = {
                    "identity": v,
                    "sigmoid": 1 / (1 + mpmath.exp(-v)),
                    "softmax": total and mpmath.exp(v) / total,
                }[head]
                assert ours[unit, i] == pytest.approx(
                    float(a - mpmath.mpf(Y[unit, i])), rel=1e-13, abs=1e-15
                )


def test_softmax_sums_to_one_over_the_units_of_each_example():
    A = UNITS_OF_OUTPUT["softmax"].g(
        jnp.asarray(np.random.default_rng(6).normal(size=(4, 3)) * 100)
    )
    assert np.asarray(A.sum(axis=0)) == pytest.approx(np.ones(3), rel=1e-15)


def test_softmax_survives_the_largest_logits():
    A = UNITS_OF_OUTPUT["softmax"].g(jnp.array([[1.7e308], [0.0], [-1.7e308]]))
    assert A[:, 0].tolist() == [1.0, 0.0, 0.0]


def test_several_sigmoid_units_add_their_losses():
    Z, Y = jnp.array([[0.3], [-1.2]]), jnp.array([[1.0], [0.0]])
    loss = partial(loss_of, "sigmoid")
    assert float(loss(Z, Y)[0, 0]) == pytest.approx(
        float(loss(Z[:1], Y[:1])[0, 0] + loss(Z[1:], Y[1:])[0, 0]), rel=1e-15
    )


def test_the_gaussian_loss_carries_its_half():
    assert float(loss_of("identity", jnp.array([[3.0], [1.0]]), jnp.zeros((2, 1)))[0, 0]) == 5.0
