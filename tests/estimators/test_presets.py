"""Presets: plain settings under a name, and when each is taken."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris

from layerwise import Columns, DNNClassifier, DNNRegressor, SettingError
from layerwise.estimators.presets import AUTO, LECTURE, PRESETS, TABLE, Facts, chosen
from layerwise.training.epoch import start_on
from layerwise.training.members import run_epochs_soon

QUICK = {"epochs": 2, "members": 2, "random_state": 0}


@pytest.fixture(scope="module")
def rows():
    return load_breast_cancer(return_X_y=True)


def in_use(facts=Facts(), **given):  # noqa: B008
    return chosen(DNNClassifier(**given).get_params(deep=False), facts)


def test_presets_say_the_same_settings_and_each_of_them_may_be_auto():
    assert LECTURE.keys() == TABLE.keys()
    defaults = DNNClassifier().get_params(deep=False)
    assert {defaults[name] for name in LECTURE} == {AUTO}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_leaves_nothing_open_and_what_is_given_stays(preset):
    found = in_use(preset=preset)
    assert [n for n in LECTURE if n != "batch_size" and isinstance(found[n], str)
            and found[n] == AUTO] == []  # fmt: skip
    own = {"learning_rate": 0.5, "members": 3, "epochs": 7, "embedding": None, "dropout": None}
    found = in_use(preset=preset, **own)
    assert {name: found[name] for name in own} == own


@pytest.mark.parametrize(("given", "facts", "preset"), [
    ({}, {}, "table"),
    ({"learning_rate": 0.1, "dropout": 0.2, "members": 2}, {}, "table"),
    ({}, {"rows": 64}, "lecture"),
    ({}, {"pictures": True}, "lecture"),
    ({"hidden_units": (8,)}, {}, "lecture"),
    ({"activation": "tanh"}, {}, "lecture"),
    ({"initialization": "he"}, {}, "lecture"),
    ({"optimizer": "gradient_descent"}, {}, "lecture"),
    ({"hidden_units": (8,), "preset": "table"}, {}, "table"),
])  # fmt: skip
def test_auto_is_the_table_unless_the_network_is_described_or_has_nothing_to_gain(
    given, facts, preset
):
    assert in_use(Facts(**facts), **given)["preset"] == preset


def test_the_large_learning_rates_belong_to_the_tangent_form_and_adam():
    classes, numbers = Facts("several classes"), Facts("number")
    assert in_use(classes)["learning_rate"] == 0.04
    assert in_use(numbers)["learning_rate"] == 0.2
    assert in_use(numbers, cost="poisson")["learning_rate"] == 0.04
    for given, rate in (
        ({"initialization": "he"}, 0.001),
        ({"optimizer": "adamw"}, 0.001),
        ({"optimizer": "momentum"}, "meter"),
    ):
        assert in_use(preset="table", **given)["learning_rate"] == rate


def test_few_rows_take_smaller_steps_and_are_held_back_more():
    few, more = in_use(Facts(rows=400)), in_use(Facts(rows=600))
    assert few["learning_rate"] == more["learning_rate"] / 2
    assert few["update"].weight_decay > more["update"].weight_decay
    assert few["dropout"].hidden > more["dropout"].hidden
    assert few["epochs"] > more["epochs"]
    assert sum(more["hidden_units"]) < sum(in_use(Facts(rows=10_000))["hidden_units"])


def test_classes_are_compared_by_the_calibrated_cost_unless_a_metric_is_asked_for():
    assert in_use()["monitor"] == "calibrated_cost"
    for given in ({"metric": "roc_auc"}, {"threshold": "f1"}, {"preset": "lecture"}):
        assert in_use(**given)["monitor"] == "metric"
    assert in_use(Facts("number"))["monitor"] == "metric"
    assert in_use(metric="roc_auc", monitor="cost")["monitor"] == "cost"


def test_what_a_preset_holds_is_seen_and_changed_one_by_one():
    model = DNNRegressor(preset="table")
    seen = model.get_params()
    assert (seen["dropout__hidden"], seen["activation__of_activation"]) == (0.2, "mish")
    update = model.set_params(update__max_norm=2.0).update
    assert (update.max_norm, update.weight_decay) == (2.0, seen["update__weight_decay"])


def test_an_unknown_preset_is_refused_in_one_line(rows):
    with pytest.raises(SettingError, match="preset='tables': expected 'auto' or one of 'table'"):
        DNNClassifier(preset="tables").fit(*rows)


def test_a_preset_is_plain_settings_and_no_other_path(rows):
    by_name = DNNClassifier(preset="table", **QUICK).fit(*rows)
    # a random state is drawn from before the settings are taken
    spelled = {name: by_name.settings_[name] for name in TABLE} | {"random_state": 0}
    by_hand = DNNClassifier(preset="lecture", **spelled).fit(*rows)
    assert by_name.network_ == by_hand.network_
    for one, other in zip(by_name.weights_, by_hand.weights_, strict=True):
        assert (one == other).all()


def test_the_settings_in_use_are_on_the_estimator_and_in_its_summary(rows):
    model = DNNClassifier(**QUICK).fit(*rows)
    assert model.settings_["preset"] == "table"
    assert model.get_params()["preset"] == "auto"
    assert "preset table" in model.summary()
    assert "preset lecture" in DNNClassifier((4,), epochs=1).fit(*rows).summary()


def test_few_rows_are_the_lectures():
    X, y = load_iris(return_X_y=True)
    model = DNNClassifier(epochs=1).fit(X[::3], y[::3])
    assert model.settings_["preset"] == "lecture"
    assert model.weights_[0].shape == (256, 4)


def test_regression_is_not_calibrated():
    random = np.random.default_rng(0)
    X = random.normal(size=(80, 3))
    model = DNNRegressor(**QUICK).fit(X, X[:, 0])
    assert model.settings_["calibration"] is None


def test_tables_of_near_sizes_share_the_programs_of_the_default():
    random = np.random.default_rng(0)

    def fitted(m, n):
        X = random.normal(size=(m, n))
        return DNNClassifier(**QUICK).fit(X, (X[:, 0] > 0).astype(int))

    fitted(200, 6)
    programs = run_epochs_soon, start_on
    before = [program._cache_size() for program in programs]
    for m, n in ((200, 5), (196, 8)):
        fitted(m, n)
    assert [program._cache_size() for program in programs] == before


def test_levels_are_not_mixed():
    rows = pd.DataFrame({"shop": [f"s{i % 12}" for i in range(96)], "x": np.arange(96) / 9})
    y = np.arange(96) % 2
    with pytest.raises(SettingError, match="the numbers of its levels cannot be mixed"):
        DNNClassifier(**QUICK, augmentation="mixup", columns=Columns(one_hot_up_to=9)).fit(rows, y)
    model = DNNClassifier(**QUICK, augmentation="mixup").fit(rows, y)  # the preset's own way out
    assert model.encoder_.levels == ()
    assert DNNClassifier(**QUICK).fit(rows, y).encoder_.levels == (13,)


def test_the_summary_says_which_columns_are_unused(rows):
    X, y = rows
    assert (
        "4 of them unused, periodic, scaling"
        not in DNNClassifier((4,), epochs=1).fit(X, y).summary()
    )
    assert "2 of them unused, periodic, scaling" in DNNClassifier(**QUICK).fit(X, y).summary()
