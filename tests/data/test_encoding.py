import json

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from layerwise.data.encoding import learn, roomy
from layerwise.data.treatment import Treatment
from layerwise.errors import DataError


def frame(**columns):
    return pl.DataFrame(columns)


def column(encoder, rows, name):
    return encoder.encode(rows, "float64")[:, encoder.names.index(name)]


def test_numbers_lose_their_median_and_are_divided_by_their_quartile_range():
    rows = frame(x=[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert column(learn(rows, None, None), rows, "x").tolist() == [
        (x - 3.0) / 4.0 for x in range(8)
    ]


def test_a_column_without_spread_in_the_middle_is_scaled_by_half_its_range():
    rows = frame(x=[0.0] * 9 + [10.0])
    assert column(learn(rows, None, None), rows, "x")[-1] == 2.0


def test_a_straight_line_stays_straight_but_far_tails_are_bent():
    straight = frame(x=[float(x) for x in range(20)])
    steps = np.diff(column(learn(straight, None, None), straight, "x"))
    assert np.ptp(steps) < 1e-12
    far = frame(x=[*map(float, range(20)), 1e6])
    assert column(learn(far, None, None), far, "x")[-1] < 3.0


def test_a_missing_number_is_zero_and_said_by_an_indicator():
    rows = frame(x=[1.0, None, 3.0, 5.0])
    encoder = learn(rows, None, None)
    assert encoder.names == ("x", "x missing")
    assert encoder.encode(rows, "float32")[1].tolist() == [0.0, 1.0]


def test_columns_missing_together_share_one_indicator():
    rows = frame(x=[1.0, None, 3.0], y=[4.0, None, 7.0], z=[None, 1.0, 2.0])
    names = learn(rows, None, None).names
    assert "x missing" in names
    assert "y missing" not in names
    assert "z missing" in names


def test_categories_become_one_column_each_with_missing_as_one_more():
    rows = frame(c=["a", "b", " a ", "?", None])
    encoder = learn(rows, None, None)
    assert encoder.names == ("c=a", "c=b", "c=missing")
    assert encoder.encode(rows, "float32").argmax(axis=1).tolist() == [0, 1, 0, 2, 2]


def test_an_unknown_category_is_all_zeros():
    encoder = learn(frame(c=["a", "b", "a"]), None, None)
    assert encoder.encode(frame(c=["new"]), "float32").tolist() == [[0.0, 0.0]]


def test_rare_categories_share_the_column_other():
    values = [f"v{i % 150}" for i in range(600)]
    encoder = learn(frame(c=values), None, None)
    assert len(encoder.names) == 101
    assert encoder.encode(frame(c=["v99"]), "float32")[0, -1] == 1.0


def test_constant_missing_and_identifying_columns_are_dropped_by_name():
    rows = frame(
        constant=[7] * 30,
        empty=[None] * 30,
        label=["same"] * 30,
        key=[f"id{i}" for i in range(30)],
        x=list(range(30)),
    )
    encoder = learn(rows, None, None)
    assert [c.name for c in encoder.dropped] == ["constant", "empty", "label", "key"]
    assert encoder.names == ("x",)


def test_free_text_is_refused_by_name():
    rows = frame(story=[f"it was a dark night number {i}" for i in range(40)], x=range(40))
    with pytest.raises(DataError, match="'story' is free text"):
        learn(rows, None, None)


def test_booleans_and_numbers_written_as_text_are_numbers():
    rows = frame(flag=[True, False, True, True], text=["1", "2.5", "?", "4"])
    encoder = learn(rows, None, None)
    assert encoder.names == ("flag", "text", "text missing")


def test_dates_become_days_and_places_in_the_year_and_week():
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 3, 1), eager=True)
    rows = pl.DataFrame({"day": days})
    encoder = learn(rows, None, None)
    encoded = encoder.encode(rows, "float64")
    assert encoder.names[0] == "day days"
    assert (np.diff(encoded[:, 0]) > 0).all()
    weekly = encoded[:, encoder.names.index("day sine of week")]
    assert np.allclose(weekly[7:], weekly[:-7])


def test_a_word_in_a_column_of_numbers_is_named_with_its_row():
    encoder = learn(frame(x=[1.0, 2.0, 3.0]), None, None)
    with pytest.raises(DataError, match="column 'x', row 2: 'abc'"):
        encoder.encode(frame(x=["1", "abc"]), "float32")


def test_infinity_is_refused_by_column_and_row():
    with pytest.raises(DataError, match="column 'x', row 3"):
        learn(frame(x=[1.0, 2.0, float("inf")]), None, None)


def test_nested_columns_are_refused_by_name():
    with pytest.raises(DataError, match="'nested'"):
        learn(pl.DataFrame({"nested": [[1], [2]]}), None, None)


