import json

import pytest

from layerwise import load
from layerwise.app.main import main

TABLE = "a,b,c\n" + "".join(
    f"{i % 13},{i * 7 % 11},{'yes' if (i % 13) > 6 else 'no'}\n" for i in range(150)
)
SMALL = ("--hidden-units", "4", "--epochs", "3", "--verbose", "0")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flats.csv").write_text(TABLE)
    return tmp_path


def searched(*more):
    return main(["search", "flats.csv", "--method", "grid", *SMALL, *more])


def test_a_search_writes_a_model_a_picture_and_settings_and_shows_a_card(folder, capsys):
    code = searched("--space", "learning_rate=0.001|0.01|0.05", "--name", "flats")
    shown = capsys.readouterr().out
    assert code == 0
    assert "test rows that the search never touched" in " ".join(shown.split())
    assert "than the defaults" in shown
    assert "flats in layerwise-runs.db" in shown
    for name in ("flats.layerwise", "flats.png", "flats.toml", "flats-search.png"):
        assert (folder / name).exists(), name
    rate = load(folder / "flats.layerwise").learning_rate
    assert rate in (0.001, 0.01, 0.05)
    again = searched("--space", "learning_rate=0.001|0.01|0.05", "--name", "flats", "--json")
    told = json.loads(capsys.readouterr().out)
    assert again == 0
    assert sum(told["search"]["trials"].values()) == 3
    assert told["search"]["best"] == {"learning_rate": rate}
    assert told["rows"]["test"] == 30
    assert told["rows"]["train"] + told["rows"]["validation"] == 120


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--space", "learning_rat=1|2"), "did you mean 'learning_rate'"),
        (("--space", "epochs=2|3"), "--epochs fixes what --space searches"),
        (("--space", "learning_rate"), "expected SETTING=VALUES"),
        (("--space", "l2=0..1"), "no end of values"),
        (("--space", "l2=0|1", "--trials", "many"), "--trials many"),
    ],
)
def test_a_bad_space_is_one_line_and_writes_nothing(folder, capsys, more, told):
    assert searched(*more, "--runs", "none") == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir()) == ["flats.csv"]


def test_the_space_of_a_settings_file_is_searched(folder, capsys):
    (folder / "own.toml").write_text('data = "flats.csv"\n[space]\nl2 = [0.0, 1.0]\n')
    own = ("--settings", "own.toml", "--runs", "none", "--json")
    assert main(["search", "--method", "grid", *SMALL, *own]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["search"]["best"]) == {"l2"}
    assert not (folder / "layerwise-runs.db").exists()
