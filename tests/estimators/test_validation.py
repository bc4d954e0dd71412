"""The rows that training is watched on: which they are, what they weigh, and what is scored."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.metrics import f1_score, get_scorer, log_loss, make_scorer, max_error

from layerwise import DNNClassifier, DNNRegressor, load
from layerwise.errors import DataError, SettingError

FAST = {
    "hidden_units": (6,),
    "activation": "tanh",
    "epochs": 8,
    "learning_rate": 0.05,
    "random_state": 0,
}
FULL = {**FAST, "batch_size": "all", "dtype": "float64", "patience": None}


def two_classes(rows=90, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    return X, np.where(X[:, 0] + random.normal(size=rows) > 0.4, "yes", "no")


def figures(model):
    return [record._replace(seconds=0) for record in model.history_]


def agree(first, second, X):
    assert first.best_epoch_ == second.best_epoch_
    ours, theirs = (
        np.array([[r.cost, r.validation_cost, r.validation_metric] for r in model.history_])
        for model in (first, second)
    )
    assert np.abs(ours - theirs).max() <= 1e-10
    for ours, theirs in zip(first.weights_, second.weights_, strict=True):
        assert np.abs(ours - theirs).max() <= 1e-10
    ours, theirs = (model.predict(X) for model in (first, second))
    if isinstance(first, DNNRegressor):
        assert np.abs(ours - theirs).max() <= 1e-10 * np.abs(ours).max()
    else:
        assert (ours == theirs).all()


# ---- the user's own rows


def test_an_own_validation_set_is_scored_and_all_rows_are_trained_on():
    (X, y), (Xv, yv) = two_classes(), two_classes(40, 1)
    model = DNNClassifier(**FAST, validation_fraction=0.3).fit(X, y, validation=(Xv, yv))
    assert model.rows_ == (90, 40)
    best = model.history_[model.best_epoch_ - 1]
    assert best.validation_metric == pytest.approx(model.score(Xv, yv), abs=1e-6)
    plain = DNNClassifier(**FAST, validation_fraction=0).fit(X, y)
    assert [r.cost for r in plain.history_] == [r.cost for r in model.history_]


def test_held_out_rows_given_back_as_the_own_set_give_the_same_bits():
    X, y = two_classes()
    by_time = DNNClassifier(**FAST, validation_split="time", validation_fraction=0.2).fit(X, y)
    own = DNNClassifier(**FAST).fit(X[:72], y[:72], validation=(X[72:], y[72:]))
    assert figures(by_time) == figures(own)


@pytest.mark.parametrize("form", [pd.DataFrame, pl.from_pandas, lambda f: f[f.columns[::-1]]])
def test_an_own_set_may_come_in_any_form_that_fit_takes(form):
    X, y = two_classes()
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(d=np.where(X[:, 1] > 0, "up", "down"))
    expected = DNNClassifier(**FAST).fit(frame, y, validation=(frame, y))
    shown = DNNClassifier(**FAST).fit(frame, y, validation=(form(frame), pd.Series(y)))
    assert figures(shown) == figures(expected)


def test_pictures_may_be_an_own_set():
    X = np.random.default_rng(0).integers(0, 256, (40, 4, 4), np.uint8)
    y = np.arange(40) % 3
    model = DNNClassifier(**FAST, metric="f1_macro").fit(X, y, validation=(X[:9], y[:9]))
    assert model.rows_ == (40, 9)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda X, y: X, "expected .X, y. or .X, y, weights., got ndarray"),
        (lambda X, y: (X,), "got 1 parts"),
        (lambda X, y: (X[:, :2], y), "validation: X has 2 features"),
        (lambda X, y: (X, y[:5]), "validation: .*inconsistent"),
        (lambda X, y: (X, np.array(["maybe"] * 90)), "the label 'maybe' was not met in training"),
        (lambda X, y: (X, y, np.zeros(90)), "validation: .*at least one non-zero"),
    ],
)
def test_an_own_set_that_cannot_be_used_is_refused_in_one_line(wrong, words):
    X, y = two_classes()
    with pytest.raises(DataError, match=words) as caught:
        DNNClassifier(**FAST).fit(X, y, validation=wrong(X, y))
    assert "\n" not in str(caught.value)


# ---- weight k is the row k times, weight 0 the row absent

LAWS = {
    "accuracy": (DNNClassifier, {}),
    "auc": (DNNClassifier, {"metric": "roc_auc"}),
    "log loss": (DNNClassifier, {"metric": "neg_log_loss", "optimizer": "gradient_descent"}),
    "threshold": (DNNClassifier, {"threshold": "f1", "metric": "f1"}),
    "balanced": (DNNClassifier, {"threshold": "auto", "class_weight": "balanced"}),
    "rmse": (DNNRegressor, {}),
    "absolute": (DNNRegressor, {"metric": "neg_mean_absolute_error", "optimizer": "rmsprop"}),
}


def problem(kind, rows, seed):
    X, y = two_classes(rows, seed)
    return (X, y) if kind is DNNClassifier else (X, 5 + 3 * X[:, 0] * X[:, 1])


@pytest.mark.parametrize("law", LAWS)
def test_a_weight_is_a_number_of_rows_in_training_and_in_validation(law):
    kind, settings = LAWS[law]
    (X, y), (Xv, yv) = problem(kind, 80, 0), problem(kind, 50, 1)
    weights, checked = np.arange(80) % 4, np.arange(50) * 7 % 3
    model = kind(**{**FULL, **settings})
    weighted = clone(model).fit(X, y, weights, validation=(Xv, yv, checked))
    again = Xv.repeat(checked, axis=0), yv.repeat(checked)
    repeated = clone(model).fit(X.repeat(weights, axis=0), y.repeat(weights), validation=again)
    agree(weighted, repeated, X)
    if kind is DNNClassifier:
        assert abs(weighted.threshold_ - repeated.threshold_) <= 1e-10
        assert np.abs(weighted.predict_proba(X) - repeated.predict_proba(X)).max() <= 1e-10


def test_a_weight_is_a_number_of_rows_when_whole_groups_are_held_out():
    X, y = two_classes()
    weights, groups = np.arange(90) % 4, np.arange(90) // 3
    settings = {
        **FULL,
        "validation_split": "grouped",
        "validation_fraction": 0.3,
        "threshold": "auto",
    }
    weighted = DNNClassifier(**settings).fit(X, y, weights, groups=groups)
    repeated = DNNClassifier(**settings).fit(
        X.repeat(weights, axis=0), y.repeat(weights), groups=groups.repeat(weights)
    )
    agree(weighted, repeated, X)
    assert abs(weighted.threshold_ - repeated.threshold_) <= 1e-10


def test_score_takes_weights_as_rows():
    X, y = two_classes()
    weights = np.arange(90) % 4
    model = DNNClassifier(**FULL, threshold=0.3).fit(X, y)
    repeated = model.score(X.repeat(weights, axis=0), y.repeat(weights))
    assert model.score(X, y, sample_weight=weights) == pytest.approx(repeated, abs=1e-12)


# ---- how rows are held out


def test_by_time_the_last_rows_are_held_out():
    X, y = two_classes()
    broken = y.copy()
    broken[72:] = np.where(y[72:] == "yes", "no", "yes")
    settings = {**FAST, "validation_split": "time", "validation_fraction": 0.2}
    first, second = (DNNClassifier(**settings).fit(X, labels) for labels in (y, broken))
    assert [r.cost for r in first.history_] == [r.cost for r in second.history_]
    assert first.history_[-1].validation_cost != second.history_[-1].validation_cost


@pytest.mark.parametrize(
    ("way", "groups", "words"),
    [
        ("grouped", None, "expected groups, one per row"),
        ("auto", np.arange(90), "groups were given; expected 'grouped'"),
        ("weekly", None, "validation_split='weekly': expected one of"),
    ],
)
def test_groups_and_the_grouped_way_belong_together(way, groups, words):
    X, y = two_classes()
    with pytest.raises(SettingError, match=words):
        DNNClassifier(**FAST, validation_split=way).fit(X, y, groups=groups)


def test_groups_may_be_texts_but_there_is_one_per_row():
    X, y = two_classes()
    model = DNNClassifier(**FAST, validation_split="grouped", validation_fraction=0.2)
    names = np.array([f"patient {i % 10}" for i in range(90)], dtype=object)
    assert model.fit(X, y, groups=names).rows_ == (72, 18)
    with pytest.raises(ValueError, match="inconsistent"):
        model.fit(X, y, groups=names[:5])
    with pytest.raises(DataError, match="groups: expected one number or one text"):
        model.fit(X, y, groups=np.array([1, "a"] * 45, dtype=object))


# ---- the metric


def profit(estimator, X, y):
    return float(np.sum((estimator.predict(X) == y) * (y == "yes")))


@pytest.mark.parametrize(
    "metric",
    ["roc_auc", "f1_macro", "neg_log_loss", "f1", make_scorer(f1_score, pos_label="yes"), profit],
)
def test_the_record_of_the_best_epoch_is_what_the_scorer_says_of_the_model(metric):
    (X, y), (Xv, yv) = two_classes(), two_classes(40, 1)
    weights = np.arange(40) % 3 + 0.5
    model = DNNClassifier(**FULL, metric=metric).fit(X, y, validation=(Xv, yv, weights))
    scorer = metric if callable(metric) else get_scorer(metric)
    if metric == "f1":
        scorer = make_scorer(f1_score, pos_label="yes")
    more = {} if metric is profit else {"sample_weight": weights}
    scores = [record.validation_metric for record in model.history_]
    assert max(scores) == scores[model.best_epoch_ - 1]
    assert scores[model.best_epoch_ - 1] == pytest.approx(scorer(model, Xv, yv, **more), abs=1e-12)


@pytest.mark.parametrize(
    "metric", ["r2", "neg_mean_absolute_error", make_scorer(max_error, greater_is_better=False)]
)
def test_a_regressor_is_scored_in_the_users_unit(metric):
    X, y = load_diabetes(return_X_y=True)
    model = DNNRegressor(**FULL, metric=metric).fit(X[:300], y[:300], validation=(X[300:], y[300:]))
    scorer = get_scorer(metric) if isinstance(metric, str) else metric
    best = model.history_[model.best_epoch_ - 1]
    assert best.validation_metric == pytest.approx(scorer(model, X[300:], y[300:]), rel=1e-12)
    assert best.metric > 10  # the training metric stays the root mean squared error


def test_a_scorer_may_predict_other_rows_too():
    (X, y), (Xv, yv) = two_classes(), two_classes(40, 1)

    def halves(estimator, X, y):
        return float(np.mean(estimator.predict(X[:20]) == y[:20]))

    model = DNNClassifier(**FULL, metric=halves).fit(X, y, validation=(Xv, yv))
    assert max(r.validation_metric for r in model.history_) == halves(model, Xv, yv)


def test_the_metric_ends_training():
    (X, y), (Xv, yv) = two_classes(), two_classes(40, 1)
    settings = {**FAST, "patience": 3, "epochs": 200, "learning_rate": 0.3}
    model = DNNClassifier(**settings, metric="roc_auc").fit(X, y, validation=(Xv, yv))
    assert model.stopped_ == "patience"


WRONG = [
    (DNNRegressor, "roc_auc", "metric='roc_auc': cannot be taken on the validation rows"),
    (DNNRegressor, "accuracy", "metric='accuracy': cannot be taken"),
    (DNNClassifier, "neg_mean_absolute_error", "metric='neg_mean_absolute_error': cannot be taken"),
    (DNNClassifier, "rock_auc", "metric='rock_auc': expected .* such as 'roc_auc'"),
    (DNNClassifier, 3, "metric=3: expected"),
    (DNNClassifier, lambda e, X, y: np.nan, "it is nan"),
]


@pytest.mark.parametrize(("kind", "metric", "words"), WRONG)
def test_a_metric_that_does_not_fit_is_refused_before_the_first_epoch(kind, metric, words):
    X, y = problem(kind, 90, 0)
    model = kind(**FAST, metric=metric, validation_fraction=0.3)
    with pytest.raises(SettingError, match=words) as caught:
        model.fit(X, y)
    assert "\n" not in str(caught.value)
    assert not hasattr(model, "history_")


@pytest.mark.parametrize("setting", [{"metric": "roc_auc"}, {"threshold": "f1"}])
def test_without_validation_rows_one_line_says_how_to_get_some(setting):
    with pytest.raises(SettingError, match="needs validation rows.*validation_fraction=0.2"):
        DNNClassifier(**FAST, **setting).fit(*two_classes())


# ---- the threshold


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9])
def test_the_second_class_is_predicted_above_the_threshold(threshold):
    X, y = two_classes()
    model = DNNClassifier(**FAST, threshold=threshold).fit(X, y)
    A = model.predict_proba(X)[:, 1]
    assert ((model.predict(X) == "yes") == (threshold < A)).all()
    assert (DNNClassifier(**FAST).fit(X, y).predict_proba(X)[:, 1] == A).all()


def test_a_fixed_threshold_is_that_of_the_validation_accuracy():
    X, y = two_classes()
    model = DNNClassifier(**FULL, threshold=0.2, validation_split="time", validation_fraction=0.3)
    model.fit(X, y)
    best = model.history_[model.best_epoch_ - 1]
    assert best.validation_metric == pytest.approx(model.score(X[63:], y[63:]), abs=1e-12)


@pytest.mark.parametrize("name", ["balanced_accuracy", "f1_macro", "auto"])
def test_a_chosen_threshold_is_the_best_of_all_on_the_validation_rows(name):
    (X, y), (Xv, yv) = two_classes(), two_classes(60, 1)
    model = DNNClassifier(**FULL, threshold=name).fit(X, y, validation=(Xv, yv))
    scorer = get_scorer("balanced_accuracy" if name == "auto" else name)
    found = scorer(model, Xv, yv)
    assert 0 < model.threshold_ < 1
    for other in [*np.linspace(0.01, 0.99, 99), *model.predict_proba(Xv)[:, 1]]:
        model.threshold_ = other
        assert scorer(model, Xv, yv) <= found + 1e-12


@pytest.mark.parametrize("threshold", [0.0, 1, float("nan"), "roc_auc", "f2", None])
def test_a_threshold_that_cannot_be_is_refused(threshold):
    with pytest.raises(SettingError, match="^threshold="):
        DNNClassifier(**FAST, threshold=threshold, validation_fraction=0.3).fit(*two_classes())


def test_a_threshold_is_for_two_classes():
    with pytest.raises(SettingError, match="tells two classes apart.*several classes"):
        DNNClassifier(**FAST, threshold=0.3).fit(*load_iris(return_X_y=True))


# ---- files and the command line


@pytest.mark.parametrize("metric", ["roc_auc", profit])
def test_a_model_file_keeps_the_threshold_and_the_metrics_name(metric, tmp_path):
    X, y = two_classes()
    model = DNNClassifier(**FAST, threshold="f1", metric=metric, validation_fraction=0.3).fit(X, y)
    model.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert (again.threshold_, again.metric_) == (model.threshold_, model.metric_)
    assert again.metric == (None if metric is profit else metric)
    assert (again.predict(X) == model.predict(X)).all()
    assert again.summary() == model.summary()
    assert model.metric_ in model.summary()
    assert f"above {model.threshold_:.4g}" in model.summary()


# ---- what chooses the best epoch


@pytest.mark.parametrize("members", [1, 3])
def test_the_cost_chooses_the_epoch_where_it_is_monitored(members):
    (X, y), rows = two_classes(), two_classes(40, 1)
    settings = {**FAST, "epochs": 30, "patience": None, "metric": "f1", "monitor": "cost"}
    settings["members"] = members
    y, rows = (y == "yes").astype(int), (rows[0], (rows[1] == "yes").astype(int))
    model = DNNClassifier(**settings).fit(X, y, validation=rows)
    costs = [record.validation_cost for record in model.history_]
    assert model.best_epoch_ == np.argmin(costs) + 1
    by_metric = DNNClassifier(**settings | {"monitor": "metric"}).fit(X, y, validation=rows)
    scores = [record.validation_metric for record in by_metric.history_]
    assert scores == [record.validation_metric for record in model.history_]
    assert scores[by_metric.best_epoch_ - 1] == max(scores)


def test_the_calibrated_cost_is_the_least_that_a_temperature_reaches():
    (X, y), (Xv, yv) = two_classes(), two_classes(40, 1)
    reached = []

    def watching(model, X, y):
        odds = np.log(model.predict_proba(X))
        made = [np.exp(odds * sureness) for sureness in 2.0 ** np.arange(-4, 1.6, 0.5)]
        reached.append(min(log_loss(y, P / P.sum(axis=1, keepdims=True)) for P in made))
        return 0.0

    settings = {**FULL, "epochs": 60, "learning_rate": 0.1, "calibration": None}
    watched = {"metric": watching, "monitor": "calibrated_cost"}
    model = DNNClassifier(**settings, **watched).fit(X, y, validation=(Xv, yv))
    reached = reached[-60:]  # one call before training asks whether the function fits
    assert model.best_epoch_ == np.argmin(reached) + 1
    assert 1 < model.best_epoch_ < 60


def test_numbers_have_no_calibrated_cost_and_an_unknown_monitor_is_refused():
    X, y = load_diabetes(return_X_y=True)
    with pytest.raises(SettingError, match="'metric' or 'cost'"):
        DNNRegressor(monitor="calibrated_cost").fit(X, y)
    with pytest.raises(SettingError, match="one of 'metric', 'cost', 'calibrated_cost'"):
        DNNRegressor(monitor="loss").fit(X, y)
