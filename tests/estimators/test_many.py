"""fit_many comes to what the loop of `fit` comes to."""

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression

from layerwise import (
    DataError,
    DivergenceError,
    DNNClassifier,
    DNNRegressor,
    Given,
    SettingError,
    fit_many,
)
from layerwise.estimators import courses
from layerwise.training.population import run_epochs_soon

SETTINGS = {"hidden_units": (5,), "epochs": 4, "random_state": 3, "dtype": "float64"}
MODEL = DNNClassifier(**SETTINGS, batch_size=16)


@pytest.fixture(scope="module")
def data():
    return make_classification(120, 4, n_informative=3, n_redundant=0, flip_y=0.2, random_state=1)


def with_changes(*changes, model=MODEL):
    return [clone(model).set_params(**one) for one in changes]


def assert_as_alone(model, alone):
    for name in ("weights_", "biases_"):
        for ours, its in zip(getattr(model, name), getattr(alone, name), strict=True):
            assert ours.dtype == its.dtype
            assert ours == pytest.approx(its, rel=1e-10, abs=1e-10)
    assert (model.best_epoch_, model.stopped_) == (alone.best_epoch_, alone.stopped_)
    assert [record.cost for record in model.history_] == pytest.approx(
        [record.cost for record in alone.history_], rel=1e-10
    )
    assert (model.rows_, model.encoder_, model.threshold_) == (
        alone.rows_,
        alone.encoder_,
        alone.threshold_,
    )
    assert model.get_params().keys() == alone.get_params().keys()


def test_seeds_and_numeric_settings_share_one_program_and_come_to_their_own_fit(data):
    models = with_changes(
        {},
        {"random_state": 4},
        {"learning_rate": 0.1, "epochs": 7},
        {"l2": 0.5, "momentum": 0.5},
        {"optimizer__beta2": 0.9},
        {"patience": 1, "learning_rate": 0.3, "epochs": 30},
    )
    alone = [clone(model).fit(*data) for model in models]
    records = fit_many(models, *data)
    assert [record.program for record in records] == [0] * 6
    assert [record.estimator for record in records] == models
    assert all(record.error is None and record.seconds > 0 for record in records)
    for model, own in zip(models, alone, strict=True):
        assert_as_alone(model, own)


def test_other_networks_optimizers_and_scorers_have_programs_of_their_own(data):
    models = with_changes(
        {},
        {"hidden_units": (3,)},
        {"batch_size": "all", "optimizer": "gradient_descent", "l1": 0.1},
        {"validation_fraction": 0.3, "metric": "roc_auc", "threshold": "f1"},
        {"random_state": 8},
    )
    alone = [clone(model).fit(*data) for model in models]
    records = fit_many(models, *data)
    assert [record.program for record in records] == [0, 0, 1, 2, 0]  # widths share a program
    for model, own in zip(models, alone, strict=True):
        assert_as_alone(model, own)


def test_both_precisions_and_both_kinds_of_estimator_fit_side_by_side(data):
    X, y = data
    short = clone(MODEL).set_params(dtype="float32")
    models = [short, clone(MODEL), DNNRegressor(**SETTINGS, batch_size=16)]
    fit_many(models, X, y)
    for model in models:
        alone = clone(model).fit(X, y)
        assert model.weights_[0].dtype == alone.weights_[0].dtype
        assert model.predict(X) == pytest.approx(alone.predict(X), abs=1e-4)
    assert_as_alone(models[2], clone(models[2]).fit(X, y))


def test_row_numbers_are_folds_and_bootstrap_samples_with_their_repeats(data):
    X, y = data
    drawn = np.random.default_rng(0)
    rows = [np.arange(114), drawn.integers(0, 120, 120), np.arange(114), [*range(5, 120)]]
    models = with_changes({}, {}, {"learning_rate": 0.1}, {})
    fit_many(models, X, y, rows=rows)
    for model, which in zip(models, rows, strict=True):
        assert_as_alone(model, clone(model).fit(X[which], y[which]))


def test_weights_are_one_line_for_all_or_one_for_each(data):
    X, y = data
    weights = np.random.default_rng(0).integers(1, 4, (2, 120)).astype(float)
    models = with_changes({}, {})
    fit_many(models, X, y, sample_weight=weights)
    for model, own in zip(models, weights, strict=True):
        assert_as_alone(model, clone(model).fit(X, y, own))
    fit_many(models, X, y, weights[0], rows=[np.arange(114), np.arange(120)])
    assert_as_alone(models[0], clone(MODEL).fit(X[:114], y[:114], weights[0, :114]))
    assert_as_alone(models[1], clone(MODEL).fit(X, y, weights[0]))


def test_frames_are_read_as_fit_reads_them(data):
    X, y = data
    frame = pd.DataFrame(X, columns=list("abcd")).assign(kind=np.where(X[:, 0] > 0, "x", "y"))
    models = with_changes({}, {"random_state": 1})
    rows = [np.arange(114), np.arange(6, 120)]
    fit_many(models, frame, pd.Series(y), rows=rows)
    for model, which in zip(models, rows, strict=True):
        assert_as_alone(model, clone(model).fit(frame.iloc[which], y[which]))
        assert list(model.feature_names_in_) == ["a", "b", "c", "d", "kind"]


def test_an_estimator_fitted_before_is_fitted_anew(data):
    X, y = data
    model = clone(MODEL).fit(X[:, :2], y)
    fit_many([model], X, y)
    assert_as_alone(model, clone(MODEL).fit(X, y))


def test_a_shared_random_state_is_drawn_from_in_the_order_of_the_estimators(data):
    ours, its = np.random.RandomState(0), np.random.RandomState(0)
    models = [clone(MODEL) for _ in range(2)]
    for model in models:
        model.random_state = ours
    fit_many(models, *data)
    for model in models:
        alone = clone(MODEL)
        alone.random_state = its
        assert_as_alone(model, alone.fit(*data))


