"""The figures of the study of tables, on numbers made by hand."""

import numpy as np
import pytest

from benchmarks.tables import metrics

CLASSES = np.array([0, 1])


def test_the_error_of_classes_is_the_share_of_wrong_rows():
    assert metrics.error_rate(np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0])) == 0.25


def test_the_error_of_numbers_is_the_root_of_the_mean_square():
    assert metrics.rmse(np.array([0.0, 0.0]), np.array([1.0, 7.0])) == 5.0


def test_the_log_loss_is_the_mean_of_minus_ln_p_of_the_true_class():
    chances = np.array([[0.5, 0.5], [0.25, 0.75]])
    found = metrics.log_loss(np.array([0, 0]), chances, CLASSES)
    assert found == pytest.approx((np.log(2) + np.log(4)) / 2)


def test_a_class_that_was_never_seen_costs_the_least_probability_and_not_infinity():
    found = metrics.log_loss(np.array([7]), np.array([[0.5, 0.5]]), CLASSES)
    assert found == pytest.approx(-np.log(metrics.LEAST_CHANCE))


def test_a_calibrated_forecast_has_no_calibration_error():
    chances = np.tile([0.25, 0.75], (4, 1))
    assert metrics.calibration_error(np.array([1, 1, 1, 0]), chances, CLASSES) == pytest.approx(0)


def test_the_calibration_error_is_the_gap_of_each_bin_by_its_rows():
    chances = np.array([[0.1, 0.9], [0.1, 0.9], [0.6, 0.4], [0.6, 0.4]])
    found = metrics.calibration_error(np.array([1, 0, 0, 0]), chances, CLASSES)
    assert found == pytest.approx((2 * 0.4 + 2 * 0.4) / 4)  # .9 against .5, .6 against 1


def test_a_confidence_of_one_is_in_the_last_bin():
    chances = np.array([[0.0, 1.0], [0.03, 0.97]])
    assert metrics.calibration_error(np.array([1, 1]), chances, CLASSES) == pytest.approx(0.015)


def test_an_interval_covers_its_ends():
    interval = np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 2.0], [0.0, 4.0]])
    assert metrics.coverage(np.array([0.0, 1.0, 2.5, 3.0]), interval) == 0.75
    assert metrics.mean_width(interval) == 2.0
