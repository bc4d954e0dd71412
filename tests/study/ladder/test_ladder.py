"""The ladder: verdicts on built-in and real data, unequal cases, what it refuses."""

import io

import numpy as np
import polars as pl
import pytest
from PIL import Image
from sklearn.model_selection import GroupKFold

from layerwise import DNNClassifier, DNNRegressor, ladder
from layerwise.data.builtin import flower, parity
from layerwise.data.reading import read
from layerwise.errors import DataError, LayerwiseError, SettingError
from layerwise.study.ladder import answering
from layerwise.study.ladder.asking import asked_of
from layerwise.study.ladder.climbing import climb
from layerwise.study.ladder.ladder import DEFAULTS

QUICK = {"cv": 2, "seeds": 1, "most": 1, "width": 4}


def quick(X, y, model=None, **options):
    model = model or DNNClassifier(epochs=4, learning_rate=0.1)
    return ladder(X, y, model, **(QUICK | options))


@pytest.fixture(scope="module")
def petals():
    X, y = flower()
    return ladder(X, y, DNNClassifier(epochs=150), cv=3, seeds=2, most=1, width=16)


@pytest.fixture(scope="module")
def bits():
    model = DNNClassifier(epochs=300, learning_rate=0.05)
    return ladder(*parity(2), model, cv=2, seeds=2, most=1, width=4)


def test_on_the_flower_one_hidden_layer_suffices_and_logistic_does_not(petals):
    assert petals.simplest.hidden_units == (16,)
    by_name = {rung.name: rung for rung in petals.rungs}
    assert by_name["logistic"].is_worse
    assert by_name["majority"].mean == pytest.approx(0.5, abs=0.01)
    assert petals.finding.startswith("One hidden layer of 16 units suffices: 0.")
    assert "logistic, 0." in petals.finding


def test_a_rung_carries_what_a_record_needs(petals):
    rung = petals.simplest
    assert rung.scores.shape == (3, 2)
    assert rung.seeds == (0, 1)
    assert rung.settings["hidden_units"] == (16,)
    assert rung.settings["epochs"] == len(rung.costs) == len(rung.validation_costs) == 150
    assert rung.costs[-1] < rung.costs[0]
    assert rung.parameters == 2 * 16 + 16 + 16 + 1
    assert rung.seconds > 0
    low, high = rung.interval
    assert low < rung.mean < high
    assert petals.table["score"].to_list() == [rung.mean for rung in petals.rungs]


def test_the_picture_is_a_png_in_the_shape_of_a_page(petals):
    picture = Image.open(io.BytesIO(petals.png()))
    assert picture.width > picture.height > 600


def test_of_a_table_that_lists_every_case_it_says_what_is_represented(bits):
    assert bits.finding.startswith("Depth or width is needed to represent this table")
    assert "cannot judge a table that lists every case once" in bits.finding
    assert bits.simplest.hidden_units == (4,)
    shares = {one.shape.name: one.scores.mean() for one in bits.by_heart}
    assert shares["logistic"] <= 0.75 < shares["1 hidden layer (4)"]
    assert len(bits.panels) == 2


@pytest.mark.slow
def test_parity_in_a_thousand_drawn_rows_is_judged_by_folds():
    X, y = parity(6)
    drawn = np.random.default_rng(0).integers(0, 64, 1000)
    found = ladder(X[drawn], y[drawn])
    assert found.by_heart == ()
    assert found.simplest.hidden_units == (16,)
    assert "logistic, 0.5" in found.finding


@pytest.mark.slow
def test_on_fifty_test_pictures_of_cats_nothing_can_be_told_apart(real_data):
    data = read(str(real_data("catvnoncat")))
    found = ladder(data.X, data.y, test=(data.test.X, data.test.y))
    start = "Logistic, one, two and three hidden layers cannot be told apart on 50 test rows"
    assert found.finding.startswith(start)
    assert found.simplest.name == "logistic"
    assert found.shows_from > 0.1


@pytest.mark.slow
def test_six_bits_each_case_once_need_depth_or_width():
    found = ladder(*parity(6))
    assert found.finding.startswith("Depth or width is needed")
    assert found.simplest.hidden_units == (64,)


def test_of_few_test_rows_it_says_what_could_not_show():
    random = np.random.default_rng(0)
    X = random.normal(size=(120, 3))
    y = (X[:, 0] + random.normal(0, 0.3, 120) > 0).astype(int)
    model = DNNClassifier(epochs=40, learning_rate=0.05)
    found = quick(X[:80], y[:80], model, test=(X[80:], y[80:]), seeds=2)
    assert found.finding.startswith("Logistic and one hidden layer cannot be told apart on 40 test")
    assert found.simplest.name == "logistic"
    assert found.rungs[0].is_worse
    assert found.shows_from >= 0.1
    assert found.rungs[1].scores.shape == (1, 2)


def test_numbers_are_compared_by_r2_and_a_line_needs_no_hidden_layer():
    X = np.random.default_rng(0).normal(size=(90, 2))
    y = X @ [1.0, -2.0] + 3
    model = DNNRegressor(epochs=60, learning_rate=0.1)
    over_folds = quick(X, y, model)
    on_rows = quick(X[:60], y[:60], model, test=(X[60:], y[60:]))
    for found in (over_folds, on_rows):
        assert [rung.name for rung in found.rungs] == ["mean", "linear", "1 hidden layer (4)"]
        assert found.simplest.name == "linear"
        assert found.simplest.mean > 0.95
    said = y[:60].mean()
    expected = 1 - np.mean((y[60:] - said) ** 2) / y[60:].var()
    assert on_rows.rungs[0].mean == pytest.approx(expected)


