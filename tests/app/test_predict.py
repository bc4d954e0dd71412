"""`layerwise predict` says what Python says."""

import io

import numpy as np
import polars as pl
import pytest

from layerwise import load

FORMATS = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".ndjson": pl.read_ndjson}


def test_the_table_is_what_python_predicts_to_the_last_digit(command, models):
    done = command("predict", models / "iris.layerwise", models / "iris.csv")
    table, model = pl.read_csv(io.StringIO(done.out)), load(models / "iris.layerwise")
    frame = pl.read_csv(models / "iris.csv").drop("answer")
    assert table.columns == ["prediction", *(f"probability of {c}" for c in model.classes_)]
    assert table["prediction"].to_list() == model.predict(frame).tolist()
    assert (table.drop("prediction").to_numpy() == model.predict_proba(frame)).all()


def test_numbers_are_predicted_to_the_last_digit(command, models):
    done = command("predict", models / "diabetes.layerwise", models / "diabetes.csv")
    frame = pl.read_csv(models / "diabetes.csv").drop("answer")
    expected = load(models / "diabetes.layerwise").predict(frame)
    assert done.out.splitlines()[0] == "prediction"
    assert (np.array(done.out.splitlines()[1:], dtype=float) == expected).all()


def test_quantiles_are_columns_by_their_level(command, models):
    out = ("--out", "q.layerwise", "--epochs", "2", "--hidden-units", "4")
    done = command("train", "diabetes", "--cost", "quantile", "--cost.levels", ".1,.5,.9", *out)
    assert done.code == 0, done.err
    table = pl.read_csv(io.StringIO(command("predict", "q.layerwise", models / "diabetes.csv").out))
    assert table.columns == ["prediction", "quantile 0.1", "quantile 0.5", "quantile 0.9"]
    frame = pl.read_csv(models / "diabetes.csv").drop("answer")
    assert (table.to_numpy()[:, 1:] == load("q.layerwise").predict_quantiles(frame)).all()
    assert command("evaluate", "q.layerwise", models / "diabetes.csv").code == 0
    assert command("train", "--settings", "q.toml").code == 0
    assert "own" in command("train", "diabetes", "--cost", "own").err


def test_columns_come_in_any_order_and_others_are_left_out_aloud(command, models, tmp_path):
    frame = pl.read_csv(models / "iris.csv")
    frame.select(["answer", *reversed(frame.columns[:-1])]).write_csv(tmp_path / "turned.csv")
    straight = command("predict", models / "iris.layerwise", models / "iris.csv")
    turned = command("predict", models / "iris.layerwise", "turned.csv")
    assert turned.out == straight.out
    assert turned.err == "layerwise: left out 1 column(s): 'answer'\n"


def test_a_missing_column_is_named_with_the_closest(command, models, tmp_path):
    frame = pl.read_csv(models / "iris.csv").rename({"petal width (cm)": "petal width"})
    frame.write_csv(tmp_path / "renamed.csv")
    done = command("predict", models / "iris.layerwise", "renamed.csv")
    assert (done.code, done.out, done.err.count("\n")) == (3, "", 1)
    assert "'petal width (cm)'" in done.err
    assert "the closest is 'petal width'" in done.err


@pytest.mark.parametrize("suffix", FORMATS)
def test_it_writes_a_file_by_its_ending(command, models, tmp_path, suffix):
    done = command("predict", models / "iris.layerwise", models / "iris.csv", "--out", f"p{suffix}")
    assert (done.code, done.out) == (0, "")
    table = FORMATS[suffix](tmp_path / f"p{suffix}")
    assert table.height == 150
    assert table.columns[0] == "prediction"


def test_an_unknown_ending_is_refused_before_anything_is_read(command, models):
    done = command("predict", models / "iris.layerwise", "no.csv", "--out", "p.xls")
    assert done.code == 2
    assert ".csv, .parquet, .ndjson" in done.err


def test_it_does_not_write_over_what_it_reads(command, models):
    before = (models / "iris.csv").read_bytes()
    data = models / "iris.csv"
    done = command("predict", models / "iris.layerwise", data, "--out", data)
    assert done.code == 2
    assert data.read_bytes() == before


@pytest.mark.parametrize("target", ["3", "1", "2"])
def test_files_without_a_header_are_matched_by_position(command, tmp_path, target):
    rows = [(i % 2 + i / 100, i * i % 7 + 0.5, i % 2) for i in range(60)]
    at = int(target) - 1
    lines = [[*row[:2][:at], row[2], *row[:2][at:]] for row in rows]
    write(tmp_path / "a.csv", lines)
    write(tmp_path / "bare.csv", [row[:2] for row in rows])
    done = command("train", "a.csv", "--target", target, "--epochs", "5", "--hidden-units", "4")
    assert done.code == 0, done.err
    whole = command("predict", "a.layerwise", "a.csv")
    bare = command("predict", "a.layerwise", "bare.csv")
    assert (whole.code, bare.code) == (0, 0)
    assert whole.out == bare.out
    assert whole.out.count("\n") == 61
    assert command("evaluate", "a.layerwise", "a.csv").code == 0


def write(path, lines):
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines))


def test_an_interval_is_two_more_columns_and_a_set_one_for_each_class(command, models):
    held = ("--validation-fraction", ".2", "--epochs", "2", "--hidden-units", "4")
    for name, method in (("diabetes", "predict_interval"), ("iris", "predict_set")):
        assert command("train", name, *held).code == 0
        done = command("predict", f"{name}.layerwise", models / f"{name}.csv", "--interval", ".8")
        table, model = pl.read_csv(io.StringIO(done.out)), load(f"{name}.layerwise")
        expected = getattr(model, method)(pl.read_csv(models / f"{name}.csv").drop("answer"), 0.8)
        found = table[:, -expected.shape[1] :]
        assert (found.to_numpy() == expected).all()
        names = [f"set holds {label}" for label in model.classes_] if name == "iris" else ["low", "high"]  # fmt: skip
        assert found.columns == names


def test_an_interval_without_held_out_rows_is_refused_in_one_line(command, models):
    done = command("predict", models / "iris.layerwise", models / "iris.csv", "--interval", ".9")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "no rows were held out" in done.err
