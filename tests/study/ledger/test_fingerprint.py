import numpy as np
import pandas as pd
import polars as pl

from layerwise.study.ledger.fingerprint import MOST_COLUMNS, fingerprint

Y = np.array(["a", "b", "a", "c"], dtype=object)
TABLE = pl.DataFrame(
    {"x": [1.5, -0.0, None, 4.0], "word": ["p", "q", None, "p"], "flag": [True, False, True, True]}
)


def test_equal_values_have_one_hash_whatever_holds_them():
    own = fingerprint(TABLE, Y)
    others = [(TABLE.to_pandas(), pd.Series(Y)), (TABLE.to_arrow(), Y.tolist())]
    for X, y in others:
        assert fingerprint(X, y) == own | {"target": fingerprint(X, y)["target"]}
    numbers = np.arange(12.0).reshape(4, 3)
    frame = pl.DataFrame(numbers, schema=["a", "b", "c"])
    hashes = {
        fingerprint(X, Y)["hash"]
        for X in (numbers, numbers.astype(np.int8), frame, frame.to_pandas())
    }
    assert len(hashes) == 1


def test_the_hash_sees_one_value_one_row_and_the_order():
    X = np.random.default_rng(0).normal(size=(6, 2))
    y = np.arange(6)
    changed = X.copy()
    changed[3, 1] = np.nextafter(changed[3, 1], 9)
    own = fingerprint(X, y)
    others = [(changed, y), (X[:5], y[:5]), (X[::-1], y[::-1]), (X[:, ::-1], y), (X, y[::-1])]
    assert all(fingerprint(*other)["hash"] != own["hash"] for other in others)


def test_the_changed_column_is_told_by_its_own_hash():
    X = np.random.default_rng(0).normal(size=(6, 3))
    changed = X.copy()
    changed[3, 1] += 1
    one, two = (fingerprint(each, np.arange(6))["schema"] for each in (X, changed))
    assert [a["hash"] == b["hash"] for a, b in zip(one, two, strict=True)] == [True, False, True]


def test_a_column_is_summed_up_by_its_kind():
    x, word, flag = fingerprint(TABLE, Y)["schema"]
    assert (x["kind"], x["missing"], x["min"], x["max"]) == ("number", 1, 0.0, 4.0)
    np.testing.assert_allclose([x["mean"], x["std"]], [5.5 / 3, np.std([1.5, 0, 4])])
    assert (word["kind"], word["missing"], word["frequent"]) == ("text", 1, {"p": 2, "q": 1})
    assert (flag["kind"], flag["mean"]) == ("number", 0.75)


def test_the_target_has_its_classes_counted():
    assert fingerprint(TABLE, Y)["target"][0]["counts"] == {"a": 2, "b": 1, "c": 1}
    assert "counts" not in fingerprint(np.ones((99, 1)), np.linspace(0, 1, 99))["target"][0]


def test_wide_tables_and_pictures_have_one_summary():
    pictures = np.random.default_rng(0).integers(0, 256, (5, 16, 16)).astype(np.uint8)
    flat = pictures.reshape(5, -1)
    assert flat.shape[1] > MOST_COLUMNS
    found = fingerprint(pictures, np.arange(5))
    assert found["shape"] == [16, 16]
    (schema,) = found["schema"]
    assert (schema["min"], schema["max"]) == (flat.min(), flat.max())
    np.testing.assert_allclose([schema["mean"], schema["std"]], [flat.mean(), flat.std()])
    names = [f"p{i}" for i in range(flat.shape[1])]
    for same in (flat.astype(float), pl.DataFrame(flat, schema=names), flat):
        assert fingerprint(same, np.arange(5))["hash"] == found["hash"]


def test_what_is_missing_everywhere_is_no_error():
    found = fingerprint(np.full((3, 2), np.nan), np.arange(3))
    assert [column["missing"] for column in found["schema"]] == [3, 3]
