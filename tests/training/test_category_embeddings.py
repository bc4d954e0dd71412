"""Encoded rows with levels train a network whose entrance embeds them."""

from functools import partial
from itertools import islice

import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from layerwise.data.encoding import learn
from layerwise.data.treatment import Treatment
from layerwise.propagation.architecture import build
from layerwise.propagation.categories import Categories
from layerwise.propagation.layer import Layer
from layerwise.propagation.network import forward
from layerwise.propagation.run import givens, plain
from layerwise.training.loop import begin, train

pytestmark = pytest.mark.usefixtures("float64")
TABLE = Treatment("robust_clipped", two_as_one=True, one_hot_up_to=9)
SIZE = 3


def frame(m=240):
    random = np.random.default_rng(0)
    return pl.DataFrame({
        "city": [f"c{i:02}" for i in random.integers(0, 12, m)],
        "x": random.normal(size=m),
        "shop": [None if i == 0 else f"s{i:02}" for i in random.integers(0, 15, m)],
    })  # fmt: skip


@pytest.fixture
def made(job):
    """Return the encoder and a Job that is told by the city alone: every third is 1."""
    rows = frame()
    encoder = learn(rows, None, None, None, TABLE)
    X = encoder.encode(rows, "float64")
    Y = (rows["city"].str.slice(1).cast(pl.Int64).to_numpy() % 3 == 0)[:, None].astype(float)
    entrance = (("categories", partial(Categories, levels=encoder.levels, size=SIZE)),)
    layers = Layer(8, "tanh", "xavier"), Layer(1, None, "xavier")
    network = build(X.shape[1], layers, "binary_cross_entropy", entrance)
    base = job((X, Y, np.ones(len(X))), optimizer="adam", batch_size=32, learning_rate=0.02)
    numbers = base.numbers._replace(blocks=plain(network).numbers)
    return encoder, base._replace(plan=base.plan._replace(network=network), numbers=numbers)


def trained(job, epochs):
    return list(islice(train(job, begin(job)), epochs))[-1]


def test_the_last_rows_are_embedded_and_the_others_pass(made):
    encoder, job = made
    block = job.plan.network.blocks[0]
    assert encoder.names[-2:] == ("city level", "shop level")
    assert block.settings.n == encoder.plain_numbers + 2 * SIZE
    E = begin(job).parameters[0]["E"]
    assert E.shape == (SIZE, sum(encoder.levels)) == (SIZE, 13 + 16)


def test_the_network_learns_what_the_categories_say(made):
    record = trained(made[1], 60).record
    assert record.metric == 1.0
    assert record.cost < 0.05


def test_an_unknown_value_has_the_column_of_zeros_that_training_leaves(made):
    encoder, job = made
    state = trained(job, 3).state
    E = np.asarray(state.parameters[0]["E"])
    starts = np.cumsum([0, *encoder.levels[:-1]])
    assert (E[:, starts] == 0).all()
    assert (np.delete(E, starts, axis=1) != 0).all()
    new = pl.DataFrame({"city": ["new"], "x": [0.0], "shop": ["never seen"]})
    X = encoder.encode(new, "float64")
    assert X[0, -2:].tolist() == [0, 0]
    network = job.plan.network
    given = givens(network, plain(network), jnp.ones((1, 1)))
    Z = forward(network, state.parameters, jnp.asarray(X.T), given)[0]
    assert np.isfinite(np.asarray(Z)).all()
