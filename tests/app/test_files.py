"""Nothing foreign is overwritten; all three files or none."""

import pytest

from layerwise import load
from layerwise.app import files

QUICK = ("--epochs", "2", "--hidden-units", "4")


@pytest.mark.parametrize("name", ["m.layerwise", "m.png", "m.toml"])
def test_a_foreign_file_is_never_overwritten(command, tmp_path, name):
    (tmp_path / name).write_text("mine")
    done = command("train", "iris", *QUICK, "--out", "m.layerwise")
    assert (done.code, done.err.count("\n")) == (6, 1)
    assert "choose another --out" in done.err
    assert (tmp_path / name).read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_model_of_an_earlier_run_is_replaced(command, tmp_path):
    for epochs in (1, 2):
        done = command("train", "iris", "--hidden-units", "4", "--epochs", str(epochs))
        assert done.code == 0
        assert len(load(tmp_path / "iris.layerwise").history_) == epochs


def test_when_one_file_cannot_be_written_none_is_left(command, tmp_path, monkeypatch):
    def full(path, data):
        if str(path).endswith(".toml"):
            raise OSError(28, "No space left on device", str(path))
        path.write_bytes(data)

    monkeypatch.setattr(files, "write_atomically", full)
    done = command("train", "iris", *QUICK)
    assert (done.code, done.err) == (6, "layerwise: iris.toml: No space left on device\n")
    assert list(tmp_path.iterdir()) == []
