import numpy as np
import pytest
from scipy.stats import kstest, norm

from layerwise.data.columns import Dropped
from layerwise.data.numbers import describe_number, normal_quantiles, scaled, scaling


def column(values, form, weights=None):
    return describe_number("x", np.asarray(values, np.float64), weights, form)


def through(found, values):
    return scaled(np.asarray(values, np.float64)[:, None], scaling([found]))[:, 0]


def test_the_clipped_form_bends_every_column_and_the_default_only_far_tails():
    values = np.arange(21.0)
    z = (values - 10) / 10
    assert np.allclose(through(column(values, "robust"), values), z)
    bent = through(column(values, "robust_clipped"), values)
    assert np.allclose(bent, z / np.sqrt(1 + (z / 3) ** 2))


def test_the_clipped_form_divides_by_half_the_range_where_the_quartiles_meet():
    found = column([0.0] * 9 + [10.0], "robust_clipped")
    assert (found.scale, found.clip) == (5.0, True)


@pytest.mark.parametrize("draw", [np.exp, np.sinh, np.tanh, lambda z: z**3])
def test_values_of_any_shape_become_standard_normal(draw):
    z = np.random.default_rng(0).normal(size=20_000)
    normal = through(column(draw(z), "quantile_normal"), draw(z))
    assert kstest(normal, norm.cdf).statistic < 0.01
    assert np.allclose(normal[abs(z) < 2], z[abs(z) < 2], atol=0.1)


def test_the_transform_keeps_the_order_and_has_no_jumps():
    values = np.random.default_rng(1).lognormal(size=500).round(2)
    found, line = column(values, "quantile_normal"), np.linspace(values.min(), values.max(), 10**6)
    steps = np.diff(through(found, line))
    assert steps.min() >= 0
    assert steps.max() < 0.01


def test_equal_values_stand_at_their_middle_share():
    found = column([0.0] * 70 + [1.0] * 30, "quantile_normal")
    assert np.allclose(through(found, [0, 1]), norm.ppf([0.35, 0.85]))


def test_values_beyond_the_training_are_those_at_its_ends():
    values = np.random.default_rng(2).normal(size=50_000)
    found = column(values, "quantile_normal")
    assert len(found.quantiles) == 1000
    edge = norm.ppf(1 - 1 / 2000)
    assert np.allclose(through(found, [-1e300, -50, 50, 1e300]), [-edge, -edge, edge, edge])


def test_a_missing_number_is_zero_in_every_form():
    for form in ("robust", "robust_clipped", "quantile_normal"):
        found = column([1.0, np.nan, 3.0, 9.0], form)
        assert through(found, [np.nan]).tolist() == [0.0]
        assert (found.indicator, found.absent) == (True, 0.25)


def test_one_known_value_among_missing_ones_is_zero():
    found = column([7.0, np.nan, 7.0], "quantile_normal")
    assert through(found, [7.0, np.nan, 100.0]).tolist() == [0.0, 0.0, 0.0]


def test_a_constant_is_dropped_in_every_form():
    assert isinstance(column([2.0, 2.0], "quantile_normal"), Dropped)
    assert isinstance(column([2.0, 2.0], "robust_clipped"), Dropped)


@pytest.mark.parametrize("form", ["robust", "robust_clipped", "quantile_normal"])
def test_weight_two_is_the_row_twice(form):
    random = np.random.default_rng(3)
    values, weights = random.normal(size=400).round(1), random.integers(1, 5, 400)
    values[::7] = np.nan
    assert column(values, form, weights.astype(float)) == column(values.repeat(weights), form)


def test_quantiles_are_few_for_few_values_and_at_most_a_thousand():
    random = np.random.default_rng(4)
    counts = [len(normal_quantiles(random.normal(size=m), None)) for m in (50, 6000, 60_000)]
    assert counts == [100, 200, 1000]
