"""The grid search comes to what scikit-learn's comes to over the same estimator."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn import model_selection
from sklearn.base import clone, is_classifier
from sklearn.datasets import load_diabetes, make_classification
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GroupKFold, ShuffleSplit, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from layerwise import DNNClassifier, DNNRegressor, GridSearchCV, Layer, SettingError
from layerwise.training.population import run_epochs_soon

MODEL = DNNClassifier((5,), batch_size=16, epochs=4, random_state=3, dtype="float64")
GRID = {"learning_rate": [0.001, 0.05], "optimizer__beta2": [0.9, 0.99]}


@pytest.fixture(scope="module")
def data():
    return make_classification(120, 4, n_informative=3, n_redundant=0, flip_y=0.2, random_state=1)


def assert_equal_results(ours, its):
    assert list(ours) == list(its)
    for name, values in its.items():
        if "time" in name:
            assert (ours[name] >= 0).all()
        elif name == "params" or name.startswith("param_"):
            assert [str(one) for one in ours[name]] == [str(one) for one in values]
        else:
            np.testing.assert_allclose(ours[name], values, rtol=1e-9, atol=1e-12)


def assert_equals_sklearns(model, grid, data, fit=None, **options):
    ours = GridSearchCV(model, grid, **options).fit(*data, **(fit or {}))
    its = model_selection.GridSearchCV(model, grid, **options).fit(*data, **(fit or {}))
    assert_equal_results(ours.cv_results_, its.cv_results_)
    fitted = {name for name in vars(its) if name.endswith("_")}
    assert fitted == {name for name in vars(ours) if name.endswith("_")}
    for name in fitted & {"best_index_", "best_params_", "n_splits_", "multimetric_"}:
        assert getattr(ours, name) == getattr(its, name)
    if "best_estimator_" in fitted:
        assert type(ours.best_estimator_) is type(model)
        assert ours.predict(data[0]) == pytest.approx(its.predict(data[0]))
        assert str(ours.best_estimator_.get_params()) == str(its.best_estimator_.get_params())
        if not callable(options.get("refit")):  # scikit-learn cannot score these
            assert ours.score(*data) == pytest.approx(its.score(*data))
    return ours


def test_numbers_and_an_ingredients_own_share_one_program(data):
    before = run_epochs_soon._cache_size()
    ours = assert_equals_sklearns(MODEL, GRID, data, cv=2, return_train_score=True)
    assert run_epochs_soon._cache_size() == before + 1
    assert (ours.cv_results_["mean_fit_time"] > 0).all()


def test_other_networks_and_held_out_rows_in_a_list_of_grids(data):
    grid = [
        {"hidden_units": [(5,), (3, Layer(3, residual=True))]},
        {"validation_fraction": [0.2], "class_weight": [None, "balanced"], "random_state": [1, 2]},
    ]
    assert_equals_sklearns(MODEL, grid, data, cv=StratifiedKFold(2, shuffle=True, random_state=0))


def test_several_scores_and_a_refit_by_one_of_them(data):
    more = {"scoring": ["accuracy", "neg_log_loss"], "refit": "neg_log_loss"}
    assert_equals_sklearns(MODEL, GRID, data, cv=2, **more)


def test_a_callable_score_a_callable_refit_and_no_refit(data):
    def both(estimator, X, y):
        return {"own": estimator.score(X, y), "rows": float(len(X))}

    assert_equals_sklearns(
        MODEL, GRID, data, cv=2, scoring=both, refit=lambda found: found["mean_test_own"].argmax()
    )
    assert_equals_sklearns(MODEL, GRID, data, cv=2, refit=False)


def test_numbers_as_the_target(data):
    X, y = load_diabetes(return_X_y=True)
    model = DNNRegressor((4,), batch_size=16, epochs=3, random_state=0, dtype="float64")
    assert_equals_sklearns(model, {"learning_rate": [0.01, 0.1]}, (X[:90], y[:90]), cv=2)


def test_weights_count_in_training_and_in_scores(data):
    weights = np.random.default_rng(0).integers(1, 4, 120).astype(float)
    assert_equals_sklearns(MODEL, GRID, data, {"sample_weight": weights}, cv=2, scoring="accuracy")


def test_groups_stay_together_and_a_splitter_without_a_seed_is_asked_once(data):
    groups = np.arange(120) // 10
    assert_equals_sklearns(MODEL, GRID, data, {"groups": groups}, cv=GroupKFold(2))
    asked = []

    class Random(ShuffleSplit):
        def split(self, X, y=None, groups=None):
            asked.append(1)
            return super().split(X, y, groups)

    GridSearchCV(MODEL, GRID, cv=Random(2, test_size=0.5), refit=False).fit(*data)
    assert asked == [1]


def test_frames_keep_their_names(data):
    frame = pd.DataFrame(data[0], columns=list("abcd"))
    ours = assert_equals_sklearns(MODEL, GRID, (frame, pd.Series(data[1])), cv=2)
    assert list(ours.feature_names_in_) == list("abcd")


@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite:UserWarning")
@pytest.mark.parametrize("error_score", [np.nan, -1.0])
def test_a_candidate_that_fails_is_scored_error_score_and_told(data, error_score):
    search = GridSearchCV(MODEL, {"epochs": [2, 0]}, cv=2, error_score=error_score)
    with pytest.warns(FitFailedWarning, match="2 fits failed out of a total of 4(.|\n)*epochs=0"):
        search.fit(*data)
    assert search.best_params_ == {"epochs": 2}
    assert search.cv_results_["split0_test_score"][1] == pytest.approx(error_score, nan_ok=True)


def test_a_failure_is_raised_on_request_and_where_all_fail(data):
    with pytest.raises(SettingError, match="epochs=0"):
        GridSearchCV(MODEL, {"epochs": [2, 0]}, cv=2, error_score="raise").fit(*data)
    with pytest.raises(ValueError, match="All the 2 fits failed"):
        GridSearchCV(MODEL, {"epochs": [0]}, cv=2).fit(*data)


def test_a_search_that_cannot_be_scored_is_refused_before_anything_is_trained(data):
    with pytest.raises(ValueError, match="scoring"):
        GridSearchCV(MODEL.set_params(epochs=4), GRID, scoring="precise").fit(*data)
    with pytest.raises(ValueError, match="refit"):
        GridSearchCV(MODEL, GRID, scoring=["accuracy", "f1"]).fit(*data)
    with pytest.raises(SettingError, match="'hidden'"):
        GridSearchCV(MODEL, {"hidden": [1]}).fit(*data)


def test_it_is_cloned_pickled_and_nested_like_scikit_learns(data):
    search = GridSearchCV(MODEL, GRID, cv=2)
    assert is_classifier(search)
    copied = clone(search).set_params(estimator__epochs=2, verbose=0)
    assert (copied.estimator.epochs, search.estimator.epochs) == (2, 4)
    fitted = copied.fit(*data)
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.predict(data[0]) == fitted.predict(data[0])).all()
    assert again.score(*data) == fitted.score(*data)
    inside = make_pipeline(StandardScaler(), clone(copied)).fit(*data)
    assert inside.score(*data) > 0.5


def test_another_estimator_is_searched_in_scikit_learns_own_way(data):
    pipeline = make_pipeline(StandardScaler(), MODEL)
    assert_equals_sklearns(pipeline, {"dnnclassifier__learning_rate": [0.01, 0.1]}, data, cv=2)


def test_rows_to_judge_on_and_metadata_routing_go_scikit_learns_own_way(data):
    own = {"validation": (data[0][:30], data[1][:30])}
    assert_equals_sklearns(MODEL, GRID, data, own, cv=2)
    with sklearn.config_context(enable_metadata_routing=True):
        assert_equals_sklearns(MODEL, GRID, data, cv=2)


def test_verbose_tells_what_scikit_learn_tells(data, capsys):
    GridSearchCV(MODEL, GRID, cv=2, verbose=1, refit=False).fit(*data)
    assert "Fitting 2 folds for each of 4 candidates" in capsys.readouterr().out
