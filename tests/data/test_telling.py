import numpy as np
import polars as pl

from layerwise.data.encoding import learn
from layerwise.data.telling import as_text, told
from layerwise.data.treatment import Treatment

M = 40
ROWS = {
    "always": [3] * M,
    "order_id": list(range(M)),
    "age": [float(i) for i in range(M)],
    "pay": [1e6 if i == 3 else None if i % 4 == 0 else float(i) for i in range(M)],
    "tax": [None if i % 4 == 0 else float(i) for i in range(M)],
    "sex": ["f" if i % 3 else "m" for i in range(M)],
    "city": [None if i % 8 == 0 else f"c{i % 6}" for i in range(M)],
}
DAYS = pl.DataFrame({"day": pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 10), eager=True)})


def lines(frame, how=None, size=None):
    encoder = learn(pl.DataFrame(frame), None, None, None, how or Treatment())
    return {line.name: (line.kind, line.treatment) for line in told(encoder, size)}


def test_each_column_says_what_becomes_of_it():
    assert lines(ROWS) == {
        "always": ("left out", "constant: always 3"),
        "order_id": ("left out", "an identifier: another value in every row"),
        "age": ("number", "minus the median 19, divided by 20"),
        "pay": (
            "number",
            "minus the median 21, divided by 20, tails bent; 25 % missing: a column of its own",
        ),
        "tax": (
            "number",
            "minus the median 19, divided by 20; 25 % missing, where another column is too",
        ),
        "sex": ("category", "2 values one-hot"),
        "city": ("category", "6 values one-hot; 12.5 % missing: a column of its own"),
    }


def test_other_treatments_say_theirs():
    found = lines(ROWS, Treatment("quantile_normal", two_as_one=True, one_hot_up_to=3), 8)
    assert found["age"][1] == "standard normal by 100 quantiles, median 19"
    assert found["sex"][1] == "'f' is -1, 'm' is 1"
    assert found["city"][1] == (
        "6 values, learned embedding of size 8; 12.5 % missing: a level of its own"
    )


def test_rarer_values_are_said():
    found = lines({"c": [f"v{i % 150}" for i in range(600)]})
    assert found["c"][1] == "100 values one-hot, rarer ones as 'other'"


def test_a_date_says_its_parts():
    text = "days from 2024-01-21, divided by 20; sine and cosine of the year and week"
    assert lines(DAYS) == {"day": ("date", text)}


def test_many_columns_are_grouped():
    X = np.random.default_rng(0).normal(size=(50, 64))
    X[3, 4] = np.nan
    (line,) = told(learn(X, None, None))
    assert line.name == "x0 ... x63"
    assert line.treatment == (
        "64 numbers: minus the median, divided by the quartile range; "
        "1 with missing values (up to 2 %)"
    )


def test_every_column_is_in_one_group():
    many = {f"{name}{i}": cells for i in range(4) for name, cells in ROWS.items()}
    found = lines({**many, "last": ROWS["age"]}, Treatment(one_hot_up_to=3), 8)
    assert found["always0, always1, ... always3"] == ("left out", "4 columns: constant")
    assert found["order_id0, age0, ... last"][1].startswith("17 numbers: ")
    counts = [int(text.split()[0]) for _, text in found.values()]
    assert sum(counts) == len(many) + 1


def test_pictures_are_one_line():
    X = np.zeros((3, 784), np.uint8)
    (line,) = told(learn(X, None, (28, 28)))
    assert line.treatment == "28 x 28, divided by 255"


def test_a_name_of_several_lines_and_a_long_one_take_one_line_each():
    found = as_text(told(learn(pl.DataFrame({"a\nb": [1, 2], "c" * 500: [3, 4]}), None, None)))
    assert len(found) == 3
    assert found[1].startswith("a b ")
    assert max(map(len, found)) < 100
