"""`layerwise evaluate`."""

import json

import numpy as np
import polars as pl
import pytest

from layerwise import load

KEYS = {"task", "metric", "score", "interval", "baselines", "rows", "seconds", "model"}


@pytest.mark.parametrize(("name", "baseline"), [("iris", "majority"), ("diabetes", "mean")])
def test_json_has_the_keys_of_train(command, models, name, baseline):
    done = command("evaluate", models / f"{name}.layerwise", models / f"{name}.csv", "--json")
    assert (done.code, done.out.count("\n")) == (0, 1)
    card = json.loads(done.out)
    assert set(card) == KEYS
    assert set(card["baselines"]) == {baseline}
    model, frame = load(models / f"{name}.layerwise"), pl.read_csv(models / f"{name}.csv")
    assert (card["rows"]["train"], card["rows"]["validation"]) == model.rows_
    assert card["rows"]["test"] == frame.height
    predicted, y = model.predict(frame.drop("answer")), frame["answer"].to_numpy()
    right = name == "iris"
    expected = np.mean(predicted == y) if right else np.sqrt(np.mean((predicted - y) ** 2))
    assert card["score"] == pytest.approx(expected, rel=1e-12)


def test_the_target_is_the_column_that_the_model_does_not_know(command, models, tmp_path):
    frame = pl.read_csv(models / "iris.csv")
    frame.select(reversed(frame.columns)).write_csv(tmp_path / "turned.csv")
    scores = [
        json.loads(command("evaluate", models / "iris.layerwise", data, "--json").out)["score"]
        for data in (models / "iris.csv", "turned.csv", "iris")
    ]
    assert scores[0] == scores[1] == scores[2]


def test_the_card_shows_what_was_taken_for_what(command, models):
    shown = command("evaluate", models / "iris.layerwise", models / "iris.csv").out
    assert "true \\ predicted" in shown
    assert shown.count("virginica") == 2


def test_without_answers_it_says_so(command, models, tmp_path):
    pl.read_csv(models / "iris.csv").drop("answer").write_csv(tmp_path / "bare.csv")
    done = command("evaluate", models / "iris.layerwise", "bare.csv")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert "answers" in done.err


def test_an_unknown_label_is_named(command, models, tmp_path):
    text = (models / "iris.csv").read_text().replace("setosa", "sitosa")
    (tmp_path / "odd.csv").write_text(text)
    done = command("evaluate", models / "iris.layerwise", "odd.csv")
    assert done.code == 3
    assert "'sitosa'" in done.err
