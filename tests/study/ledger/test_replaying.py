"""A run is trained again in another process: the same bits."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from layerwise import DataError, DNNClassifier, SettingError, runs
from tests.study.ledger.configurations import EVERY, classes, numbers

pytest.importorskip("optuna")
ROOT = Path(__file__).parents[3]
SOME = ("train-none", "trial")


def run_in_a_process(what, folder, names):
    path = os.pathsep.join([os.fspath(ROOT), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, "-m", "tests.study.ledger.configurations", what, folder, *names]
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_replayed(folder, names):
    run_in_a_process("record", folder, names)
    told = run_in_a_process("replay", folder, names).splitlines()
    verdicts = [line for line in told if line.split()[0] in names]
    assert len(verdicts) == len(names) + ("trial" in names)  # of the search two trials
    assert [line for line in verdicts if not line.endswith(" same")] == []


def test_a_run_of_train_and_trials_give_the_same_bits_in_another_process(tmp_path):
    is_replayed(tmp_path, SOME)


@pytest.mark.slow
def test_twelve_configurations_give_the_same_bits_in_another_process(tmp_path):
    assert len(EVERY) == 12
    is_replayed(tmp_path, EVERY)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("replay") / "runs.db"
    weights = np.ones(60)
    DNNClassifier((3,), epochs=3).fit(numbers(), classes(), weights, track=place)
    return runs(place)[0]


def test_what_fit_was_given_beside_the_rows_has_to_be_given_again(run):
    assert run.given == ["sample_weight"]
    with pytest.raises(SettingError, match="was given sample_weight"):
        run.replay(numbers(), classes())


def test_other_rows_are_refused_with_the_columns_that_changed(run):
    X = numbers()
    X[0, 1] += 9
    with pytest.raises(DataError, match="x2: .* now .*anyway=True"):
        run.replay(X, classes(), sample_weight=np.ones(60))


def test_a_replay_that_differs_says_how_far_and_why(run):
    X = numbers()
    X[0, 1] += 9
    found = run.replay(X, classes(), sample_weight=np.ones(60), anyway=True)
    assert not found.same
    assert found.first_epoch == 1
    assert "the cost from epoch 1 on" in found.finding
    assert "the data (x2" in found.why


def test_where_nothing_recorded_differs_that_is_said(run):
    weights = np.ones(60)
    weights[:30] = 2
    found = run.replay(numbers(), classes(), sample_weight=weights)
    assert not found.same
    assert found.why == "Nothing that is recorded of data, versions, machine and device differs."


def test_a_setting_that_was_not_kept_has_to_be_given(tmp_path):
    def own(estimator, X, y):
        return float(np.mean(estimator.predict(X) == y))

    place = tmp_path / "runs.db"
    DNNClassifier((3,), epochs=2, metric=own, validation_fraction=0.2).fit(
        numbers(), classes(), track=place
    )
    with pytest.raises(SettingError, match="metric could not be kept"):
        runs(place)[0].replay(numbers(), classes())
    found = runs(place)[0].replay(numbers(), classes(), settings={"metric": own})
    assert found.same


def test_a_run_that_the_clock_ended_is_trained_for_as_many_epochs(tmp_path):
    place = tmp_path / "runs.db"
    model = DNNClassifier((3,), epochs=100_000, max_seconds=0.1, preset="lecture", patience=None)
    model.fit(numbers(), classes(), track=place)
    assert model.stopped_ == "max_seconds"
    assert runs(place)[0].replay(numbers(), classes()).same
