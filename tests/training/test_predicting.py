"""A[L] in blocks."""

import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import dense
from layerwise.propagation.run import plain
from layerwise.training.predicting import BLOCK, FEW_ROWS, outputs


@pytest.fixture(scope="module")
def network():
    random = np.random.default_rng(0)
    parameters = ({"W": random.normal(size=(2, 3)), "b": random.normal(size=(2, 1))},)
    as_float32 = tuple({k: jnp.asarray(v, jnp.float32) for k, v in t.items()} for t in parameters)
    network = dense((3, 2), (), "cross_entropy", "he")
    return network, as_float32, plain(network)


@pytest.mark.parametrize("m", [1, 2, FEW_ROWS, FEW_ROWS + 1, BLOCK + 1, 2 * BLOCK])
def test_any_number_of_rows_gives_each_its_softmax(m, network):
    rows = np.random.default_rng(m).normal(size=(m, 3)).astype(np.float32)
    W, b = (np.asarray(network[1][0][name], np.float64) for name in ("W", "b"))
    Z = rows.astype(np.float64) @ W.T + b.T
    expected = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    tolerance = 1e-14 if m <= FEW_ROWS else 1e-6
    assert np.abs(outputs(*network, rows) - expected).max() < tolerance


def test_a_row_alone_equals_the_row_in_a_batch(network):
    rows = np.random.default_rng(1).normal(size=(5000, 3)).astype(np.float32)
    together = outputs(*network, rows)
    alone = np.concatenate([outputs(*network, rows[i : i + 1]) for i in range(0, 5000, 500)])
    assert np.abs(together[::500] - alone).max() < 1e-6
