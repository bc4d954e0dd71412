"""Rows into buckets, buckets into mini-batches."""

import jax
import numpy as np
import pytest

from layerwise.training.minibatches import (
    ABSENT,
    automatic_batch_size,
    bucket,
    draw,
    pad,
    room,
    shuffled,
    take,
)


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 63, 64, 65, 1000, 54_000])
def test_a_bucket_is_the_next_multiple_of_8_or_at_most_an_eighth_more(rows):
    assert rows <= bucket(rows) <= max(rows + 7, rows * 9 / 8)


def test_similar_tables_share_a_bucket():
    assert len({bucket(rows) for rows in range(1025, 1153)}) == 1


@pytest.mark.parametrize(("rows", "size"), [(1, 16), (1000, 16), (3200, 64), (10**6, 256)])
def test_the_automatic_batch_grows_with_the_table_from_16_to_256(rows, size):
    assert automatic_batch_size(rows) == size


@pytest.mark.parametrize(("rows", "size"), [(50, 16), (64, 16), (7, 3), (1, 4)])
def test_an_epoch_takes_each_row_exactly_once(rows, size):
    order = shuffled(rows, size, (3, 2), bucket(rows))
    assert sorted(order[order != ABSENT]) == list(range(rows))
    assert (order[:rows] != ABSENT).all()
    assert len(order) % size == 0


def test_every_epoch_has_its_own_order_that_can_be_repeated():
    first, second, again = (shuffled(50, 16, (3, e), 56).tolist() for e in (1, 2, 1))
    assert first == again != second


def test_an_absent_row_weighs_nothing(job, rows):
    table = jax.device_put(job(rows(10)).training)
    batch = take(table, draw(table, np.array([4, ABSENT, 2])))
    X, Y, weights = rows(10)
    assert np.asarray(batch.weights)[0] == pytest.approx([weights[4], 0, weights[2]], rel=1e-6)
    assert np.asarray(batch.X)[:, 2] == pytest.approx(X[2], rel=1e-6)
    assert np.asarray(batch.Y)[:, 0] == Y[4]


@pytest.mark.parametrize("shape", [(8, 3), (16,), (1024, 100)])
def test_a_room_is_zeros_that_jax_takes_without_a_copy(shape):
    zeros = room(shape, "float32")
    assert zeros.shape == shape
    assert zeros.dtype == np.float32
    assert not zeros.any()
    assert jax.device_put(zeros).unsafe_buffer_pointer() == zeros.ctypes.data


def test_padding_adds_zeros_below_and_leaves_what_is_long_enough():
    rows = np.arange(6.0).reshape(3, 2)
    assert pad(rows, 3) is rows
    assert pad(rows, 5).tolist() == [[0, 1], [2, 3], [4, 5], [0, 0], [0, 0]]
