"""Intervals and paired tests against known values."""

import numpy as np
import pytest
from scipy.stats import binomtest

from layerwise.study.intervals import bootstrap_of_mean, mcnemar, wilson


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


def test_mcnemar_counts_only_the_rows_on_which_one_is_right():
    # 9 rows for one, 1 for the other: 2 * (1 + 10) / 2^10, whatever both have right or wrong
    right = np.array([True] * 9 + [False] * 1 + [True] * 50 + [False] * 7)
    other = np.array([False] * 9 + [True] * 1 + [True] * 50 + [False] * 7)
    assert mcnemar(right, other) == pytest.approx(22 / 1024)


def test_mcnemar_of_equal_models_is_one():
    right = np.array([True, False, True])
    assert mcnemar(right, right) == 1.0


def test_the_bootstrap_is_near_the_normal_interval_and_repeats_itself():
    values = np.random.default_rng(0).exponential(size=2000)
    half = 1.96 * values.std() / np.sqrt(len(values))
    interval = bootstrap_of_mean(values, seed=3)
    assert interval == bootstrap_of_mean(values, seed=3)
    assert interval == pytest.approx((values.mean() - half, values.mean() + half), rel=0.01)


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(1)
    hits = 0
    for seed in range(200):
        low, high = bootstrap_of_mean(random.normal(size=60), seed)
        hits += low <= 0 <= high
    assert 0.89 <= hits / 200 <= 0.99
