"""The calibration error against a count by hand, and by chance alone."""

import numpy as np
import pytest

from layerwise.study.calibration import BINS, calibration_by_chance, calibration_error


def test_it_is_the_weighted_mean_distance_of_sureness_and_accuracy():
    P = np.array([[0.95, 0.05], [0.95, 0.05], [0.4, 0.6], [0.39, 0.61]])
    places, weights = np.array([0, 1, 1, 1]), np.array([3.0, 1.0, 2.0, 2.0])
    by_hand = (4 * abs(0.95 - 0.75) + 2 * 0.4 + 2 * 0.39) / 8
    assert calibration_error(P, places, weights) == pytest.approx(by_hand)
    again = np.repeat(np.arange(4), weights.astype(int))
    assert calibration_error(P[again], places[again]) == pytest.approx(by_hand)


def test_sure_and_right_is_without_error_and_sure_and_wrong_has_all_of_it():
    P = np.eye(3)
    assert calibration_error(P, np.arange(3)) == 0
    assert calibration_error(P, np.array([1, 2, 0])) == 1


@pytest.mark.parametrize("rows", [200, 3000])
def test_perfect_probabilities_have_no_more_than_chance(rows):
    random, found = np.random.default_rng(0), []
    for _ in range(100):
        yes = random.random(rows)
        P = np.stack([1 - yes, yes], axis=1)
        found.append(calibration_error(P, (random.random(rows) < yes).astype(int)))
    assert 0.4 * calibration_by_chance(rows) < np.mean(found) < calibration_by_chance(rows)
    assert BINS == 15
