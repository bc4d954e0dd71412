"""The command run in this process, in an empty folder."""

import os
from typing import NamedTuple

import pytest

from layerwise.app.main import main

NO_RECORD = ("--runs", "none")  # the ledger has tests of its own


def trains(given):
    """Whether a call trains without saying where the run is recorded, on data that it names."""
    named = len(given) > 1 and "--help" not in given and "--runs" not in given
    return given[:1] == ["train"] and named


class Outcome(NamedTuple):
    """What a command left: its exit code and its two streams."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Return a function that runs `layerwise ...` in tmp_path."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capsys.readouterr()
        given = [os.fspath(argument) for argument in arguments]
        code = main([*given, *NO_RECORD] if trains(given) else given)
        return Outcome(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Return a folder with iris.layerwise and diabetes.layerwise, a few epochs each, and tables."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("iris", "diabetes"):
        out = os.fspath(folder / f"{name}.layerwise")
        assert (
            main(["train", name, "--epochs", "5", "--hidden-units", "8", "--out", out, *NO_RECORD])
            == 0
        )
        write_table(folder / f"{name}.csv", name)
    return folder


def write_table(path, name):
    """Write a built-in set as CSV with the target as the last column; return the frame."""
    import polars as pl

    from layerwise.data.reading import read

    data = read(name)
    frame = data.X.with_columns(pl.Series("answer", data.y.tolist()))
    frame.write_csv(path)
    return frame
