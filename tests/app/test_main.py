"""The contract of the command: exit codes, one line per error, streams."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import layerwise
from layerwise import __version__
from layerwise.app.main import main

# a new process in another folder finds this very package, installed or not
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(layerwise.__file__).parents[1])}

WRONG = {
    "an unknown command": (["frobnicate"], 2, "Unknown command"),
    "an unknown flag": (["train", "iris", "--epoch", "3"], 2, "Did you mean --epochs?"),
    "one argument too many": (["train", "iris", "wine"], 2, "Unexpected: wine"),
    "a flag without its value": (["train", "iris", "--target"], 2, "--target"),
    "a missing argument": (["evaluate", "m.layerwise"], 2, "DATA"),
    "no such task": (["train", "iris", "--task", "x"], 2, "binary, multiclass, regression"),
    "epochs of none": (["train", "iris", "--epochs", "0"], 2, "epochs=0"),
    "epochs in words": (["train", "iris", "--epochs", "ten"], 2, "epochs='ten'"),
    "a negative rate": (["train", "iris", "--learning-rate", "-1"], 2, "learning_rate=-1.0"),
    "a rate that is no number": (["train", "iris", "--learning-rate", "nan"], 2, "learning_rate"),
    "units in words": (["train", "iris", "--hidden-units", "64,a"], 2, "hidden_units"),
    "an unknown activation": (["train", "iris", "--activation", "relo"], 2, "activation='relo'"),
    "a seed below zero": (["train", "iris", "--random-state", "-3"], 2, "random_state=-3"),
    "a seed with a fraction": (["train", "iris", "--random-state", "1.5"], 2, "random_state=1.5"),
    "verbose out of range": (["train", "iris", "--verbose", "7"], 2, "verbose=7"),
    "a size in one number": (["train", "iris", "--image-size", "64"], 2, "such as 64x64"),
    "a flag that says nothing here": (["train", "iris", "--drop", "x"], 2, "--drop does not apply"),
    "no header on a built-in set": (["train", "iris", "--no-header"], 2, "--header"),
    "the model on the curve's place": (["train", "iris", "--out", "a.png"], 2, ".png"),
    "an unknown data set": (["train", "irsi"], 3, "Did you mean 'iris'?"),
    "binary with three classes": (["train", "iris", "--task", "binary"], 3, "3 different values"),
    "regression on labels": (["train", "iris", "--task", "regression"], 3, "'setosa'"),
    "no such model": (["summary", "no.layerwise"], 4, "no such file"),
    "a folder for a model": (["predict", ".", "iris"], 4, "a folder"),
    "divergence": (
        ["train", "diabetes", "--optimizer", "gradient_descent", "--learning-rate", "1000"],
        5,
        "not finite in epoch 1",
    ),
    "no folder to write to": (["train", "iris", "--out", "no/m.layerwise"], 6, "no such folder"),
    "no such settings file": (["train", "--settings", "no.toml"], 6, "no.toml"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_invocation_has_its_code_and_one_line(name, command, tmp_path):
    arguments, code, words = WRONG[name]
    done = command(*arguments)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("layerwise: ")
    assert done.err.count("\n") == 1
    assert words in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["divergence", "an unknown data set", "epochs of none"])
def test_with_json_an_error_leaves_stdout_empty(name, command):
    arguments, code, _ = WRONG[name]
    done = command(*arguments, "--json")
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("layerwise: ")


def test_nothing_given_shows_the_help(command):
    assert command().out == command("--help").out


def test_the_help_teaches(command):
    shown = command("--help")
    assert shown.code == 0
    assert shown.out.count("\n  layerwise ") == 3
    for word in ("train", "evaluate", "predict", "summary", "Exit codes"):
        assert word in shown.out


def test_the_version_is_the_package_s(command):
    assert command("--version").out.strip() == __version__


def test_train_alone_lists_the_settings_and_the_built_in_sets(command):
    shown = command("train").out
    assert "--hidden-units" in shown
    assert "breast_cancer" in shown


def test_an_interrupt_has_its_code(command, monkeypatch):
    monkeypatch.setattr("layerwise.app.train.split", _interrupt)
    done = command("train", "iris")
    assert (done.code, done.err) == (130, "layerwise: interrupted; nothing was written\n")


def _interrupt(*_):
    raise KeyboardInterrupt


def test_the_unforeseen_is_one_line_too(command, monkeypatch):
    monkeypatch.setattr("layerwise.app.train.split", _fail)
    done = command("train", "iris")
    assert done.code == 1
    assert done.err.startswith("layerwise: ZeroDivisionError: over zero")
    assert done.err.count("\n") == 1


def _fail(*_):
    raise ZeroDivisionError("over\nzero")


def test_the_help_of_a_new_process_is_quick():
    began = time.perf_counter()
    arguments = [sys.executable, "-m", "layerwise", "--help"]
    done = subprocess.run(arguments, check=False, env=ENVIRONMENT, capture_output=True)
    seconds = time.perf_counter() - began
    print(f"layerwise --help: {seconds:.2f} s")
    assert done.returncode == 0
    assert seconds < 1.5


def test_the_help_loads_no_heavy_library():
    code = (
        "import sys; from layerwise.app.main import main; main(['--help']); "
        "print([n for n in ('jax', 'sklearn', 'polars', 'numpy') if n in sys.modules])"
    )
    arguments = [sys.executable, "-c", code]
    done = subprocess.run(arguments, check=False, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a POSIX system")
def test_a_closed_pipe_is_no_error(models):
    arguments = [sys.executable, "-m", "layerwise", "predict", "iris.layerwise", "many.csv"]
    lines = (models / "iris.csv").read_text().splitlines(keepends=True)
    (models / "many.csv").write_text(lines[0] + "".join(lines[1:]) * 100)
    with subprocess.Popen(
        arguments, cwd=models, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
    assert (process.returncode, errors) == (0, "layerwise: left out 1 column(s): 'answer'\n")


def test_main_returns_a_code_and_does_not_exit(capsys):
    assert main(["--version"]) == 0
    capsys.readouterr()
