"""Fits that are recorded, and read again."""

import json
import sqlite3
import time

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris

import layerwise
from layerwise import DataError, DivergenceError, DNNClassifier, SettingError, runs
from layerwise.study.ledger import tracking
from layerwise.study.ledger.reading import run_of
from layerwise.study.ledger.record import About, Entry, Recorder, record
from layerwise.study.ledger.storage import open_storage

optuna = pytest.importorskip("optuna")
X, Y = load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def tracked(tmp_path_factory):
    place = tmp_path_factory.mktemp("ledger") / "runs.db"
    model = DNNClassifier((4,), epochs=3, validation_fraction=0.2, metric="f1_macro")
    return model.fit(X, Y, track=place), place


def test_a_tracked_fit_is_whole_in_the_ledger(tracked):
    model, place = tracked
    run = run_of(place, model.run_id_)
    best = model.history_[model.best_epoch_ - 1]
    assert (run.kind, run.state, run.metric) == ("fit", "complete", "f1_macro")
    assert run.value == best.validation_metric
    assert run.scores[0] == {
        "name": "f1_macro", "value": best.validation_metric, "low": None, "high": None,
        "rows": model.rows_[1], "on": "validation",
    }  # fmt: skip
    for name in ("cost", "validation_cost", "validation_metric", "learning_rate"):
        assert run.curves[name] == [getattr(record, name) for record in model.history_]
    assert run.curves["gradient_norms"][0] == list(model.history_[0].gradient_norms)
    assert run.changed == {
        "hidden_units": [4], "epochs": 3, "validation_fraction": 0.2, "metric": "f1_macro",
    }  # fmt: skip
    assert run.environment["versions"]["layerwise"] == layerwise.__version__
    assert run.data["rows"] == 150


def test_the_drawn_seed_repeats_the_run(tracked):
    model, place = tracked
    run = run_of(place, model.run_id_)
    again = DNNClassifier((4,), epochs=3, validation_fraction=0.2, random_state=run.seed)
    again.fit(X, Y, track=place)
    assert run_of(place, again.run_id_).kept["model"] == run.kept["model"]


def test_the_watched_curve_is_kept_once(tracked):
    model, place = tracked
    with sqlite3.connect(place) as connection:
        query = "SELECT value_json FROM trial_user_attributes WHERE key = 'curves'"
        curves = json.loads(connection.execute(query).fetchone()[0])
    connection.close()
    assert "validation_metric" not in curves
    assert "cost" in curves


def test_optuna_itself_reads_the_study(tracked):
    model, place = tracked
    storage = open_storage(place)
    study = next(s for s in storage.get_all_studies() if "f1_macro" in s.study_name)
    (trial,) = storage.get_all_trials(study._study_id)
    assert trial.intermediate_values[3] == model.history_[2].validation_metric


def test_a_fit_without_track_has_no_run_and_forgets_an_earlier_one(tracked):
    model = clone(tracked[0])
    assert "run_id_" not in vars(model)
    model.fit(X, Y, track=tracked[1]).fit(X, Y)
    assert "run_id_" not in vars(model)


def test_a_fit_that_fails_is_recorded_with_why(tmp_path):
    place = tmp_path / "runs.db"
    wild = DNNClassifier(
        (4,), optimizer="gradient_descent", learning_rate=1e6, epochs=3, activation="identity"
    )
    with pytest.raises(DivergenceError):
        wild.fit(X * 1e6, Y, track=place)
    with pytest.raises(DataError):
        DNNClassifier((4,)).fit(X, np.zeros(150), track=place)
    later, first = runs(place)
    assert (first.state, first.value) == ("fail", None)
    assert "not finite" in first.failure
    assert "only one class" in later.failure
    assert wild.run_id_ == first.id


def test_a_database_that_cannot_be_used_is_told_before_training(tmp_path):
    model = DNNClassifier((4,), epochs=1)
    with pytest.raises(OSError, match="no such folder"):
        model.fit(X, Y, track=tmp_path / "nowhere" / "runs.db")
    assert not hasattr(model, "history_")


