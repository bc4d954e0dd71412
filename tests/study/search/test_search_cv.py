import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.exceptions import NotFittedError

from layerwise import DNNClassifier, DNNRegressor, Range, SearchCV
from layerwise.errors import DataError, SettingError
from layerwise.study.search import searching

X, Y = load_wine(return_X_y=True)
MODEL = DNNClassifier((8,), epochs=9, validation_fraction=0.2)
SPACE = {"learning_rate": Range(1e-5, 1e-1, log=True), "l2": [0.0, 1.0]}


def search_of(**more):
    own = {"method": "random", "trials": 9, "batch": 9, "random_state": 0} | more
    return SearchCV(MODEL, SPACE, **own)


@pytest.fixture(scope="module")
def searched():
    return search_of().fit(X, Y)


def test_the_winner_is_the_best_row_of_the_results_and_is_fitted_on_all_rows(searched):
    results = searched.cv_results_
    assert searched.best_params_ == results["params"][searched.best_index_]
    assert searched.best_score_ == results["mean_test_score"][searched.best_index_]
    assert sum(searched.best_estimator_.rows_) == len(Y)
    assert searched.best_estimator_.l2 == searched.best_params_["l2"]
    assert searched.score(X, Y) > 0.8


def test_results_have_the_names_of_scikit_learn(searched):
    results, count = searched.cv_results_, 9
    named = ("params", "param_learning_rate", "param_l2", "split0_test_score", "mean_test_score")
    for name in (*named, "std_test_score", "rank_test_score", "mean_fit_time", "state"):
        assert len(results[name]) == count
    best = np.nanmax(results["mean_test_score"])
    first = results["rank_test_score"] == 1
    np.testing.assert_array_equal(results["mean_test_score"][first], best)


def test_weak_trials_are_stopped_early_and_the_best_one_is_not(searched):
    stopped = searched.cv_results_["state"] == "pruned"
    assert 0 < stopped.sum() < 9
    assert not stopped[searched.best_index_]
    assert np.isnan(searched.cv_results_["mean_test_score"][stopped]).all()
    for trial in searched.study_.trials:
        if trial.state.name == "PRUNED":
            assert max(trial.intermediate_values) < 9
            assert len(trial.user_attrs["curves"]["cost"]) == max(trial.intermediate_values)


def test_a_trial_comes_to_what_its_own_fit_comes_to():
    own = search_of(halving=False, trials=3).fit(X, Y)
    trial = own.study_.trials[1]
    rows = set(np.arange(len(Y)))
    from layerwise.study.search.rows import rows_of

    (train, test) = rows_of(MODEL, (X, Y, None, None), None, 0).splits[0]
    assert set(train).isdisjoint(test)
    assert set(train) | set(test) == rows
    alone = clone(MODEL).set_params(**own.cv_results_["params"][1])
    alone.set_params(random_state=trial.user_attrs["seed"]).fit(X[train], Y[train])
    assert alone.score(X[test], Y[test]) == pytest.approx(trial.value, abs=1e-9)
    costs = [epoch.cost for epoch in alone.history_]
    np.testing.assert_allclose(trial.user_attrs["curves"]["cost"], costs, rtol=1e-4)


def test_random_trials_are_the_same_whatever_the_batch(searched):
    other = search_of(batch=4).fit(X, Y)
    assert other.cv_results_["params"] == searched.cv_results_["params"]


def test_the_comparison_says_by_how_much_and_how_sure(searched):
    found = searched.comparison_
    assert found.interval.low <= found.difference <= found.interval.high
    assert found.is_better == (found.interval.low > 0)
    start = "Nothing better" if not found.is_better else str(found.difference)[:4]
    assert found.sentence.startswith(start)


def test_a_search_that_goes_on_runs_what_is_missing_and_refuses_other_rows(tmp_path):
    place = tmp_path / "runs.db"
    kept = {"runs": place, "name": "wine", "refit": False}
    first = search_of(trials=3, **kept).fit(X, Y)
    again = search_of(trials=5, **kept).fit(X, Y)
    assert len(again.study_.trials) == 5
    assert again.cv_results_["params"][:3] == first.cv_results_["params"]
    with pytest.raises(SettingError, match="has other rows"):
        search_of(trials=5, **kept).fit(X[:-1], Y[:-1])
    with pytest.raises(SettingError, match="another method"):
        search_of(trials=5, **kept | {"method": "tpe"}).fit(X, Y)


