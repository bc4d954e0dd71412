"""What is stable, and the edge, on sweeps whose answer is known."""

import numpy as np
import pytest

from layerwise.estimators.metering import Sweep, spaced


def sweep(ends, rates=None, began=1.0, epochs=20):
    """A sweep whose runs (R, S) end as given; NaN: they diverged at step 7."""
    ends = np.asarray(ends, float)
    costs = np.repeat(ends[:, :, None], epochs, axis=2)
    stopped = np.where(np.isnan(ends), 7, 0)
    rates = np.geomspace(1e-3, 1, len(ends)) if rates is None else np.asarray(rates, float)
    return Sweep(rates, costs, stopped, np.full(ends.shape[1], began), np.full(ends.shape[1], 1e-3))


def test_a_run_is_stable_when_it_ends_no_higher_than_it_began():
    assert sweep([[0.5], [1.0], [1.2], [np.nan]]).stable[:, 0].tolist() == [
        True,
        True,
        False,
        False,
    ]


def test_where_costs_are_below_zero_higher_is_still_unstable():
    assert sweep([[-2.0], [-0.5]], began=-1.0).stable[:, 0].tolist() == [True, False]


def test_the_end_is_the_mean_of_the_last_tenth():
    found = sweep([[0.0]])
    found.costs[0, 0, -2:] = 1.0, 3.0
    found.costs[0, 0, :-2] = 100.0
    assert found.ends[0, 0] == 2.0


def test_the_edge_lies_between_the_rates_that_are_and_are_not_stable_for_all_seeds():
    found = sweep([[0.9, 0.9], [0.5, 0.6], [0.4, 0.5], [0.4, np.nan], [np.nan, np.nan]])
    assert found.largest_stable == found.rates[2]
    assert found.next_above == found.rates[3]


def test_one_unlucky_run_far_below_does_not_move_the_edge():
    ends = np.full((40, 5), 0.5)
    ends[10, 3] = 9.0
    ends[30:] = np.nan
    found = sweep(ends)
    assert found.largest_stable == found.rates[29]


def test_one_lucky_rate_far_above_does_not_move_it_either():
    ends = np.full((40, 5), 0.5)
    ends[20:] = np.nan
    ends[33] = 0.5
    assert sweep(ends).largest_stable == sweep(ends).rates[19]


def test_where_no_rate_is_stable_there_is_none():
    assert sweep([[2.0], [np.nan]]).largest_stable is None


def test_where_all_are_stable_the_edge_is_beyond():
    found = sweep([[0.5], [0.4]])
    assert found.next_above is None
    assert found.largest_stable == found.rates[-1]


def test_the_best_rate_ends_lowest_for_the_median_seed():
    ends = [[0.5, 0.5, 0.5], [0.3, 0.3, np.nan], [0.1, np.nan, np.nan]]
    assert sweep(ends).best == sweep(ends).rates[1]


def test_sweeps_are_joined_by_rising_rates():
    both = sweep([[1.0], [3.0]], [0.1, 10.0]).beside(sweep([[2.0]], [1.0]))
    assert both.rates.tolist() == [0.1, 1.0, 10.0]
    assert both.ends[:, 0].tolist() == [1.0, 2.0, 3.0]


def test_rates_are_kept_in_the_range_of_the_setting():
    assert spaced(1e-20, 1e20, 2).tolist() == pytest.approx([1e-12, 1e6])
