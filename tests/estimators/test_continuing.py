"""Going on where a fit has ended: partial_fit, warm_start, given weights, activations read out."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris

from layerwise import (
    DataError,
    DivergenceError,
    DNNClassifier,
    DNNRegressor,
    Given,
    Huber,
    Layer,
    SettingError,
    Update,
    load,
)

X, Y = load_iris(return_X_y=True)
WAYS = {
    "plain": {},
    "rows held out": {"validation_fraction": 0.2},
    "mini-batches, dropout, batch norm": {
        "batch_size": 16, "dropout": 0.3, "normalization": "batch_norm", "optimizer": "momentum",
        "learning_rate": 0.01,
    },
    "noise and a moving average": {"augmentation": "noise", "update": Update(average=0.9)},
    "a plateau": {"schedule": "reduce_on_plateau", "learning_rate": 0.3},
    "a plan over ten epochs": {"schedule": "cosine", "epochs": 10},
    "accumulated batches": {"batch_size": 8, "update": Update(accumulate=5)},
    "float64": {"dtype": "float64", "optimizer": "lbfgs"},
}  # fmt: skip


def made(kind=DNNClassifier, **settings):
    return kind(**{"hidden_units": (6,), "epochs": 10, "random_state": 3, **settings})


def bits(model):
    return [array.tobytes() for array in (*model.weights_, *model.biases_)]


def without_time(history):
    return [record._replace(seconds=0) for record in history]


NUMBERS = [pytest.param(DNNRegressor, way, marks=pytest.mark.slow) for way in WAYS]


@pytest.mark.parametrize(("kind", "way"), [*((DNNClassifier, way) for way in WAYS), *NUMBERS])
def test_ten_times_one_epoch_is_ten_epochs_bit_for_bit(kind, way):
    whole = made(kind, **WAYS[way]).fit(X, Y)
    parts = made(kind, **WAYS[way])
    for _ in range(10):
        parts.partial_fit(X, Y)
    assert bits(parts) == bits(whole)
    assert parts.best_epoch_ == whole.best_epoch_
    assert without_time(parts.history_) == without_time(whole.history_)


@pytest.mark.parametrize("way", [way for way in WAYS if "ten epochs" not in way])
def test_a_warm_start_goes_on(way):
    whole, parts = (
        made(**{**WAYS[way], "epochs": epochs, "warm_start": epochs != 10}) for epochs in (10, 2)
    )
    whole.fit(X, Y)
    for _ in range(5):
        parts.fit(X, Y)
    assert bits(parts) == bits(whole)


def test_without_a_warm_start_fit_begins_anew():
    model = made()
    assert bits(model.fit(X, Y)) == bits(model.fit(X, Y))


def test_a_pickled_model_goes_on_with_the_same_bits():
    model = made(dropout=0.2, batch_size=16).fit(X, Y)
    again = pickle.loads(pickle.dumps(model))
    assert bits(model.partial_fit(X, Y)) == bits(again.partial_fit(X, Y))


def test_a_seed_that_is_drawn_is_kept():
    state = np.random.RandomState(0)
    model = made(random_state=state).partial_fit(X, Y)
    whole = made(random_state=np.random.RandomState(0), epochs=2).fit(X, Y)
    assert bits(model.partial_fit(X, Y)) == bits(whole)


def test_other_rows_begin_a_new_best():
    model = made(batch_size="all", optimizer="gradient_descent", learning_rate=0.1).fit(X, Y)
    model.partial_fit(X[::2], (Y[::2] + 1) % 3)
    assert model.best_epoch_ == len(model.history_) == 11


def test_a_stream_of_chunks_is_learned():
    digits, labels = load_digits(return_X_y=True)
    model = made(hidden_units=(32,))
    for _ in range(8):
        for chunk in range(4):
            model.partial_fit(digits[chunk::4], labels[chunk::4], classes=range(10))
    assert model.score(digits, labels) > 0.95


def test_classes_that_come_later_are_announced_at_the_first_call():
    model = made().partial_fit(X[:100], Y[:100], classes=[0, 1, 2])
    assert model.predict_proba(X).shape == (150, 3)
    model.partial_fit(X[100:], Y[100:])
    with pytest.raises(DataError, match="known classes: 0, 1, 2"):
        model.partial_fit(X, Y + 1)
    with pytest.raises(DataError, match=r"the first call had \[0, 1, 2\]"):
        model.partial_fit(X, Y, classes=[0, 1])


def test_a_single_announced_class_is_refused():
    with pytest.raises(DataError, match="only one class in the target, 0"):
        made().partial_fit(X[:50], Y[:50], classes=[0])


def test_several_labels_go_on_and_may_announce_their_numbers():
    labels = np.stack([Y > 0, Y > 1], axis=1).astype(int)
    whole, parts = made(epochs=2).fit(X, labels), made()
    for _ in range(2):
        parts.partial_fit(X, labels, classes=[0, 1])
    assert bits(parts) == bits(whole)
    with pytest.raises(DataError, match="expected 2 labels"):
        parts.partial_fit(X, Y)


def test_a_number_may_change_between_calls_and_an_optimizer_begins_anew():
    model = made().fit(X, Y)
    model.set_params(learning_rate=0.01, optimizer="momentum", update=Update(average=0.5))
    before = bits(model)
    model.partial_fit(X, Y)
    assert model.kept_[0].plan.optimizer == "momentum"
    assert model.kept_[0].progress.state.average is not None
    assert bits(model) != before
    assert len(model.history_) == 11


@pytest.mark.parametrize("other", [
    {"hidden_units": (7,)}, {"activation": "tanh"}, {"dtype": "float64"}, {"dropout": 0.5},
], ids=str)  # fmt: skip
def test_another_network_is_refused(other):
    model = made(warm_start=True).fit(X, Y)
    before = bits(model)
    with pytest.raises(SettingError, match="to begin anew call fit with warm_start=False"):
        model.set_params(**other).fit(X, Y)
    assert bits(model) == before


def test_a_loaded_model_goes_on_from_its_parameters(tmp_path):
    model = made(normalization="batch_norm").fit(X, Y)
    model.save(tmp_path / "m")
    slow = load(tmp_path / "m").set_params(learning_rate=1e-12).partial_fit(X, Y)
    gaps = [np.abs(a - b).max() for a, b in zip(slow.weights_, model.weights_, strict=True)]
    assert max(gaps) < 1e-6
    with pytest.raises(SettingError, match="a setting that shapes it was changed"):
        load(tmp_path / "m").set_params(hidden_units=(3,)).partial_fit(X, Y)


def test_what_was_best_before_a_divergence_is_kept():
    model = made(DNNRegressor, optimizer="gradient_descent", batch_size="all", warm_start=True)
    before = bits(model.fit(X, Y))
    with pytest.raises(DivergenceError):
        model.set_params(learning_rate=1e6, epochs=50).fit(X, Y)
    assert bits(model) == before
    assert model.stopped_ == "diverged"


@pytest.mark.parametrize(
    "other", [{"l2": 100.0}, {"l1": 10.0}, {"cost": Huber(delta=9.0)}], ids=str
)
def test_another_cost_begins_a_new_best(other):
    model = made(DNNRegressor, learning_rate=0.01, cost=Huber(delta=0.1)).fit(X, Y)
    before = bits(model)
    model.set_params(**other).partial_fit(X, Y)
    assert model.best_epoch_ == 11
    assert bits(model) != before


def test_another_metric_begins_a_new_best():
    settings = {"validation_fraction": 0.3, "learning_rate": 0.05, "epochs": 30}
    model = made(**settings).fit(X, Y)
    assert model.set_params(metric="neg_log_loss").partial_fit(X, Y).best_epoch_ == len(
        model.history_
    )


def test_training_starts_from_given_arrays():
    first = made().fit(X, Y)
    start = Given(first.weights_, first.biases_)
    model = made(initialization=start, learning_rate=1e-12, epochs=1).fit(X, Y)
    for ours, theirs in zip(
        model.weights_ + model.biases_, first.weights_ + first.biases_, strict=True
    ):
        assert np.abs(ours - theirs).max() < 1e-6


def test_layers_without_a_given_array_are_drawn_as_otherwise_says():
    W = np.full((6, 4), 0.25)
    start = Given(weights=[W], otherwise="zeros")
    layers = (Layer(6, frozen=True),)
    model = made(hidden_units=layers, initialization=start, epochs=1, learning_rate=1e-12).fit(X, Y)
    assert (model.weights_[0] == W).all()
    assert np.abs(model.weights_[1]).max() < 1e-9


def test_given_arrays_that_do_not_fit_are_refused():
    for start, words in (
        (Given([np.ones((3, 3))]), r"W\[1\] is given as \(3, 3\), but the network has \(6, 4\)"),
        (Given(biases=[None, np.ones(3)]), r"b\[2\] is given as \(3,\)"),
        (Given(), "expected weights or biases"),
    ):
        with pytest.raises(SettingError, match=words):
            made(initialization=start).fit(X, Y)
    with pytest.raises(SettingError, match="belongs to the network's initialization"):
        made(hidden_units=(Layer(3, initialization=Given([np.ones((3, 4))])),)).fit(X, Y)


def test_a_saved_model_says_that_given_arrays_are_not_kept(tmp_path):
    first = made().fit(X, Y)
    model = made(initialization=Given(first.weights_), epochs=1).fit(X, Y)
    model.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert (again.predict(X) == model.predict(X)).all()
    with pytest.raises(SettingError, match="give them again"):
        again.fit(X, Y)


def test_the_activations_of_every_layer_are_read_out():
    model = made(hidden_units=(8, 5), activation="tanh", dropout=0.5).fit(X, Y)
    A = model.encode(X)
    assert (model.transform(X, 0) == A.T).all()
    for layer, (W, b) in enumerate(zip(model.weights_[:-1], model.biases_[:-1], strict=True), 1):
        A = np.tanh(W @ A + b)
        assert np.abs(model.transform(X, layer) - A.T).max() < 1e-6
    assert model.transform(X).shape == (150, 5)
    assert np.abs(model.transform(X, 3) - model.predict_proba(X)).max() < 1e-6
    assert model.get_feature_names_out()[4] == "dnnclassifier4"
    for odd in (4, -1, True, "last"):
        with pytest.raises(SettingError, match="from 0 to 3"):
            model.transform(X, odd)


def test_a_metric_and_a_threshold_are_kept_over_partial_fits():
    two = (Y > 0).astype(int)
    settings = {
        "metric": "roc_auc",
        "threshold": "f1",
        "validation_fraction": 0.3,
        "class_weight": "balanced",
    }
    whole = made(**settings).fit(X, two)
    parts = made(**settings)
    for _ in range(10):
        parts.partial_fit(X, two)
    assert bits(parts) == bits(whole)
    assert (parts.threshold_, parts.best_epoch_) == (whole.threshold_, whole.best_epoch_)
