import numpy as np
import pytest
from pydantic import ValidationError

from layerwise.data.targets import NumberTarget, learn_classes, learn_numbers, learn_several_numbers
from layerwise.errors import DataError


def test_two_classes_make_one_row_and_three_make_three():
    two = learn_classes(np.array(["no", "yes", "no"]), np.ones(3))
    three = learn_classes(np.array([3, 5, 9]), np.ones(3))
    assert two.encode(np.array(["yes", "no"]), "float32").tolist() == [[1.0], [0.0]]
    assert three.encode(np.array([9, 3]), "float32").tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    "labels",
    [np.array(["b", "a"], object), np.array(["b", "a"]), np.array([True, False]), np.array([2, 7])],
)
def test_labels_come_back_in_the_users_own_type(labels):
    target = learn_classes(labels, np.ones(2))
    assert target.labels.dtype == labels.dtype
    assert target.labels.tolist() == sorted(labels.tolist())


def test_an_unknown_label_is_refused_with_the_known_ones():
    target = learn_classes(np.array(["a", "b"]), np.ones(2))
    with pytest.raises(DataError, match=r"'c' was not met in training; known classes: 'a', 'b'"):
        target.encode(np.array(["c"]), "float32")


def test_shares_are_weighted():
    target = learn_classes(np.array([0, 1]), np.array([3.0, 1.0]))
    assert target.shares == (0.75, 0.25)


def test_numbers_have_mean_zero_and_deviation_one_by_weight():
    y, weights = np.array([1.0, 2.0, 10.0]), np.array([2.0, 1.0, 1.0])
    Y = learn_numbers(y, weights).encode(y, "float64")[:, 0]
    assert np.average(Y, weights=weights) == pytest.approx(0)
    assert np.average(Y**2, weights=weights) == pytest.approx(1)


def test_predictions_are_free_by_default():
    target = learn_numbers(np.array([1.0, 3.0]), np.ones(2))
    assert target.decode(np.array([[100.0]])).item() == 102.0


@pytest.mark.parametrize(("margin", "low", "high"), [(0.0, 1.0, 3.0), (0.25, 0.5, 3.5)])
def test_predictions_may_be_kept_inside_the_range_of_the_training(margin, low, high):
    y = np.array([1.0, 3.0])
    target = learn_numbers(y, np.ones(2)).kept_inside(y, margin)
    assert target.decode(np.array([[-100.0], [0.0], [100.0]])).ravel().tolist() == [low, 2, high]
    assert target.decode(np.zeros((1, 1), np.float32)).dtype == np.float32


def test_each_of_several_targets_has_its_own_range():
    y = np.array([[0.0, 10.0], [1.0, 30.0]])
    target = learn_several_numbers(y, np.ones(2), ("a", "b")).kept_inside(y, 0.5)
    assert target.decode(np.array([[-99.0, 99.0]])).tolist() == [[-0.5, 40.0]]
    again = type(target).model_validate_json(target.model_dump_json())
    assert again == target
    with pytest.raises(ValidationError, match="one range per target"):
        type(target).model_validate_json(target.model_dump_json().replace("-0.5,", ""))


def test_a_target_of_the_first_files_has_no_range():
    told = '{"kind": "numbers", "mean": 1.0, "scale": 2.0, "repeats": 1}'
    assert NumberTarget.model_validate_json(told).low is None
