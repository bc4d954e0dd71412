import numpy as np
import polars as pl
import pytest

from layerwise.data.columns import Category, Date, Dropped, Number
from layerwise.data.describing import describe
from layerwise.data.treatment import Treatment

TABLE = Treatment("robust_clipped", two_as_one=True, one_hot_up_to=9)


def described(name, values, how=TABLE, weights=None):
    return describe(pl.Series(name, values), weights, how)


@pytest.mark.parametrize(
    "name", ["id", "ID", "PassengerId", "row_id", "user key", "Unnamed: 0", "index"]
)
def test_a_running_number_whose_name_says_so_is_an_identifier(name):
    found = described(name, list(range(1, 31)))
    assert isinstance(found, Dropped)
    assert "identifier" in found.reason


@pytest.mark.parametrize("name", ["day", "t", "year", "grid", "acid", "body mass index", "x0", ""])
def test_a_running_number_of_another_name_is_kept(name):
    assert isinstance(described(name, list(range(30))), Number)


def test_an_identifier_is_known_with_gaps_and_in_any_order():
    values = np.random.default_rng(0).choice(10**6, 100, replace=False)
    assert isinstance(described("account_id", values), Dropped)


@pytest.mark.parametrize(
    "values",
    [[*range(30), 3], [x + 0.5 for x in range(30)], list(range(19)), [x % 7 for x in range(50)]],
    ids=["a value twice", "no whole numbers", "few rows", "a key to few groups"],
)
def test_numbers_that_tell_of_more_than_the_row_are_kept_whatever_their_name(values):
    assert isinstance(described("id", values), Number)


def test_a_category_with_another_value_in_every_row_is_dropped():
    words = pl.Series("c", [f"v{i}" for i in range(50)], pl.Categorical)
    assert isinstance(describe(words, None), Dropped)


def test_two_values_are_one_column_and_more_are_one_hot_up_to_the_threshold():
    forms = {
        count: described("c", [f"v{i % count}" for i in range(60)]).form for count in (2, 3, 9, 10)
    }
    assert forms == {2: "sign", 3: "one_hot", 9: "one_hot", 10: "level"}


def test_by_default_every_category_is_one_hot():
    for count in (2, 9, 10, 200):
        found = described("c", [f"v{i % count}" for i in range(800)], Treatment())
        assert found.form == "one_hot"
        assert len(found.values) <= 100


def test_levels_are_bounded_and_the_bound_grows_with_the_rows():
    few = described("c", [f"v{i % 400}" for i in range(1000)])
    many = described("c", [f"v{i % 400}" for i in range(8000)])
    assert (len(few.values), few.other) == (100, True)
    assert (len(many.values), many.other) == (400, False)


def test_the_most_frequent_values_are_kept_by_weight():
    values = [f"v{i:03}" for i in range(101)] * 2
    weights = np.ones(202)
    weights[100] = 5
    kept = described("c", values, Treatment(), weights).values
    assert "v100" in kept
    assert "v099" not in kept


def test_texts_that_are_all_dates_are_dates():
    found = described("day", [f"2024-0{1 + i % 9}-1{i % 7}" for i in range(40)] + ["?"])
    assert isinstance(found, Date)
    assert (found.time_of_day, found.absent) == (False, 1 / 41)
    assert described("at", ["2024-01-05 10:30", "2024-01-06 00:00:01"]).time_of_day
    assert isinstance(described("c", ["2024-01-05", "soon", "2024-01-05"]), Category)


def test_the_share_of_missing_values_is_weighted():
    found = described("c", ["a", "b", None], weights=np.array([1.0, 1.0, 2.0]))
    assert found.absent == 0.5
