"""learning_rate="meter", and "auto" where no known rate suits the optimizer."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import make_moons

from layerwise import (
    Adam,
    DNNClassifier,
    GridSearchCV,
    Momentum,
    SettingError,
    cross_validate,
    fit_many,
    load,
)
from layerwise.estimators.measuring_rates import rate_measured_by

X, Y = make_moons(120, noise=0.2, random_state=0)
QUICK = {
    "hidden_units": (6,), "activation": "tanh", "epochs": 30, "batch_size": "all",
    "validation_fraction": 0, "random_state": 0,
}  # fmt: skip
DESCENT = {**QUICK, "optimizer": "gradient_descent"}


def rate_of(model):
    return model.settings_["learning_rate"]


@pytest.fixture(scope="module")
def fitted():
    return DNNClassifier(**DESCENT).fit(X, Y)


def test_auto_measures_the_rate_of_gradient_descent(fitted):
    assert rate_measured_by(fitted) == rate_of(fitted)
    assert rate_of(fitted) > 0.1
    plain = DNNClassifier(**DESCENT, learning_rate=0.001).fit(X, Y)
    assert fitted.history_[-1].cost < 0.6 * plain.history_[-1].cost
    assert rate_measured_by(plain) is None


def test_the_number_is_all_that_differs_from_a_fit_that_is_given_it(fitted):
    given = DNNClassifier(**DESCENT, learning_rate=rate_of(fitted)).fit(X, Y)
    assert (given.predict_proba(X) == fitted.predict_proba(X)).all()


def test_the_same_seed_measures_the_same(fitted):
    assert rate_of(DNNClassifier(**DESCENT, learning_rate="meter").fit(X, Y)) == rate_of(fitted)


@pytest.mark.parametrize("optimizer", ["adam", Adam(beta2=0.99), "rmsprop", "lbfgs"])
def test_auto_is_the_plain_rate_where_that_suits(optimizer):
    model = DNNClassifier(**QUICK, optimizer=optimizer).set_params(epochs=1).fit(X, Y)
    assert rate_of(model) == 0.001
    assert rate_measured_by(model) is None


def test_meter_measures_whatever_the_optimizer():
    model = DNNClassifier(**QUICK, learning_rate="meter").fit(X, Y)
    assert rate_of(model) != 0.001
    assert rate_measured_by(model) == rate_of(model)


def test_lbfgs_says_that_it_finds_its_own_step():
    with pytest.raises(SettingError, match="L-BFGS finds the length of each step itself"):
        DNNClassifier(**QUICK, optimizer="lbfgs", learning_rate="meter").fit(X, Y)


def test_another_word_is_refused():
    with pytest.raises(SettingError, match="learning_rate='fast': expected .* or 'meter'"):
        DNNClassifier(learning_rate="fast").fit(X, Y)


def test_a_model_file_and_the_summary_have_the_number(fitted, tmp_path):
    for model in (fitted, DNNClassifier(**DESCENT, learning_rate="meter").fit(X, Y)):
        model.save(tmp_path / "model.layerwise")
        again = load(tmp_path / "model.layerwise")
        assert rate_of(again) == rate_of(fitted)
        assert rate_measured_by(again) == rate_of(fitted)
        assert f"learning rate measured: {rate_of(fitted):.4g}" in again.summary()


@pytest.mark.slow
def test_going_on_keeps_the_rate_of_the_first_fit(tmp_path):
    model = DNNClassifier(**DESCENT)
    model.partial_fit(X[:60], Y[:60])
    first = rate_of(model)
    model.partial_fit(X[60:], Y[60:])
    assert rate_of(model) == first
    model.save(tmp_path / "model.layerwise")
    again = load(tmp_path / "model.layerwise").set_params(warm_start=True).fit(X, Y)
    assert rate_of(again) == first


def test_fit_many_measures_for_each_what_its_own_fit_would(fitted):
    others = [DNNClassifier(**DESCENT), DNNClassifier(**DESCENT).set_params(random_state=1)]
    fit_many(others, X, Y)
    assert rate_of(others[0]) == rate_of(fitted)
    assert others[1].history_[-1].cost < 0.5


def test_cross_validation_and_a_grid_take_it():
    scores = cross_validate(DNNClassifier(**DESCENT), X, Y, cv=2).test_score
    assert scores.min() > 0.7
    grid = {"learning_rate": ["meter", 1e-6]}
    search = GridSearchCV(DNNClassifier(**DESCENT), grid, cv=2).fit(X, Y)
    assert search.best_params_ == {"learning_rate": "meter"}


def test_weights_of_rows_count():
    doubled = np.concatenate([X, X[Y == 1]]), np.concatenate([Y, Y[Y == 1]])
    weighted = DNNClassifier(**DESCENT).fit(X, Y, np.where(Y == 1, 2.0, 1.0))
    assert rate_of(weighted) == pytest.approx(
        rate_of(DNNClassifier(**DESCENT).fit(*doubled)), rel=0.3
    )


def test_members_share_one_measured_rate():
    model = DNNClassifier(**DESCENT, members=2).fit(X, Y)
    assert model.n_members_ == 2
    assert rate_measured_by(model) == rate_of(model)


@pytest.mark.slow
def test_a_measured_rate_is_near_the_best_of_a_grid():
    measured = DNNClassifier(**QUICK, optimizer=Momentum(), learning_rate="meter").fit(X, Y)
    grid = [
        DNNClassifier(**QUICK, optimizer="momentum", learning_rate=float(rate))
        for rate in np.geomspace(1e-4, 10, 16)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        records = fit_many(grid, X, Y)
    costs = [r.estimator.history_[-1].cost for r in records if r.error is None]
    assert measured.history_[-1].cost < min(costs) + 0.03
