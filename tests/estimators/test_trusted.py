"""Intervals, sets and calibrated probabilities of fitted networks, small ones and of few epochs."""

import pickle

import numpy as np
import pytest
from scipy.special import logit
from sklearn.base import clone

from layerwise import DNNClassifier, DNNRegressor, Quantile, fit_many, load
from layerwise.data.trust import Trust
from layerwise.errors import DataError, SettingError

FAST = {"hidden_units": (8,), "learning_rate": 0.03, "epochs": 6, "random_state": 0}
HELD = {**FAST, "validation_fraction": 0.3}


def numbers(rows=300, seed=0, columns=1):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    y = 50 + 20 * X[:, :columns] + 10 * random.normal(size=(rows, columns))
    return X, y[:, 0] if columns == 1 else y * np.arange(1, columns + 1)


def classes(rows=300, seed=0, count=3, rare=0.0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    if count == 2:
        return X, np.where(X[:, 0] + random.normal(size=rows) > rare, "yes", "no")
    return X, (X[:, :count] + random.normal(size=(rows, count))).argmax(axis=1)


def labels(rows=300, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    return X, (X[:, :2] + random.normal(size=(rows, 2)) > 0).astype(int)


def held_by(ends, y):
    return ((ends[..., 0] <= y) & (y <= ends[..., 1])).mean(axis=0)


# ---- intervals of numbers


@pytest.mark.parametrize("cost", ["auto", "absolute_error", "quantile", Quantile((0.4, 0.6))])
def test_intervals_cover_new_rows(cost):
    model = DNNRegressor(**{**HELD, "epochs": 15}, cost=cost).fit(*numbers(2000))
    X, y = numbers(4000, seed=1)
    for coverage in (0.5, 0.9):
        ends = model.predict_interval(X, coverage)
        assert ends.shape == (4000, 2)
        assert held_by(ends, y) == pytest.approx(coverage, abs=0.04)  # 600 rows were held out


def test_an_interval_surrounds_the_prediction_in_the_unit_of_the_target_and_grows():
    model = DNNRegressor(**HELD).fit(*numbers())
    X, _ = numbers(50, seed=1)
    narrow, wide = model.predict_interval(X, 0.5), model.predict_interval(X, coverage=0.95)
    assert narrow.mean(axis=1) == pytest.approx(model.predict(X))
    assert (wide[:, 0] < narrow[:, 0]).all()
    assert (narrow[:, 1] < wide[:, 1]).all()
    assert 20 < np.ptp(model.predict_interval(X)[0]) < 80  # the noise alone makes 33


def test_each_of_several_targets_has_its_own_interval():
    model = DNNRegressor(**HELD).fit(*numbers(2000, columns=2))
    X, y = numbers(4000, seed=1, columns=2)
    ends = model.predict_interval(X)
    assert ends.shape == (4000, 2, 2)
    assert held_by(ends, y) == pytest.approx(0.9, abs=0.03)
    widths = np.ptp(ends[0], axis=-1)
    assert widths[1] > 1.5 * widths[0]


def test_quantiles_keep_their_own_width_in_each_row():
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, size=(1500, 1))
    y = (0.1 + (X[:, 0] > 0)) * random.normal(size=1500)
    model = DNNRegressor(**{**HELD, "epochs": 40}, cost="quantile").fit(X, y)
    calm, wild = np.ptp(model.predict_interval([[-0.8], [0.8]]), axis=1)
    assert wild > 3 * calm


def test_intervals_of_quantiles_that_are_too_wide_never_turn_around():
    X, y = numbers()
    model = DNNRegressor(**HELD, cost=Quantile((0.01, 0.99))).fit(X, y)
    ends = model.predict_interval(X, coverage=0.05)
    assert (ends[:, 0] <= ends[:, 1]).all()


def test_intervals_of_counts_begin_at_zero():
    X, y = numbers()
    counts = np.random.default_rng(0).poisson(np.exp(X[:, 0] / 2))
    ends = DNNRegressor(**HELD, cost="poisson").fit(X, counts).predict_interval(X)
    assert ends.min() == 0
    assert held_by(ends, counts) > 0.8


# ---- sets of classes


@pytest.mark.parametrize("count", [2, 3])
def test_sets_cover_new_rows_and_hold_the_most_probable_class(count):
    model = DNNClassifier(**HELD).fit(*classes(2000, count=count))
    X, y = classes(4000, seed=1, count=count)
    sets, A = model.predict_set(X, 0.85), model.predict_proba(X)
    assert sets.shape == A.shape
    assert sets.dtype == bool
    assert sets[np.arange(len(A)), A.argmax(axis=1)].all()
    own = sets[np.arange(len(A)), np.searchsorted(model.classes_, y)]
    assert own.mean() == pytest.approx(0.85, abs=0.03)
    assert A[sets].min() > A[~sets].max() or count == 2


def test_sure_rows_have_small_sets_and_a_sure_network_has_no_empty_ones():
    X, y = classes(600)
    y = X.argmax(axis=1)  # no noise: more than 90 % are right
    model = DNNClassifier(**{**HELD, "epochs": 40}).fit(X, y)
    assert (model.predict_set(X, 0.5).sum(axis=1) == 1).all()
    assert model.predict_set(X, 0.99).sum(axis=1).max() > 1


# ---- calibration


CASES = {
    "two classes": (classes(count=2, rare=1.0), {}),
    "three classes": (classes(), {}),
    "labels": (labels(), {}),
    "balanced": (classes(count=2, rare=1.0), {"class_weight": "balanced"}),
    "weighed": (classes(), {"class_weight": {0: 5.0, 2: 0.5}}),
    "f1": (classes(count=2, rare=1.0), {"threshold": "f1"}),
    "f1 balanced": (classes(count=2, rare=1.0), {"threshold": "f1", "class_weight": "balanced"}),
}


@pytest.mark.parametrize("case", CASES)
def test_calibration_changes_probabilities_and_no_prediction(case):
    (X, y), settings = CASES[case]
    hot = {**HELD, "epochs": 60, "learning_rate": 0.1, **settings}
    plain, calibrated = (DNNClassifier(**hot, calibration=way).fit(X, y) for way in (None, "temperature"))  # fmt: skip
    new = np.random.default_rng(5).normal(size=(500, 3))
    assert (plain.predict(new) == calibrated.predict(new)).all()
    assert calibrated.trust_.temperature not in (None, 1)
    A, P = plain.predict_proba(new), calibrated.predict_proba(new)
    assert np.abs(A - P).max() > 0.01
    if case != "labels":
        assert P.sum(axis=1) == pytest.approx(1)
    assert (plain.transform(new, 2) == calibrated.transform(new, 2)).all()  # A[L] as it was


def test_without_calibration_probabilities_are_the_outputs_to_the_bit():
    (X, y), _ = CASES["two classes"]
    model = DNNClassifier(**HELD).fit(X, y)
    assert model.trust_.temperature is None
    assert (model.predict_proba(X)[:, 1] == model.transform(X, 2)[:, 0]).all()


def test_calibrated_probabilities_are_those_of_the_rows_as_they_are():
    (X, y), settings = classes(4000, count=2, rare=2.0), {"class_weight": "balanced"}
    model = DNNClassifier(**{**HELD, "epochs": 15}, **settings, calibration="temperature")
    model.fit(X, y)
    X, y = classes(8000, seed=1, count=2, rare=2.0)
    share = (y == "yes").mean()
    assert model.predict_proba(X)[:, 1].mean() == pytest.approx(share, rel=0.3)
    assert (model.predict(X) == "yes").mean() > 2 * share  # it still predicts in balance
    assert model.threshold_ == pytest.approx(share, abs=0.03)
    assert model.predict_set(X)[np.arange(len(y)), (y == "yes").astype(int)].mean() > 0.87


def test_a_threshold_is_chosen_among_calibrated_probabilities():
    (X, y), _ = CASES["two classes"]
    plain, ours = (DNNClassifier(**HELD, threshold="f1", calibration=way).fit(X, y) for way in (None, "temperature"))  # fmt: skip
    expected = logit(plain.threshold_) / ours.trust_.temperature
    assert logit(ours.threshold_) == pytest.approx(expected, abs=0.2)


def test_nothing_held_out_leaves_calibration_at_one_but_takes_the_factors_out():
    (X, y), settings = CASES["balanced"]
    model = DNNClassifier(**{**FAST, "validation_fraction": 0}, **settings, calibration="temperature")  # fmt: skip
    model.fit(X, y)
    assert model.trust_.temperature == 1
    A = model.transform(X, 2)[:, 0]
    odds = np.bincount(np.searchsorted(model.classes_, y))
    expected = logit(A) + np.log(odds[1] / odds[0])
    assert logit(model.predict_proba(X)[:, 1]) == pytest.approx(expected, abs=1e-9)
    assert model.threshold_ == pytest.approx(odds[1] / len(y))


# ---- what it is learned from


def test_own_validation_rows_and_their_own_weights_are_learned_from():
    X, y = numbers()
    more, truth = numbers(60, seed=1)
    weights = np.random.default_rng(0).integers(1, 4, 60).astype(float)
    model = DNNRegressor(**FAST).fit(X, y, validation=(more, truth, weights))
    assert model.trust_.scores[0].weight == weights.sum()
    (X, y), (more, truth) = classes(count=2), classes(60, seed=1, count=2)
    model = DNNClassifier(**FAST, class_weight="balanced")
    model.fit(X, y, validation=(more, truth, weights))
    assert model.trust_.scores[0].weight == weights.sum()


def test_every_fit_learns_anew_and_one_that_fails_leaves_nothing_old():
    X, y = numbers()
    model = DNNRegressor(**HELD, warm_start=True).fit(X, y)
    first = model.trust_
    assert model.fit(X, y).trust_ != first
    second = model.trust_
    assert model.partial_fit(X, y + 5 * X[:, 1]).trust_ != second
    model.set_params(validation_fraction=0, warm_start=False).fit(X, y)
    assert model.trust_ == Trust()
    assert not hasattr(clone(model), "trust_")


def test_networks_that_train_together_learn_what_they_learn_alone():
    X, y = classes(count=2)
    models = [DNNClassifier(**{**HELD, "random_state": s}, calibration="temperature") for s in (0, 1)]  # fmt: skip
    alone = [clone(model).fit(X, y).trust_ for model in models]
    fit_many(models, X, y)
    for model, own in zip(models, alone, strict=True):
        assert model.trust_.temperature == pytest.approx(own.temperature, rel=1e-3)
        assert model.trust_.scores[0].values == pytest.approx(own.scores[0].values, abs=1e-4)


@pytest.mark.parametrize("case", [*CASES, "number", "numbers", "quantile"])
def test_files_and_pickles_keep_it_to_the_bit(case, tmp_path):
    if case in CASES:
        (X, y), settings = CASES[case]
        model = DNNClassifier(**HELD, **settings, calibration="temperature").fit(X, y)
        ask = model.predict_proba(X)
    else:
        X, y = numbers(columns=2 if case == "numbers" else 1)
        model = DNNRegressor(**HELD, cost="quantile" if case == "quantile" else "auto").fit(X, y)
        ask = model.predict_interval(X)
    model.save(tmp_path / "m.layerwise")
    for again in (load(tmp_path / "m.layerwise"), pickle.loads(pickle.dumps(model))):
        assert again.trust_ == model.trust_
        assert again.threshold_ == model.threshold_
        same = again.predict_proba(X) if case in CASES else again.predict_interval(X)
        assert (same == ask).all()
        if case not in (*CASES, "numbers") or case == "two classes":
            assert again.score_interval(X, y) == model.score_interval(X, y)


def test_an_older_pickle_predicts_and_says_what_it_lacks():
    X, y = classes()
    model = DNNClassifier(**HELD).fit(X, y)
    del model.trust_
    again = pickle.loads(pickle.dumps(model))
    assert again.predict_proba(X).shape == (300, 3)
    with pytest.raises(SettingError, match="no rows were held out"):
        again.predict_set(X)


# ---- errors


def test_what_cannot_be_told_is_refused_with_what_to_do():
    X, y = numbers(40)
    none = DNNRegressor(**FAST).fit(X, y)
    with pytest.raises(SettingError, match=r"predict_interval: no rows were held out .*validation_fraction=0.2"):  # fmt: skip
        none.predict_interval(X)
    few = DNNRegressor(**HELD).fit(X, y)  # 12 held out
    with pytest.raises(SettingError, match=r"coverage=0.95: takes at least 19 held-out rows, and there were 12: ask for at most 0.923"):  # fmt: skip
        few.predict_interval(X, coverage=0.95)
    assert few.predict_interval(X, coverage=0.923).shape == (40, 2)
    several = DNNClassifier(**HELD).fit(*labels())
    with pytest.raises(SettingError, match="several labels; expected one label per row"):
        several.predict_set(X)


@pytest.mark.parametrize("coverage", [0, 1, 90, -0.5, "0.9", True, None, float("nan")])
def test_a_coverage_out_of_range_is_refused(coverage):
    X, y = numbers(60)
    model = DNNRegressor(**HELD).fit(X, y)
    with pytest.raises(SettingError, match=r"coverage=.*: expected a number between 0 and 1"):
        model.predict_interval(X, coverage=coverage)
    with pytest.raises(SettingError, match=r"confidence=.*: expected a number between 0 and 1"):
        model.score_interval(X, y, confidence=coverage)


def test_calibration_is_refused_where_it_has_no_meaning():
    with pytest.raises(SettingError, match="calibration='isotonic': expected one of 'temperature'"):
        DNNClassifier(calibration="isotonic").fit(*classes())
    with pytest.raises(SettingError, match="calibration='temperature': expected None"):
        DNNRegressor(calibration="temperature").fit(*numbers())


# ---- the interval of a score


@pytest.mark.parametrize("data", [numbers(), numbers(columns=2), classes(), labels()])
@pytest.mark.parametrize("weights", [None, np.random.default_rng(0).random(300)])
def test_the_score_is_in_its_interval_and_is_that_of_scikit_learn(data, weights):
    X, y = data
    face = DNNClassifier if np.asarray(y).dtype.kind == "i" else DNNRegressor
    model = face(**FAST).fit(X, y)
    score, low, high = model.score_interval(X, y, sample_weight=weights)
    assert score == pytest.approx(model.score(X, y, sample_weight=weights))
    assert low < score < high
    narrow = model.score_interval(X, y, weights, confidence=0.5)
    assert low < narrow.low < narrow.high < high


def test_rows_and_answers_of_other_lengths_are_refused():
    X, y = numbers(60)
    model = DNNRegressor(**FAST).fit(X, y)
    with pytest.raises((DataError, ValueError), match="inconsistent numbers of samples"):
        model.score_interval(X, y[:-1])


def test_predictions_stay_in_a_range_and_intervals_reach_beyond_it():
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 3))
    y = 5 * X[:, 0] + random.normal(size=200)
    settings = {"epochs": 4, "members": 2, "random_state": 0}
    model = DNNRegressor(prediction_margin=0.25, **settings).fit(X, y)
    most = y.max() + 0.25 * np.ptp(y)
    far = model.predict(100 * X)
    assert far.max() == pytest.approx(most, rel=1e-6)
    assert f"predictions stay from {y.min() - 0.25 * np.ptp(y):.4g} to {most:.4g}" in (
        model.summary()
    )
    low, high = model.predict_interval(100 * X).T
    assert np.ptp(high - low) < 1e-5 * high.max()
    assert (high - low).min() > 0
    assert ((low < far) & (far < high)).all()
    free = DNNRegressor(prediction_margin=None, **settings).fit(X, y)
    assert free.predict(100 * X).max() > far.max()
    Y = np.c_[y, X[:, 1]]
    both = DNNRegressor(**settings).fit(X, Y).predict(100 * X)
    most = Y.max(axis=0) + 0.1 * np.ptp(Y, axis=0)
    assert both.max(axis=0)[0] == pytest.approx(most[0], rel=1e-5)
    assert (both <= most + 1e-5).all()


def test_a_range_is_for_numbers_alone():
    X = np.random.default_rng(0).normal(size=(100, 2))
    with pytest.raises(SettingError, match="numbers alone are kept in a range"):
        DNNClassifier(prediction_margin=0.1).fit(X, X[:, 0] > 0)
    with pytest.raises(SettingError, match="a share from 0 to 1000"):
        DNNRegressor(prediction_margin=-1.0).fit(X, X[:, 0])


@pytest.mark.parametrize("several", [False, True])
def test_the_range_of_a_later_part_is_reached_too(several):
    X = np.random.default_rng(0).uniform(-1, 1, (200, 1))
    first, later = 5 * X[:, 0], 50 * X[:, 0]
    first, later = (np.c_[y, -y] if several else y for y in (first, later))
    model = DNNRegressor(prediction_margin=0.1, members=1, random_state=0)
    model.partial_fit(X, first)
    near = np.abs(model.predict(1000 * X)).max()
    model.partial_fit(X, later)
    assert near <= 6.001 < np.abs(model.predict(1000 * X)).max()
    model.partial_fit(X, first)
    assert np.max(model.target_.highs if several else model.target_.high) > 50
