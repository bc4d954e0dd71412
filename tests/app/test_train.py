"""`layerwise train`, from the command line to its files."""

import json

import polars as pl
import pytest

from layerwise import load

QUICK = ("--epochs", "5", "--hidden-units", "8")
KEYS = {
    "run",
    "runs",
    "task",
    "metric",
    "score",
    "interval",
    "baselines",
    "rows",
    "seconds",
    "model",
}


@pytest.mark.parametrize(
    ("data", "task", "metric", "baselines"),
    [
        ("iris", "multiclass", "accuracy", {"majority", "logistic"}),
        ("moons", "binary", "accuracy", {"majority", "logistic"}),
        ("diabetes", "regression", "rmse", {"mean", "linear"}),
    ],
)
def test_json_is_one_object_with_the_promised_keys(command, data, task, metric, baselines):
    done = command("train", data, *QUICK, "--json")
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1)
    card = json.loads(done.out)
    assert set(card) == KEYS
    assert (card["task"], card["metric"]) == (task, metric)
    assert set(card["baselines"]) == baselines
    assert set(card["rows"]) == {"train", "validation", "test"}
    low, high = card["interval"]
    assert low <= card["score"] <= high
    assert card["model"] == f"{data}.layerwise"


def test_the_three_files_are_written_and_the_card_names_them(command, tmp_path):
    done = command("train", "iris", *QUICK)
    assert {path.name for path in tmp_path.iterdir()} == {
        "iris.layerwise", "iris.png", "iris.toml",
    }  # fmt: skip
    assert "iris.layerwise, iris.png, iris.toml" in done.out
    assert "layerwise predict iris.layerwise new.csv" in done.out
    assert load(tmp_path / "iris.layerwise").hidden_units == (8,)


def test_the_card_says_what_a_reader_needs(command):
    shown = command("train", "iris", *QUICK).out
    for words in (
        "95 % interval", "majority", "logistic", "the network is", "best epoch",
        "120 training, 0 validation, 30 test", "seed 0", "hidden_units 8", "percentage points",
    ):  # fmt: skip
        assert words in shown


def test_the_card_fits_80_columns_and_has_no_blanks_at_the_ends(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = command("train", "diabetes", *QUICK).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_a_held_out_row_is_never_trained_on(command, tmp_path, monkeypatch):
    seen = {}
    from layerwise.estimators.classifier import DNNClassifier

    fit = DNNClassifier.fit

    def watch(self, X, y, sample_weight=None):
        seen["rows"] = len(y)
        return fit(self, X, y, sample_weight)

    monkeypatch.setattr(DNNClassifier, "fit", watch)
    card = json.loads(command("train", "iris", *QUICK, "--json").out)
    assert seen["rows"] == card["rows"]["train"] + card["rows"]["validation"] == 120


def test_own_test_rows_are_used_whole_in_any_order_of_columns(command, tmp_path):
    write_shapes(tmp_path / "a.csv", 60)
    frame = pl.read_csv(tmp_path / "a.csv")
    frame.select(["label", "y", "x"]).head(20).write_csv(tmp_path / "b.csv")
    done = command("train", "a.csv", "--target", "label", "--test", "b.csv", *QUICK, "--json")
    assert json.loads(done.out)["rows"]["test"] == 20
    assert sum(json.loads(done.out)["rows"].values()) == 80


def test_a_test_label_unknown_to_training_is_refused_by_name(command, tmp_path):
    write_shapes(tmp_path / "a.csv", 60)
    text = (tmp_path / "a.csv").read_text()
    (tmp_path / "b.csv").write_text(text.replace("right", "wrong"))
    done = command("train", "a.csv", "--test", "b.csv", *QUICK)
    assert done.code == 3
    assert done.err.startswith("layerwise: b.csv: ")
    assert "'wrong'" in done.err
    assert "known classes: 'left', 'right'" in done.err
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "b.csv"}


def test_a_test_column_that_is_missing_is_named(command, tmp_path):
    write_shapes(tmp_path / "a.csv", 60)
    pl.read_csv(tmp_path / "a.csv").rename({"y": "why"}).write_csv(tmp_path / "b.csv")
    done = command("train", "a.csv", "--test", "b.csv", *QUICK)
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert "'y'" in done.err


