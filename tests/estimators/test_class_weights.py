"""Class weights are sample weights; a weight is a number of rows, wherever it counts."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

from layerwise import DNNClassifier, DNNRegressor, load
from layerwise.errors import DataError, SettingError

FAST = {"hidden_units": (6,), "activation": "tanh", "epochs": 8, "learning_rate": 0.05}
FULL = {**FAST, "batch_size": "all", "dtype": "float64", "patience": None, "random_state": 0}


def skewed(rows=90, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    y = np.where(X[:, 0] + random.normal(size=rows) > 0.8, "yes", "no")
    return X, y


def same_bits(first, second, X):
    assert [r._replace(seconds=0) for r in first.history_] == [
        r._replace(seconds=0) for r in second.history_
    ]
    assert (first.predict_proba(X) == second.predict_proba(X)).all()
    assert first.threshold_ == second.threshold_


@pytest.mark.parametrize(
    ("class_weight", "more"),
    [
        ("balanced", {}),
        ("balanced", {"threshold": "f1", "batch_size": "all"}),
        ({"yes": 3.5}, {"metric": "roc_auc"}),
        ({"yes": 0.25, "no": 2}, {"threshold": "auto"}),
    ],
)
def test_class_weights_are_the_same_sample_weights_bit_for_bit(class_weight, more):
    X, y = skewed()
    settings = {**FAST, "random_state": 0, "validation_fraction": 0.3, **more}
    by_class = DNNClassifier(**settings, class_weight=class_weight).fit(X, y)
    full = class_weight if class_weight == "balanced" else {"yes": 1, "no": 1} | class_weight
    weights = compute_sample_weight(full, y)
    same_bits(by_class, DNNClassifier(**settings).fit(X, y, sample_weight=weights), X)


def test_class_weights_multiply_sample_weights_also_in_the_own_validation_set():
    (X, y), (Xv, yv) = skewed(), skewed(40, 1)
    own = np.arange(90) % 3 + 0.5
    factor = {"yes": 4.0, "no": 1.0}
    by_class = DNNClassifier(**FULL, class_weight=factor).fit(X, y, own, validation=(Xv, yv))
    weights, checked = (np.where(labels == "yes", 4.0, 1.0) for labels in (y, yv))
    by_row = DNNClassifier(**FULL).fit(X, y, own * weights, validation=(Xv, yv, checked))
    same_bits(by_class, by_row, X)


def test_balanced_counts_weights_as_rows():
    X, y = skewed()
    weights = np.arange(90) % 3
    settings = {**FULL, "class_weight": "balanced", "validation_fraction": 0}
    weighted = DNNClassifier(**settings).fit(X, y, sample_weight=weights)
    repeated = DNNClassifier(**settings).fit(X.repeat(weights, axis=0), y.repeat(weights))
    assert np.abs(weighted.predict_proba(X) - repeated.predict_proba(X)).max() <= 1e-10


def test_a_class_of_weight_zero_is_absent():
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 3
    without = DNNClassifier(**FULL).fit(X[y < 2], y[y < 2])
    zero = DNNClassifier(**FULL, class_weight={2: 0}).fit(X, y)
    assert zero.classes_.tolist() == [0, 1]
    same_bits(zero, without, X)


def test_balanced_finds_more_of_the_rare_class():
    X, y = skewed(400)
    plain, balanced = (
        DNNClassifier(**FULL, class_weight=w).set_params(epochs=60).fit(X, y)
        for w in (None, "balanced")
    )
    assert (balanced.predict(X) == "yes").sum() > (plain.predict(X) == "yes").sum()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"maybe": 2}, "'maybe' is not a class; known classes: 'no', 'yes'"),
        ({"yes": -1}, "class_weight of 'yes'=-1: expected a number of at least 0"),
        ("even", "class_weight='even': expected None, 'balanced'"),
        ([1, 2], "class_weight=.*expected None, 'balanced'"),
    ],
)
def test_a_class_weight_that_fits_no_class_is_refused_in_one_line(value, words):
    with pytest.raises(SettingError, match=words) as caught:
        DNNClassifier(**FAST, class_weight=value).fit(*skewed())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "setting",
    [{"class_weight": "balanced"}, {"threshold": 0.3}, {"validation_split": "stratified"}],
)
def test_what_is_for_classes_is_refused_for_numbers(setting):
    X, _ = skewed()
    with pytest.raises(SettingError, match=f"{next(iter(setting))}=.*target"):
        DNNRegressor(**FAST, **setting).fit(X, X[:, 0])


def test_two_zero_weights_leave_a_single_class_which_is_refused():
    with pytest.raises(DataError, match="only one class"):
        DNNClassifier(**FAST, class_weight={"yes": 0}).fit(*skewed())


def test_labels_keep_their_type_in_a_model_file(tmp_path):
    X, _ = skewed()
    weights = {0: 1.5, 1: 2, 2: 0.5}
    model = DNNClassifier(**FAST, class_weight=weights).fit(X, np.arange(90) % 3)
    model.save(tmp_path / "m")
    again = load(tmp_path / "m").class_weight
    assert again == weights
    assert list(map(type, again)) == [int] * 3
