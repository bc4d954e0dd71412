"""The ingredients through the estimators: trained, saved, cloned, searched, refused."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV

import layerwise
from layerwise import (
    Adam,
    AdamW,
    BatchNorm,
    CrossEntropy,
    DNNClassifier,
    DNNRegressor,
    Huber,
    Layer,
    LeakyReLU,
    Noise,
    OneCycle,
    Parametric,
    ReduceOnPlateau,
    Update,
    gradients,
    load,
)
from layerwise.errors import SettingError
from layerwise.estimators.ingredients import TABLES

QUICK = {"hidden_units": (8,), "epochs": 4, "random_state": 0}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


NAMES = [
    (setting, name)
    for setting, table in TABLES.items()
    for name in table
    if name != "own"  # is nothing without its functions
]
OF_NUMBERS = ("squared_error", "absolute_error", "huber", "poisson", "quantile")


half = [
    pytest.param(*own, marks=pytest.mark.slow) if place % 2 else own
    for place, own in enumerate(NAMES)
]


@pytest.mark.parametrize(("setting", "name"), half)
def test_every_name_trains_saves_and_comes_back(setting, name, iris, tmp_path):
    X, y = iris
    face = DNNRegressor if setting == "cost" and name in OF_NUMBERS else DNNClassifier
    settings = QUICK | ({"batch_size": "all"} if name == "lbfgs" else {})
    model = face(**{**settings, setting: name}).fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    assert len(model.history_) == 4
    model.save(tmp_path / "m.layerwise")
    again = load(tmp_path / "m.layerwise")
    assert (again.predict(X) == model.predict(X)).all()
    assert again.get_params() == model.get_params()
    assert again.summary() == model.summary()


EVERYTHING = {
    "hidden_units": (16, Layer(16, activation="tanh", dropout=0.2, residual=True)),
    "activation": Parametric("mish"),
    "normalization": BatchNorm(momentum=0.8),
    "augmentation": Noise(scale=0.05),
    "cost": CrossEntropy(smoothing=0.1),
    "optimizer": AdamW(beta2=0.99),
    "schedule": OneCycle(rise=0.2),
    "update": Update(max_norm=3.0, clip_norm=1.0, average=0.9, accumulate=2, bias_factor=0.5),
    "l1": 0.01,
    "l2": 0.01,
    "learning_rate": 0.01,
    "epochs": 60,
    "random_state": 0,
}


def test_all_of_them_together_learn_and_come_back_from_a_file(iris, tmp_path):
    X, y = iris
    model = DNNClassifier(**EVERYTHING).fit(X, y)
    assert model.score(X, y) > 0.9
    model.save(tmp_path / "m.layerwise")
    again = load(tmp_path / "m.layerwise")
    assert (again.predict_proba(X) == model.predict_proba(X)).all()
    assert again.get_params() == model.get_params()
    assert "batch norm, dropout, residual" in model.summary()


def test_a_clone_has_the_same_ingredients():
    model = clone(DNNClassifier(**EVERYTHING))
    assert model.optimizer == EVERYTHING["optimizer"]
    assert model.hidden_units == EVERYTHING["hidden_units"]


def test_a_nested_setting_is_read_and_changed_also_where_only_a_name_was_given():
    model = DNNClassifier(optimizer="adam")
    assert model.get_params()["optimizer__beta2"] == 0.999
    model.set_params(optimizer__beta2=0.95, update__max_norm=2.0, learning_rate=0.1)
    assert model.optimizer == Adam(beta2=0.95)
    assert model.update == Update(max_norm=2.0)
    assert model.set_params(optimizer="adamw", optimizer__weight_decay=0.5).optimizer == AdamW(
        weight_decay=0.5
    )


def test_a_search_reaches_a_nested_setting(iris):
    search = GridSearchCV(DNNClassifier(**QUICK), {"optimizer__beta2": [0.5, 0.99]}, cv=2)
    assert search.fit(*iris).best_params_["optimizer__beta2"] in (0.5, 0.99)


REFUSED = {
    "optimizer": (Adam(beta2=1.5), r"optimizer.beta2=1.5: expected a number from 0 to below 1"),
    "schedule": ("cosinus", "schedule='cosinus': expected one of 'constant'"),
    "update": (Update(max_norm=-1.0), "update.max_norm=-1.0: expected a number above 0, or None"),
    "normalization": (Adam(), "normalization=Adam"),
    "dropout": (1.0, "dropout=1.0: expected a probability from 0 to 0.99"),
    "cost": ("huber", "cost='huber': the target holds labels .* 'cross_entropy', 'focal'"),
    "hidden_units": (
        (8, Layer(9, residual=True)),
        "layer 2 is residual with 9 units, but 8 come in",
    ),
    "activation": (Parametric("relo"), "activation.of_activation='relo': expected one of"),
    "augmentation": ("mix", "augmentation='mix': expected one of 'noise', 'mixup'"),
    "l1": (-1, "l1=-1: expected a number of at least 0"),
}


@pytest.mark.parametrize("setting", REFUSED)
def test_a_bad_ingredient_gets_one_line_with_its_range(setting, iris):
    value, words = REFUSED[setting]
    with pytest.raises(SettingError, match=words) as caught:
        DNNClassifier(**{**QUICK, setting: value}).fit(*iris)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["optimizer__beta3", "optimiser", "hidden_units__x"])
def test_an_unknown_setting_is_refused_by_name(name):
    with pytest.raises(SettingError, match=name.split("__")[0]):
        DNNClassifier().set_params(**{name: 1})


def test_a_frozen_layer_keeps_its_parameters(iris):
    X, y = iris
    settings = {"epochs": 3, "random_state": 0, "patience": None}
    frozen = DNNClassifier(hidden_units=(Layer(8, frozen=True), 4), **settings).fit(X, y)
    free = DNNClassifier(hidden_units=(8, 4), **settings).fit(X, y)
    assert frozen.history_[-1].update_norms[0] == 0 < frozen.history_[-1].update_norms[1]
    assert (frozen.weights_[0] != free.weights_[0]).any()


def test_max_norm_holds_after_training(iris):
    model = DNNClassifier(**QUICK, learning_rate=0.1, update=Update(max_norm=0.5)).fit(*iris)
    assert max(np.linalg.norm(W, axis=1).max() for W in model.weights_) <= 0.5 + 1e-6


def test_lbfgs_finds_the_least_squares_solution():
    X, y = load_diabetes(return_X_y=True)
    model = DNNRegressor(
        hidden_units=(), optimizer="lbfgs", batch_size="all", epochs=50, dtype="float64"
    ).fit(X, y)
    A = np.column_stack([model.encode(X).T, np.ones(len(X))])
    best = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    assert model.predict(X) == pytest.approx(best, rel=1e-4)


def test_a_plateau_lowers_the_learning_rate(iris):
    settings = {**QUICK, "epochs": 60, "patience": None, "validation_fraction": 0.3}
    schedule = ReduceOnPlateau(times=0.5, patience=1)
    model = DNNClassifier(**settings, learning_rate=0.1, schedule=schedule).fit(*iris)
    rates = [record.learning_rate for record in model.history_]
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] < 0.06
    assert sorted(rates, reverse=True) == rates


def test_counts_are_predicted_as_positive_numbers():
    random = np.random.default_rng(0)
    X = random.normal(size=(600, 2))
    y = random.poisson(np.exp(0.5 + X[:, 0] / 2))
    model = DNNRegressor(cost="poisson", hidden_units=(16,), random_state=0).fit(X, y)
    assert (model.predict(X) > 0).all()
    assert np.corrcoef(model.predict(X), np.exp(0.5 + X[:, 0] / 2))[0, 1] > 0.9


def test_huber_is_less_moved_by_outliers_than_the_squared_error():
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 1))
    y = 3 * X[:, 0]
    y[::20] += 100
    settings = {"hidden_units": (), "epochs": 300, "learning_rate": 0.03, "random_state": 0}
    robust, squared = (
        DNNRegressor(cost=cost, **settings).fit(X, y) for cost in (Huber(0.05), "squared_error")
    )
    clean = np.delete(np.arange(300), np.arange(0, 300, 20))
    errors = [np.abs(m.predict(X) - 3 * X[:, 0])[clean].mean() for m in (robust, squared)]
    assert errors[0] < errors[1] / 2


def test_a_slope_is_a_number_that_compiles_nothing(iris):
    from layerwise.training.epoch import run_epoch

    fits = [DNNClassifier(**QUICK, activation=LeakyReLU(s), optimizer=Adam(b)) for s, b in
            ((0.1, 0.9), (0.2, 0.95))]  # fmt: skip
    fits[0].fit(*iris)
    before = run_epoch._cache_size()
    fits[1].fit(*iris)
    assert run_epoch._cache_size() == before
    assert (fits[0].weights_[0] != fits[1].weights_[0]).any()


def test_gradients_name_every_learned_tensor(iris):
    model = DNNClassifier(**{**EVERYTHING, "epochs": 2}).fit(*iris)
    _, slopes = gradients(model, *iris)
    assert set(slopes) == {
        "dW1", "dgamma1", "dbeta1", "da1", "dW2", "dgamma2", "dbeta2", "dW3", "db3",
    }  # fmt: skip


def test_every_public_name_can_be_imported():
    for name in layerwise.__all__:
        assert getattr(layerwise, name) is not None
