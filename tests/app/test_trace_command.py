"""`layerwise trace`."""

import json

import polars as pl
import pytest

from layerwise import load


def test_the_text_is_the_estimators_own(command, models):
    done = command("trace", models / "iris.layerwise", models / "iris.csv")
    frame = pl.read_csv(models / "iris.csv")
    X, y = frame.drop("answer")[:1], frame["answer"].to_numpy()[:1]
    assert done.code == 0
    assert done.out == load(models / "iris.layerwise").trace(X, y).text()


def test_several_examples_are_a_batch_and_keep_their_numbers(command, models):
    given = models / "diabetes.layerwise", models / "diabetes.csv"
    done = command("trace", *given, "--examples", "3-5,9", "--format", "json")
    found = json.loads(done.out)
    assert found["examples"] == ["example 3", "example 4", "example 5", "example 9"]
    assert found["facts"]["m"] == "4"


@pytest.mark.parametrize(
    ("suffix", "begin"),
    [("html", "<!doctype html>"), ("md", "# One"), ("tex", "\\documentclass"), ("json", "{")],
)
def test_the_ending_of_out_chooses_the_form(command, models, tmp_path, suffix, begin):
    given = models / "iris.layerwise", models / "iris.csv", "--example", 2
    done = command("trace", *map(str, given), "--out", f"step.{suffix}")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"step.{suffix}: ")
    assert (tmp_path / f"step.{suffix}").read_text("utf-8").startswith(begin)


WRONG = {
    "an example out of range": (["--example", "150"], 2, "from 0 to 149"),
    "a range out of range": (["--examples", "149-151"], 2, "from 0 to 149"),
    "a range that is none": (["--examples", "9-3"], 2, "such as 0-9"),
    "both": (["--example", "1", "--examples", "0-9"], 2, "not both"),
    "a member out of range": (["--member", "5"], 2, "from 1 to 1"),
    "too many digits": (["--digits", "18"], 2, "from 1 to 17"),
    "an unknown form": (["--format", "word"], 2, "expected one of text"),
    "an unknown ending": (["--out", "step.docx"], 2, ".html"),
    "no such target": (["--target", "price"], 3, "price"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_invocation_is_one_line(command, models, name):
    flags, code, words = WRONG[name]
    done = command("trace", models / "iris.layerwise", models / "iris.csv", *flags)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert words in done.err


def test_without_a_column_of_answers_it_says_so(command, models, tmp_path):
    pl.read_csv(models / "iris.csv").drop("answer").write_csv(tmp_path / "bare.csv")
    done = command("trace", models / "iris.layerwise", "bare.csv")
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert "answers" in done.err
