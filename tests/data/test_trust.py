"""The conformal quantile covers what it says, and what is kept of scores understates nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import binom

from layerwise.data.several import learn_labels
from layerwise.data.targets import learn_classes, learn_numbers, learn_several_numbers
from layerwise.data.trust import MOST_SCORES, Scores, Trust, fewest_rows, summarised

REPEATS = 4000


def kept(scores):
    return summarised(np.asarray(scores, float), np.ones(len(scores)))


@pytest.mark.parametrize(("rows", "coverage"), [(9, 0.9), (19, 0.5), (50, 0.9), (50, 0.8), (200, 0.95)])  # fmt: skip
def test_a_new_row_is_covered_as_often_as_the_rank_says(rows, coverage):
    random = np.random.default_rng(rows)
    rank = np.ceil(round(coverage * (rows + 1), 9))
    exact = rank / (rows + 1)  # of a continuous score: at least the coverage, at most 1/(n+1) more
    hits = sum(
        random.normal() <= kept(random.normal(size=rows)).quantile(coverage) for _ in range(REPEATS)
    )
    low, high = binom.ppf([0.001, 0.999], REPEATS, exact)
    assert low <= hits <= high
    assert coverage <= exact <= coverage + 1 / (rows + 1)


@given(st.integers(1, 60), st.sampled_from([0.1, 0.25, 0.5, 0.7, 0.9, 0.95, 0.99]))
def test_there_is_a_quantile_exactly_where_the_rows_are_enough(rows, coverage):
    assert (kept(range(rows)).quantile(coverage) is not None) == (rows >= fewest_rows(coverage))


def test_a_row_of_weight_three_is_three_rows():
    random = np.random.default_rng(0)
    scores, weights = random.normal(size=300).round(1), random.integers(1, 5, 300)
    once = summarised(scores, weights.astype(float))
    again = np.repeat(scores, weights)
    assert once == summarised(random.permutation(again), np.ones(len(again)))


@pytest.mark.parametrize("rows", [MOST_SCORES + 1, 25_000])
def test_many_scores_are_kept_as_a_thousand_that_miss_by_a_thousandth_upwards(rows):
    random = np.random.default_rng(1)
    scores, weights = random.exponential(size=rows), 1 + random.random(rows)
    found = summarised(scores, weights)
    assert len(found.values) <= MOST_SCORES
    assert found.weight == pytest.approx(weights.sum())
    order = np.argsort(scores)
    totals = np.cumsum(weights[order])
    for coverage in (0.01, 0.5, 0.9, 0.99, 0.999):
        quantile = found.quantile(coverage)
        share = weights[scores <= quantile].sum() / weights.sum()
        assert scores[order][np.searchsorted(totals, coverage * (weights.sum() + 1))] <= quantile
        assert coverage <= share <= coverage + 2 / MOST_SCORES + weights.max() / weights.sum()


def test_calibrated_probabilities_sum_to_one_and_keep_their_order_and_a_half():
    random = np.random.default_rng(3)
    P = random.dirichlet(np.ones(5), size=200)
    P[0], P[1] = [1, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0]
    for temperature in (0.05, 0.7, 3.0):
        found = Trust(temperature=temperature).calibrated(P)
        assert np.abs(found.sum(axis=1) - 1).max() < 1e-12
        assert (found.argmax(axis=1) == P.argmax(axis=1)).all()
        assert (found > 0).all() or temperature < 0.1
    assert Trust(temperature=3.0).calibrated(np.array([0.5, 0.5])).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("trust", [Trust(), Trust(temperature=1.0)])
def test_a_temperature_of_one_or_none_leaves_every_bit(trust):
    P = np.random.default_rng(0).dirichlet(np.ones(3), size=20)
    assert trust.calibrated(P) is P
    assert trust.moved(0.3) == 0.3


def test_offsets_take_the_factors_of_the_classes_out_again():
    P, factors = np.array([0.2, 0.3, 0.5]), np.array([1.0, 4.0, 0.5])
    seen = P * factors / (P * factors).sum()
    trust = Trust(temperature=1.0, offsets=tuple(np.log(factors)))
    assert trust.calibrated(seen) == pytest.approx(P)


def test_a_threshold_moves_with_the_factors_so_that_no_prediction_changes():
    trust = Trust(temperature=1.7, offsets=(0.0, float(np.log(9))))
    A = np.linspace(0.001, 0.999, 401)
    A = A[A != 0.5]
    found = trust.calibrated(np.stack([1 - A, A], axis=-1))[:, 1]
    assert trust.moved(0.5) == pytest.approx(0.1)
    assert ((found > trust.moved(0.5)) == (A > 0.5)).all()


ONE = Scores(values=(-0.5, 1.0), totals=(1.0, 2.0))
Y = np.array([[0.0, 1.0], [1.0, 0.0]])
TARGETS = {
    "number": learn_numbers(np.arange(3.0), np.ones(3)),
    "numbers": learn_several_numbers(Y, np.ones(2), ("a", "b")),
    "classes": learn_classes(np.array(["a", "b", "c"]), np.ones(3)),
    "labels": learn_labels(Y, np.ones(2), ("a", "b")),
}


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("number", {"scores": (ONE, ONE)}),
        ("number", {"temperature": 2.0}),
        ("number", {"offsets": (0.0, 1.0)}),
        ("numbers", {"scores": (ONE,)}),
        ("classes", {"offsets": (0.0, 1.0)}),
        ("classes", {"scores": (ONE, ONE)}),
        ("labels", {"scores": (ONE,)}),
        ("labels", {"offsets": (0.0, 1.0)}),
    ],
)
def test_what_does_not_fit_the_target_is_refused(target, fields):
    with pytest.raises(ValueError, match="trust: "):
        Trust(**fields).check(TARGETS[target])


@pytest.mark.parametrize(
    "fields",
    [
        {"values": (0.0, 1.0), "totals": (1.0,)},
        {"values": (1.0, 0.5), "totals": (1.0, 2.0)},
        {"values": (0.5, 1.0), "totals": (2.0, 2.0)},
        {"values": (0.5,), "totals": (0.0,)},
        {"values": (float("nan"),), "totals": (1.0,)},
        {"values": (), "totals": ()},
    ],
)
def test_scores_that_do_not_rise_are_refused(fields):
    with pytest.raises(ValidationError):
        Scores(**fields)


def test_a_record_comes_back_equal_from_json():
    trust = Trust(temperature=1.1, offsets=(0.1, -0.3), scores=(kept([0.3, 0.1 + 0.2, 1e-300]),))
    assert Trust.model_validate_json(trust.model_dump_json()) == trust
