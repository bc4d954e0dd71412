"""What a network can answer: several labels, several numbers, quantiles."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import make_multilabel_classification, make_regression
from sklearn.exceptions import DataConversionWarning
from sklearn.metrics import mean_pinball_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor

from layerwise import DNNClassifier, DNNRegressor, Quantile, gradients, load
from layerwise.errors import DataError, SettingError

QUICK = {"hidden_units": (6,), "epochs": 4, "random_state": 0}
EXACT = {"dtype": "float64", "batch_size": "all", "patience": None}
UNITS = np.array([1.0, 1e4, 1e-3])


@pytest.fixture(scope="module")
def labels():
    found = make_multilabel_classification(400, n_features=12, n_classes=4, random_state=1)
    return np.asarray(found[0]), np.asarray(found[1])


@pytest.fixture(scope="module")
def numbers():
    X, Y = make_regression(300, n_features=6, n_targets=3, noise=5.0, random_state=0)
    return X, Y * UNITS + 7 * UNITS


def test_several_labels_are_as_good_as_scikit_learns(labels):
    X, Xt, Y, Yt = train_test_split(*labels, random_state=0)
    ours = DNNClassifier((32,), epochs=60, learning_rate=0.01, random_state=0).fit(X, Y)
    peer = MLPClassifier((32,), max_iter=60, learning_rate_init=0.01, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer has not converged, like ours
        peer.fit(X, Y)
    assert ours.score(Xt, Yt) > peer.score(Xt, Yt) - 0.08
    assert ours.score(Xt, Yt) > 0.4  # all four labels right; a guess has 0.06
    assert (ours.classes_ == peer.classes_).all()
    assert ours.predict_proba(Xt).shape == peer.predict_proba(Xt).shape == Yt.shape
    assert ours.network_.head == "sigmoid"


@pytest.mark.parametrize("kind", ["bool", "int8", "uint16", "int64", "float32", "float64"])
def test_labels_come_back_as_zeros_and_ones_of_the_users_type(labels, kind):
    X, Y = labels
    predicted = DNNClassifier(**QUICK).fit(X, Y.astype(kind)).predict(X)
    assert predicted.dtype == kind
    assert predicted.shape == Y.shape
    assert set(np.unique(predicted).tolist()) <= {0, 1}


def test_labels_come_as_frames_with_names_lists_and_objects(labels):
    X, Y = labels
    expected = DNNClassifier(**QUICK).fit(X, Y).predict_proba(X)
    names = ["red", "green", "blue", "white"]
    for given in (pd.DataFrame(Y, columns=names), pl.DataFrame(Y, schema=names)):
        model = DNNClassifier(**QUICK).fit(X, given)
        assert (model.predict_proba(X) == expected).all()
        assert model.target_.names == tuple(names)
    for given in (Y.tolist(), Y.astype(object)):
        assert (DNNClassifier(**QUICK).fit(X, given).predict_proba(X) == expected).all()


def test_the_metric_of_several_labels_is_the_share_of_rows_with_all_of_them_right(labels):
    X, Y = labels
    model = DNNClassifier(**QUICK, **EXACT, learning_rate=1e-12).fit(X, Y)
    assert model.history_[-1].metric == pytest.approx(model.score(X, Y), abs=1e-9)


@pytest.mark.parametrize(("change", "words"), [
    (lambda Y: Y * 3, "holds 3: several labels per row are given as 0 and 1"),
    (lambda Y: Y.astype(str), "holds [01]: several labels per row are given as 0 and 1"),
    (lambda Y: Y + np.arange(4), r"\(multiclass-multioutput\) fit one DNNClassifier per column"),
    (lambda Y: Y + 0.5, "row 1, column 1 holds"),
    (lambda Y: np.where(Y == 1, np.nan, 0), "holds nan"),
])  # fmt: skip
def test_columns_that_are_not_zero_and_one_are_refused_in_one_line(labels, change, words):
    X, Y = labels
    with pytest.raises(DataError, match=words) as caught:
        DNNClassifier(**QUICK).fit(X, change(Y))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("face", "place"), [(DNNClassifier, 0), (DNNRegressor, 1)])
def test_one_column_is_flattened_with_scikit_learns_warning(face, place, labels, numbers):
    X, Y = (labels, numbers)[place]
    with pytest.warns(DataConversionWarning, match="column-vector"):
        model = face(**QUICK).fit(X, Y[:, :1])
    assert model.predict(X).shape == (len(X),)
    assert (model.predict(X) == face(**QUICK).fit(X, Y[:, 0]).predict(X)).all()


def test_several_targets_are_as_good_as_scikit_learns(numbers):
    X, Xt, Y, Yt = train_test_split(*numbers, random_state=0)
    ours = DNNRegressor((32,), epochs=150, learning_rate=0.01, random_state=0).fit(X, Y)
    # the peer does not standardise: it is shown what we make of the targets ourselves
    peer = MLPRegressor(
        hidden_layer_sizes=(32,), max_iter=150, learning_rate_init=0.01, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer has not converged, like ours
        peer.fit(X, (Y - Y.mean(0)) / Y.std(0))
    assert ours.score(Xt, Yt) > peer.score(Xt, (Yt - Y.mean(0)) / Y.std(0)) - 0.03
    assert ours.predict(Xt).shape == Yt.shape
    residuals = (ours.predict(Xt) - Yt) / Y.std(0)
    assert np.abs(residuals.mean(0)).max() < 0.2


@pytest.mark.parametrize("cost", ["squared_error", "absolute_error", "huber"])
def test_every_target_counts_in_its_own_unit(numbers, cost):
    X, Y = numbers
    settings = {**QUICK, **EXACT, "cost": cost}
    plain, scaled = (DNNRegressor(**settings).fit(X, Y / u) for u in (1.0, UNITS))
    assert plain.predict(X) == pytest.approx(scaled.predict(X) * UNITS, rel=1e-9)


def test_the_metric_of_several_targets_is_in_standard_units(numbers):
    X, Y = numbers
    model = DNNRegressor(**QUICK, **EXACT, learning_rate=1e-12).fit(X, Y)
    assert model.history_[-1].metric ** 2 == pytest.approx(1 - model.score(X, Y), rel=1e-6)


def test_counts_of_several_targets_stay_counts():
    random = np.random.default_rng(0)
    X = random.normal(size=(400, 2))
    means = np.exp(np.column_stack([X[:, 0], 1 - X[:, 1]]) / 2)
    settings = {"epochs": 60, "learning_rate": 0.01, "random_state": 0}
    model = DNNRegressor((16,), cost="poisson", **settings).fit(X, random.poisson(means))
    assert (model.predict(X) > 0).all()
    assert np.corrcoef(model.predict(X)[:, 1], means[:, 1])[0, 1] > 0.85
    with pytest.raises(DataError, match="expects counts from 0"):
        DNNRegressor(cost="poisson").fit(X, -means)


@pytest.mark.parametrize("face", [DNNClassifier, DNNRegressor])
def test_a_row_of_weight_three_is_the_row_three_times(face, labels, numbers):
    X, Y = labels if face is DNNClassifier else numbers
    weights = np.random.default_rng(0).integers(0, 4, len(X))
    weighted = face(**QUICK, **EXACT).fit(X, Y, sample_weight=weights)
    repeated = face(**QUICK, **EXACT).fit(np.repeat(X, weights, 0), np.repeat(Y, weights, 0))
    assert weighted.predict(X) == pytest.approx(repeated.predict(X), rel=1e-10)


def heteroscedastic(rows, seed):
    random = np.random.default_rng(seed)
    X = random.uniform(-1, 1, (rows, 1))
    spread = 20 + 15 * X[:, 0]
    return X, 1000 + 100 * X[:, 0] + spread * random.normal(size=rows)


@pytest.fixture(scope="module")
def intervals():
    settings = {"epochs": 60, "learning_rate": 0.003, "random_state": 0}
    return DNNRegressor((32,), cost="quantile", **settings).fit(*heteroscedastic(3000, 0))


def test_quantiles_cover_the_share_that_they_name(intervals):
    X, y = heteroscedastic(20_000, 1)
    found = intervals.predict_quantiles(X)
    below = (y[:, None] <= found).mean(0)
    assert below == pytest.approx([0.05, 0.5, 0.95], abs=0.04)
    for part in (X[:, 0] < 0, X[:, 0] > 0):  # a spread that does not change would fail here
        inside = (found[part, 0] <= y[part]) & (y[part] <= found[part, 2])
        assert inside.mean() == pytest.approx(0.9, abs=0.04)


def test_the_prediction_is_the_level_nearest_to_a_half_in_the_users_unit(intervals):
    X, y = heteroscedastic(500, 2)
    assert (intervals.predict(X) == intervals.predict_quantiles(X)[:, 1]).all()
    assert intervals.score(X, y) > 0.8
    assert intervals.levels_ == pytest.approx([0.05, 0.5, 0.95])
    two = DNNRegressor(**QUICK, cost=Quantile((0.1, 0.45, 0.8, 0.9))).fit(X, y)
    assert (two.predict(X) == two.predict_quantiles(X)[:, 1]).all()


def test_levels_never_cross():
    X, y = heteroscedastic(200, 3)
    levels = tuple(np.linspace(0.02, 0.98, 25))
    found = DNNRegressor(**QUICK, cost=Quantile(levels)).fit(X, y).predict_quantiles(X)
    assert found.shape == (200, 25)
    assert (np.diff(found, axis=1) >= 0).all()


def test_the_metric_of_quantiles_is_the_mean_of_their_losses_in_the_users_unit():
    X, y = heteroscedastic(300, 4)
    model = DNNRegressor((), **EXACT, epochs=300, learning_rate=0.03, cost="quantile").fit(X, y)
    quantiles = model.predict_quantiles(X)
    pairs = zip(quantiles.T, (0.05, 0.5, 0.95), strict=True)
    expected = np.mean([mean_pinball_loss(y, guess, alpha=level) for guess, level in pairs])
    assert model.history_[-1].metric == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    "levels", [(), (0.5, 0.5), (0.9, 0.1), (0.0, 0.5), (0.5, 1.0), ("a",), (True,), "half", None]
)
def test_levels_that_are_none_are_refused_with_the_range(levels):
    with pytest.raises(SettingError, match=r"cost.levels=.*increasing numbers between 0 and 1"):
        DNNRegressor(cost=Quantile(levels)).fit([[0.0], [1.0]], [0.0, 1.0])


def test_levels_are_read_from_lists_and_arrays_and_a_single_number():
    assert Quantile([0.1, 0.9]) == Quantile(np.array([0.1, 0.9])) == Quantile((0.1, 0.9))
    assert Quantile(0.5).levels == (0.5,)
    model = DNNRegressor(cost="quantile").set_params(cost__levels=(0.2, 0.8))
    assert model.get_params()["cost__levels"] == (0.2, 0.8)


MISFITS = {
    "quantiles of several numbers": (DNNRegressor, "quantile", r"numbers \(several numbers\)"),
    "quantiles of labels": (DNNClassifier, "quantile", r"labels \(several labels\)"),
    "counts of labels": (DNNClassifier, "poisson", "'cross_entropy', 'focal'"),
    "entropy of numbers": (DNNRegressor, "cross_entropy", "'squared_error', 'absolute_error'"),
}


@pytest.mark.parametrize("case", MISFITS)
def test_a_cost_that_does_not_fit_is_refused_with_those_that_do(case, labels, numbers):
    face, cost, words = MISFITS[case]
    X, Y = labels if face is DNNClassifier else numbers
    with pytest.raises(SettingError, match=words) as caught:
        face(**QUICK, cost=cost).fit(X, Y)
    assert "\n" not in str(caught.value)


def test_quantiles_of_another_cost_are_refused(numbers):
    X, Y = numbers
    model = DNNRegressor(**QUICK).fit(X, Y)
    with pytest.raises(SettingError, match="expected a network fitted with cost='quantile'"):
        model.predict_quantiles(X)
    assert not hasattr(model, "levels_")


GRADIENTS = [
    (DNNClassifier, "auto"),
    (DNNClassifier, "focal"),
    (DNNRegressor, "auto"),
    (DNNRegressor, "absolute_error"),
    (DNNRegressor, "huber"),
    (DNNRegressor, Quantile((0.1, 0.5, 0.7))),
]


@pytest.mark.parametrize(("face", "cost"), GRADIENTS)
def test_gradients_equal_automatic_differentiation_of_another_forward_pass(
    face, cost, labels, numbers
):
    import jax
    import jax.numpy as jnp

    X, Y = labels if face is DNNClassifier else numbers
    Y = Y[:, 0] if isinstance(cost, Quantile) else Y
    model = face(**{**QUICK, **EXACT}, activation="tanh", cost=cost).fit(X, Y)
    weights = np.random.default_rng(0).random(len(X))
    value, ours = gradients(model, X, Y, sample_weight=weights)

    def losses(Z, T):
        p, r = 1 / (1 + jnp.exp(-Z)), Z - T
        if face is DNNClassifier:
            gamma = 2.0 if cost == "focal" else 0.0
            hit = T * (1 - p) ** gamma * jnp.log(p)
            return -(hit + (1 - T) * p**gamma * jnp.log(1 - p))
        if cost == "huber":
            return jnp.where(jnp.abs(r) < 1, r**2 / 2, jnp.abs(r) - 0.5)
        if isinstance(cost, Quantile):
            q = jnp.array(cost.levels)[None, :]
            return jnp.where(r < 0, -q * r, (1 - q) * r)
        return jnp.abs(r) if cost == "absolute_error" else r**2 / 2

    def anew(layers, X, T):
        (W1, b1), (W2, b2) = layers
        Z = jnp.tanh(X.T @ W1.T + b1[:, 0]) @ W2.T + b2[:, 0]
        return (losses(Z, T.T).sum(1) * weights).sum() / weights.sum()

    with jax.enable_x64(True), jax.numpy_rank_promotion("allow"):
        layers = list(zip(model.weights_, model.biases_, strict=True))
        target = jnp.asarray(model.encode_target(Y))
        expected, theirs = jax.value_and_grad(anew)(layers, jnp.asarray(model.encode(X)), target)
    assert value == pytest.approx(float(expected), rel=1e-12)
    for l, (dW, db) in enumerate(theirs, start=1):
        assert ours[f"dW{l}"] == pytest.approx(np.asarray(dW), rel=1e-10, abs=1e-13)
        assert ours[f"db{l}"] == pytest.approx(np.asarray(db), rel=1e-10, abs=1e-13)


@pytest.mark.parametrize(("face", "cost"), GRADIENTS)
def test_a_file_gives_the_same_predictions(face, cost, labels, numbers, tmp_path):
    X, Y = labels if face is DNNClassifier else numbers
    Y = Y[:, 0] if isinstance(cost, Quantile) else Y
    model = face(**QUICK, cost=cost).fit(X, Y)
    model.save(tmp_path / "m.layerwise")
    again = load(tmp_path / "m.layerwise")
    assert (again.predict(X) == model.predict(X)).all()
    assert again.predict(X).dtype == model.predict(X).dtype
    assert again.target_ == model.target_
    assert again.get_params() == model.get_params()
    assert again.score(X, Y) == model.score(X, Y)
    assert again.fit(X, Y).score(X, Y) == model.score(X, Y)
