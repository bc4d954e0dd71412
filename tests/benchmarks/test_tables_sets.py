"""The sets of the study of tables: their promises, and that a split is always the same rows."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from benchmarks.tables.drawing import MOST_TEST_ROWS, TEST_ROWS, draw
from benchmarks.tables.found import present
from benchmarks.tables.sets import MADE, SETS

HERE = [table for table in SETS.values() if present(table)]


@pytest.mark.parametrize("table", HERE, ids=lambda table: table.name)
def test_a_set_has_the_promised_shape(table):
    split = draw(table, 0, most=300)
    assert len(split.X) == len(split.y) <= 300
    assert len(split.X_test) == len(split.y_test) <= MOST_TEST_ROWS
    assert list(split.X) == list(split.X_test)
    assert np.isfinite(split.y).all()
    if table.task == "classes":
        assert 2 <= len(np.unique(split.y)) <= 10
    else:
        assert split.y.dtype == float


@pytest.mark.parametrize("table", MADE, ids=lambda table: table.name)
def test_a_law_gives_the_rows_that_are_asked_for(table):
    split = draw(table, 0)
    assert (len(split.X), len(split.X_test)) == (table.rows, TEST_ROWS)


@pytest.mark.parametrize("table", HERE, ids=lambda table: table.name)
def test_a_split_is_the_same_rows_every_time_and_another_split_is_not(table):
    first, again, other = (draw(table, number, most=200) for number in (0, 0, 1))
    pd.testing.assert_frame_equal(first.X, again.X)
    pd.testing.assert_frame_equal(first.X_test, again.X_test)
    assert np.array_equal(first.y, again.y)
    assert not first.X.equals(other.X)


def test_the_halves_are_balanced_by_task_and_by_size():
    for of in (lambda t: t.task, lambda t: 0 < t.rows < 500):
        counts = {half: Counter(of(t) for t in SETS.values() if t.half == half) for half in "AB"}
        assert all(abs(counts["A"][key] - counts["B"][key]) <= 2 for key in counts["A"])


def test_every_difficulty_is_in_both_halves():
    kinds = {half: {table.kind for table in SETS.values() if table.half == half} for half in "AB"}
    assert kinds["A"] == kinds["B"]


def test_a_found_table_is_in_one_half_with_all_its_sizes():
    halves = {}
    for table in SETS.values():
        if table.found:
            halves.setdefault(table.found, set()).add(table.half)
    assert all(len(of) == 1 for of in halves.values())
