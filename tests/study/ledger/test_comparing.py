import io

import numpy as np
import pytest
from PIL import Image

from layerwise import DNNClassifier, compare, runs
from layerwise.study.ledger.gap import gap_of
from layerwise.study.ledger.run import Run, Study

pytest.importorskip("optuna")
X = np.random.default_rng(0).normal(size=(80, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


class Says:
    """A classifier that says what it is told to."""

    _estimator_type = "classifier"

    def __init__(self, said):
        self.said = said

    def predict(self, X):
        return self.said

    def __sklearn_tags__(self):
        from sklearn.utils import get_tags

        return get_tags(DNNClassifier())


def a_run(number, value=0.5, metric="accuracy", interval=(0.4, 0.6), splits=(), **about):
    first = {"name": metric, "value": value, "low": interval[0], "high": interval[1], "on": "test"}
    each = [
        {"name": metric, "value": one, "on": "folds", "split": k} for k, one in enumerate(splits)
    ]
    usual = {"metric": metric, "direction": "maximize", "data": {"hash": "0"}}
    kept = {"scores": [first, *each], "params": {}}
    return Run(number, Study("s", usual | about), "complete", None, value, kept, lambda _: {})


def test_two_measures_have_no_difference():
    assert "not the same measure" in gap_of(a_run(1), a_run(2, metric="rmse"), None)


def test_a_failed_run_has_no_difference():
    assert "run 2 has none" in gap_of(a_run(1), a_run(2, value=None), None)


def test_unpaired_scores_are_compared_by_their_intervals():
    gap = gap_of(a_run(1, 0.5), a_run(2, 0.9, interval=(0.85, 0.95)), None, "the file is gone")
    assert gap.value == pytest.approx(0.4)
    assert gap.interval == pytest.approx((0.4 - np.hypot(0.05, 0.1), 0.4 + np.hypot(0.05, 0.1)))
    assert (gap.paired, gap.better) == (False, 2)
    assert "not paired, from the two intervals (the file is gone)" in gap.sentence


def test_scores_on_other_data_say_so():
    gap = gap_of(a_run(1), a_run(2, data={"hash": "1"}), None)
    assert "their data differs" in gap.how


def test_a_smaller_error_is_the_better_one():
    down = {"metric": "rmse", "direction": "minimize"}
    first = a_run(1, 2.0, interval=(1.9, 2.1), **down)
    second = a_run(2, 1.0, interval=(0.9, 1.1), **down)
    assert gap_of(first, second, None).better == 2


def test_scores_over_the_same_splits_are_paired():
    first = a_run(1, splits=(0.5, 0.6, 0.4, 0.7), folds=4)
    second = a_run(2, splits=(0.61, 0.72, 0.5, 0.81), folds=4)
    gap = gap_of(first, second, None)
    assert gap.paired
    assert gap.value == pytest.approx(0.11)
    assert gap.better == 2


def test_rows_are_paired_by_mcnemar(monkeypatch):
    models = {1: Says(np.where(np.arange(80) < 20, 1 - Y, Y)), 2: Says(Y)}
    monkeypatch.setattr(Run, "model", lambda self: models[self.id])
    gap = gap_of(a_run(1), a_run(2), (X, Y))
    assert gap.value == pytest.approx(0.25)
    assert gap.p == pytest.approx(2 * 0.5**20)
    assert gap.better == 2
    same = gap_of(a_run(2), a_run(2), (X, Y))
    assert (same.value, same.p, same.better) == (0, 1, None)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    place = tmp_path_factory.mktemp("compare") / "runs.db"
    for units in ((3,), (4,)):
        DNNClassifier(units, epochs=3, random_state=0).fit(X, Y, track=place)
    second, first = runs(place)
    return first, second


def test_settings_that_differ_stand_side_by_side(two):
    found = compare(*two)
    assert ("hidden_units", "3", "4") in [tuple(one) for one in found.settings]
    assert (found.data, found.environment) == ((), ())
    assert "hidden_units: 3 | 4" in repr(found)


def test_a_score_without_an_interval_is_told(two):
    assert "a score without one of its own" in compare(*two).finding


def test_the_curves_of_both_are_one_picture(two):
    assert Image.open(io.BytesIO(compare(*two).png())).size[0] == 1500
