"""members="batch_ensemble": one network whose members share W, as a setting of the estimators."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.preprocessing import StandardScaler

from layerwise import (
    BatchEnsemble,
    DNNClassifier,
    DNNRegressor,
    Layer,
    Quantile,
    SettingError,
    fit_many,
    load,
)

K = 4
QUICK = {"hidden_units": (6, 5), "members": BatchEnsemble(K), "epochs": 4, "random_state": 0}
SETS = {
    "two classes": (DNNClassifier, load_breast_cancer, {}),
    "several classes": (DNNClassifier, load_wine, {}),
    "a number": (DNNRegressor, load_diabetes, {}),
    "quantiles": (DNNRegressor, load_diabetes, {"cost": Quantile((0.1, 0.9))}),
    "normalized": (DNNClassifier, load_wine, {"normalization": "batch_norm"}),
    "embedded": (DNNRegressor, load_diabetes, {"embedding": "piecewise", "scaling": "scaling"}),
    "tabm": (DNNClassifier, load_wine, {"preset": "tabm"}),
}


@pytest.fixture(scope="module", params=SETS)
def fitted(request):
    face, read, more = SETS[request.param]
    X, y = read(return_X_y=True)
    return face(**QUICK | more).fit(X, y), X, y


def raw(model, X):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def test_a_file_and_a_pickle_keep_them(fitted, tmp_path):
    model, X, _ = fitted
    model.save(tmp_path / "model.layerwise")
    for kept in (load(tmp_path / "model.layerwise"), pickle.loads(pickle.dumps(model))):
        assert (raw(kept, X) == raw(model, X)).all()
        assert kept.summary() == model.summary()
        assert kept.settings_ == model.settings_


def test_the_network_is_told_as_that_of_one_member(fitted):
    model, X, _ = fitted
    assert model.units_[1:3] == [6, 5]
    assert f"{K} members share W" in model.summary()
    assert model.transform(X).shape == (len(X), 5 * K)
    assert len(model.get_feature_names_out()) == 5 * K
    assert model._repr_html_()


def test_what_is_predicted_is_the_mean_of_the_members_probabilities():
    X, y = load_wine(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    settings = {**QUICK, "preset": "lecture", "activation": "tanh", "columns": "columns"}
    model = DNNClassifier(**settings).fit(X, y)
    tensors = [group for group in model.parameters_ if group]
    A = np.repeat(model.transform(X, 0).T[:, None], K, axis=1)
    for own in tensors[:-1]:
        A = np.tanh(own["s"] * np.einsum("np,pkm->nkm", own["W"], own["r"] * A) + own["b"])
    W, b = tensors[-1]["W"].reshape(3, K, 5), tensors[-1]["b"].reshape(3, K, 1)
    Z = np.einsum("nkp,pkm->nkm", W, A) + b
    each = np.exp(Z) / np.exp(Z).sum(axis=0)
    assert model.predict_proba(X) == pytest.approx(each.mean(axis=1).T, rel=1e-4, abs=1e-6)


def test_training_lowers_the_cost_and_the_members_differ():
    X, y = load_diabetes(return_X_y=True)
    model = DNNRegressor(**{**QUICK, "epochs": 40}).fit(X, y)
    assert model.history_[-1].cost < 0.8 * model.history_[0].cost
    last = model.weights_[-1]
    assert np.abs(last[0] - last[1]).max() > 0.01
    assert model.score(X, y) > 0.3


def test_many_at_once_come_to_what_one_alone_comes_to():
    X, y = load_wine(return_X_y=True)
    models = [DNNClassifier(**QUICK), DNNClassifier(**{**QUICK, "random_state": 1})]
    found = fit_many(models, X, y)
    for model, record in zip(models, found, strict=True):
        alone = clone(model).fit(X, y)
        assert np.allclose(raw(record.estimator, X), raw(alone, X), atol=1e-5)


def test_going_on_is_one_longer_training():
    X, y = load_wine(return_X_y=True)
    once = DNNClassifier(**{**QUICK, "patience": None}).fit(X, y)
    twice = DNNClassifier(**{**QUICK, "patience": None, "epochs": 2, "warm_start": True})
    twice.fit(X, y).fit(X, y)
    assert [r.cost for r in twice.history_] == pytest.approx([r.cost for r in once.history_])


def test_its_size_is_a_nested_setting():
    model = DNNClassifier(members="batch_ensemble").set_params(members__size=8)
    assert model.get_params()["members__size"] == 8
    assert model.members == BatchEnsemble(8)
    assert DNNClassifier(preset="tabm").set_params(members__size=4).members == BatchEnsemble(4)


@pytest.mark.parametrize(("settings", "words"), [
    ({"hidden_units": ()}, "share hidden layers; there are none"),
    ({"initialization": "tangent"}, "start as drawn"),
    ({"initialization": "data_driven"}, "start as drawn"),
    ({"hidden_units": (Layer(13, residual=True), 4)}, "part in layer 1"),
    ({"members": BatchEnsemble(3)}, "members.size=3"),
    ({"members": "together"}, "expected one of 'batch_ensemble'"),
    ({"members": 0}, "a whole number of at least 1, 'auto' or BatchEnsemble"),
])  # fmt: skip
def test_what_cannot_be_shared_is_refused(settings, words):
    X, y = load_wine(return_X_y=True)
    with pytest.raises(SettingError, match=words.replace("(", r"\(")):
        DNNClassifier(**{**QUICK, **settings}).fit(X, y)


def test_a_residual_layer_may_follow():
    X, y = load_wine(return_X_y=True)
    units = (6, Layer(6, residual=True))
    model = DNNClassifier(**{**QUICK, "hidden_units": units, "learning_rate": 0.01}).fit(X, y)
    assert "4 members share W, residual" in model.summary()
    assert model.history_[-1].cost < model.history_[0].cost
