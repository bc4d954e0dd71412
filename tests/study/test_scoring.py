"""The score and its verdicts."""

import numpy as np
import pytest

from layerwise.study.scoring import BETTER, SAME, WORSE, score

RANDOM = np.random.default_rng(0)


def test_verdicts_on_classes_follow_mcnemar():
    y = np.zeros(100, int)
    right, poor, near = y, np.r_[np.ones(30, int), y[30:]], np.r_[np.ones(3, int), y[3:]]
    found = score("binary", y, right, {"poor": poor, "near": near}, seed=0)
    assert [baseline.verdict for baseline in found.baselines] == [BETTER, SAME]
    assert score("binary", y, poor, {"right": right}, seed=0).baselines[0].verdict == WORSE
    assert found.baselines[0].score == 0.7


def test_verdicts_on_numbers_follow_the_paired_difference():
    y = RANDOM.normal(size=300)
    good, bad = y + 0.1 * RANDOM.normal(size=300), y + RANDOM.normal(size=300)
    found = score("regression", y, good, {"bad": bad, "itself": good}, seed=0)
    assert [baseline.verdict for baseline in found.baselines] == [BETTER, SAME]
    assert score("regression", y, bad, {"good": good}, seed=0).baselines[0].verdict == WORSE


def test_rmse_and_r2_are_in_the_target_s_units():
    y, predicted = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 5.0])
    found = score("regression", y, predicted, {}, seed=0)
    assert found.value == pytest.approx(np.sqrt(4 / 3))
    assert found.r2 == pytest.approx(1 - 4 / 2)
    assert found.interval.low <= found.value <= found.interval.high


def test_a_constant_target_has_no_r2():
    found = score("regression", np.ones(4), np.zeros(4), {}, seed=0)
    assert found.r2 is None


def test_few_rows_make_a_wide_interval():
    assert score("binary", np.zeros(50), np.zeros(50) + (np.arange(50) < 10), {}, 0).is_wide
    assert not score("binary", np.zeros(5000), np.zeros(5000), {}, 0).is_wide
