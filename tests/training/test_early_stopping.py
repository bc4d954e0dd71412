"""Which epoch is kept, and when training stops."""

import numpy as np
import pytest

from layerwise import DNNClassifier, DNNRegressor
from layerwise.training.early_stopping import better, exhausted, start
from layerwise.training.loop import Epoch, Snapshot


def records(metrics, costs):
    for number, (metric, cost) in enumerate(zip(metrics, costs, strict=True), start=1):
        yield Epoch(number, 1 / number, 0.5, cost, metric, 0.0, (), (), 0.1)


def followed(epochs, patience, classes=True):
    """Return the best epoch and the last one trained."""
    best = start("start")
    for record in epochs:
        cost = record.cost if record.validation_cost is None else record.validation_cost
        best = better(best, Snapshot(record, f"state of {record.epoch}", cost), classes)
        if exhausted(best, record, patience):
            break
    return best, record.epoch


def test_the_best_accuracy_wins_and_its_state_is_kept():
    best, _ = followed(records([0.5, 0.8, 0.7], [3, 2, 1]), None)
    assert (best.epoch, best.state) == (2, "state of 2")


def test_of_equal_accuracies_the_lower_cost_wins():
    assert followed(records([0.8, 0.8, 0.8], [3, 1, 2]), None)[0].epoch == 2


def test_of_equal_records_the_earlier_wins():
    assert followed(records([0.8, 0.8], [1, 1]), None)[0].epoch == 1


def test_for_regression_the_smaller_error_wins():
    assert followed(records([0.5, 0.8, 0.7], [1, 1, 1]), None, classes=False)[0].epoch == 1


def test_the_least_compared_cost_decides_before_metric_and_score():
    best = start("start")
    for record, compared in zip(
        records([0.5, 0.9, 0.8], [3, 1, 2]), [(4, 3), (5, 2), (1.5, 9)], strict=True
    ):
        snapshot = Snapshot(record, "", record.validation_cost, float(-record.epoch), compared)
        best = better(best, snapshot, True)
    assert best.epoch == 3


def test_without_validation_rows_the_training_cost_decides():
    epochs = [
        Epoch(n, cost, 0.5, None, None, 0.0, (), (), 0.1) for n, cost in enumerate([3, 1, 2], 1)
    ]
    assert followed(epochs, None)[0].epoch == 2


@pytest.mark.parametrize("patience", [1, 2, 5])
def test_training_stops_so_many_epochs_after_the_last_progress(patience):
    best, last = followed(records([0.5, 0.9] + [0.6] * 20, [3, 1] + [2] * 20), patience)
    assert (best.epoch, last) == (2, 2 + patience)


def test_a_lucky_early_accuracy_does_not_end_training_while_the_cost_falls():
    costs = [1 / n for n in range(1, 30)]
    best, last = followed(records([0.9] + [0.6] * 27 + [0.95], costs), 5)
    assert (best.epoch, last) == (29, 29)


def test_without_patience_nothing_stops():
    assert followed(records([0.9] + [0.1] * 50, [1] * 51), None)[1] == 51


def noisy(rows=120):
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, 4))
    return X, (X[:, 0] + random.normal(size=rows) > 0).astype(int)


def fitted(**settings):
    fixed = {"hidden_units": (16,), "validation_fraction": 0.3, "learning_rate": 0.05}
    return DNNClassifier(**{**fixed, "epochs": 60, "random_state": 0, **settings}).fit(*noisy())


def test_a_fit_restores_its_best_epoch_to_the_bit():
    model = fitted(patience=None)
    assert 1 < model.best_epoch_ < len(model.history_) == 60
    shorter = fitted(patience=None, epochs=model.best_epoch_)
    assert shorter.best_epoch_ == model.best_epoch_
    assert all((a == b).all() for a, b in zip(model.weights_, shorter.weights_, strict=True))
    figures = [(-r.validation_metric, r.validation_cost) for r in model.history_]
    assert figures.index(min(figures)) + 1 == model.best_epoch_


@pytest.mark.parametrize("patience", [1, 4, 9])
def test_a_fit_stops_so_many_epochs_after_its_last_progress(patience):
    model = fitted(patience=patience)
    assert model.stopped_ == "patience"
    best, lowest, progress = (0, np.inf), np.inf, 0
    for record in model.history_:
        if (-record.validation_metric, record.validation_cost) < best:
            best, progress = (-record.validation_metric, record.validation_cost), record.epoch
        if record.validation_cost < lowest:
            lowest, progress = record.validation_cost, record.epoch
    assert len(model.history_) == progress + patience


def test_without_validation_rows_the_parameters_kept_are_those_of_the_lowest_cost():
    X = np.random.default_rng(0).normal(size=(40, 3))
    y = X @ [1.0, 2.0, 3.0]
    settings = {"hidden_units": (8,), "activation": "tanh", "optimizer": "gradient_descent"}
    settings |= {"learning_rate": 2.0, "batch_size": "all", "validation_fraction": 0}
    model = DNNRegressor(**settings, epochs=60, random_state=0).fit(X, y)
    # a full batch meets the parameters that the epoch before it has left
    ends = [record.metric for record in model.history_[1:]]
    assert model.best_epoch_ == ends.index(min(ends)) + 1
    assert np.sqrt(np.mean((model.predict(X) - y) ** 2)) == pytest.approx(min(ends), rel=1e-3)
