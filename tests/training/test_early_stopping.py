"""Which epoch is kept, and when training stops."""

import pytest

from layerwise.training.early_stopping import better, exhausted, start
from layerwise.training.loop import Epoch, Snapshot


def records(metrics, costs):
    for number, (metric, cost) in enumerate(zip(metrics, costs, strict=True), start=1):
        yield Epoch(number, 1 / number, 0.5, cost, metric, 0.0, (), (), 0.1)


def followed(epochs, patience, classes=True):
    """Return the best epoch and the last one trained."""
    best = start("start")
    for record in epochs:
        best = better(best, Snapshot(record, f"state of {record.epoch}"), classes)
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
