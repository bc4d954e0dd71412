"""What a card shows."""

import io

import numpy as np
import pytest
from rich.console import Console

from layerwise.app.card import beside, confusions
from layerwise.study.scoring import Baseline, Interval, Score


def shown(part, width=80):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(part)
    return console.export_text()


def test_verdicts_stand_beside_the_baselines():
    baselines = (Baseline("majority", 0.5, "better"), Baseline("logistic", 0.9, "worse"))
    text = shown(beside(Score("binary", "accuracy", 0.8, Interval(0.7, 0.9), None, 50, baselines)))
    assert "majority     50.0 %   better" in text
    assert "logistic     90.0 %   worse" in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_count_is_never_cut_short(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    classes = np.array([f"class {i}" for i in range(8)])
    y = np.repeat(classes, 1234)
    predicted = np.where(y == "class 3", "class 5", y)
    text = shown(confusions(classes, y, predicted), width)
    assert "1234" in text
    assert "…" not in text


def test_many_classes_show_the_worst_mistakes():
    classes = np.arange(30)
    y = np.repeat(classes, 2)
    text = shown(confusions(classes, y, np.where(y == 4, 9, y)))
    assert "4 taken for 9: 2 times" in text


def test_no_mistakes_are_said():
    classes = np.arange(30)
    assert "no mistakes" in shown(confusions(classes, classes, classes))
