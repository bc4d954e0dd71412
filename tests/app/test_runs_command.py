"""`layerwise train` records, and `layerwise runs` shows, writes and serves what was recorded."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import polars as pl
import pytest

from layerwise.app.main import main
from layerwise.app.run_export import escaped
from layerwise.study.ledger.reading import run_of, runs
from layerwise.study.ledger.record import About, Entry, record

pytest.importorskip("optuna")
TRAIN = ("train", "iris", "--epochs", "3", "--hidden-units", "4", "--preset", "lecture")
HASH = {"hash": "0" * 64}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the three files of a run and its record."""
    made, before = tmp_path_factory.mktemp("runs"), os.getcwd()
    os.chdir(made)
    try:
        assert main([*TRAIN]) == 0
    finally:
        os.chdir(before)
    return made


@pytest.fixture
def there(folder, monkeypatch, command):
    monkeypatch.chdir(folder)
    return command


def test_training_is_recorded_beside_the_model(folder):
    run = run_of(folder / "layerwise-runs.db", 1)
    assert (run.kind, run.name, run.metric, run.state) == ("train", "iris", "accuracy", "complete")
    assert (run.scores[0]["on"], run.scores[0]["rows"]) == ("test", 30)
    assert run.scores[0]["low"] < run.value < run.scores[0]["high"]
    assert run.data["rows"] == 150
    assert run.source["data"] == "iris"
    assert run.model_state() == "unchanged"
    assert run.model().epochs == 3


def test_the_card_says_which_run_it_was(command, tmp_path):
    done = command(*TRAIN, "--runs", "own.db")
    assert "1 in own.db" in done.out
    assert 'runs = "own.db"' in (tmp_path / "iris.toml").read_text()


def test_a_database_that_fails_loses_no_model(command, tmp_path):
    (tmp_path / "own.db").write_text("no database, but longer than a header " * 20)
    done = command(*TRAIN, "--runs", "own.db", "--json")
    assert done.code == 0
    assert "layerwise: the run was not recorded: " in done.err
    assert "no database of runs" in done.err
    assert json.loads(done.out)["run"] is None
    assert (tmp_path / "iris.layerwise").exists()


def test_a_run_that_diverges_is_recorded(command, tmp_path):
    wild = ("--optimizer", "gradient_descent", "--learning-rate", "1e6", "--activation", "identity")
    assert command(*TRAIN, *wild, "--l2", "1e6", "--runs", "own.db").code == 5
    (run,) = runs(tmp_path / "own.db")
    assert run.state == "fail"
    assert "not finite" in run.failure


def test_runs_are_listed(there):
    done = there("runs")
    assert done.code == 0
    assert "accuracy" in done.out
    (card,) = json.loads(there("runs", "--json", "--kind", "train", "--data", "iris").out)
    assert (card["id"], card["settings"]["epochs"]) == (1, 3)
    assert json.loads(there("runs", "--json", "--kind", "fit").out) == []


def test_a_run_is_shown_whole(there, folder):
    done = there("runs", "show", "1", "--picture", folder / "curve.png")
    assert done.code == 0
    for word in ("unchanged", "jax", "petal width (cm)", "setosa: 50", "majority", "hash"):
        assert word in done.out
    assert (folder / "curve.png").read_bytes()[:4] == b"\x89PNG"
    assert json.loads(there("runs", "show", "1", "--json").out)["seed"] == 0
    assert there("runs", "show", "7").code == 2


def test_where_nothing_was_recorded_one_line_says_so(command):
    done = command("runs")
    assert (done.code, done.err.count("\n")) == (6, 1)
    assert "there are no runs here" in done.err


def test_the_best_comes_first_by_score(command, tmp_path):
    for value in (0.5, 0.9, 0.7):
        record(
            tmp_path / "layerwise-runs.db", About("fit", "d", HASH, "accuracy"), Entry({}, value)
        )
    for value in (5.0, 3.0):
        record(tmp_path / "layerwise-runs.db", About("fit", "d", HASH, "rmse"), Entry({}, value))
    found = json.loads(command("runs", "--json", "--sort", "score").out)
    assert [run["score"] for run in found] == [0.9, 0.7, 0.5, 3.0, 5.0]


def test_an_export_has_numbers_as_numbers_and_no_formulas(command, tmp_path):
    kept = {"settings": {"momentum": -0.5, "activation": "=1+1", "epochs": 3}}
    about = About("fit", "@evil", HASH, "r2")
    record(tmp_path / "layerwise-runs.db", about, Entry(kept, -2.5))
    assert command("runs", "export", "runs.csv").code == 0
    table = pl.read_csv(tmp_path / "runs.csv")
    assert table["momentum"].to_list() == [-0.5]
    assert table["score"].to_list() == [-2.5]
    assert table["activation"].to_list() == ["'=1+1"]
    assert table["data"].to_list() == ["'@evil"]
    assert command("runs", "export", "runs.parquet").code == 0
    same = pl.read_parquet(tmp_path / "runs.parquet")
    assert same["activation"].to_list() == ["=1+1"]
    assert same["momentum"].dtype == pl.Float64
    assert command("runs", "export", "runs.txt").code == 2


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_begins_like_a_formula_is_escaped(first):
    assert escaped(first + "x") == "'" + first + "x"


def own_address():
    """This machine's address beside 127.0.0.1; another of the loopback where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.2"


def test_the_dashboard_answers_on_this_machine_alone(folder):
    pytest.importorskip("optuna_dashboard")
    call = [sys.executable, "-m", "layerwise", "runs", "dashboard", "--port", "0", "--no-browser"]
    path = {"PYTHONPATH": os.path.abspath("src")}
    server = subprocess.Popen(
        call, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | path,
    )  # fmt: skip
    try:
        address = server.stdout.readline().split()[0]
        port = int(address.rstrip("/").rpartition(":")[2])
        with urllib.request.urlopen(address + "dashboard") as page:
            assert b"<html" in page.read()
        with urllib.request.urlopen(address + "api/studies") as answer:
            (study,) = json.load(answer)["study_summaries"]
        assert study["study_name"].startswith("train iris, accuracy")
        with pytest.raises(OSError), socket.create_connection((own_address(), port), timeout=5):
            pass
        for header in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            asked = urllib.request.Request(address + "api/studies", headers=header)
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(asked)
    finally:
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=30)
    assert (server.returncode, said) == (0, "")
