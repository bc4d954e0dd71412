"""A[L] in blocks."""

import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import dense
from layerwise.propagation.run import plain
from layerwise.training import predicting
from layerwise.training.predicting import (
    BLOCK,
    FEW_ROWS,
    TOGETHER,
    Look,
    kind_of,
    outputs,
    outputs_of,
    outputs_of_all,
    ready,
)


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
    assert np.abs(outputs(*network, rows) - expected).max() < 1e-14


def test_a_row_alone_equals_the_row_in_a_batch(network):
    rows = np.random.default_rng(1).normal(size=(5000, 3)).astype(np.float32)
    together = outputs(*network, rows)
    alone = np.concatenate([outputs(*network, rows[i : i + 1]) for i in range(0, 5000, 500)])
    assert np.abs(together[::500] - alone).max() < 1e-6


def test_rows_are_encoded_block_by_block_and_each_once(network):
    rows = np.random.default_rng(2).normal(size=(3 * BLOCK + 5, 3)).astype(np.float32)
    asked = []

    def encoded(part):
        asked.append(range(*part.indices(len(rows))))
        return rows[part]

    made = ready(*network, np.dtype(np.float64))
    found = outputs_of(made, len(rows), encoded)
    assert max(map(len, asked)) == BLOCK
    assert [i for part in asked for i in part] == list(range(len(rows)))
    assert (found == outputs(*network, rows)).all()


@pytest.mark.parametrize("block", [256, 1000])
def test_the_size_of_the_blocks_is_not_seen(block, network, monkeypatch):
    rows = np.random.default_rng(3).normal(size=(2500, 3)).astype(np.float32)
    expected = outputs(*network, rows)
    monkeypatch.setattr(predicting, "BLOCK", block)
    assert np.abs(outputs(*network, rows) - expected).max() < 1e-6


def test_a_second_table_of_many_rows_compiles_nothing(network, compilations):
    rows = np.random.default_rng(4).normal(size=(4 * BLOCK, 3)).astype(np.float32)
    outputs(*network, rows)
    compilations.clear()
    outputs(*network, rows[: 2 * BLOCK])
    assert not compilations


@pytest.mark.parametrize("count", [1, 5, BLOCK - 1, BLOCK + 1, FEW_ROWS + 1])
def test_held_out_rows_of_any_number_are_told_by_one_program(count, network, compilations):
    rows = np.random.default_rng(5).normal(size=(2 * BLOCK + 1, 3)).astype(np.float32)
    outputs(*network, rows[:BLOCK])
    compilations.clear()
    assert len(outputs(*network, rows[:count])) == count
    assert not compilations


def test_few_rows_of_a_small_network_are_computed_in_float64_others_in_their_own_type():
    small, large = (dense((500, n), (), "cross_entropy", "he") for n in (100, 101))
    assert kind_of(FEW_ROWS, small, "float32") == np.float64
    assert kind_of(FEW_ROWS + 1, small, "float32") == np.float32
    assert kind_of(1, large, "float32") == np.float32


def test_many_networks_looked_at_together_come_to_what_each_comes_to_alone(network):
    random, (shape, parameters, run) = np.random.default_rng(4), network
    tables = [random.normal(size=(m, 3)).astype(np.float32) for m in (7, BLOCK + 9)]
    looks = [
        Look(shape, ({name: tensor * k for name, tensor in parameters[0].items()},), run, rows)
        for rows in tables
        for k in range(1, TOGETHER + 3)
    ]
    looks.insert(5, Look(*network, tables[0][:2]))
    for look, found in zip(looks, outputs_of_all(looks), strict=True):
        assert found.shape == (len(look.rows), 2)
        assert np.abs(found - outputs(*look)).max() < 1e-15
