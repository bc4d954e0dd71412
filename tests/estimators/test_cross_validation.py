"""cross_validate equals the loop of clone and fit."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_classification
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    PredefinedSplit,
    ShuffleSplit,
    StratifiedKFold,
)

from layerwise import (
    DataError,
    DivergenceError,
    DNNClassifier,
    DNNRegressor,
    ReduceOnPlateau,
    SettingError,
    Update,
    cross_validate,
)
from layerwise.training.population import run_epochs_soon

SETTINGS = {"hidden_units": (6,), "epochs": 6, "random_state": 3, "dtype": "float64"}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def noisy():
    return make_classification(200, 5, flip_y=0.3, random_state=1)


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X[:150], y[:150]


def one_by_one(model, X, y, splits, weights=None):
    part = (lambda rows: None) if weights is None else (lambda rows: weights[rows])
    return [clone(model).fit(X[train], y[train], part(train)) for train, _ in splits]


def assert_equals_the_loop(model, data, splitter, **more):
    X, y = data
    splits = list(splitter.split(X, y))
    weights = more.get("sample_weight")
    result = cross_validate(model, X, y, cv=splitter, return_estimator=True, **more)
    for place, (alone, (_, test)) in enumerate(
        zip(one_by_one(model, X, y, splits, weights), splits, strict=True)
    ):
        fold = result.estimator[place]
        for name in ("weights_", "biases_"):
            for ours, its in zip(getattr(fold, name), getattr(alone, name), strict=True):
                assert ours == pytest.approx(its, rel=1e-10, abs=1e-10)
        assert (fold.best_epoch_, fold.stopped_) == (alone.best_epoch_, alone.stopped_)
        assert (result.best_epoch[place], result.stopped[place]) == (
            alone.best_epoch_,
            alone.stopped_,
        )
        assert [record.cost for record in fold.history_] == pytest.approx(
            [record.cost for record in alone.history_], rel=1e-10
        )
        assert fold.rows_ == alone.rows_
        assert fold.encoder_ == alone.encoder_
        own = {} if weights is None else {"sample_weight": weights[test]}
        assert result.test_score[place] == pytest.approx(alone.score(X[test], y[test], **own))
        assert result.prediction[test] == pytest.approx(alone.predict(X[test]))
    return result


FOLDS = StratifiedKFold(3)


def test_classes_in_mini_batches_with_a_best_epoch_and_a_stop_of_each_folds_own(noisy):
    model = DNNClassifier(
        **{**SETTINGS, "epochs": 30}, batch_size=16, learning_rate=0.05,
        validation_fraction=0.3, patience=4,
    )  # fmt: skip
    result = assert_equals_the_loop(model, noisy, FOLDS)
    assert len(set(result.best_epoch)) > 1
    assert len({len(history) for history in result.history}) > 1
    assert "patience" in result.stopped
    assert result.program.tolist() == [0, 0, 0]


def test_the_full_batch_of_merged_rows(iris):
    assert_equals_the_loop(DNNClassifier(**SETTINGS, batch_size="all"), iris, FOLDS)


def test_numbers_in_the_users_unit_with_folds_of_different_row_counts(diabetes):
    model = DNNRegressor(**SETTINGS, batch_size=16)
    result = assert_equals_the_loop(model, diabetes, KFold(4))
    assert sorted({len(test) for _, test in KFold(4).split(diabetes[0])}) == [37, 38]
    assert result.program.tolist() == [0, 0, 0, 0]
    assert (result.train_metric > 20).all()


def test_random_draws_statistics_schedule_and_averaging_are_each_folds_own(noisy):
    model = DNNClassifier(
        **SETTINGS, batch_size=16, dropout=0.3, normalization="batch_norm", augmentation="mixup",
        schedule=ReduceOnPlateau(patience=1), update=Update(average=0.9), l1=0.01, l2=0.1,
    )  # fmt: skip
    assert_equals_the_loop(model, noisy, FOLDS)


def test_dropout_in_the_full_batch(noisy):
    assert_equals_the_loop(DNNClassifier(**SETTINGS, batch_size="all", dropout=0.3), noisy, FOLDS)


def test_weights_count_in_training_and_scores_and_weight_zero_is_the_row_absent(noisy):
    X, y = noisy
    weights = np.random.default_rng(0).integers(0, 3, len(y)).astype(float)
    model = DNNClassifier(**SETTINGS, batch_size=16)
    given = assert_equals_the_loop(model, noisy, FOLDS, sample_weight=weights)
    spoiled = np.where(weights[:, None] > 0, X, 1e6)
    again = cross_validate(model, spoiled, y, cv=FOLDS, sample_weight=weights)
    assert again.test_score == pytest.approx(given.test_score)


def test_a_fold_that_diverges_is_told_and_harms_no_other(noisy):
    X, y = noisy
    y, splits = y.astype(float), list(FOLDS.split(X, y))
    y[splits[0][1][:3]] = 1e8  # only the second and the third fold learn from these counts
    settings = {"cost": "poisson", "optimizer": "gradient_descent", "learning_rate": 0.1}
    model = DNNRegressor(**SETTINGS, **settings, batch_size=16)
    more = {"return_estimator": True}
    with pytest.warns(FitFailedWarning, match="2 of 3 folds failed.*fold 2: the cost is not"):
        result = cross_validate(model, X, y, cv=splits, **more)
    assert np.isnan(result.test_score).tolist() == [False, True, True]
    assert result.stopped == ["epochs", "diverged", "diverged"]
    assert isinstance(result.error[1], DivergenceError)
    assert np.isnan(result.prediction[splits[1][1]]).all()
    alone = clone(model).fit(X[splits[0][0]], y[splits[0][0]])
    assert result.estimator[0].weights_[0] == pytest.approx(alone.weights_[0], rel=1e-10)
    with pytest.raises(DivergenceError) as told:
        clone(model).fit(X[splits[1][0]], y[splits[1][0]])
    assert str(result.error[1]) == str(told.value)


def test_where_every_fold_fails_the_first_error_is_raised(iris):
    X = iris[0]
    settings = {"hidden_units": (), "optimizer": "gradient_descent", "learning_rate": 1e6}
    model = DNNRegressor(**{**SETTINGS, "epochs": 30, **settings}, batch_size=16)
    with pytest.raises(DivergenceError):
        cross_validate(model, X[:, :3], X[:, 3], cv=3)


def test_a_category_of_some_folds_alone_leaves_them_in_one_program(iris):
    X = iris[0][:100]
    kinds = np.where(np.arange(100) < 25, "rare", np.where(np.arange(100) % 2, "a", "b"))
    frame = pd.DataFrame({"x": X[:, 0], "kind": kinds})
    split = PredefinedSplit(np.arange(100) // 25)
    model = DNNRegressor(**SETTINGS, batch_size=16)
    result = cross_validate(model, frame, X[:, 1], cv=split, return_estimator=True)
    alone = [
        clone(model).fit(frame.iloc[train], X[train, 1]).score(frame.iloc[test], X[test, 1])
        for train, test in split.split()
    ]
    widths = {model.weights_[0].shape[1] for model in result.estimator}
    assert len(widths) == 2
    assert len(set(result.program)) == 1
    assert result.test_score == pytest.approx(alone)
    of_polars = cross_validate(model, pl.from_pandas(frame), pl.Series(X[:, 1]), cv=split)
    assert of_polars.test_score == pytest.approx(alone)


def test_a_second_call_compiles_nothing_new(noisy):
    X, y = noisy
    model = DNNClassifier(**SETTINGS, batch_size=16)
    cross_validate(model, X, y, cv=FOLDS)
    before = run_epochs_soon._cache_size()
    cross_validate(clone(model).set_params(learning_rate=0.1, random_state=7), X[::-1], y, cv=FOLDS)
    assert run_epochs_soon._cache_size() == before


def test_several_scorers_groups_and_rows_that_no_fold_tests(noisy):
    X, y = noisy
    model = DNNClassifier(**SETTINGS, batch_size=16)
    groups = np.arange(200) // 20
    scoring = ["accuracy", "neg_log_loss"]
    result = cross_validate(model, X, y, cv=GroupKFold(3), groups=groups, scoring=scoring)
    assert {"test_accuracy", "test_neg_log_loss"} <= set(result)
    assert (result["test_neg_log_loss"] < 0).all()
    assert "estimator" not in result
    part = cross_validate(model, X, y, cv=ShuffleSplit(2, test_size=0.1, random_state=0))
    untested = [made is None for made in part.prediction]
    assert 160 <= sum(untested) < 200


def test_max_seconds_counts_a_folds_share(noisy):
    model = DNNClassifier(**{**SETTINGS, "epochs": 10_000}, batch_size=16, max_seconds=0.01)
    result = cross_validate(model, *noisy, cv=FOLDS)
    assert result.stopped == ["max_seconds"] * 3


def test_a_progress_bar_is_asked_for_by_verbose(noisy, capsys):
    cross_validate(DNNClassifier(**SETTINGS, batch_size=16, verbose=1), *noisy, cv=FOLDS)
    assert capsys.readouterr().out == ""


def test_what_cannot_be_used_is_refused_with_what_to_do(iris):
    X, y = iris
    with pytest.raises(SettingError, match="expected a DNNClassifier or a DNNRegressor"):
        cross_validate(LogisticRegression(), X, y)
    with pytest.raises(TypeError, match="unexpected keyword argument 'folds'.*'sample_weight'"):
        cross_validate(DNNClassifier(), X, y, folds=3)
    with pytest.raises(DataError, match="y is None"):
        cross_validate(DNNClassifier(), X, None)
    with pytest.raises(SettingError, match="epochs=0"):
        cross_validate(DNNClassifier(epochs=0), X, y)
