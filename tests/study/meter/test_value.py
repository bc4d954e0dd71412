"""What `estimator.meter` returns."""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from layerwise import DataError, DNNClassifier, SettingError

X, Y = make_moons(120, noise=0.2, random_state=0)
SETTINGS = {
    "hidden_units": (6,), "activation": "tanh", "optimizer": "gradient_descent", "epochs": 40,
    "batch_size": "all", "validation_fraction": 0, "random_state": 0, "learning_rate": 0.1,
}  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return DNNClassifier(**SETTINGS)


@pytest.fixture(scope="module")
def found(model):
    return model.meter(X, Y, seeds=2)


def test_the_estimator_is_left_as_it_is(model, found):
    assert vars(model) == vars(DNNClassifier(**SETTINGS))
    fitted = DNNClassifier(**SETTINGS | {"epochs": 4}).fit(X, Y)
    before, settings = fitted.predict_proba(X), dict(fitted.settings_)
    fitted.meter(X, Y, seeds=1, rates=4)
    assert (fitted.predict_proba(X) == before).all()
    assert fitted.settings_ == settings


def test_there_are_64_rates_with_the_cost_each_ended_with(found):
    assert found.rates.shape == found.costs.shape == (64,)
    assert (np.diff(found.rates) > 0).all()
    assert found.costs.min() <= found.evidence.end(found.best) * 1.001 + 1e-9 or (
        found.evidence.end(found.best) <= found.costs.min()
    )


def test_the_best_rate_is_in_the_good_range_and_below_the_largest_stable_one(found):
    low, high = found.good
    assert low <= found.best <= high <= found.largest_stable
    assert found.suggested == min(found.best, found.largest_stable / 2)


def test_the_bound_is_2_over_the_curvature_for_gradient_descent(found):
    assert found.bound == pytest.approx(2 / found.curvature)
    assert found.along[0].curvature == found.curvature
    assert found.along[-1].epoch == SETTINGS["epochs"]


def test_the_same_seed_measures_the_same(model, found):
    again = model.meter(X, Y, seeds=2)
    assert again.finding == found.finding
    assert (again.costs == found.costs).all()


def test_a_cost_of_the_sweep_is_that_of_a_fit_with_the_rate(model, found):
    place = 20
    one = model.meter(X, Y, seeds=1, rates=64)
    rate = float(one.rates[place])
    history = DNNClassifier(**SETTINGS | {"learning_rate": rate}).fit(X, Y).history_
    expected = np.mean([record.cost for record in history[-4:]])
    assert one.costs[place] == pytest.approx(expected, rel=1e-4)


def test_weights_count_as_in_a_fit(model):
    weights = np.where(Y == 1, 3.0, 1.0)
    heavy = model.meter(X, Y, weights, seeds=1, rates=8)
    twice = model.meter(
        np.concatenate([X, X[Y == 1], X[Y == 1]]), np.concatenate([Y, Y[Y == 1], Y[Y == 1]]),
        seeds=1, rates=8,
    )  # fmt: skip
    assert heavy.costs != pytest.approx(model.meter(X, Y, seeds=1, rates=8).costs, rel=1e-3)
    assert heavy.curvature == pytest.approx(twice.curvature, rel=0.2)


def test_it_shows_itself(found, tmp_path):
    found.save(tmp_path / "meter.png")
    assert (tmp_path / "meter.png").read_bytes()[:4] == b"\x89PNG"
    assert "largest stable rate" in repr(found)
    band, curves = found.panels
    assert set(band.marks) == {"your rate", "best", "largest stable", "bound by curvature"}
    assert [name.split(":")[0] for name in curves.lines] == ["too small", "right", "too large"]


def test_what_cannot_be_measured_is_refused(model):
    with pytest.raises(SettingError, match="seeds=0: expected a whole number from 1 to 100"):
        model.meter(X, Y, seeds=0)
    with pytest.raises(SettingError, match="rates=2.5: expected"):
        model.meter(X, Y, rates=2.5)
    with pytest.raises(SettingError, match="L-BFGS finds the length of each step itself"):
        DNNClassifier(**SETTINGS | {"optimizer": "lbfgs"}).meter(X, Y)
    with pytest.raises(DataError):
        model.meter(X, Y[:-1])