def test_a_database_that_fails_after_training_costs_neither_the_model_nor_an_errors_words(
    tmp_path, monkeypatch
):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tracking, "record", full)
    model = DNNClassifier((4,), epochs=1)
    with pytest.warns(UserWarning, match="not recorded.*No space left"):
        assert model.fit(X, Y, track=tmp_path / "runs.db") is model
    assert model.predict(X[:1]).shape == (1,)
    assert not hasattr(model, "run_id_")
    with pytest.warns(UserWarning, match="not recorded"), pytest.raises(DataError):
        model.fit(X, Y[:3], track=tmp_path / "runs.db")


def test_a_measured_rate_is_kept_as_what_it_came_to(tmp_path):
    model = DNNClassifier((2,), epochs=1, learning_rate="meter", random_state=0)
    run = run_of(tmp_path / "runs.db", model.fit(X, Y, track=tmp_path / "runs.db").run_id_)
    assert run.settings["learning_rate"] == "meter"
    assert run.chosen["learning_rate"] == model.settings_["learning_rate"]


def test_a_run_that_is_not_there_is_named(tracked):
    with pytest.raises(SettingError, match=r"run 99: .* has no such run"):
        run_of(tracked[1], 99)
    with pytest.raises(FileNotFoundError):
        runs(tracked[1].parent / "other.db")


def test_a_list_of_runs_shows_itself(tracked):
    found = runs(tracked[1])
    assert repr(found).startswith(f"{len(found)} runs\n")
    assert "<th>settings</th>" in found._repr_html_()


def test_the_trials_of_a_search_have_its_settings_under_their_params(tmp_path):
    place = tmp_path / "runs.db"
    study = optuna.create_study(storage=open_storage(place), study_name="mine")
    base = {"epochs": 7, "momentum": 0.9}
    study.set_user_attr("layerwise", {"version": 1, "kind": "search", "settings": base})
    trial = study.ask()
    trial.suggest_float("momentum", 0.0, 0.5)
    trial.suggest_int("optimizer__steps", 1, 3)
    trial.suggest_categorical("hidden_units", ["64", "64,64"])
    study.tell(trial, 0.5)
    (run,) = runs(place)
    assert run.settings == {"epochs": 7, **trial.params}
    assert (run.kind, run.value) == ("search", 0.5)


def test_a_figure_that_is_not_finite_is_null(tmp_path):
    about = About("train", "d", {"hash": "0" * 64}, "rmse")
    number = record(tmp_path / "r.db", about, Entry({"curves": {"cost": [1.0, float("nan")]}}, 2.0))
    run = run_of(tmp_path / "r.db", number)
    assert run.curves["cost"] == [1.0, None]
    assert run.study.about["direction"] == "minimize"


def test_a_server_keeps_runs_alike(postgresql):
    about = About("fit", "d", {"hash": "0" * 64}, "accuracy")
    kept = {"settings": {"epochs": 3}, "curves": {"cost": [0.5]}, "watched": "metric"}
    number = record(postgresql, about, Entry(kept, 0.75, {1: 0.25}))
    run = run_of(postgresql, number)
    assert (run.value, run.settings["epochs"], run.curves) == (
        0.75, 3, {"cost": [0.5], "metric": [0.25]},
    )  # fmt: skip
    assert [run.id for run in runs(postgresql)] == [number]


@pytest.mark.slow
def test_many_runs_are_read_in_one_go(tmp_path):
    recorder, place = Recorder(tmp_path / "runs.db"), tmp_path / "runs.db"
    settings = DNNClassifier().get_params(deep=False)
    for number in range(10_000):
        about = About("train", f"d{number % 20}", {"hash": f"{number % 20}" * 40}, "accuracy")
        kept = {"settings": settings, "curves": {"cost": [0.5] * 20}, "scores": [{"value": 0.5}]}
        recorder.record(about, Entry(kept, 0.5, dict.fromkeys(range(1, 6), 0.5)))
    began = time.perf_counter()
    found = runs(place)
    took = time.perf_counter() - began
    began = time.perf_counter()
    run_of(place, 5000)
    assert len(found) == 10_000
    print("10 000 runs:", took, "seconds; one run:", time.perf_counter() - began)
    assert took < 20
