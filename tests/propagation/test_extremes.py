"""Every cost and its dZ against 50-digit arithmetic, on logits and targets of any size.

A loss is right when its error is at most 1e-14 of itself, or 1e-14 of what one relative change of Z
and Y does to it, sum |Z dL/dZ| + |Y dL/dY|, taken in 50 digits: no algorithm in float64 can do
better than the rounding of what it is given, as where exp Z and Y Z cancel. A dZ is A - Y or the
like: its error is at most 1e-14 of the largest of the terms that it is the difference of, and of
what a relative change of Z does to these: A = exp(Z - ...) moves by |Z| of itself.
"""

import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from mpmath import mpf

from layerwise.propagation.cost import COSTS

pytestmark = pytest.mark.usefixtures("float64")
NUMBERS = {"delta": 0.7, "levels": [[0.1], [0.5], [0.9]], "gamma": 2.0}
UNITS, LARGEST, SMALLEST = 3, float(np.finfo(float).max), float(np.finfo(float).tiny)
ROWS = [(cost, None) for cost in COSTS]
ROWS += [(cost, 0.1) for cost in ("cross_entropy", "binary_cross_entropy")]


def drawn(cost, m, seed=0):
    """A quarter each: |Z| up to 1e4, up to 1e300, moderate, and two units close to each other."""
    random = np.random.default_rng(seed)
    sign, shape = random.choice([-1, 1], (UNITS, m)), (UNITS, m)
    sizes = [sign * 10 ** random.uniform(-10, top, shape) for top in (4, 300)]
    near = random.normal(size=(1, m)) * 30 + random.normal(size=shape) / 100
    kinds = [*sizes, random.uniform(-40, 40, shape), near]
    Z = np.select([np.arange(m) % 4 == i for i in range(4)], kinds)
    return Z, targets(cost, Z, random)


def targets(cost, Z, random):
    m, head = Z.shape[1], COSTS[cost].head
    if head == "sigmoid":
        return random.integers(0, 2, Z.shape).astype(float)
    if head == "softmax":
        return np.eye(UNITS)[:, random.integers(UNITS, size=m)]
    if head == "exponential":
        return random.poisson(10 ** random.uniform(-1, 4, Z.shape)).astype(float)
    far = random.choice([-1, 1], Z.shape) * 10 ** random.uniform(-10, 4, Z.shape)
    return np.where(random.random(Z.shape) < 0.5, far, Z * (1 + random.normal(size=Z.shape)))


def softplus(z):
    return mpmath.log1p(mpmath.exp(z)) if z < 0 else z + mpmath.log1p(mpmath.exp(-z))


def sigmoid(z):
    return 1 / (1 + mpmath.exp(-z)) if z > 0 else mpmath.exp(z) / (1 + mpmath.exp(z))


def log_softmax(z):
    top = z.index(max(z))
    others = mpmath.log1p(mpmath.fsum(mpmath.exp(v - z[top]) for i, v in enumerate(z) if i != top))
    return [v - z[top] - others for v in z]


class Exact:
    """One example of one unit of a cost of numbers: (loss, dL/dZ, dL/dY, the terms of dZ)."""

    @staticmethod
    def squared_error(z, y, _):
        return (z - y) ** 2 / 2, z - y, y - z, (z, y)

    @staticmethod
    def absolute_error(z, y, _):
        slope = mpmath.sign(z - y)
        return abs(z - y), slope, -slope, (slope,)

    @staticmethod
    def huber(z, y, _):
        r, d = z - y, mpf(NUMBERS["delta"])
        slope = max(-d, min(d, r))
        return (r * r / 2 if abs(r) <= d else d * (abs(r) - d / 2)), slope, -slope, (z, y, d)

    @staticmethod
    def quantile(z, y, unit):
        q, r = mpf(NUMBERS["levels"][unit][0]), z - y
        slope = 1 - q if r > 0 else -q if r < 0 else mpf(0)
        return max(-q * r, (1 - q) * r), slope, -slope, (slope,)

    @staticmethod
    def poisson(z, y, _):
        return mpmath.exp(z) - y * z, mpmath.exp(z) - y, -z, (mpmath.exp(z), y)

    @staticmethod
    def binary_cross_entropy(z, y, _):
        return y * softplus(-z) + (1 - y) * softplus(z), sigmoid(z) - y, -z, (sigmoid(z), y)

    @staticmethod
    def binary_focal(z, y, _):
        side, gamma = (z, -1) if y == 1 else (-z, 1), mpf(NUMBERS["gamma"])
        at, sign = side
        wrong, loss = sigmoid(-at), softplus(-at)
        slope = sign * wrong**gamma * (gamma * sigmoid(at) * loss + wrong)
        return wrong**gamma * loss, slope, mpf(0), (slope,)


