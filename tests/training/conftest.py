"""A small network and its rows, ready to train."""

import jax
import jax.monitoring
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.kinds import dense
from layerwise.training.epoch import Plan
from layerwise.training.loop import Job
from layerwise.training.minibatches import table
from layerwise.training.optimizers import Numbers


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
        numbers = {"learning_rate": 0.3, "momentum": 0.9, "l2_share": 0.01}
        numbers.update({name: more.pop(name) for name in list(more) if name in numbers})
        units = more.pop("units", (3, 4, 1))
        network = dense(units, ("tanh",) * (len(units) - 2), "sigmoid", "xavier")
        return Job(
            plan=Plan(network, optimizer, batch_size),
            training=table(*training),
            rows=len(training[0]),
            validation=None if validation is None else table(*validation),
            numbers=Numbers(**{name: np.float64(value) for name, value in numbers.items()}),
            seed=more.pop("seed", 0),
            dtype=jnp.dtype("float64"),
        )

    return made


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
