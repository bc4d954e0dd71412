"""Paired tests: against other libraries, enumerated signs, and what they are for."""

import itertools

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from layerwise.study.intervals import mcnemar
from layerwise.study.ladder.testing import holm, over_rows, over_splits


def test_without_overlap_the_corrected_test_is_the_t_test():
    values = np.random.default_rng(0).normal(0.1, 0.3, 12)
    usual = ttest_1samp(values, 0, alternative="greater").pvalue
    assert over_splits(values, 0.0).p == pytest.approx(usual)
    assert over_splits(values, 0.25).p > usual


def test_folds_that_share_their_rows_find_nothing_too_often_only_without_the_correction():
    random, wrong = np.random.default_rng(1), {0.0: 0, 0.25: 0}
    for _ in range(300):
        # the correlation n_test / (n_test + n_train) that the correction takes the folds to have
        values = random.normal(0, np.sqrt(0.2)) + random.normal(0, np.sqrt(0.8), 15)
        for share in wrong:
            wrong[share] += over_splits(values, share).p < 0.05
    assert wrong[0.0] > 45
    assert 6 <= wrong[0.25] <= 25


def test_equal_scores_on_every_split_are_not_worse_and_a_constant_loss_is():
    assert over_splits(np.zeros(5), 0.25).p == 1
    assert over_splits(np.full(5, 0.1), 0.25).p == 0


def test_of_one_seed_the_sign_test_is_mcnemars():
    random = np.random.default_rng(2)
    best, other = random.random(40) < 0.9, random.random(40) < 0.6
    lost = best.astype(float) - other
    assert 2 * over_rows(lost, 1, 0).p == pytest.approx(mcnemar(best, other))


def test_of_several_seeds_it_is_the_share_of_all_signs():
    lost = np.array([3, 2, -1, 1, 0, 3]) / 3
    every = [np.dot(signs, lost) for signs in itertools.product((-1, 1), repeat=6)]
    assert over_rows(lost, 3, 0).p == pytest.approx(np.mean(np.array(every) >= lost.sum() - 1e-9))


def test_drawn_signs_come_near_the_exact_ones_and_are_drawn_alike_again():
    lost = np.array([3, 2, -1, 1, 0, 3, 2, 2]) / 3
    drawn = over_rows(lost * (1 + 1e-4), 3, 0)
    assert drawn.p == pytest.approx(over_rows(lost, 3, 0).p, abs=0.02)
    assert drawn.p == over_rows(lost * (1 + 1e-4), 3, 0).p


def test_a_difference_that_shows_is_significant_and_a_smaller_one_is_not():
    ten = np.array([1.0] * 7 + [-1.0] * 3 + [0.0] * 40)
    least = over_rows(ten, 1, 0).smallest_that_shows(0.05)
    assert least == pytest.approx(0.16)  # 9 against 1 of 50
    for wins, shows in ((9, True), (8, False)):
        lost = np.array([1.0] * wins + [-1.0] * (10 - wins) + [0.0] * 40)
        assert (over_rows(lost, 1, 0).p <= 0.05) == shows


def test_holm_corrects_the_smallest_most():
    assert holm(np.array([0.01, 0.5, 0.02])) == pytest.approx([0.03, 0.5, 0.04])
    assert holm(np.array([])).tolist() == []
