import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, make_regression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from layerwise import DNNClassifier, DNNRegressor
from layerwise.errors import DataError, DivergenceError, SettingError

CHECKS = [
    (estimator, check)
    for kind in (DNNClassifier, DNNRegressor)
    for estimator, check in estimator_checks_generator(kind(), legacy=True)
]
FAST = {"hidden_units": (8,), "epochs": 5, "random_state": 0}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_scikit_learns_own_check_passes(estimator, check):
    if "array_api" in str(check):
        pytest.skip("runs only with SCIPY_ARRAY_API set")
    check(estimator)


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


def mixed(rows=120):
    rng = np.random.default_rng(0)
    color = rng.choice(["red", "green", "blue"], rows)
    size = rng.normal(size=rows)
    size[::10] = np.nan
    day = np.datetime64("2024-01-01") + rng.integers(0, 300, rows).astype("timedelta64[D]")
    label = np.where((color == "red") | (np.nan_to_num(size) > 0.5), "yes", "no")
    frame = pd.DataFrame({"color": color, "size": size, "day": day, "flag": rng.random(rows) > 0.5})
    return frame, label


def test_frames_of_three_libraries_give_equal_predictions():
    frame, label = mixed()
    frames = frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)
    expected = DNNClassifier(**FAST).fit(frame, label).predict_proba(frame)
    for fitted in frames:
        model = DNNClassifier(**FAST).fit(fitted, label)
        for shown in frames:
            assert (model.predict_proba(shown) == expected).all()


def test_columns_may_come_in_another_order():
    frame, label = mixed()
    model = DNNClassifier(**FAST).fit(frame, label)
    turned = frame[frame.columns[::-1]]
    assert (model.predict_proba(turned) == model.predict_proba(frame)).all()


def test_a_missing_column_is_refused_by_name():
    frame, label = mixed()
    model = DNNClassifier(**FAST).fit(frame, label)
    with pytest.raises(DataError, match="'size'"):
        model.predict(frame.drop(columns="size"))


def test_string_labels_come_back():
    frame, label = mixed()
    model = DNNClassifier(hidden_units=(16,), random_state=0).fit(frame, label)
    assert set(model.predict(frame)) == {"yes", "no"}
    assert model.score(frame, label) > 0.9


@pytest.mark.parametrize("copy", [lambda m: pickle.loads(pickle.dumps(m)), clone])
def test_copies_are_equal(copy, iris):
    X, y = iris
    model = DNNClassifier(**FAST).fit(X, y)
    again = copy(model)
    if not hasattr(again, "parameters_"):
        again.fit(X, y)
    assert (again.predict_proba(X) == model.predict_proba(X)).all()


def test_joblib_keeps_a_fitted_model(tmp_path, iris):
    X, y = iris
    model = DNNClassifier(**FAST).fit(X, y)
    joblib.dump(model, tmp_path / "m.joblib")
    assert (joblib.load(tmp_path / "m.joblib").predict(X) == model.predict(X)).all()


def test_it_works_in_a_pipeline_and_a_grid_search(iris):
    X, y = iris
    search = GridSearchCV(
        make_pipeline(StandardScaler(), DNNClassifier(hidden_units=(8,), random_state=0)),
        {"dnnclassifier__learning_rate": [0.00001, 0.03]},
        cv=3,
    ).fit(X, y)
    assert search.best_params_["dnnclassifier__learning_rate"] == 0.03
    assert search.best_score_ > 0.9


def test_weights_and_biases_have_the_lectures_shapes(iris):
    model = DNNClassifier(hidden_units=(5, 7), epochs=2, random_state=0).fit(*iris)
    assert [W.shape for W in model.weights_] == [(5, 4), (7, 5), (3, 7)]
    assert [b.shape for b in model.biases_] == [(5, 1), (7, 1), (3, 1)]


def test_no_hidden_units_is_logistic_regression_also_from_zeros(iris):
    X, y = iris
    model = DNNClassifier(
        hidden_units=(), initialization="zeros", learning_rate=0.05, random_state=0
    ).fit(X, y)
    assert len(model.weights_) == 1
    assert model.score(X, y) > 0.9


def test_linear_regression_recovers_a_line():
    X, y = make_regression(400, 5, noise=0.0, random_state=0)
    model = DNNRegressor(hidden_units=(), learning_rate=0.02, random_state=0).fit(X, y)
    assert model.score(X, y) > 0.9999


def test_the_best_epoch_is_the_one_kept(iris):
    X, y = iris
    settings = {"hidden_units": (8,), "epochs": 60, "patience": None, "validation_fraction": 0.2}
    model = DNNClassifier(**settings, random_state=3).fit(X, y)
    records = model.history_
    best = min(records, key=lambda r: (1 - r.validation_metric, r.validation_cost))
    assert model.best_epoch_ == best.epoch
    assert len(records) == 60
    shorter = clone(model).set_params(epochs=best.epoch).fit(X, y)
    for ours, theirs in zip(model.weights_, shorter.weights_, strict=True):
        assert (ours == theirs).all()


