"""The verdicts: a word, and a sentence whose numbers were measured."""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from layerwise import DNNClassifier, DNNRegressor, SettingError
from layerwise.study.course import data


@pytest.fixture(scope="module")
def flower():
    rows = data.flower()
    model = DNNClassifier(
        (4,), activation="tanh", optimizer="gradient_descent", learning_rate=0.05,
        batch_size="all", epochs=300, validation_fraction=0, random_state=0,
    )  # fmt: skip
    return model.meter(rows.X, rows.y, seeds=3)


@pytest.mark.parametrize(
    ("rate", "word"), [(0.001, "too small"), (0.05, "too small"), (1.2, "right"), (50, "too large")]
)
def test_the_flower_of_the_course_gets_the_verdicts_of_the_course(flower, rate, word):
    verdict = flower.verdict(rate)
    assert verdict.word == word
    assert word in verdict.text
    assert "is the largest rate that stayed stable over 3 seeds" in verdict.text


def steep_rows():
    """Rows of 120 columns that say nearly the same: the cost is steep in one direction."""
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 1)) + 0.5 * random.normal(size=(200, 120))
    return X, X @ random.normal(size=120) + 0.1 * random.normal(size=200)


def test_the_lectures_two_rates_are_too_small_and_too_large():
    X, y = steep_rows()
    model = DNNRegressor(
        (), optimizer="gradient_descent", learning_rate=0.01, batch_size="all", epochs=100,
        initialization="zeros", validation_fraction=0, random_state=0, dtype="float64",
    )  # fmt: skip
    found = model.meter(X, y, seeds=1, rates=32)
    assert 40 < found.curvature < 200
    assert 0.01 < found.bound < 0.05
    assert found.largest_stable == pytest.approx(found.bound, rel=0.15)
    large = found.verdict(0.05)
    assert large.word == "too large"
    assert "times too large: the cost " in large.text
    assert found.verdict().text == found.finding
    small = found.verdict(0.01)
    assert small.word == "too small"
    assert "times faster" in small.text


def test_a_rate_that_diverges_is_said_to_after_the_step_at_which_a_fit_fails():
    X, y = steep_rows()
    model = DNNRegressor(
        (), optimizer="gradient_descent", batch_size="all", epochs=60, validation_fraction=0,
        random_state=0, learning_rate=1.0,
    )  # fmt: skip
    text = model.meter(X, y, seeds=1, rates=8).finding
    with pytest.raises(Exception) as failed:
        model.fit(X, y)
    assert f"diverges after {failed.value.epoch} step" in text


def test_a_rate_that_was_not_tried_is_trained_for_the_verdict(flower):
    rate = 0.123456
    assert not np.isclose(flower.evidence.sweep.rates, rate).any()
    known = flower.evidence.end(rate)
    text = flower.verdict(rate).text
    assert text.startswith("0.12 is too small: the cost is still ")
    assert text == flower.verdict(rate).text
    assert f"{known:.3g} after" not in text


@pytest.mark.parametrize("rate", [0, -1.0, 1e7, float("nan"), "much", True])
def test_what_is_no_rate_is_refused(flower, rate):
    with pytest.raises(SettingError, match="rate=.*: expected a number from 1e-12 to 1e6"):
        flower.verdict(rate)


def test_mini_batches_are_counted_in_steps():
    X, y = make_moons(64, noise=0.2, random_state=0)
    model = DNNClassifier(
        (4,), optimizer="momentum", batch_size=16, epochs=10, validation_fraction=0,
        random_state=0, learning_rate=1e-5,
    )  # fmt: skip
    assert "after 40 steps" in model.meter(X, y, seeds=1, rates=8).finding
