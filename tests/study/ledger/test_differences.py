import numpy as np
import polars as pl

from layerwise.study.ledger.differences import of_data, of_environment
from layerwise.study.ledger.fingerprint import fingerprint

Y = np.array([0, 1] * 10)


def frame(**columns):
    usual = {"size": np.arange(20.0), "colour": ["red", "blue"] * 10}
    return pl.DataFrame(usual | columns)


def changes(before, after, y=Y):
    return list(map(str, of_data(fingerprint(before, Y), fingerprint(after, y))))


def test_the_same_data_has_no_changes():
    assert changes(frame(), frame()) == []


def test_numbers_that_moved_are_told_by_range_and_standard_deviations():
    (change,) = changes(frame(), frame(size=np.arange(20.0) + 5))
    assert change.startswith("size: 0 to 19, now 5 to 24; mean 9.5, now 14.5, by 0.87 standard")


def test_new_categories_are_named():
    (change,) = changes(frame(), frame(colour=["red", "green"] * 10))
    assert change == "colour: new: green; no longer: blue"


def test_a_column_of_the_same_values_under_another_name_is_renamed():
    after = frame().rename({"size": "area"})
    assert changes(frame(), after.select("area", "colour")) == []  # names do not count for a hash
    assert changes(frame(), after.select("colour", "area")) == ["size: now called area"]


def test_columns_that_are_gone_or_new_are_named():
    assert changes(frame(), frame(height=Y * 2.0)) == ["height: new"]
    assert changes(frame(), frame().drop("size")) == ["size: no longer there"]


def test_another_kind_and_missing_values_are_told():
    assert changes(frame(), frame(size=["a", "b"] * 10)) == ["size: number, now text"]
    holes = [None, *np.arange(1.0, 20)]
    assert changes(frame(), frame(size=holes))[0].startswith("size: 0 missing, now 1")


def test_added_rows_and_counts_of_the_target_are_told():
    more = pl.concat([frame(), frame()[:4]])
    found = changes(frame(), more, np.append(Y, [1, 1, 1, 1]))
    assert found[0] == "20 rows, now 24"
    assert "1 10, now 14" in found[-1]


def test_other_values_with_the_same_summary_are_still_a_change():
    found = changes(frame(), frame(size=np.arange(20.0)[::-1]))
    assert found == ["size: other values or another order, alike in summary"]


def test_versions_are_compared_one_by_one():
    before = {"versions": {"jax": "0.9", "numpy": "2.4"}, "cores": 2, "compiled_by": "a"}
    after = {"versions": {"jax": "0.10", "numpy": "2.4"}, "cores": 2, "compiled_by": "b"}
    assert [tuple(one) for one in of_environment(before, after)] == [("jax", "0.9", "0.10")]


def test_flags_of_the_compiler_are_told_by_the_hash_alone():
    (found,) = of_environment({"compiled_by": "a"}, {"compiled_by": "b"})
    assert found.name == "instruction sets or XLA_FLAGS"
