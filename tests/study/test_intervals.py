"""The bootstrap and paired tests against known values."""

import numpy as np
import pytest

from layerwise.study.intervals import bootstrap_of_mean, mcnemar


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
