"""Weights, threshold, metric and the ways of holding out, on the command line."""

import tomllib

import pytest

from layerwise import load

QUICK = ["--epochs", "3", "--hidden-units", "4"]


def test_weights_of_labels_are_an_inline_table_which_the_settings_file_repeats(command, tmp_path):
    done = command("train", "iris", *QUICK, "--class-weight", "{setosa = 2, versicolor = 0.5}")
    assert done.code == 0, done.err
    assert "class_weight {setosa = 2, versicolor = 0.5}" in done.out
    lines = tomllib.loads((tmp_path / "iris.toml").read_text())
    assert lines["class_weight"] == {"setosa": 2, "versicolor": 0.5}
    first = load(tmp_path / "iris.layerwise")
    assert first.class_weight == {"setosa": 2, "versicolor": 0.5}
    assert command("train", "--settings", "iris.toml").code == 0
    again = load(tmp_path / "iris.layerwise")
    assert all((a == b).all() for a, b in zip(again.weights_, first.weights_, strict=True))


def test_labels_that_are_numbers_are_named_by_their_text(command, tmp_path):
    rows = "\n".join(f"{i},{i % 3},{i % 2}" for i in range(60))
    (tmp_path / "t.csv").write_text("a,b,label\n" + rows + "\n")
    done = command("train", "t.csv", *QUICK, "--class-weight", "{1 = 3}")
    assert done.code == 0, done.err


def test_by_time_the_last_fifth_is_the_test_and_the_metric_has_its_name(command, tmp_path):
    flags = ["--validation-split", "time", "--validation-fraction", ".2"]
    done = command("train", "diabetes", *QUICK, *flags, "--metric", "neg_mean_absolute_error")
    assert done.code == 0, done.err
    assert "the last fifth" in done.out
    assert "neg_mean_absolute_error -" in done.out
    assert "neg_mean_absolute_error" in command("summary", "diabetes.layerwise").out


def test_a_chosen_threshold_is_on_the_card(command):
    flags = ["--threshold", "f1_macro", "--validation-fraction", ".3", "--class-weight", "balanced"]
    done = command("train", "breast_cancer", *QUICK, *flags)
    assert done.code == 0, done.err
    assert "chosen on the validation rows" in done.out


WRONG = {
    "--threshold .3": "threshold=0.3: expected 0.5",
    "--metric roc_auc": "metric='roc_auc': needs validation rows",
    "--class-weight {setosa=": "class_weight='{setosa=': expected None, 'balanced'",
    "--class-weight {rose=2}": "'rose' is not a class",
    "--validation-split grouped": "expected groups, one per row",
}


@pytest.mark.parametrize("flags", WRONG)
def test_a_setting_that_does_not_fit_gets_one_line(flags, command):
    done = command("train", "iris", *QUICK, *flags.split())
    assert (done.code, done.out) == (2, ""), done
    assert WRONG[flags] in done.err
    assert done.err.count("\n") == 1
