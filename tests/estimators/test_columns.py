"""A frame as people have it goes in without a pipeline, and comes out as finite predictions."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from layerwise import DNNClassifier, DNNRegressor, load
from layerwise.errors import DataError

FAST = {"hidden_units": (4,), "epochs": 2, "random_state": 0}
M = 240


def messy(m=M):
    random = np.random.default_rng(0)
    age = random.integers(18, 80, m).astype(float)
    age[::9] = np.nan
    frame = pd.DataFrame({
        "constant": ["same"] * m,
        "row_id": range(1, m + 1),
        "age": age,
        "pay": random.lognormal(3, 2, m),
        "city": pd.Series(random.choice(["Wien", "Graz", "Linz", None], m), dtype="category"),
        "member": pd.array(random.choice([True, False, None], m), "boolean"),
        "visits": pd.array(random.choice([0, 1, 5, None], m), "Int64"),
        "joined": pd.date_range("2023-01-01", periods=m, freq="D"),
        "note": [7 if i % 3 else "seven" for i in range(m)],
    })  # fmt: skip
    return frame, (frame["pay"] > 20).to_numpy(), np.log(frame["pay"].to_numpy())


MAKERS = {"pandas": lambda f: f, "polars": pl.from_pandas, "pyarrow": pa.Table.from_pandas}


@pytest.fixture
def plain_note():
    """Return the messy frame with its mixed column as text, which every make of frame can hold."""
    frame, labels, numbers = messy()
    return frame.assign(note=frame["note"].astype(str)), labels, numbers


@pytest.mark.parametrize("make", MAKERS)
def test_a_messy_frame_of_any_make_is_fitted_and_predicted(make, plain_note):
    frame, labels, numbers = plain_note
    X = MAKERS[make](frame)
    model = DNNClassifier(**FAST).fit(X, labels)
    assert np.isfinite(model.predict_proba(X)).all()
    reasons = {column.name: column.reason for column in model.encoder_.dropped}
    assert reasons["constant"] == "constant: always 'same'"
    assert "identifier" in reasons["row_id"]
    assert np.isfinite(DNNRegressor(**FAST).fit(X, numbers).predict(X)).all()


def test_what_was_never_seen_or_is_all_missing_gives_finite_predictions(tmp_path):
    frame, labels, _ = messy()
    model = DNNClassifier(**FAST).fit(frame, labels)
    later = frame.head(5).assign(city="Paris", note="eight", row_id="none", constant=3.0)
    empty = pd.DataFrame({name: [None] * 3 for name in frame})
    model.save(tmp_path / "model.layerwise")
    again = load(tmp_path / "model.layerwise")
    for rows in (frame, later, empty):
        chances = model.predict_proba(rows)
        assert np.isfinite(chances).all()
        assert np.isfinite(model.encode(rows)).all()
        assert np.array_equal(again.predict_proba(rows), chances)


@pytest.mark.parametrize("row", [1, 100, M])
def test_an_infinite_cell_is_named_by_its_row_in_the_users_table(row):
    frame, labels, _ = messy()
    frame.loc[row - 1, "pay"] = np.inf
    with pytest.raises(DataError, match=f"column 'pay', row {row}: infinity"):
        DNNClassifier(**FAST).fit(frame, labels)
    texts = frame.assign(pay=frame["pay"].astype(str))
    with pytest.raises(DataError, match=f"column 'pay', row {row}: infinity"):
        DNNClassifier(**FAST).fit(texts, labels)


def test_a_word_among_numbers_at_prediction_is_named_by_its_cell():
    frame, labels, _ = messy()
    model = DNNClassifier(**FAST).fit(frame, labels)
    wrong = frame.head(9).assign(pay=["1"] * 7 + ["a lot", "2"])
    with pytest.raises(DataError, match="column 'pay', row 8: 'a lot' is not a finite number"):
        model.predict(wrong)


def test_the_summary_and_the_display_name_each_column_and_its_treatment():
    frame, labels, _ = messy()
    model = DNNClassifier(**FAST).fit(frame, labels)
    text, html = model.summary(), model._repr_mimebundle_()["text/html"]
    for name in frame:
        assert any(line.startswith(f"{name} ") for line in text.splitlines())
        assert f"<td>{name}</td>" in html
    assert "an identifier: another value in every row" in text
    assert "% missing: a column of its own" in text


def test_names_are_escaped_in_the_display():
    frame, labels, _ = messy()
    model = DNNClassifier(**FAST).fit(
        frame[["pay", "age"]].set_axis(["<b>", "a&b"], axis=1), labels
    )
    assert "<td>&lt;b&gt;</td>" in model._repr_mimebundle_()["text/html"]
