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


def test_nothing_is_held_out_when_it_would_be_too_few_rows():
    assert len(hold_out(40, 0.1, None, seed=0)[1]) == 0


def test_a_class_with_one_row_does_not_stop_the_split():
    classes = np.array([0] * 99 + [1])
    assert len(hold_out(100, 0.2, classes, seed=0)[1]) == 20


def test_the_same_seed_gives_the_same_rows():
    assert (hold_out(100, 0.3, None, 5)[1] == hold_out(100, 0.3, None, 5)[1]).all()


def test_a_share_outside_its_range_is_refused():
    with pytest.raises(SettingError, match="validation_fraction=1.5"):
        hold_out(10, 1.5, None, 0)
