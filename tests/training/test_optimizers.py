"""The update rules against plain NumPy, step by step on the same gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from layerwise.training.optimizers import OPTIMIZERS, Numbers

pytestmark = pytest.mark.usefixtures("float64")
CURVATURE = np.array([[1.0, 0.2], [0.2, 3.0]])
LEARNING_RATE, MOMENTUM, STEPS = 0.05, 0.8, 15


def gradient_descent(gradients):
    return [LEARNING_RATE * g for g in gradients]


def momentum(gradients):
    velocity, moves = 0, []
    for g in gradients:
        velocity = MOMENTUM * velocity + g
        moves.append(LEARNING_RATE * velocity)
    return moves


def adam(gradients, beta2=0.999, epsilon=1e-8):
    v, s, moves = 0, 0, []
    for t, g in enumerate(gradients, start=1):
        v = MOMENTUM * v + (1 - MOMENTUM) * g
        s = beta2 * s + (1 - beta2) * g**2
        corrected = v / (1 - MOMENTUM**t), s / (1 - beta2**t)
        moves.append(LEARNING_RATE * corrected[0] / (np.sqrt(corrected[1]) + epsilon))
    return moves


@pytest.mark.parametrize("rule", [gradient_descent, momentum, adam])
def test_a_rule_is_the_lectures_over_15_steps(rule):
    numbers = Numbers(*(jnp.asarray(v) for v in (LEARNING_RATE, MOMENTUM, 0.0)))
    optimizer = OPTIMIZERS[rule.__name__](numbers)
    at, state, gradients, ours = jnp.array([2.0, -1.0]), None, [], []
    state = optimizer.init(at)
    for _ in range(STEPS):
        gradients.append(CURVATURE @ np.asarray(at))
        with jax.numpy_dtype_promotion("standard"):
            moves, state = optimizer.update(jnp.asarray(gradients[-1]), state, at)
        at = optax.apply_updates(at, moves)
        ours.append(-np.asarray(moves))
    assert np.allclose(ours, rule(gradients), rtol=1e-12, atol=1e-15)


def test_every_rule_has_a_reference_here():
    assert set(OPTIMIZERS) == {rule.__name__ for rule in (gradient_descent, momentum, adam)}
