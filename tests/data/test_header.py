"""A header is checked as a whole: what does not fit together is refused by name."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from layerwise.data.columns import Category, Date, Dropped, Number
from layerwise.data.encoding import Encoder
from layerwise.data.header import Header, Record, header_of, parse_header
from layerwise.data.strict_json import parse_json
from layerwise.data.targets import ClassTarget, NumberTarget
from layerwise.data.trust import Trust
from layerwise.errors import ModelFileError

RECORD = Record(
    epoch=1, cost=0.5, metric=0.75, validation_cost=None, validation_metric=None, seconds=0.1,
    gradient_norms=(1.0, 2.0), update_norms=(0.1, 0.2),
)  # fmt: skip
COLUMNS = (
    Number(name="age", center=40.0, scale=10.0, clip=True, indicator=True),
    Category(name="city\n(home)", values=("Bâle", "Genève"), other=True, missing=False),
    Date(name="day", center=0.0, scale=1.0, time_of_day=False, indicator=False),
    Dropped(name="id", reason="an identifier"),
)  # 2 + 3 + 5 encoded columns
THREE = ClassTarget(classes=("a", "b", "c"), dtype="<U1", shares=(0.5, 0.25, 0.25))
FIELDS = {
    "format": "layerwise", "version": 1, "estimator": "DNNClassifier", "settings": {},
    "units": (10, 4, 3), "head": "softmax", "dtype": "float32",
    "encoder": Encoder(pixels=None, columns=COLUMNS), "target": THREE,
    "feature_names": ("age", "city\n(home)", "day", "id"), "n_features_in": 4,
    "history": (RECORD,), "best_epoch": 1, "rows": (90, 10), "tensors": {},
}  # fmt: skip
SETTINGS = {
    "none": None, "yes": True, "no": False, "one": 1, "unit": 1.0, "least": 5e-324,
    "word": "relu", "units": (4, 2), "names": ("relu", "tanh"), "empty": (), "seed": 2**70,
}  # fmt: skip


def header(**changes):
    return Header(**{**FIELDS, **changes})


def category(*values):
    columns = (Category(name="c", values=values, other=False, missing=False),)
    return Encoder(pixels=None, columns=columns)


def number_named(name):
    columns = (Number(name=name, center=0.0, scale=1.0, clip=False, indicator=False),)
    return Encoder(pixels=None, columns=columns)


def pictures(*sizes):
    return Encoder(pixels=sizes, columns=())


def classes(*labels, dtype):
    share = 1 / len(labels)
    target = ClassTarget(classes=labels, dtype=dtype, shares=(share,) * len(labels))
    two = len(labels) == 2
    last, head = (1, "sigmoid") if two else (len(labels), "softmax")
    return {"target": target, "units": (10, 4, last), "head": head}


def test_a_header_comes_back_equal_with_every_type_of_setting():
    written = header(settings=SETTINGS)
    read = parse_header(written.model_dump_json())
    assert read == written
    kinds = {name: type(value) for name, value in SETTINGS.items()}
    assert {name: type(value) for name, value in read.settings.items()} == kinds


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=2))
def test_every_finite_number_comes_back_to_the_bit(numbers):
    written = header(history=(RECORD.model_copy(update={"gradient_norms": tuple(numbers)}),))
    read = parse_header(written.model_dump_json()).history[0].gradient_norms
    assert [number.hex() for number in read] == [number.hex() for number in numbers]


LABELS = [
    classes(False, True, dtype="|b1"),
    classes(-1, 1, dtype="<i8"),
    classes(0, 1, 2, dtype="|u1"),
    classes(0.5, 1.5, 2.0, dtype="<f4"),
    classes("", "no", "yes\n", dtype="<U12"),
    classes("no", "yes", dtype="object"),
    classes(1, 2.5, 10**30, dtype="object"),
]


@pytest.mark.parametrize("changes", LABELS, ids=lambda changes: changes["target"].dtype)
def test_classes_of_every_type_come_back(changes):
    written = header(**changes)
    read = parse_header(written.model_dump_json())
    assert read == written
    assert [type(label) for label in read.target.classes] == [
        type(label) for label in written.target.classes
    ]


WRONG = {
    "a regressor with a softmax": ({"estimator": "DNNRegressor"}, "softmax head belongs"),
    "numbers for a classifier": ({"target": NumberTarget(mean=0.0, scale=1.0)}, "do not fit"),
    "an identity head for classes": (
        {"head": "identity", "estimator": "DNNRegressor", "units": (10, 4, 1)},
        "do not fit",
    ),
    "a sigmoid for three classes": ({"head": "sigmoid", "units": (10, 4, 1)}, "for 3 classes"),
    "a softmax for two classes": (
        {**classes(0, 1, dtype="<i8"), "head": "softmax", "units": (10, 4, 2)},
        "for 2 classes",
    ),
    "too few outputs": ({"units": (10, 4, 2)}, "needs 3"),
    "too few inputs": ({"units": (9, 4, 3)}, "10 encoded columns"),
    "too few features": ({"n_features_in": 3}, "4 columns or pixels"),
    "too few names": ({"feature_names": ("age", "day")}, "2 feature names for 4"),
    "a name twice": ({"feature_names": ("age", "day", "id", "age")}, "the same name"),
    "a category twice": (
        {"encoder": category(*"abcdefghia"), "n_features_in": 1, "feature_names": None},
        "a category twice",
    ),
    "a control character in a name": (
        {"encoder": number_named("\x1b[2J"), "n_features_in": 1},
        "control character",
    ),
    "NUL in a category": ({"encoder": category("a\x00"), "n_features_in": 1}, "control character"),
    "NUL in a feature's name": ({"feature_names": ("age", "day", "i", "\x00")}, "control"),
    "NUL in a class": (classes("a", "a\x00", "b", dtype="object"), "control character"),
    "NUL in a setting": ({"settings": {"activation": "relu\x00"}}, "control character"),
    "NUL in a setting's list": ({"settings": {"activation": (1, "\x00")}}, "control character"),
    "a very long category": ({"encoder": category("a" * 1_000_001)}, "longer than 1000000"),
    "pictures with columns": ({"encoder": Encoder(pixels=(10,), columns=COLUMNS)}, "no columns"),
    "pictures of no size": ({"encoder": pictures()}, "one to three"),
    "pictures of four sizes": ({"encoder": pictures(1, 1, 1, 1)}, "one to three"),
    "pictures that would fill the memory": ({"encoder": pictures(2**31, 2**31)}, "does not fit"),
    "a layer too wide": ({"units": (10, 1_000_001, 3)}, "a layer of 1000001 units"),
    "unsorted classes": (classes("b", "a", "c", dtype="<U1"), "not sorted"),
    "a class twice": (classes("a", "a", "c", dtype="<U1"), "there twice"),
    "classes that are cut off": (classes("aa", "ab", "b", dtype="<U1"), "their type"),
    "classes too large for their type": (classes(1, 2, 300, dtype="|u1"), "their type"),
    "words for numbers": (classes("a", "b", "c", dtype="<i8"), "their type"),
    "whole numbers for flags": (classes(0, 1, dtype="|b1"), "their type"),
    "flags among whole numbers": (classes(False, 1, 2, dtype="<i8"), "their type"),
    "classes that cannot be compared": (classes("a", 1, dtype="object"), "their type"),
    "an infinite class": (classes(0.0, math.inf, dtype="<f8"), "their type"),
    "a class that is not a number": (classes(0.0, math.nan, dtype="<f8"), "their type"),
    "a type that NumPy does not know": (classes(1, 2, dtype="<i3"), "their type"),
    "labels that would fill the memory": (classes("a", "b", dtype="<U999999999"), "memory"),
    "labels of a very long type": (classes("a", "b", dtype="<U" + "9" * 30), "memory"),
    "a share too few": ({"target": THREE.model_copy(update={"shares": (0.5, 0.5)})}, "one share"),
    "a negative share": (
        {"target": THREE.model_copy(update={"shares": (-1.0, 1.0, 1.0)})},
        "0 to 1",
    ),
    "a best epoch beyond the history": ({"best_epoch": 2}, "beyond the history"),
    "a gap in the history": ({"history": (RECORD.model_copy(update={"epoch": 2}),)}, "a gap"),
    "a norm too few": ({"history": (RECORD.model_copy(update={"update_norms": ()}),)}, "per layer"),
    "a setting named like a method": ({"settings": {"__class__": 1}}, "pattern"),
    "a setting that is a dictionary": ({"settings": {"epochs": {"a": {"b": 1}}}}, "settings"),
    "an infinite setting": ({"settings": {"l2": math.inf}}, "finite"),
    "no layer": ({"units": (10,)}, "units"),
    "too many layers": ({"units": (10,) + (1,) * 1001 + (3,)}, "units"),
    "a flag for a number": ({"n_features_in": True}, "n_features_in"),
    "negative seconds": ({"rows": (-1, 0)}, "rows"),
    "a digest in capitals": ({"tensors": {"W1": "A" * 64}}, "tensors"),
    "a tensor of another name": ({"tensors": {"../w": "a" * 64}}, "tensors"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_part_that_does_not_fit_is_refused_by_name(name):
    changes, words = WRONG[name]
    with pytest.raises(ValidationError, match=words):
        header(**changes)


def test_a_model_that_cannot_be_saved_is_refused_in_one_line():
    assert header_of(**FIELDS) == header()
    with pytest.raises(ModelFileError, match=r"cannot be saved: '\\x1b' holds a control") as caught:
        header_of(**{**FIELDS, "feature_names": ("a", "b", "c", "\x1b")})
    assert str(caught.value).isprintable()


def test_a_thousand_hidden_layers_and_a_large_picture_fit():
    units = (4_000_000, *(1,) * 1000, 3)
    fitting = header(
        units=units, history=(), best_epoch=0, feature_names=None, n_features_in=4_000_000,
        encoder=pictures(1000, 1000, 4),
    )  # fmt: skip
    assert len(fitting.units) == 1002


@pytest.mark.parametrize("field", [*FIELDS, "else"])
def test_a_missing_or_unknown_key_is_refused_by_name(field):
    keys = json.loads(header().model_dump_json())
    keys.pop(field) if field in keys else keys.update({field: 1})
    with pytest.raises(ModelFileError, match=field):
        parse_header(json.dumps(keys))


def test_a_newer_version_asks_for_an_upgrade():
    with pytest.raises(ModelFileError, match="newer Layerwise.*version 2.*upgrade"):
        parse_header('{"format": "layerwise", "version": 2, "else": 1}')


@pytest.mark.parametrize("version", ["0", "-1", "true", "1.0", '"2"', "null", "[]"])
def test_no_other_version_is_taken_for_this_one(version):
    text = header().model_dump_json().replace('"version":1', f'"version":{version}')
    with pytest.raises(ModelFileError, match="version"):
        parse_header(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1, "a": 1}', "a key twice"),
        ('[{"a": {"b": 1, "b": 2}}]', "a key twice"),
        ("NaN", "NaN"),
        ("[-Infinity]", "Infinity"),
        ("1e999", "1e999"),
        ("1" + "0" * 400, "characters"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("", "not JSON"),
        ("{} {}", "not JSON"),
        ("\ufeff{}", "not JSON"),
        ('"\x01"', "not JSON"),
        (json.dumps(dict.fromkeys(map(str, range(3000)))), "3000 keys"),
    ],
    ids=lambda text: text[:12],
)
def test_json_that_is_not_strict_is_refused(text, words):
    with pytest.raises(ModelFileError, match=words) as caught:
        parse_json(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_what_held_out_rows_said_comes_back_and_has_to_fit_the_target():
    trust = Trust(temperature=1.5, offsets=(0.0, 0.1, 0.2))
    assert parse_header(header(trust=trust).model_dump_json()).trust == trust
    with pytest.raises(ValidationError, match="trust: 2 offsets for 3 classes"):
        header(trust=Trust(temperature=1.5, offsets=(0.0, 0.1)))


def test_a_file_without_it_has_learned_nothing():
    text = header().model_dump_json()
    kept = json.loads(text)
    del kept["trust"]
    assert parse_header(json.dumps(kept)) == parse_header(text)