def of_softmax(cost, z, y):
    """Return (loss, dL/dZ, terms) of an example, for the two costs of the softmax."""
    log_a = log_softmax(z)
    a = [mpmath.exp(v) for v in log_a]
    if cost == "cross_entropy":
        loss = -mpmath.fsum(t * v for t, v in zip(y, log_a, strict=True))
        # 1 - p as the sum of the others: beyond 50 digits nothing else is left of it
        rest = [mpmath.fsum(p for j, p in enumerate(a) if j != i) for i in range(UNITS)]
        dZ = [-rest[i] if t == 1 else a[i] - t for i, t in enumerate(y)]
        top = z[a.index(max(a))]
        return loss, dZ, [(p, p * v, p * top, t) for p, v, t in zip(a, z, y, strict=True)]
    gamma, label = mpf(NUMBERS["gamma"]), y.index(1)
    rest = mpmath.fsum(p for i, p in enumerate(a) if i != label)
    log_p = log_a[label]
    c = gamma * rest ** (gamma - 1) * a[label] * log_p - rest**gamma
    slopes = [c * (rest if i == label else -p) for i, p in enumerate(a)]
    return -(rest**gamma) * log_p, slopes, [[c, c * p] for p in a]


def exact(cost, smoothing, z, y):
    """Return the loss of an example, its dZ, the scale of the loss and those of dZ."""
    z, y = [mpf(float(v)) for v in z], [mpf(float(v)) for v in y]
    if smoothing is not None:
        count = UNITS if cost == "cross_entropy" else 2
        s = mpf(smoothing)
        y = [(1 - s) * v + s / count for v in y]
    if COSTS[cost].head == "softmax":
        loss, dZ, terms = of_softmax(cost, z, y)
        moved = mpmath.fsum(abs(a * b) for a, b in zip(z, dZ, strict=True))
    else:
        parts = [getattr(Exact, cost)(a, b, i) for i, (a, b) in enumerate(zip(z, y, strict=True))]
        loss, dZ = mpmath.fsum(p[0] for p in parts), [p[1] for p in parts]
        terms = [p[3] for p in parts]
        moved = mpmath.fsum(
            abs(a * p[1]) + abs(b * p[2]) for a, b, p in zip(z, y, parts, strict=True)
        )
    return loss, dZ, max(abs(loss), moved), [max(map(abs, t)) for t in terms]


def error(ours, right, scale):
    """Return |ours - right| / scale; 0 where both are beyond the largest, or below the smallest."""
    if np.isinf(ours):
        beyond = abs(right) > LARGEST * (1 - 1e-13) and (right > 0) == (ours > 0)
        return 0.0 if beyond else np.inf
    gap = abs(mpf(float(ours)) - right)
    return 0.0 if gap <= SMALLEST else float(gap / scale)


def worst(cost, smoothing, m):
    """Return the largest errors of the loss, of the loss in its own size, and of dZ."""
    Z, Y = drawn(cost, m)
    numbers = {name: jnp.asarray(value) for name, value in NUMBERS.items()}
    numbers |= {} if smoothing is None else {"smoothing": jnp.asarray(smoothing)}
    loss, dZ = (
        np.asarray(f(jnp.asarray(Z), jnp.asarray(Y), numbers))
        for f in (COSTS[cost].loss, COSTS[cost].dZ)
    )
    assert not np.isnan(loss).any()
    assert not np.isnan(dZ).any()
    found = []
    with mpmath.workdps(50):
        for i in range(m):
            right, slopes, scale, scales = exact(cost, smoothing, Z[:, i], Y[:, i])
            of_dZ = max(map(error, dZ[:, i], slopes, scales))
            own = error(loss[0, i], right, abs(right))
            found.append((error(loss[0, i], right, scale), own, of_dZ))
    return np.max(found, axis=0)


@pytest.mark.parametrize(("cost", "smoothing"), ROWS)
def test_the_loss_and_dZ_are_right_to_1e14_on_200_extremes(cost, smoothing):
    loss, _, dZ = worst(cost, smoothing, 200)
    assert loss <= 1e-14
    assert dZ <= 1e-14


@pytest.mark.slow
@pytest.mark.parametrize(("cost", "smoothing"), ROWS)
def test_the_loss_and_dZ_are_right_to_1e14_on_10_000_extremes(cost, smoothing):
    loss, _, dZ = worst(cost, smoothing, 10_000)
    assert loss <= 1e-14
    assert dZ <= 1e-14
