"""`layerwise meter`."""

import json

import pytest

QUICK = ("--hidden-units", "none", "--optimizer", "gradient_descent", "--batch-size", "all",
         "--epochs", "10", "--seeds", "1")  # fmt: skip


def test_it_judges_a_rate_with_its_evidence_and_writes_the_picture(command, tmp_path):
    shown = command("meter", "iris", *QUICK, "--rate", "1e-4")
    assert shown.code == 0, shown.err
    assert shown.out.startswith("0.0001 is too small: the cost is still")
    for words in ("largest stable rate", "bound from the curvature", "next", "iris-meter.png"):
        assert words in shown.out
    assert (tmp_path / "iris-meter.png").read_bytes()[:4] == b"\x89PNG"


def test_json_is_one_object(command, tmp_path):
    shown = command("meter", "iris", *QUICK, "--json", "--picture", "own.png")
    card = json.loads(shown.out)
    assert card["verdict"] in ("too small", "right", "too large")
    assert len(card["rates"]) == len(card["costs"]) == 64
    assert card["suggested"] <= card["largest_stable"]
    assert (tmp_path / "own.png").exists()


def test_without_data_the_help_is_shown(command):
    shown = command("meter")
    assert shown.code == 0
    assert "Five ways to use it" in shown.out


def test_training_says_that_the_rate_was_measured(command):
    shown = command("train", "iris", *QUICK[:-2])
    assert shown.code == 0, shown.err
    assert "learning rate" in shown.out
    assert "measured: " in shown.out


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("--rate", "0"), "--rate 0.0: expected a number from 1e-12 to 1e6", 2),
        (("--seeds", "0"), "seeds=0: expected a whole number from 1 to 100", 2),
        (("--picture", "a.pdf"), "the ending .png", 2),
        (("--optimizer", "lbfgs"), "L-BFGS finds the length of each step itself", 2),
    ],
)
def test_a_wrong_call_is_one_line(command, arguments, words, code):
    shown = command("meter", "iris", *arguments)
    assert shown.code == code
    assert words in shown.err
    assert shown.err.count("\n") == 1
