"""Frames of every make go in, and nothing in them silently becomes NaN."""

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from layerwise.data.columns import Category, Date, Dropped, Number
from layerwise.data.encoding import learn
from layerwise.data.frames import to_frame
from layerwise.data.treatment import Treatment
from layerwise.errors import DataError

HOWS = [
    Treatment(),
    Treatment("robust_clipped", two_as_one=True, one_hot_up_to=3),
    Treatment("quantile_normal", two_as_one=True, one_hot_up_to=3),
]
M = 40
REST = {
    "constant": ["same"] * M,
    "customer_id": list(range(500, 500 + M)),
    "empty": [None] * M,
    "flag": [None if i % 9 == 0 else i % 2 == 0 for i in range(M)],
    "x": [None if i % 7 == 0 else i / 3 for i in range(M)],
    "count": list(range(M)),
    "city": [None if i % 8 == 0 else f"c{i % 6}" for i in range(M)],
    "day": [datetime.date(2024, 1, 1) + datetime.timedelta(3 * i) for i in range(M)],
}


def polars_frame():
    return pl.DataFrame(REST, strict=False)


def pandas_frame():
    return pd.DataFrame(REST)


def nullable_frame():
    return pandas_frame().convert_dtypes()


def arrow_frame():
    return pa.table({name: pa.array(cells) for name, cells in REST.items()})


def arrow_backed_frame():
    return arrow_frame().to_pandas(types_mapper=pd.ArrowDtype)


MADE = [polars_frame, pandas_frame, nullable_frame, arrow_frame, arrow_backed_frame]


@pytest.mark.parametrize("how", HOWS, ids=lambda how: how.numbers)
def test_frames_of_every_make_are_encoded_alike(how):
    frames = [to_frame(make()) for make in MADE]
    encoders = [learn(frame, None, None, None, how) for frame in frames]
    encoded = [e.encode(f, "float64") for e, f in zip(encoders, frames, strict=True)]
    assert np.isfinite(encoded[0]).all()
    assert [c.name for c in encoders[0].dropped] == ["constant", "customer_id", "empty"]
    for other in encoded[1:]:
        assert np.array_equal(other, encoded[0])
    for encoder in encoders:  # learned from one make, given another
        assert np.array_equal(encoder.encode(frames[0], "float64"), encoded[0])


@pytest.mark.parametrize("how", HOWS, ids=lambda how: how.numbers)
@pytest.mark.parametrize("make", [polars_frame, pandas_frame, nullable_frame])
def test_columns_that_are_all_missing_at_prediction_stay_finite(make, how):
    encoder = learn(to_frame(make()), None, None, None, how)
    names = list(REST)
    if make is polars_frame:
        empty = pl.DataFrame({name: [None] * 3 for name in names})
    else:
        empty = pd.DataFrame({name: [None] * 3 for name in names})
    encoded = encoder.encode(to_frame(empty), "float64")
    assert np.isfinite(encoded).all()
    assert (encoded == encoded[0]).all()
    nan = pd.DataFrame({name: [np.nan] * 3 for name in names})
    assert np.array_equal(encoder.encode(to_frame(nan), "float64"), encoded)


def test_a_category_of_numbers_is_a_category():
    codes = pd.Series([10, 20, 30, None] * 8, dtype="category")
    encoder = learn(to_frame(pd.DataFrame({"c": codes})), None, None)
    assert encoder.columns[0].values == ("10", "20", "30")
    for same in ([20], [20.0], ["20"], pd.Series([20], dtype="category")):
        encoded = encoder.encode(to_frame(pd.DataFrame({"c": same})), "float64")
        assert encoded.tolist() == [[0, 1, 0, 0]]


def test_digits_that_are_declared_a_category_are_one():
    for column in (pd.Series(["1", "2", "3"] * 9, dtype="category"), pd.Series(["1", "2"] * 9)):
        (found,) = learn(to_frame(pd.DataFrame({"c": column})), None, None).columns
        assert isinstance(found, Category if hasattr(column, "cat") else Number)