def test_an_error_of_the_data_names_the_file(command, tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n" + "1,a\n2,a\n" * 10)
    done = command("train", "a.csv")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert done.err.startswith("layerwise: a.csv: only one class")


def test_left_out_columns_and_notes_are_on_the_card(command, tmp_path):
    write_shapes(tmp_path / "a.csv", 60, constant=True)
    shown = " ".join(command("train", "a.csv", *QUICK).out.split())
    assert "always" in shown
    assert "'label'" in shown
    assert "the target is the last column" in shown


def test_the_card_says_what_becomes_of_each_column(command, tmp_path):
    write_shapes(tmp_path / "a.csv", 60, constant=True)
    shown = command("train", "a.csv", *QUICK).out
    assert "treatment" in shown
    assert "minus the median" in shown
    assert "left out" in shown


def test_no_hidden_layer_is_logistic_regression(command, tmp_path):
    for word in ("none", ""):
        command("train", "iris", "--epochs", "3", "--hidden-units", word)
        assert load(tmp_path / "iris.layerwise").hidden_units == ()


def test_an_interrupted_training_keeps_its_best_epoch(command, tmp_path, monkeypatch):
    from layerwise.estimators import fitting

    train = fitting.train

    def two_epochs(job, state, costs):
        for count, snapshot in enumerate(train(job, state, costs), start=1):
            yield snapshot
            if count == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "train", two_epochs)
    done = command("train", "iris", *QUICK)
    assert (done.code, done.err) == (130, "")
    assert "of 2, interrupted" in done.out
    assert load(tmp_path / "iris.layerwise").best_epoch_ in (1, 2)


def test_the_same_command_gives_the_same_score(command):
    cards = [json.loads(command("train", "moons", *QUICK, "--json").out) for _ in range(2)]
    assert cards[0]["score"] == cards[1]["score"]
    assert cards[0]["interval"] == cards[1]["interval"]


def test_paths_with_spaces_and_letters_of_other_alphabets_work(command, tmp_path):
    folder = tmp_path / "mein Ordner ü"
    folder.mkdir()
    write_shapes(folder / "data з.csv", 60)
    out = folder / "mödel v1.2.layerwise"
    done = command("train", folder / "data з.csv", *QUICK, "--out", out)
    assert done.code == 0
    assert {path.name for path in folder.iterdir()} == {
        "data з.csv", "mödel v1.2.layerwise", "mödel v1.2.png", "mödel v1.2.toml",
    }  # fmt: skip


def test_pictures_are_trained_on_and_predicted_in_the_same_size(command, tmp_path):
    write_pictures(tmp_path / "shades")
    done = command("train", "shades", "--image-size", "6x5", "--grey", *QUICK, "--json")
    assert done.code == 0
    assert load(tmp_path / "shades.layerwise").encoder_.pixels == (6, 5)
    done = command("predict", "shades.layerwise", "shades")
    assert (done.code, done.out.count("\n")) == (0, 41)


def write_shapes(path, rows, constant=False):
    """Write a table of two columns of numbers and a label."""
    lines = ["x,y,same,label" if constant else "x,y,label"]
    for i in range(rows):
        label = "right" if i % 2 else "left"
        middle = "5," if constant else ""
        lines.append(f"{i % 2 + i / 100},{i * i % 7 + 0.5},{middle}{label}")
    path.write_text("\n".join(lines) + "\n")


def write_pictures(folder):
    """Write twenty dark and twenty light pictures."""
    from PIL import Image

    for name, shade in (("dark", 20), ("light", 200)):
        (folder / name).mkdir(parents=True)
        for i in range(20):
            Image.new("RGB", (12, 9), (shade + i, shade, shade)).save(folder / name / f"{i}.png")


def test_a_warm_start_goes_on_from_the_model_file(command, tmp_path):
    first = json.loads(command("train", "iris", "--epochs", "30", "--json").out)
    before = load(tmp_path / "iris.layerwise")
    again = command(
        "train", "iris", "--warm-start", "--epochs", "1", "--learning-rate", "1e-9", "--json"
    )
    after = load(tmp_path / "iris.layerwise")
    assert json.loads(again.out)["score"] == first["score"]
    assert abs(before.weights_[0] - after.weights_[0]).max() < 1e-6
    refused = command("train", "diabetes", "--warm-start", "--out", "iris.layerwise")
    assert refused.code == 2
    assert "holds a DNNClassifier, but the task is regression; give another --out" in refused.err


def test_a_warm_start_without_a_model_begins_anew(command):
    first = command("train", "iris", *QUICK, "--json")
    other = command("train", "iris", *QUICK, "--warm-start", "--out", "new.layerwise", "--json")
    assert json.loads(first.out)["score"] == json.loads(other.out)["score"]


def test_the_card_says_how_wide_an_interval_is_and_how_it_did(command):
    done = command("train", "diabetes", "--validation-fraction", ".2", "--epochs", "2")
    assert "is to hold 90 % of new rows" in " ".join(done.out.split())
    few = command("train", "diabetes", "--epochs", "2", "--hidden-units", "8")  # none held out
    assert "interval  ±" not in few.out
