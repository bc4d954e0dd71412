"""What is learned from held-out outputs, on arrays alone: no network is trained."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from scipy.stats import binom
from sklearn.metrics import log_loss

from layerwise.estimators.learning_trust import as_classes, learn, temperature
from layerwise.study.calibration import calibration_error

KINDS = ("two classes", "several classes", "several labels")


def drawn(kind, rows, heat=1.0, seed=0):
    """Return outputs that are too sure by a temperature, and 0/1 targets of the true ones."""
    random = np.random.default_rng(seed)
    if kind == "several classes":
        Z = 1.5 * random.normal(size=(rows, 4))
        P = softmax(Z, axis=1)
        places = (random.random((rows, 1)) > np.cumsum(P, axis=1)).sum(axis=1)
        return softmax(heat * Z, axis=1), np.eye(4)[places]
    Z = 1.5 * random.normal(size=(rows, 1 if kind == "two classes" else 3))
    return expit(heat * Z), (random.random(Z.shape) < expit(Z)).astype(float)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("heat", [0.5, 1.0, 2.5])
def test_a_known_temperature_is_found(kind, heat):
    A, Y = drawn(kind, 20_000, heat)
    assert learn(A, Y, np.ones(len(A)), kind, ()).temperature == pytest.approx(heat, rel=0.05)


@pytest.mark.parametrize("kind", ["two classes", "several classes"])
def test_calibration_lowers_the_error_of_calibration_and_the_log_loss_of_new_rows(kind):
    A, Y = drawn(kind, 2000, heat=2.5)
    trust = learn(A, Y, np.ones(len(A)), kind, ())
    A, Y = drawn(kind, 20_000, heat=2.5, seed=1)
    P, places = as_classes(A, kind), as_classes(Y, kind).argmax(axis=1)
    assert calibration_error(P, places) > 0.08
    assert calibration_error(trust.calibrated(P), places) < 0.02
    assert log_loss(places, trust.calibrated(P)) < log_loss(places, P) - 0.02


def test_the_temperature_is_that_of_the_least_weighted_log_loss():
    A, Y = drawn("two classes", 300, heat=2.0)
    weights = np.random.default_rng(1).random(300)
    P, Y = as_classes(A, "two classes"), as_classes(Y, "two classes")
    found = temperature(P, Y, weights)

    def loss(heat):
        own = P ** (1 / heat)
        return -np.average(np.log((own * Y).sum(1) / own.sum(1)), weights=weights)

    assert all(loss(found) <= loss(heat) for heat in np.geomspace(0.05, 20, 300))


@pytest.mark.parametrize("kind", KINDS)
def test_few_rows_leave_the_temperature_at_one(kind):
    A, Y = drawn(kind, 49, heat=3.0)
    assert learn(A, Y, np.ones(49), kind, ()).temperature == 1
    assert learn(A, Y, np.ones(49), kind).temperature is None


def test_outputs_that_are_always_right_or_exactly_0_and_1_do_no_harm():
    Y = np.repeat([[0.0], [1.0]], 50, axis=0)
    sure = learn(Y, Y, np.ones(100), "two classes", ())
    assert np.isfinite(sure.temperature)
    wrong = learn(1 - Y, Y, np.ones(100), "two classes", ())
    assert wrong.temperature == pytest.approx(20, rel=0.01)
    assert np.isfinite(wrong.calibrated(as_classes(Y, "two classes"))).all()


@pytest.mark.parametrize("kind", [*KINDS, "number", "several numbers"])
def test_a_row_of_weight_two_is_the_row_twice(kind):
    random = np.random.default_rng(2)
    if kind in KINDS:
        (A, Y), offsets = drawn(kind, 120, heat=2.0), ()
    else:
        A, Y = random.normal(size=(2, 120, 1 if kind == "number" else 3))
        offsets = None
    weights = random.integers(1, 4, 120)
    again = np.repeat(np.arange(120), weights)
    once = learn(A, Y, weights.astype(float), kind, offsets)
    twice = learn(A[again], Y[again], np.ones(len(again)), kind, offsets)
    if kind in KINDS:
        assert once.temperature == pytest.approx(twice.temperature, abs=1e-5)
    for ours, theirs in zip(once.scores, twice.scores, strict=True):
        assert ours.values == pytest.approx(theirs.values, abs=1e-5)
        assert ours.totals == theirs.totals


def test_offsets_are_taken_out_before_the_temperature_is_judged():
    random = np.random.default_rng(4)
    z = random.normal(size=30_000) - 2
    Y = (random.random(len(z)) < expit(z)).astype(float)[:, None]
    offset = float(np.log(8))
    A = expit(1.8 * (z + offset))[:, None]  # as trained with a factor of 8, and too sure
    trust = learn(A, Y, np.ones(len(z)), "two classes", (0.0, offset))
    P = trust.calibrated(as_classes(A, "two classes"))
    assert trust.temperature == pytest.approx(1.8, rel=0.05)
    assert P[:, 1].mean() == pytest.approx(Y.mean(), abs=0.01)


# ---- coverage: learn from rows, ask of new ones, over and over


def bounds(repeats, low, high):
    return binom.ppf(0.001, repeats, low), binom.ppf(0.999, repeats, high)


@pytest.mark.parametrize("rows", [20, 90])
@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_intervals_of_numbers_cover_new_rows(rows, coverage):
    random, hits = np.random.default_rng(rows), 0
    for _ in range(1500):
        errors = random.standard_t(2, size=rows + 1)[:, None]  # heavy tails: nothing is assumed
        A = random.normal(size=errors.shape)
        scores = learn(A[1:], (A + errors)[1:], np.ones(rows), "number").scores
        hits += abs(errors[0, 0]) <= scores[0].quantile(coverage)
    low, high = bounds(1500, coverage, coverage + 1 / (rows + 1))
    assert low <= hits <= high


def test_quantiles_that_are_too_narrow_are_moved_apart_and_too_wide_together():
    random, width = np.random.default_rng(0), {}
    Y = random.normal(size=(4000, 1))
    for half in (0.5, 3.0):
        A = np.array([[half, -half, 0.0]]).repeat(4000, axis=0)  # not even in order
        scores = learn(A, Y.repeat(3, axis=1), np.ones(4000), "number").scores
        width[half] = half + scores[0].quantile(0.9)
    assert width[0.5] == pytest.approx(1.645, abs=0.06)
    assert width[3.0] == pytest.approx(width[0.5])


@pytest.mark.parametrize("kind", ["two classes", "several classes"])
@pytest.mark.parametrize("heat", [0.4, 1.0, 3.0])
def test_sets_of_classes_cover_new_rows_however_wrong_the_probabilities(kind, heat):
    hits, repeats = 0, 800
    A, Y = drawn(kind, 61 * repeats, heat)
    P, own = as_classes(A, kind), as_classes(Y, kind)
    for at in range(0, len(P), 61):
        part = slice(at + 1, at + 61)
        scores = learn(A[part], Y[part], np.ones(60), kind).scores
        hits += 1 - (P[at] * own[at]).sum() <= scores[0].quantile(0.8)
    low, high = bounds(repeats, 0.8, 0.8 + 1 / 61)
    assert low <= hits <= high
