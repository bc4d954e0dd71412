import numpy as np
import pytest

from layerwise.data.splits import hold_out
from layerwise.errors import SettingError


def test_every_row_is_on_exactly_one_side():
    kept, held = hold_out(100, 0.2, None, seed=1)
    assert sorted([*kept, *held]) == list(range(100))


def test_each_class_keeps_its_share():
    classes = np.repeat([0, 1], [80, 20])
    _, held = hold_out(100, 0.2, classes, seed=1)
    assert (classes[held] == 1).sum() == 4


@pytest.mark.parametrize(("rows", "held"), [(10, 0), (494, 0), (496, 50), (5000, 500)])
def test_the_automatic_hold_out_is_a_tenth_and_nothing_below_50_rows(rows, held):
    assert len(hold_out(rows, "auto", None, seed=0)[1]) == held


def test_a_share_that_is_asked_for_is_held_out_however_small():
    assert len(hold_out(40, 0.1, None, seed=0)[1]) == 4


def test_more_classes_than_held_out_rows_do_not_stop_the_split():
    assert len(hold_out(40, 0.1, np.arange(40) // 4, seed=0)[1]) == 4


def test_a_class_with_one_row_does_not_stop_the_split():
    classes = np.array([0] * 99 + [1])
    assert len(hold_out(100, 0.2, classes, seed=0)[1]) == 20


def test_the_same_seed_gives_the_same_rows():
    assert (hold_out(100, 0.3, None, 5)[1] == hold_out(100, 0.3, None, 5)[1]).all()


def test_a_share_that_leaves_nothing_to_train_on_is_refused():
    with pytest.raises(SettingError, match="leaves none of 4 rows"):
        hold_out(4, 0.9, None, 0)
