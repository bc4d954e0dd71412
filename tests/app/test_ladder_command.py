"""`layerwise ladder`."""

import json

import numpy as np

QUICK = ("--epochs", "5", "--cv", "2", "--seeds", "1", "--most", "1", "--width", "4")


def test_it_shows_every_rung_and_writes_the_picture(command, tmp_path):
    shown = command("ladder", "iris", *QUICK)
    assert shown.code == 0, shown.err
    for word in ("majority", "logistic", "1 hidden layer (4)", "2 folds x 1 seed", "ladder.png"):
        assert word in shown.out
    assert (tmp_path / "ladder.png").read_bytes()[:4] == b"\x89PNG"


def test_on_given_test_rows_it_prints_one_json_object(command, tmp_path):
    random = np.random.default_rng(0)
    for name, rows in (("train.csv", 60), ("test.csv", 30)):
        X = random.normal(size=(rows, 2))
        y = np.where(X[:, 0] > 0, "up", "down")
        lines = [f"{a},{b},{label}" for (a, b), label in zip(X, y, strict=True)]
        (tmp_path / name).write_text("\n".join(["a,b,way", *lines]))
    shown = command("ladder", "train.csv", "--test", "test.csv", "--json", *QUICK)
    assert shown.code == 0, shown.err
    card = json.loads(shown.out)
    assert card["compared_on"] == "30 test rows"
    assert [rung["rung"] for rung in card["rungs"]] == [
        "majority",
        "logistic",
        "1 hidden layer (4)",
    ]
    assert card["simplest"] in {rung["rung"] for rung in card["rungs"]}


def test_without_data_it_teaches(command):
    shown = command("ladder")
    assert shown.code == 0
    assert "layerwise ladder moons" in shown.out


def test_a_wrong_call_is_one_line(command):
    for arguments, words in (
        (("--out", "a.pdf"), "the ending .png"),
        (("--cv", "1"), "at least 2 folds"),
        (("--activation", "tanh,relu", "--hidden-units", "3,3"), "one name"),
    ):
        shown = command("ladder", "iris", *arguments)
        assert shown.code == 2
        assert words in shown.err
        assert shown.err.count("\n") == 1