def test_ctrl_c_keeps_what_was_found_and_the_search_goes_on_later(tmp_path, monkeypatch):
    place, tried, calls = tmp_path / "runs.db", searching.tried, []

    def interrupted(trying, batch):
        calls.append(len(batch))
        yield from tried(trying, batch[:3])
        raise KeyboardInterrupt

    kept = {"runs": place, "name": "wine", "halving": False}
    monkeypatch.setattr(searching, "tried", interrupted)
    with pytest.warns(UserWarning, match="interrupted: 3 trials"):
        found = search_of(**kept).fit(X, Y)
    assert found.interrupted_
    assert found.predict(X).shape == Y.shape
    monkeypatch.setattr(searching, "tried", tried)
    whole = search_of(**kept, refit=False).fit(X, Y)
    assert len(whole.cv_results_["params"]) == 9
    assert whole.cv_results_["params"][:3] == found.cv_results_["params"]


@pytest.mark.parametrize("method", ["tpe", "qmc"])
def test_a_sampler_of_optuna_is_asked_for_whole_batches(method):
    own = search_of(method=method, trials=6, batch=3, refit=False).fit(X, Y)
    rates = [params["learning_rate"] for params in own.cv_results_["params"]]
    assert len(set(rates)) == 6


def test_without_a_space_the_first_trial_is_the_defaults():
    own = SearchCV(
        DNNClassifier(epochs=2, hidden_units=(4,), activation="tanh", initialization="he",
                      optimizer="adam", batch_size=32),
        trials=2, batch=2, halving=False, refit=False, random_state=0,
    ).fit(X, Y)  # fmt: skip
    assert own.cv_results_["params"][0] == {}
    assert own.cv_results_["params"][1] != {}


@pytest.mark.slow
def test_folds_seeds_and_nested_folds_are_counted():
    own = search_of(trials=2, cv=2, seeds=2, nested=2).fit(X, Y)
    assert own.n_splits_ == 2
    assert own.nested_scores_.shape == (2,)
    assert len(own.study_.trials[0].user_attrs["scores"]) == 1 + 4  # the mean comes first


def test_numbers_with_weights_and_groups_are_searched_by_a_scorer():
    numbers = X[:, 0]
    own = SearchCV(
        DNNRegressor((4,), epochs=2), {"l2": [0.0, 1.0]}, method="grid", trials=None,
        scoring="neg_mean_absolute_error", random_state=0,
    )  # fmt: skip
    own.fit(X[:, 1:], numbers, sample_weight=np.ones(len(Y)), groups=np.arange(len(Y)) // 3)
    assert own.best_score_ < 0
    assert own.score(X[:, 1:], numbers) < 0


def test_each_fold_and_seed_of_a_trial_has_a_score():
    own = search_of(trials=2, cv=2, seeds=2, refit=False).fit(X, Y)
    assert own.n_splits_ == 2
    assert len(own.study_.trials[0].user_attrs["scores"]) == 1 + 4  # the mean comes first


def test_a_search_is_cloned_and_pickled(searched):
    again = clone(searched)
    assert again.get_params()["trials"] == 9
    with pytest.raises(NotFittedError):
        again.predict(X)
    same = pickle.loads(pickle.dumps(searched))
    np.testing.assert_array_equal(same.predict(X), searched.predict(X))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"method": "best"}, "method='best'"),
        ({"trials": 0}, "trials=0"),
        ({"trials": None}, "expected one of them"),
        ({"batch": 0}, "batch=0"),
        ({"max_seconds": -1}, "max_seconds=-1"),
        ({"method": "grid"}, "no end of values"),
    ],
)
def test_a_bad_setting_of_the_search_gets_one_line(more, told):
    with pytest.raises(SettingError, match=told):
        search_of(**more).fit(X, Y)


def test_a_search_in_which_every_trial_fails_says_why():
    own = SearchCV(MODEL, {"metric": ["roc_auc"]}, method="grid", random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(DataError, match="no trial of the search could be scored"):
            own.fit(X, Y)
