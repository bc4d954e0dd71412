"""Where a cost that is not finite came from: poisoned tensors, and replays."""

from itertools import islice

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise import DNNRegressor
from layerwise.errors import DivergenceError
from layerwise.propagation.architecture import dense
from layerwise.propagation.run import plain
from layerwise.training.divergence import first_not_finite, tensors_in_order
from layerwise.training.loop import begin, train
from layerwise.training.minibatches import Table, as_columns, shuffled

pytestmark = pytest.mark.usefixtures("float64")


@pytest.fixture
def ready(job, rows):
    """Return the network, its parameters and the rows as columns."""
    made = job(rows())
    network = made.plan.network
    batch = as_columns(jax.device_put(made.training))
    return network, begin(made).parameters, batch, plain(network)


def poisoned(tensor, value):
    return tensor.at[0, 0].set(value)


def test_the_order_is_that_of_the_pass(ready):
    names = [(layer, name) for layer, name, _ in tensors_in_order(*ready)]
    assert names == [
        (0, "X"), (2, "Y"), (1, "W[1]"), (1, "b[1]"), (1, "Z[1]"), (1, "A[1]"),
        (2, "W[2]"), (2, "b[2]"), (2, "Z[2]"), (2, "A[2]"), (2, "J"), (2, "dZ[2]"),
    ]  # fmt: skip


def test_nothing_is_named_when_all_is_finite(ready):
    assert first_not_finite(*ready) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["X", "Y"])
def test_poison_in_the_examples_is_named(name, value, ready):
    network, parameters, batch, run = ready
    batch = batch._replace(**{name: poisoned(getattr(batch, name), value)})
    assert first_not_finite(network, parameters, batch, run) == ({"X": 0, "Y": 2}[name], name)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(("block", "layer"), [(0, 1), (2, 2)])
@pytest.mark.parametrize("name", ["W", "b"])
def test_poison_in_a_parameter_is_named_with_its_layer(name, block, layer, value, ready):
    network, parameters, batch, run = ready
    wrong = {**parameters[block], name: poisoned(parameters[block][name], value)}
    parameters = (*parameters[:block], wrong, *parameters[block + 1 :])
    assert first_not_finite(network, parameters, batch, run) == (layer, f"{name}[{layer}]")


@pytest.mark.parametrize(("activation", "scale", "expected"), [
    ("tanh", (1e308, 1), (1, "Z[1]")),
    ("relu", (1e200, 1e200), (2, "Z[2]")),
    ("relu", (1e100, 1e100), (2, "J")),
])  # fmt: skip
def test_an_overflow_is_named_where_it_begins(activation, scale, expected):
    network = dense((2, 2, 1), (activation,), "squared_error", "zeros")
    first, second = (
        {"W": jnp.full((n, 2), s), "b": jnp.zeros((n, 1))}
        for n, s in zip((2, 1), map(float, scale), strict=True)
    )
    batch = as_columns(Table(jnp.full((3, 2), 2.0), jnp.zeros((3, 1)), jnp.ones(3)))
    assert first_not_finite(network, (first, {}, second), batch, plain(network)) == expected


def linear_regression(job, rows, **settings):
    made = job(rows(50), units=(3, 1), l2_share=0.0, **settings)
    network = dense((3, 1), (), "squared_error", "xavier")
    return made._replace(plan=made.plan._replace(network=network))


def replayed(job, rows):
    """Return (epoch, step, tensor) of the first cost that is not finite, in NumPy."""
    X, Y, weights = rows
    W, b = (np.asarray(begin(job).parameters[0][name]) for name in ("W", "b"))
    size = job.plan.batch_size
    for epoch in range(1, 100):
        order = shuffled(len(X), size, (job.seed, epoch), len(job.training.X))[: len(X)]
        for step in range(-(-len(X) // size)):
            at = order[step * size : (step + 1) * size]
            share, Z = weights[at] / weights[at].sum(), W @ X[at].T + b
            dZ = Z - Y[at].T
            seen = {"W[1]": W, "b[1]": b, "Z[1]": Z, "A[1]": Z, "J": (dZ / 2 * dZ * share).sum()}
            for name, tensor in seen.items():
                if not np.isfinite(tensor).all():
                    return epoch, step + 1, name
            W = W - job.numbers.learning_rate * (dZ * share) @ X[at]
            b = b - job.numbers.learning_rate * (dZ * share).sum(axis=1, keepdims=True)


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize(("learning_rate", "batch_size"), [
    (4.0, 7), (4.0, 16), (1e30, 7), (1e30, 16),
    pytest.param(10.0, 7), pytest.param(10.0, 25),
    pytest.param(1e30, 25),
])  # fmt: skip
def test_epoch_step_and_tensor_are_those_of_a_replay(learning_rate, batch_size, job, rows):
    made = linear_regression(job, rows, learning_rate=learning_rate, batch_size=batch_size)
    expected = replayed(made, rows(50))
    with pytest.raises(DivergenceError) as caught:
        list(islice(train(made, begin(made)), 100))
    error = caught.value
    assert (error.epoch, error.step, error.tensor) == expected
    assert error.layer == 1


def test_a_penalty_that_overflows_is_named_as_the_cost(job, rows):
    """With l2 = .01 a step multiplies W by 1 - 1e28 for ever; W^2 is beyond 1e308 in epoch 7."""
    made = job(rows(), learning_rate=1e30)
    snapshots = train(made, begin(made))
    costs = [next(snapshots).record.cost for _ in range(6)]
    assert 1e250 < costs[-1] < 1e308
    with pytest.raises(DivergenceError) as caught:
        next(snapshots)
    assert vars(caught.value) == {"epoch": 7, "step": 1, "layer": 2, "tensor": "J"}


def test_an_epoch_of_finite_costs_and_parameters_is_no_divergence(job, rows):
    made = job(rows(), learning_rate=1e200, l2_share=0.0)
    (snapshot,) = islice(train(made, begin(made)), 1)
    assert np.isfinite(snapshot.record.cost)


def diverging(**more):
    random = np.random.default_rng(0)
    X = random.normal(size=(60, 3))
    settings = {"hidden_units": (4,), "optimizer": "gradient_descent", "learning_rate": 1e3}
    model = DNNRegressor(**{**settings, "random_state": 0, **more})
    return model, X, X @ [1.0, 2.0, 3.0] + random.normal(size=60) / 10


def test_the_best_parameters_before_a_divergence_are_kept():
    model, X, y = diverging(validation_fraction=0.2)
    with pytest.raises(DivergenceError) as caught:
        model.fit(X, y)
    assert model.stopped_ == "diverged"
    assert 1 <= model.best_epoch_ <= len(model.history_) == caught.value.epoch - 1
    shorter, _, _ = diverging(validation_fraction=0.2, epochs=model.best_epoch_)
    shorter.fit(X, y)
    assert all((a == b).all() for a, b in zip(model.weights_, shorter.weights_, strict=True))
