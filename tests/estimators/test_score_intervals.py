"""Intervals of scores against known values, other ways to them, and the truth."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import r2_score

from layerwise.estimators.score_intervals import as_counts, of_accuracy, of_r2, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(35, 50, 0.562, 0.809), (40, 50, 0.670, 0.888), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)],
)
def test_wilson_gives_the_published_intervals(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize("successes", [0, 1, 17, 99, 100])
def test_wilson_agrees_with_scipy(successes):
    expected = binomtest(successes, 100).proportion_ci(0.95, method="wilson")
    assert wilson(successes, 100) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_weights_of_whole_numbers_are_rows_and_others_are_the_effective_number():
    assert as_counts(np.array([1.0, 3.0])).tolist() == [1.0, 3.0]
    assert as_counts(np.full(20, 0.05)).sum() == pytest.approx(20)
    uneven = np.array([0.5, 0.1, 0.1])
    assert as_counts(uneven).sum() == pytest.approx(0.7**2 / 0.27)
    assert as_counts(uneven) == pytest.approx(as_counts(uneven * 1.7))


def test_a_row_of_weight_three_is_three_rows():
    random = np.random.default_rng(0)
    weights = random.integers(1, 4, 40).astype(float)
    again = np.repeat(np.arange(40), weights.astype(int))
    right = random.random(40) < 0.7
    once = of_accuracy(right, weights, 0.9)
    assert once == pytest.approx(of_accuracy(right[again], np.ones(len(again)), 0.9))
    y = random.normal(size=(40, 2))
    guess = y + random.normal(size=y.shape)
    once = of_r2(y, guess, weights, 0.9)
    assert once == pytest.approx(of_r2(y[again], guess[again], np.ones(len(again)), 0.9))
    assert once.score == pytest.approx(r2_score(y, guess, sample_weight=weights))


def test_r2_is_what_scikit_learn_says_also_where_a_target_is_constant():
    y, ones = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]]), np.ones(3)
    for guess in (y, y + 0.5, np.where(y == 1, y, 2.0)):
        found = of_r2(y, guess, ones, 0.95)
        assert found.score == pytest.approx(r2_score(y, guess))
        assert found.low <= found.score <= found.high


@pytest.mark.parametrize(("rows", "r2"), [(60, 0.3), (60, 0.9), (400, 0.6), (400, 0.1)])
def test_the_interval_of_r2_covers_the_truth_about_as_often_as_it_says(rows, r2):
    random, hits = np.random.default_rng(rows), 0
    for _ in range(400):
        guess = random.normal(size=(rows, 1)) * np.sqrt(r2)
        y = guess + random.normal(size=(rows, 1)) * np.sqrt(1 - r2)
        _, low, high = of_r2(y, guess, np.ones(rows), 0.95)
        hits += low <= r2 <= high
    assert 0.91 <= hits / 400 <= 0.98


def test_the_interval_of_r2_is_near_the_bootstrap():
    random = np.random.default_rng(2)
    y = random.normal(size=(2000, 1))
    guess = 0.7 * y + 0.4 * random.normal(size=y.shape)
    drawn = random.integers(0, 2000, (500, 2000))
    scores = [r2_score(y[rows], guess[rows]) for rows in drawn]
    _, low, high = of_r2(y, guess, np.ones(2000), 0.95)
    assert (low, high) == pytest.approx(np.quantile(scores, [0.025, 0.975]), abs=0.005)
