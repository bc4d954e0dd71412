"""`layerwise runs compare`, `replay` and `retune`, of runs of train, search and ladder."""

import json
import os

import pytest

from layerwise.app.main import DIFFERS, main
from layerwise.study.ledger.reading import runs
from tests.app.conftest import write_table

pytest.importorskip("optuna")
TRAIN = ("--epochs", "3", "--hidden-units", "4", "--preset", "lecture", "--runs", "all.db")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Runs 1 and 2 of train, 3 to 5 of a search, 6 and 7 of a ladder, on iris.csv."""
    made, before = tmp_path_factory.mktemp("again"), os.getcwd()
    os.chdir(made)
    write_table(made / "iris.csv", "iris")
    try:
        assert main(["train", "iris.csv", *TRAIN, "--out", "one.layerwise"]) == 0
        more = ("--learning-rate", "0.2", "--out", "two.layerwise")
        assert main(["train", "iris.csv", *TRAIN, *more]) == 0
        space = ("--space", "learning_rate=0.01|0.02|0.03", "--method", "grid")
        assert main(["search", "iris.csv", *space, *TRAIN, "--out", "three.layerwise"]) == 0
        few = ("--cv", "2", "--seeds", "2", "--most", "0")
        assert main(["ladder", "iris.csv", *few, "--epochs", "3", "--runs", "all.db"]) == 0
    finally:
        os.chdir(before)
    return made


@pytest.fixture
def there(folder, monkeypatch, command):
    monkeypatch.chdir(folder)
    return lambda *words: command("runs", *map(str, words), "--runs", "all.db")


def test_trials_and_rungs_are_listed_like_runs_of_train(folder):
    found = runs(folder / "all.db")
    assert [run.kind for run in found] == ["ladder"] * 2 + ["search"] * 3 + ["train"] * 2
    assert len({run.data["hash"] for run in found}) == 1
    assert all(run.environment["cores"] for run in found)
    assert len({run.study.name for run in found if run.kind == "search"}) == 1
    assert found[0].settings["hidden_units"] == []
    assert found[0].scores[0]["low"] < found[0].value < found[0].scores[0]["high"]
    assert len(found[0].split_scores) == 4
    assert len(found[0].curves["cost"]) == 3
    assert {run.settings["learning_rate"] for run in found[2:5]} == {0.01, 0.02, 0.03}


def test_nothing_of_a_study_is_stored_again_with_its_trials(folder):
    for run in runs(folder / "all.db")[:5]:
        assert set(run.kept["settings"]) <= {"learning_rate", "hidden_units", "initialization"}


@pytest.mark.parametrize("number", [1, 4, 6, 7])
def test_every_kind_of_run_is_shown_and_replayed(number, there):
    assert there("show", number).code == 0
    done = there("replay", number)
    assert done.code == 0, done.err
    assert done.out.startswith(f"Run {number} trained again: the same bits.")


def test_all_are_exported(there, folder):
    assert "7 runs" in there("export", "all.csv").out


def test_two_runs_of_train_are_paired_on_their_test_rows(there, folder):
    done = there("compare", 1, 2, "--picture", "both.png")
    assert done.code == 0, done.err
    assert "paired on the same 30 test rows, McNemar's test" in " ".join(done.out.split())
    assert "learning_rate" in done.out
    assert (folder / "both.png").read_bytes()[:4] == b"\x89PNG"


def test_what_cannot_be_paired_says_why(there):
    found = json.loads(there("compare", 1, 3, "--json").out)
    assert not found["difference"]["paired"]
    assert "run 3, of search, keeps no model file" in found["finding"]


def test_rungs_are_paired_over_their_splits(there):
    found = json.loads(there("compare", 6, 7, "--json").out)
    assert found["difference"]["paired"]
    assert "same 4 splits" in found["finding"]


def test_a_replay_on_changed_data_is_refused_and_differs_when_asked_for(there, folder):
    lines = (folder / "iris.csv").read_text().splitlines()
    (folder / "other.csv").write_text("\n".join([lines[0], *lines[3:]]))
    done = there("replay", 1, "--data", "other.csv")
    assert done.code == 3
    assert "run 1 was on other data: 150 rows, now 148" in done.err
    done = there("replay", 1, "--data", "other.csv", "--anyway", "--json")
    assert done.code == DIFFERS == 8
    found = json.loads(done.out)
    assert not found["same"]
    assert found["first_epoch"] == 1
    assert found["parameters"] > 0


def test_a_fit_in_python_is_replayed_in_python(there, folder, command):
    from layerwise import DNNClassifier

    DNNClassifier((2,), epochs=1).fit([[0.0], [1.0]] * 5, [0, 1] * 5, track=folder / "own.db")
    done = command("runs", "replay", "1", "--runs", folder / "own.db")
    assert done.code == 2
    assert "run.replay(X, y) trains it again" in done.err


def test_retuning_says_what_changed_and_whether_the_old_best_holds(there, folder):
    lines = (folder / "iris.csv").read_text().splitlines()
    (folder / "fewer.csv").write_text("\n".join(lines[:-1]))
    before = len(runs(folder / "all.db"))
    done = there("retune", 1, "--data", "fewer.csv", "--trials", "3", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["tried"] == 3
    assert found["data"][0]["how"] == "150 rows, now 149"
    assert found["holds"] == (not found["settings"])
    trials = runs(folder / "all.db")[: -before or None]
    assert [run.kind for run in trials[:3]] == ["search"] * 3
    assert (
        trials[2].settings["learning_rate"] == runs(folder / "all.db")[-1].settings["learning_rate"]
    )
    assert there("retune", 1, "--trials", "1").code == 2
