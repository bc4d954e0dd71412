"""An estimator of several members: other starts, other rows held out, one best epoch."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from layerwise import DNNClassifier, DNNRegressor, SettingError, cross_validate, fit_many, load

PLAIN = {"hidden_units": (8,), "epochs": 6, "members": 3, "random_state": 0}
TABLE = {"preset": "table", "epochs": 3, "members": 3, "random_state": 0}
SETS = {
    "two classes": (DNNClassifier, load_breast_cancer),
    "several classes": (DNNClassifier, load_wine),
    "a number": (DNNRegressor, load_diabetes),
}


@pytest.fixture(scope="module", params=SETS)
def fitted(request):
    face, read = SETS[request.param]
    X, y = read(return_X_y=True)
    return face(**PLAIN).fit(X, y), X, y


def raw(model, X):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def test_what_is_predicted_is_the_mean_of_what_the_members_predict(fitted):
    model, X, _ = fitted
    assert len(model.members_) == model.n_members_ == 3
    assert [len(W) for W in model.weights_] == [3, 3]
    mean = np.mean([raw(member, X) for member in model.members_], axis=0)
    assert np.allclose(raw(model, X), mean, rtol=1e-6)
    for own, member in enumerate(model.members_):
        assert (member.weights_[0] == model.weights_[0][own]).all()


def test_members_start_elsewhere_and_hold_other_rows_out(fitted):
    model, X, _ = fitted
    W = model.weights_[0]
    assert not np.allclose(W[0], W[1])
    assert model.rows_ == (len(X), 0)


def test_all_members_keep_the_epoch_that_is_best_for_all_rows(fitted):
    model, _, _ = fitted
    assert {kept.progress.best.epoch for kept in model.kept_} == {model.best_epoch_}
    figures = [record.validation_metric for record in model.history_]
    best = max(figures) if model.metric_ == "accuracy" else min(figures)
    assert model.history_[model.best_epoch_ - 1].validation_metric == pytest.approx(best)


def test_a_member_comes_to_what_an_estimator_of_its_rows_and_seed_comes_to():
    X, y = load_diabetes(return_X_y=True)
    team = DNNRegressor(**{**PLAIN, "epochs": 4, "validation_fraction": 0}).fit(X, y)
    alone = DNNRegressor(**{**PLAIN, "epochs": 4, "validation_fraction": 0, "members": 1}).fit(X, y)
    # the first member has the seed itself; nothing is held out, so that the rows are the same
    assert np.allclose(team.members_[0].predict(X), alone.predict(X), rtol=1e-5)


def test_a_file_and_a_pickle_keep_the_members(fitted, tmp_path):
    model, X, _ = fitted
    model.save(tmp_path / "model.layerwise")
    for kept in (load(tmp_path / "model.layerwise"), pickle.loads(pickle.dumps(model))):
        assert (raw(kept, X) == raw(model, X)).all()
        assert kept.n_members_ == 3
        assert kept.settings_ == model.settings_
        assert kept.summary() == model.summary()


@pytest.mark.parametrize("face", [DNNClassifier, DNNRegressor])
def test_the_preset_for_tables_is_kept_by_a_file(face, tmp_path):
    X, y = load_diabetes(return_X_y=True)
    y = (y > 140).astype(int) if face is DNNClassifier else y
    model = face(**TABLE).fit(X, y)
    model.save(tmp_path / "model.layerwise")
    again = load(tmp_path / "model.layerwise")
    assert (raw(again, X) == raw(model, X)).all()
    assert again.get_params(deep=False)["preset"] == "table"


def test_transform_puts_the_members_layers_beside_each_other(fitted):
    model, X, _ = fitted
    hidden = model.transform(X)
    assert hidden.shape == (len(X), 3 * 8)
    assert len(model.get_feature_names_out()) == 3 * 8
    assert np.allclose(hidden[:, 8:16], model.members_[1].transform(X), atol=1e-6)
    assert model.transform(X, 0).shape == (len(X), X.shape[1])


def test_the_same_seed_gives_the_same_members_and_fit_many_the_same_as_fit(fitted):
    model, X, y = fitted
    again = clone(model).fit(X, y)
    assert (raw(again, X) == raw(model, X)).all()
    (record, other) = fit_many([clone(model), clone(model).set_params(random_state=1)], X, y)
    assert np.allclose(raw(record.estimator, X), raw(model, X), rtol=1e-4, atol=1e-5)
    assert record.program == other.program


def test_going_on_is_one_longer_training():
    X, y = load_wine(return_X_y=True)
    once = DNNClassifier(**{**PLAIN, "epochs": 6, "patience": None}).fit(X, y)
    twice = DNNClassifier(**{**PLAIN, "epochs": 3, "patience": None, "warm_start": True})
    twice.fit(X, y).fit(X, y)
    assert len(twice.history_) == len(once.history_) == 6
    assert [r.cost for r in twice.history_] == pytest.approx([r.cost for r in once.history_])
    with pytest.raises(SettingError, match="members=2: the fit before had 3"):
        twice.set_params(members=2).fit(X, y)


def test_partial_fit_trains_every_member_an_epoch_more():
    X, y = load_wine(return_X_y=True)
    model = DNNClassifier(**PLAIN)
    for epochs in (1, 2):
        model.partial_fit(X, y)
        assert len(model.history_) == epochs
    assert model.n_members_ == 3


def test_a_scorer_judges_the_epochs_and_a_threshold_is_chosen_on_all_rows():
    X, y = load_breast_cancer(return_X_y=True)
    model = DNNClassifier(**PLAIN, metric="roc_auc", threshold="f1").fit(X, y)
    assert model.metric_ == "roc_auc"
    assert 0 < model.threshold_ < 1
    assert model.history_[model.best_epoch_ - 1].validation_metric > 0.9


def test_groups_stay_whole_and_fewer_groups_make_fewer_folds():
    X, y = load_breast_cancer(return_X_y=True)
    groups = np.arange(len(X)) % 2
    model = DNNClassifier(**PLAIN, validation_split="grouped").fit(X, y, groups=groups)
    assert model.n_members_ == 3
    assert model.trust_.scores  # every row was held out by one member at least


def test_folds_of_a_cross_validation_may_have_members():
    X, y = load_wine(return_X_y=True)
    found = cross_validate(DNNClassifier(**{**PLAIN, "learning_rate": 0.03}), X, y, cv=3)
    assert (found["test_score"] > 0.5).all()


def test_intervals_are_learned_from_rows_that_a_member_has_not_seen():
    X, y = load_diabetes(return_X_y=True)
    model = DNNRegressor(**{**PLAIN, "epochs": 60}).fit(X[::2], y[::2])
    low, high = model.predict_interval(X[1::2]).T
    assert 0.8 < np.mean((low <= y[1::2]) & (y[1::2] <= high)) < 0.98


def test_intervals_are_as_wide_as_the_mean_of_the_members_misses_new_rows():
    random = np.random.default_rng(1)
    X = random.uniform(-1, 1, size=(1600, 4))
    y = np.sin(4 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.05 * random.normal(size=1600)
    model = DNNRegressor(hidden_units=(32,), members=4, epochs=12, random_state=0)
    model.fit(X[:600], y[:600])
    low, high = model.predict_interval(X[600:]).T
    covered = np.mean((low <= y[600:]) & (y[600:] <= high))
    assert 0.86 < covered < 0.94
    alone = np.mean([np.mean((m.predict(X[600:]) - y[600:]) ** 2) for m in model.members_])
    together = np.mean((model.predict(X[600:]) - y[600:]) ** 2)
    assert together < alone