def test_levels_that_no_row_has_are_no_values():
    column = pd.Series(
        ["a", "b"] * 5, dtype=pd.CategoricalDtype(["z", "b", "a", "y"], ordered=True)
    )
    (found,) = learn(to_frame(pd.DataFrame({"c": column})), None, None).columns
    assert found.values == ("a", "b")


def test_booleans_with_gaps_are_numbers_with_an_indicator():
    for column in ([True, None, False, True], pd.array([True, None, False, True], "boolean")):
        frame = to_frame(pd.DataFrame({"b": column}))
        encoder = learn(frame, None, None)
        assert encoder.names == ("b", "b missing")
        assert encoder.encode(frame, "float64")[:, 1].tolist() == [0, 1, 0, 0]


def test_a_category_of_booleans_is_known_again_as_booleans():
    frame = to_frame(pd.DataFrame({"b": pd.Series([True, False, None] * 3, dtype="category")}))
    encoder = learn(frame, None, None, None, HOWS[1])
    again = encoder.encode(pl.DataFrame({"b": [True, False, None]}), "float64")
    assert again.tolist() == encoder.encode(frame, "float64")[:3].tolist() == [[1], [-1], [0]]


def test_cells_of_mixed_types_are_words():
    frame = to_frame(pd.DataFrame({"c": [1, 2.0, "a", True, None] * 4}))
    encoder = learn(frame, None, None)
    assert encoder.columns[0].values == ("1", "2", "a", "true")
    later = to_frame(pd.DataFrame({"c": [2, 1]}))
    assert encoder.encode(later, "float64").argmax(axis=1).tolist() == [1, 0]


def test_times_with_a_zone_and_gaps_are_dates():
    at = pd.Series(pd.date_range("2024-01-01", periods=30, freq="7h", tz="Europe/Vienna"))
    at[3] = None
    frame = to_frame(pd.DataFrame({"at": at}))
    encoder = learn(frame, None, None)
    assert isinstance(encoder.columns[0], Date)
    assert np.isfinite(encoder.encode(frame, "float64")).all()


@pytest.mark.parametrize("how", HOWS, ids=lambda how: how.numbers)
@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_word_where_numbers_are_expected_is_named(make, how):
    encoder = learn(pl.DataFrame({"x": [1.0, 2.5, 4.0]}), None, None, None, how)
    assert np.isfinite(encoder.encode(to_frame(make({"x": ["1", " 7 ", "?"]})), "float64")).all()
    for wrong, said in ((["1", "many"], "row 2: 'many'"), (["1", "inf"], "row 2: 'inf'")):
        with pytest.raises(DataError, match=f"column 'x', {said} is not a finite number"):
            encoder.encode(to_frame(make({"x": wrong})), "float64")
    with pytest.raises(DataError, match="column 'x', row 1: inf"):
        encoder.encode(to_frame(make({"x": [np.inf, 2.0]})), "float64")
    with pytest.raises(DataError, match="column 'x' holds Date.*expected numbers"):
        encoder.encode(pl.DataFrame({"x": [datetime.date(2024, 1, 1)]}), "float64")
    with pytest.raises(DataError, match="column 'x' holds List.*expected numbers"):
        encoder.encode(pl.DataFrame({"x": [[1.0]]}), "float64")


def test_a_cell_that_is_no_date_is_named():
    encoder = learn(polars_frame().select("day"), None, None)
    texts = pl.DataFrame({"day": ["2024-01-01", "", "2024-01-04 12:00"]})
    assert np.isfinite(encoder.encode(texts, "float64")).all()
    with pytest.raises(DataError, match="column 'day', row 2: 'soon' is no date"):
        encoder.encode(pl.DataFrame({"day": ["2024-01-01", "soon"]}), "float64")
    with pytest.raises(DataError, match="column 'day' holds Int64; expected dates"):
        encoder.encode(pl.DataFrame({"day": [3]}), "float64")


def test_dropped_columns_may_hold_anything_later():
    encoder = learn(polars_frame(), None, None)
    later = polars_frame().with_columns(
        constant=pl.lit(3.5), customer_id=pl.lit("new"), empty=pl.lit("now here")
    )
    assert np.isfinite(encoder.encode(later, "float64")).all()
    assert all(isinstance(c, Dropped) for c in encoder.columns[:3])