def test_patience_stops_early_and_says_so(iris):
    model = DNNClassifier(hidden_units=(8,), learning_rate=0.3, patience=3, random_state=0)
    model.fit(*iris)
    assert model.stopped_ == "patience"
    assert len(model.history_) == model.best_epoch_ + 3


def test_max_seconds_stops_after_the_first_epoch_beyond_it(iris):
    model = DNNClassifier(max_seconds=1e-6, random_state=0).fit(*iris)
    assert (model.stopped_, len(model.history_)) == ("max_seconds", 1)


def test_the_same_seed_gives_the_same_bits(iris):
    first, second = (DNNClassifier(**FAST).fit(*iris) for _ in range(2))
    assert all((a == b).all() for a, b in zip(first.weights_, second.weights_, strict=True))


def test_divergence_is_typed_and_leaves_the_best_parameters():
    X, y = make_regression(200, 5, random_state=0)
    model = DNNRegressor(
        optimizer="gradient_descent", learning_rate=1e5, random_state=0, patience=None
    )
    with pytest.raises(DivergenceError, match=r"epoch \d+, step \d+") as caught:
        model.fit(X, y)
    assert 0 <= caught.value.layer <= 2
    assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("hidden_units", (0,)),
        ("hidden_units", "64"),
        ("activation", "rellu"),
        ("initialization", None),
        ("optimizer", "sgd2"),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("momentum", 1.0),
        ("batch_size", 0),
        ("batch_size", "some"),
        ("epochs", 0),
        ("epochs", True),
        ("l2", -1),
        ("validation_fraction", 1.0),
        ("patience", 0),
        ("max_seconds", 0),
        ("dtype", "float16"),
    ],
)
def test_a_bad_setting_is_refused_in_one_line_with_its_range(setting, value, iris):
    with pytest.raises(SettingError, match=f"^{setting}=.*expected") as caught:
        DNNClassifier(**{setting: value}).fit(*iris)
    assert "\n" not in str(caught.value)


def test_negative_and_all_zero_weights_are_refused(iris):
    X, y = iris
    for weights in (-np.ones(150), np.zeros(150)):
        with pytest.raises(ValueError, match="weight"):
            DNNClassifier(**FAST).fit(X, y, sample_weight=weights)


def test_weight_zero_is_the_row_absent_to_the_last_bit(iris):
    X, y = iris
    weights = (np.arange(150) % 3 > 0).astype(float)
    weighted = DNNClassifier(**FAST).fit(X, y, sample_weight=weights)
    without = DNNClassifier(**FAST).fit(X[weights > 0], y[weights > 0])
    assert (weighted.predict_proba(X) == without.predict_proba(X)).all()


def test_a_full_batch_takes_weights_as_repetitions_to_the_last_bit(iris):
    X, y = iris
    settings = {**FAST, "batch_size": "all", "validation_fraction": 0, "l2": 0.5}
    weights = np.arange(150) % 4
    weighted = DNNClassifier(**settings).fit(X, y, sample_weight=weights)
    repeated = DNNClassifier(**settings).fit(X.repeat(weights, axis=0), y.repeat(weights))
    assert (weighted.predict_proba(X) == repeated.predict_proba(X)).all()


def test_a_row_predicted_alone_equals_the_row_in_a_batch(iris):
    X, y = iris
    model = DNNClassifier(**FAST).fit(X, y)
    alone = np.concatenate([model.predict_proba(X[i : i + 1]) for i in range(20)])
    assert np.abs(alone - model.predict_proba(X)[:20]).max() <= 1e-6


def test_pictures_are_flattened_like_a_book_and_divided_by_255():
    pictures = np.arange(4 * 2 * 3 * 3, dtype=np.uint8).reshape(4, 2, 3, 3)
    model = DNNClassifier(hidden_units=(), epochs=1, random_state=0).fit(pictures, [0, 1, 0, 1])
    assert model.encode(pictures).shape == (18, 4)
    assert np.allclose(model.encode(pictures)[:, 1] * 255, np.arange(18, 36))
    assert model.n_features_in_ == 18


def test_the_notebook_display_has_two_pictures(iris):
    model = DNNClassifier(**FAST)
    assert "data:image/png" not in model._repr_mimebundle_()["text/html"]
    assert model.fit(*iris)._repr_mimebundle_()["text/html"].count("data:image/png") == 2


def test_the_summary_is_the_dimension_table(iris):
    text = DNNClassifier(**FAST).fit(*iris).summary()
    assert "L = 2, n = [4, 8, 3], 67 parameters" in text
    assert "(8, 4)" in text
    assert "softmax" in text


def test_a_second_fit_with_other_numbers_compiles_nothing(iris):
    import jax.monitoring

    X, y = iris
    compiled = []

    def count(event, seconds, **_):
        if "backend_compile" in event:
            compiled.append(event)

    DNNClassifier(**FAST).fit(X, y).predict(X)
    jax.monitoring.register_event_duration_secs_listener(count)
    other = DNNClassifier(
        hidden_units=(8,), learning_rate=0.02, momentum=0.5, l2=0.3, epochs=7, random_state=9
    )
    other.fit(X, y).predict(X)
    jax.monitoring.unregister_event_duration_listener(count)
    assert compiled == []
