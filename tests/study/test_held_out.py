"""Which rows are held out as a test."""

import numpy as np
import pytest

from layerwise.errors import DataError
from layerwise.study.held_out import hold_out_test


@pytest.mark.parametrize("rows", [5, 10, 20, 24, 25, 101])
@pytest.mark.parametrize("classes", [True, False])
def test_every_row_is_on_one_side(rows, classes):
    y = np.arange(rows) % 2
    kept, held = hold_out_test(y, classes, seed=0)
    assert sorted([*kept, *held]) == list(range(rows))
    assert len(held) >= 1


def test_classes_keep_their_shares_and_a_single_row_stays_in_training():
    y = np.array([0] * 80 + [1] * 20 + [2])
    kept, held = hold_out_test(y, True, seed=0)
    assert np.bincount(y[held]).tolist() == [16, 4]
    assert 100 in kept


def test_the_seed_decides():
    y = np.arange(50.0)
    same, again, other = (hold_out_test(y, False, seed)[1].tolist() for seed in (1, 1, 2))
    assert same == again != other


@pytest.mark.parametrize(("y", "classes"), [(np.zeros(4), False), (np.arange(30), True)])
def test_too_few_rows_are_refused(y, classes):
    with pytest.raises(DataError, match="--test"):
        hold_out_test(y, classes, seed=0)