def test_pixels_are_divided_by_255():
    rows = np.array([[0, 51], [255, 102]], np.uint8)
    encoder = learn(rows, None, (2,))
    assert np.allclose(encoder.encode(rows, "float64"), [[0, 0.2], [1, 0.4]])


def test_a_row_of_weight_two_scales_like_the_row_twice():
    rng = np.random.default_rng(0)
    values, weights = rng.normal(size=(20, 3)), rng.integers(1, 4, size=20)
    weighted = learn(values, weights.astype(float), None)
    assert weighted == learn(values.repeat(weights, axis=0), None, None)


def test_the_encoder_survives_json():
    rows = frame(x=[1.5, None, 3.0], c=["a", "b", "a"])
    encoder = learn(rows, None, None)
    assert type(encoder).model_validate_json(encoder.model_dump_json()) == encoder


def numbers(m=5000, n=40, kind=np.float32, missing=True):
    random = np.random.default_rng(m)
    X = random.normal(size=(m, n)) * 10.0 ** random.integers(-3 if missing else 1, 4, n)
    X[0, 1] = 1e9
    if missing:
        X[random.random((m, n)) < 0.01] = np.nan
    return X.astype(kind)


def all_at_once(encoder, X, dtype):
    values = X.astype(np.float64)
    kept = encoder.columns
    with np.errstate(over="ignore"):
        Z = (values - np.array([c.center for c in kept])) / np.array([c.scale for c in kept])
        bent = [c.clip for c in kept]
        Z[:, bent] = Z[:, bent] / np.sqrt(1 + (Z[:, bent] / 3) ** 2)
    absent = np.isnan(values[:, [c.indicator for c in kept]])
    return np.concatenate([np.nan_to_num(Z, nan=0.0).astype(dtype), absent.astype(dtype)], axis=1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "kind", [np.float64, np.float32, np.float16, np.int64, np.int8, np.longdouble]
)
def test_pieces_are_encoded_to_the_bits_of_the_whole(kind, dtype):
    X = numbers(missing=np.dtype(kind).kind == "f")
    X = (np.clip(X, -100, 100) if np.dtype(kind).itemsize < 4 else X).astype(kind)
    encoder = learn(X, None, None)
    assert not encoder.dropped
    assert encoder.encode(X, dtype).tobytes() == all_at_once(encoder, X, dtype).tobytes()


def test_rows_chosen_by_number_are_described_like_a_copy_of_them():
    X, weights = numbers(600, 20), np.random.default_rng(0).random(600)
    which = np.flatnonzero(weights > 0.3)
    for own in (None, weights[which]):
        assert learn(X, own, None, which) == learn(X[which], own, None)


def test_a_dropped_column_of_an_array_is_left_out():
    X = np.array([[1.0, 5.0, 2.0], [2.0, 5.0, np.nan], [4.0, 5.0, 3.0]])
    encoder = learn(X, None, None)
    assert encoder.names == ("x0", "x2", "x2 missing")
    assert encoder.encode(X, "float32")[:, 2].tolist() == [0, 1, 0]


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64])
def test_pixels_of_any_type_are_the_same(kind):
    rows = np.arange(256).reshape(2, 128)
    encoder = learn(rows.astype(np.uint8), None, (128,))
    expected = rows.astype(np.float32) / np.float32(255)
    assert encoder.encode(rows.astype(kind), "float32").tobytes() == expected.tobytes()


TABLE = Treatment("robust_clipped", two_as_one=True, one_hot_up_to=3)


def mixed(m=60):
    return frame(
        city=[f"c{i % 5}" for i in range(m)],
        x=[None if i % 11 == 0 else float(i) for i in range(m)],
        sex=["f" if i % 3 else "m" for i in range(m)],
        shop=[None if i % 10 == 0 else f"s{i % 4}" for i in range(m)],
        size=["L" if i % 3 else "M" if i % 2 else "S" for i in range(m)],
        y=[float(i % 7) for i in range(m)],
    )


def test_numbers_come_first_and_levels_last():
    encoder = learn(mixed(), None, None, None, TABLE)
    first, last = ("x", "y", "x missing"), ("city level", "shop level")
    assert encoder.names == (*first, "sex=m", "size=L", "size=M", "size=S", *last)
    assert (encoder.plain_numbers, encoder.levels) == (2, (6, 6))


def test_by_default_nothing_is_a_level():
    assert learn(mixed(), None, None).levels == ()


def test_two_values_are_minus_one_and_one_and_everything_else_is_zero():
    encoder = learn(mixed(), None, None, None, TABLE)
    rows = mixed(4).with_columns(sex=pl.Series(["f", "m", None, "x"]))
    assert column(encoder, rows, "sex=m").tolist() == [-1, 1, 0, 0]


