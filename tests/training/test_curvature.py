"""The curvature against jax.hessian of forward passes written anew, and against NumPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from layerwise import Adam, DNNClassifier, DNNRegressor, Momentum, RMSprop
from layerwise.estimators.fitting import begun
from layerwise.estimators.preparing import prepared_from
from layerwise.training.curvature import Accuracy, bound, curvature, preconditioned, scales_of
from layerwise.training.loop import train

EXACT = Accuracy(1e-5, 20_000)
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 3))
NUMBERS, LABELS = X @ [1.0, -2.0, 0.5] + RANDOM.normal(size=30), RANDOM.integers(0, 2, 30)
COMMON = {"batch_size": "all", "validation_fraction": 0, "random_state": 0, "dtype": "float64"}


def begun_job(model, y):
    with model._precision():
        job = prepared_from(model, (X, y, None)).job
        return job, begun(
            job, model.settings_["initialization"] if hasattr(model, "settings_") else "he"
        ).state


def second_opinion(job, state, activation, loss, l2=0.0):
    """The Hessian of the mean loss of a plain dense network, by JAX alone."""
    rows, targets, weights = (np.asarray(part) for part in job.training)
    share = weights / weights.sum()

    def cost(vector):
        tree = back(vector)
        layers = [own for own in tree if own]
        A = rows
        for place, own in enumerate(layers):
            Z = A @ own["W"].T + own["b"].T
            A = Z if place + 1 == len(layers) else activation(Z)
        penalties = sum(jnp.sum(own["W"] ** 2) for own in layers)
        return jnp.sum(share * loss(A[:, 0], targets[:, 0])) + l2 / 2 * penalties

    with jax.enable_x64(True), jax.numpy_rank_promotion("allow"):
        vector, back = ravel_pytree(jax.tree.map(jnp.asarray, state.parameters))
        return np.asarray(jax.hessian(cost)(vector))


def log_loss(z, y):
    return jnp.logaddexp(0.0, z) - y * z


def half_square(z, y):
    return (z - y) ** 2 / 2


def top(H):
    return np.linalg.eigvalsh(H)[-1]


@pytest.mark.parametrize(
    ("hidden", "name", "g"),
    [
        ((4,), "tanh", jnp.tanh),
        pytest.param((5, 3), "sigmoid", jax.nn.sigmoid, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("kind", ["classes", pytest.param("numbers", marks=pytest.mark.slow)])
def test_it_is_the_largest_eigenvalue_of_the_hessian(hidden, name, g, kind):
    of_classes = kind == "classes"
    face = DNNClassifier if of_classes else DNNRegressor
    model = face(
        hidden,
        activation=name,
        initialization="xavier",
        optimizer="gradient_descent",
        learning_rate=0.1,
        **COMMON,
    )
    job, state = begun_job(model, LABELS if of_classes else NUMBERS)
    H = second_opinion(job, state, g, log_loss if of_classes else half_square)
    assert curvature(job, state, EXACT) == pytest.approx(top(H), rel=1e-6)


def test_a_penalty_counts():
    plain, heavy = (
        DNNRegressor((), optimizer="gradient_descent", learning_rate=0.1, l2=l2, **COMMON)
        for l2 in (0.0, 30.0)
    )
    (job, state), (other, _) = begun_job(plain, NUMBERS), begun_job(heavy, NUMBERS)
    H = second_opinion(other, state, None, half_square, 1.0)
    assert curvature(other, state, EXACT) == pytest.approx(top(H), rel=1e-6)
    assert curvature(other, state, EXACT) > curvature(job, state, EXACT) + 0.5


def test_for_linear_regression_it_is_numpys_eigenvalue_at_any_point():
    model = DNNRegressor((), optimizer="gradient_descent", learning_rate=0.1, **COMMON)
    job, state = begun_job(model, NUMBERS)
    rows = np.asarray(job.training.X)[: job.rows]
    design = np.column_stack([rows, np.ones(len(rows))])
    expected = np.linalg.eigvalsh(design.T @ design / len(rows))[-1]
    moved = state._replace(parameters=jax.tree.map(lambda p: np.asarray(p) + 3.0, state.parameters))
    for at in (state, moved):
        assert curvature(job, at, EXACT) == pytest.approx(expected, rel=1e-6)
    assert bound(job, state) == pytest.approx(2 / expected, rel=1e-4)


def test_the_largest_is_found_where_the_steepest_bends_down():
    model = DNNRegressor(
        (3,),
        activation="tanh",
        initialization="xavier",
        optimizer="gradient_descent",
        learning_rate=0.1,
        **COMMON,
    )
    job, state = begun_job(model, NUMBERS)
    # against its targets the last layer bends the cost downwards most
    own = {name: np.asarray(value) for name, value in state.parameters[-1].items()}
    last = {"W": -8.0 * own["W"], "b": own["b"] - 50.0}
    state = state._replace(parameters=(*state.parameters[:-1], last))
    H = second_opinion(job, state, jnp.tanh, half_square)
    values = np.linalg.eigvalsh(H)
    assert -values[0] > values[-1] > 0, "the example has lost its point"
    assert curvature(job, state, EXACT) == pytest.approx(values[-1], rel=1e-6)


def test_dropout_and_noise_are_left_out():
    with_chance = {"dropout": 0.5, "augmentation": None}
    model = DNNRegressor(
        (6,), activation="tanh", optimizer="gradient_descent", learning_rate=0.1, **COMMON
    )
    other = DNNRegressor(
        (6,),
        activation="tanh",
        optimizer="gradient_descent",
        learning_rate=0.1,
        **COMMON,
        **with_chance,
    )
    (job, state), (noisy, _) = begun_job(model, NUMBERS), begun_job(other, NUMBERS)
    kinds = [block.kind for block in noisy.plan.network.blocks]
    own = iter(p for p in state.parameters if p)
    parameters = tuple(next(own) if kind == "linear" else {} for kind in kinds)
    silent = state._replace(parameters=parameters, statistics=({},) * len(kinds))
    assert "dropout" in kinds
    assert curvature(noisy, silent, EXACT) == pytest.approx(curvature(job, state, EXACT), rel=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "factor"),
    [("gradient_descent", 2), (Momentum(), 2 * 1.8), ("nesterov", 2 * 1.8 / 2.6)],
)
def test_the_bound_is_where_the_quadratic_is_left(optimizer, factor):
    """A run just below the bound falls, one just above it rises."""
    model = DNNRegressor((), optimizer=optimizer, momentum=0.8, learning_rate=0.1, **COMMON)
    job, state = begun_job(model, NUMBERS)
    law = bound(job, state)
    assert law * curvature(job, state) == pytest.approx(factor, rel=1e-6)
    ends = {}
    with jax.enable_x64(True):
        for share in (0.97, 1.03):
            numbers = job.numbers._replace(learning_rate=np.float64(share * law))
            costs = []
            for snapshot in train(job._replace(numbers=numbers), state):
                costs.append(snapshot.record.cost)
                if len(costs) == 400:
                    break
            ends[share] = costs[-1]
    assert ends[0.97] < 1 < ends[1.03]


@pytest.mark.parametrize("optimizer", [Adam(beta2=0.9), RMSprop(beta2=0.9)])
def test_the_preconditioned_curvature_divides_by_what_the_rule_divides_by(optimizer):
    model = DNNRegressor((4,), activation="tanh", optimizer=optimizer, learning_rate=0.01, **COMMON)
    job, state = begun_job(model, NUMBERS)
    if optimizer.name == "adam":
        assert bound(job, state) is None, "before a step nothing is known"
    with jax.enable_x64(True):
        run = train(job, state)
        state = [next(run).state for _ in range(5)][-1]
    H = second_opinion(job, state, jnp.tanh, half_square)
    P = np.concatenate([leaf.ravel() for leaf in jax.tree.leaves(scales_of(job, state))])
    roots = 1 / np.sqrt(P)
    expected = top(roots[:, None] * H * roots[None, :])
    assert preconditioned(job, state, EXACT) == pytest.approx(expected, rel=1e-6)
    law = 38 if optimizer.name == "adam" else 2
    assert bound(job, state) == pytest.approx(law / expected, rel=1e-4)


def test_there_is_no_law_for_other_rules():
    for optimizer in ("lion", "adagrad"):
        model = DNNRegressor((), optimizer=optimizer, learning_rate=0.1, **COMMON)
        assert bound(*begun_job(model, NUMBERS)) is None