def test_the_same_seed_gives_the_same_ladder():
    X, y = flower()
    first, second = (quick(X, y, random_state=5) for _ in range(2))
    assert [r.scores.tolist() for r in first.rungs] == [r.scores.tolist() for r in second.rungs]
    assert first.finding == second.finding


def test_two_rows_of_each_class_are_enough_for_two_folds():
    X = np.arange(12.0).reshape(6, 2)
    found = quick(X, ["a", "a", "b", "b", "c", "c"], cv=5)
    assert found.rungs[0].scores.shape == (2, 1)


def test_text_missing_values_weights_and_groups_are_taken():
    random = np.random.default_rng(0)
    kind = random.choice(["red", "blue", "green"], 60)
    X = pl.DataFrame({"kind": kind, "size": [None if i % 7 == 0 else i for i in range(60)]})
    y = np.where(kind == "red", "yes", "no")
    groups, weights = np.repeat(np.arange(20), 3), random.uniform(0.5, 2, 60)
    found = quick(X, y, sample_weight=weights, groups=groups, scoring="balanced_accuracy")
    assert found.rungs[0].mean == 0.5
    assert found.rungs[1].mean > 0.5


def test_rows_of_one_group_stay_in_one_fold():
    X, groups = np.zeros((30, 1)), np.repeat(np.arange(10), 3)
    options = DEFAULTS | {"groups": groups, "seeds": 2}
    asked = asked_of(X, np.tile([0, 1], 15), None, options)
    for part in asked.parts:
        assert not set(groups[part.train]) & set(groups[part.test])
    first, second = asked.parts[0], asked.parts[asked.folds]
    assert first.test.tolist() != second.test.tolist()
    fixed = asked_of(X, np.tile([0, 1], 15), None, options | {"cv": GroupKFold(3)})
    assert fixed.parts[0].test.tolist() == fixed.parts[3].test.tolist()
    assert not fixed.apart


def test_the_settings_given_are_kept_and_only_auto_is_filled_in():
    X, y = flower()
    model = DNNClassifier((12,), activation="tanh", epochs=3, l2=0.5, optimizer="momentum")
    found = quick(X, y, model, width=None)
    own = found.rungs[-1].settings
    assert found.rungs[-1].hidden_units == (12,)
    assert (own["activation"], own["epochs"], own["l2"]) == ("tanh", 3, 0.5)
    assert (own["optimizer"], own["schedule"]) == ("momentum", "constant")
    assert model.hidden_units == (12,)


def test_interrupted_it_compares_the_rungs_that_were_complete():
    X, y = flower()
    asked = asked_of(X, y, DNNClassifier(epochs=3), DEFAULTS | QUICK)

    def stopping():
        rungs = climb(asked)
        yield next(rungs)
        yield next(rungs)
        raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        found = answering.concluded(asked, stopping())
    assert found.interrupted
    assert [rung.name for rung in found.rungs] == ["majority", "logistic"]
    assert "Broken off" in found.finding


def test_a_rung_that_cannot_be_trained_is_told_and_the_others_are_compared():
    X, y = flower()
    asked = asked_of(X, y, DNNClassifier(epochs=3), DEFAULTS | QUICK)
    *others, last = climb(asked)
    found = answering.concluded(asked, [*others, last._replace(error=LayerwiseError("too steep"))])
    assert [name for name, _ in found.failed] == ["1 hidden layer (4)"]
    assert "could not be trained: too steep" in found.finding


def test_where_every_guess_is_as_good_the_constant_is_named():
    random = np.random.default_rng(0)
    found = quick(random.normal(size=(60, 2)), random.permutation(np.repeat([0, 1], 30)), cv=3)
    assert found.simplest.name == "majority"
    assert found.finding.startswith("Nothing beats always saying")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cv": 1}, "at least 2 folds"),
        ({"seeds": 0}, "seeds=0"),
        ({"most": -1}, "most=-1"),
        ({"width": 2.5}, "width=2.5"),
        ({"test": (np.zeros((2, 2)), [0, 1]), "scoring": "roc_auc"}, "row by row"),
    ],
)
def test_a_wrong_setting_is_refused(options, words):
    with pytest.raises(SettingError, match=words):
        quick(*flower(), **options)


def test_wrong_data_and_estimators_are_refused():
    X, y = flower()
    with pytest.raises(DataError, match="only one class"):
        quick(X, np.zeros(400, int))
    with pytest.raises(DataError, match="only one class"):
        ladder(X, np.zeros(400, int))
    with pytest.raises(DataError, match="sample_weight has the shape"):
        quick(X, y, sample_weight=np.ones(3))
    with pytest.raises(SettingError, match="one name"):
        quick(X, y, DNNClassifier((3, 3), activation=("tanh", "relu")))
    with pytest.raises(SettingError, match="expected a DNNClassifier"):
        quick(X, y, "svm")
    with pytest.raises(TypeError, match="'depth'"):
        ladder(X, y, depth=3)