def test_levels_count_from_one_and_an_unknown_value_is_zero():
    encoder = learn(mixed(), None, None, None, TABLE)
    rows = mixed(5).with_columns(city=pl.Series(["c0", "c4", "new", None, " c1 "]))
    assert column(encoder, rows, "city level").tolist() == [1, 5, 0, 0, 2]


def test_rare_and_missing_values_of_the_training_have_levels_of_their_own():
    values = [f"v{i % 150:03}" for i in range(600)] + [None]
    encoder = learn(frame(c=values), None, None, None, TABLE)
    rows = frame(c=["v000", "v099", "v149", "never seen", None])
    assert column(encoder, rows, "c level").tolist() == [1, 100, 101, 101, 102]
    assert encoder.levels == (103,)


def test_every_level_of_the_training_is_used_and_none_lies_beyond():
    encoder = learn(mixed(), None, None, None, TABLE)
    encoded = encoder.encode(mixed(), "float32")
    for at, levels in zip((-2, -1), encoder.levels, strict=True):
        assert sorted(set(encoded[:, at])) == list(range(1, levels))


@pytest.mark.parametrize("numbers", ["robust", "robust_clipped", "quantile_normal"])
def test_an_encoder_of_any_treatment_survives_json_to_the_bit(numbers):
    how = TABLE._replace(numbers=numbers)
    encoder = learn(mixed(), None, None, None, how)
    again = type(encoder).model_validate_json(encoder.model_dump_json())
    assert again == encoder
    encoded = encoder.encode(mixed(), "float64")
    assert again.encode(mixed(), "float64").tobytes() == encoded.tobytes()


def test_the_first_files_know_neither_quantiles_nor_forms():
    encoder = learn(mixed(), None, None)
    told = json.loads(encoder.model_dump_json())
    for one in told["columns"]:
        for name in ("quantiles", "form", "absent"):
            one.pop(name, None)
    old = type(encoder).model_validate_json(json.dumps(told))
    assert old.names == encoder.names
    assert (old.encode(mixed(), "float64") == encoder.encode(mixed(), "float64")).all()


@pytest.mark.parametrize(
    ("place", "wrong"),
    [(0, {"form": "sign"}), (0, {"form": "embedded"}), (1, {"quantiles": [2.0, 1.0]})],
)
def test_a_changed_description_is_refused(place, wrong):
    encoder = learn(mixed(), None, None)
    told = json.loads(encoder.model_dump_json())
    told["columns"][place] |= wrong
    with pytest.raises(ValidationError):
        type(encoder).model_validate_json(json.dumps(told))


@pytest.mark.parametrize("numbers", ["robust_clipped", "quantile_normal"])
def test_arrays_are_treated_as_asked_too(numbers):
    X = np.random.default_rng(0).normal(size=(50, 3)) ** 3
    named = frame(**{f"x{i}": X[:, i] for i in range(3)})
    how = Treatment(numbers)
    assert learn(X, None, None, None, how) == learn(named, None, None, None, how)


@pytest.mark.parametrize(
    ("count", "room"),
    [(0, 0), (1, 4), (4, 4), (5, 8), (16, 16), (33, 40), (65, 80), (256, 256), (257, 257)],
)
def test_room_is_the_next_round_count_and_many_columns_stay(count, room):
    assert roomy(count) == room


def test_unused_columns_are_zeros_behind_the_numbers_and_behind_the_others():
    rows = pl.DataFrame({
        "a": [1.0, 2.0, None, 4.0], "c": ["x", "y", "z", "x"], "b": [4.0, 2.0, 3.0, 9.0],
    })  # fmt: skip
    plain = learn(rows, None, None, None, Treatment(one_hot_up_to=2))
    roomy_one = learn(rows, None, None, None, Treatment(one_hot_up_to=2, room=True))
    assert plain.names == ("a", "b", "a missing", "c level")
    assert roomy_one.names == (
        "a", "b", "unused 1", "unused 2", "a missing", "unused 3", "unused 4", "unused 5", "c level",
    )  # fmt: skip
    assert (roomy_one.plain_numbers, roomy_one.levels) == (4, plain.levels)
    encoded, its = roomy_one.encode(rows, "float32"), plain.encode(rows, "float32")
    assert (encoded[:, [0, 1, 4, 8]] == its).all()
    assert not encoded[:, [2, 3, 5, 6, 7]].any()


def test_an_array_has_its_unused_columns_too():
    X = np.random.default_rng(0).normal(size=(20, 5))
    X[3, 1] = np.nan
    encoder = learn(X, None, None, None, Treatment(room=True))
    encoded = encoder.encode(X, "float32")
    assert encoded.shape == (20, len(encoder.names)) == (20, 12)
    assert encoder.spare == (3, 3)
    assert not encoded[:, [5, 6, 7, 9, 10, 11]].any()
    assert encoded[3, 8] == 1
