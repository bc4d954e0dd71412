"""A small network and its rows, ready to train."""

import jax
import jax.monitoring
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import dense
from layerwise.propagation.regularization import Penalties
from layerwise.propagation.run import plain
from layerwise.training.loop import Job
from layerwise.training.minibatches import table
from layerwise.training.optimizers import OPTIMIZERS
from layerwise.training.plan import Numbers, Plan
from layerwise.training.schedules import SCHEDULES


@pytest.fixture
def rows():
    """Return a function to X (m, 3), Y (m, 1) of 0 and 1, and weights (m,)."""

    def drawn(m=50, seed=0):
        random = np.random.default_rng(seed)
        X = random.normal(size=(m, 3))
        Y = (X.sum(axis=1, keepdims=True) + random.normal(size=(m, 1)) / 3 > 0).astype(float)
        return X, Y, random.random(m) + 0.1

    return drawn


@pytest.fixture
def job():
    """Return a function to a Job of a 3-4-1 tanh network; numbers and settings by keyword."""

    def made(training, validation=None, optimizer="gradient_descent", batch_size=0, **more):
        size = {"learning_rate": 0.3, "momentum": 0.9, "l2_share": 0.01} | more
        units, update = size.pop("units", (3, 4, 1)), size.pop("update", {})
        schedule = size.pop("schedule", SCHEDULES["constant"]())
        network = dense(units, ("tanh",) * (len(units) - 2), "binary_cross_entropy", "xavier")
        return Job(
            plan=Plan(network, optimizer, batch_size, schedule.name),
            training=table(*training),
            rows=len(training[0]),
            validation=None if validation is None else table(*validation),
            numbers=Numbers(
                learning_rate=np.float64(size["learning_rate"]),
                momentum=np.float64(size["momentum"]),
                penalties=Penalties(None, np.float64(size["l2_share"])),
                blocks=plain(network).numbers,
                cost={},
                optimizer=as_float64(OPTIMIZERS[optimizer]().numbers()),
                schedule=as_float64(schedule.numbers()),
                update=as_float64(update),
                augmentation={},
                epochs=np.float64(size.get("epochs", 100)),
            ),
            seed=size.get("seed", 0),
            dtype=jnp.dtype("float64"),
            plateau=schedule if schedule.name == "reduce_on_plateau" else None,
        )

    return made


def as_float64(numbers):
    return {name: np.float64(value) for name, value in numbers.items()}


@pytest.fixture
def compilations():
    """Return the list of compilations from here on; clear it to count anew."""
    seen = []

    def note(event, seconds, **_):
        if "backend_compile" in event:
            seen.append(event)

    jax.monitoring.register_event_duration_secs_listener(note)
    yield seen
    jax.monitoring.unregister_event_duration_listener(note)