def test_a_second_call_with_other_numbers_compiles_nothing_new(data):
    fit_many(with_changes({}, {}), *data)
    before = run_epochs_soon._cache_size()
    fit_many(with_changes({"learning_rate": 0.2}, {"random_state": 5, "l2": 1.0}), *data)
    assert run_epochs_soon._cache_size() == before


def test_one_that_fails_is_told_and_harms_no_other(data):
    X, y = data[0], data[1].astype(float)
    wild = {"optimizer": "gradient_descent", "learning_rate": 1e6, "epochs": 30}
    models = with_changes(
        {},
        {"epochs": 0},
        wild,
        {"initialization": Given(weights=[np.ones((9, 9))])},
        {"random_state": 9},
        model=DNNRegressor(**SETTINGS, batch_size=16),
    )
    with pytest.warns(FitFailedWarning, match=r"3 of 5 estimators failed; estimators\[1\]: epochs"):
        records = fit_many(models, X, y)
    kinds = [type(record.error) for record in records]
    assert kinds == [type(None), SettingError, DivergenceError, SettingError, type(None)]
    assert [record.program == -1 for record in records] == [False, True, False, False, False]
    assert "W[1] is given as (9, 9)" in str(records[3].error)
    assert models[2].stopped_ == "diverged"
    assert not models[1].__sklearn_is_fitted__()
    assert_as_alone(models[0], clone(models[0]).fit(X, y))
    assert_as_alone(models[4], clone(models[4]).fit(X, y))


def test_a_scorer_that_fails_in_training_fails_its_own_estimator_alone(data):
    calls = []

    def tired(estimator, X, y):
        calls.append(1)
        return float("nan") if len(calls) > 2 else 0.5

    models = with_changes(*[{"validation_fraction": 0.3}] * 2, {"metric": tired}, {})
    models[2].set_params(validation_fraction=0.3)
    with pytest.warns(FitFailedWarning, match=r"1 of 4.*estimators\[2\]: metric='tired'"):
        fit_many(models, *data)
    assert_as_alone(models[0], clone(models[0]).fit(*data))


def test_where_all_fail_the_first_error_is_raised(data):
    with pytest.raises(SettingError, match="epochs=0"):
        fit_many(with_changes({"epochs": 0}, {"dtype": "float16"}), *data)


def test_an_interrupt_keeps_what_has_ended_and_the_best_so_far(data, monkeypatch):
    whole, epochs = courses.advance, []

    def interrupted(population, costs):
        epochs.append(len(costs))
        if len(epochs) == 9:  # in the second program
            raise KeyboardInterrupt
        return whole(population, costs)

    monkeypatch.setattr(courses, "advance", interrupted)
    models = with_changes(
        {"epochs": 6},
        {"optimizer": "momentum"},
        {"random_state": 1, "epochs": 6},
        {"batch_size": 8},
    )
    with pytest.warns(UserWarning, match="interrupted: 3 of 4 estimators are fitted"):
        records = fit_many(models, *data)
    assert [model.__sklearn_is_fitted__() for model in models] == [True, True, True, False]
    assert [models[place].stopped_ for place in (0, 1, 2)] == ["epochs", "interrupted", "epochs"]
    assert len(models[1].history_) == 2
    assert records[1].error is None
    assert "interrupted" in str(records[3].error)


def test_verbose_shows_a_bar_on_a_terminal_and_leaves_the_estimators_as_they_were(
    data, capsys, monkeypatch
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    models = with_changes({}, {"epochs": 6})
    fit_many(models, *data, verbose=1)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "2 finished, 0 running" in shown.err
    assert [model.verbose for model in models] == [0, 0]
    fit_many(with_changes({}, {"verbose": 1}), *data)
    assert "2 finished, 0 running" in capsys.readouterr().err
    fit_many(models, *data)
    assert capsys.readouterr().err == ""


def test_what_cannot_be_used_is_refused_with_what_to_do(data):
    X, y = data
    one = clone(MODEL)
    for given, expected in [
        (one, "expected a list of them"),
        ([], "estimators is empty"),
        ([one, LogisticRegression()], r"estimators\[1\]=LogisticRegression\(\): expected a DNNCl"),
        ([one, clone(one), one], r"estimators\[0\] and estimators\[2\] are one object.*clone"),
        ([clone(one).set_params(warm_start=True).fit(X, y)], r"estimators\[0\] has warm_start"),
    ]:
        with pytest.raises(SettingError, match=expected):
            fit_many(given, X, y)
    pair = with_changes({}, {})
    for rows, expected in [
        ([[0, 1]], "rows has 1 entries for 2 estimators"),
        ([[0, 1], [0, 120]], r"rows\[1\].*from 0 to 120.*row numbers from 0 to 119"),
        ([[0, -1], [0, 1]], r"rows\[0\].*from -1 to 0"),
        ([np.ones(120, bool), [0, 1]], r"rows\[0\].*type bool.*flatnonzero"),
        ([[0, 1], []], r"rows\[1\]"),
    ]:
        with pytest.raises(DataError, match=expected):
            fit_many(pair, X, y, rows=rows)
    with pytest.raises(DataError, match=r"shape \(3, 120\): expected \(120,\).*\(2, 120\)"):
        fit_many(pair, X, y, np.ones((3, 120)))
    with pytest.raises(TypeError, match="unexpected keyword argument 'row'.*'rows'"):
        fit_many(pair, X, y, row=[])
    with pytest.raises(SettingError, match="verbose=3"):
        fit_many(pair, X, y, verbose=3)
