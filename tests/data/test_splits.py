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


def test_random_rows_need_not_keep_the_classes_shares():
    classes = np.repeat([0, 1], [98, 2])
    shares = {(classes[hold_out(100, 0.5, classes, s, "random")[1]] == 1).sum() for s in range(20)}
    assert len(shares) > 1


def test_stratified_keeps_each_classs_share_or_says_why_not():
    classes = np.repeat([0, 1], [80, 20])
    assert (classes[hold_out(100, 0.2, classes, 1, "stratified")[1]] == 1).sum() == 4
    with pytest.raises(SettingError, match="validation_split='stratified'.*use 'auto'"):
        hold_out(100, 0.2, np.array([0] * 99 + [1]), 0, "stratified")


@pytest.mark.parametrize("seed", range(5))
def test_a_group_is_on_one_side_only_and_the_share_is_of_the_groups(seed):
    groups = np.random.default_rng(seed).integers(0, 20, 200)
    kept, held = hold_out(200, 0.25, groups, seed, "grouped")
    assert not set(groups[kept]) & set(groups[held])
    assert len(set(groups[held])) == 5
    assert sorted([*kept, *held]) == list(range(200))


def test_the_same_groups_are_held_out_however_often_their_rows_are_repeated():
    few, many = np.arange(10), np.arange(10).repeat([1, 7, 2, 3, 1, 1, 4, 2, 9, 1])
    held = [groups[hold_out(len(groups), 0.3, groups, 3, "grouped")[1]] for groups in (few, many)]
    assert set(held[0]) == set(held[1])


def test_a_single_group_cannot_be_held_out():
    with pytest.raises(SettingError, match="expected at least 2 groups, but there is 1"):
        hold_out(10, 0.2, np.zeros(10), 0, "grouped")


def test_by_time_the_last_rows_are_held_out():
    kept, held = hold_out(10, 0.3, None, 0, "time")
    assert (kept.tolist(), held.tolist()) == (list(range(7)), [7, 8, 9])


@pytest.mark.parametrize("way", ["random", "stratified", "grouped", "time"])
def test_a_share_of_zero_holds_nothing_out_in_any_way(way):
    assert len(hold_out(10, 0, np.arange(10) % 2, 0, way)[1]) == 0
