"""Two runs side by side: what differs, the difference of their scores, their curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from layerwise.errors import SettingError
from layerwise.study.drawing.frame import picture_png
from layerwise.study.ledger.differences import (
    Change,
    Difference,
    of_data,
    of_environment,
    of_settings,
)
from layerwise.study.ledger.gap import Gap, gap_of
from layerwise.study.ledger.run import Run
from layerwise.study.panels import Curves

PANELS = (  # title, label, and the figures that are lines of it by what they are of
    ("Cost", "cost J", {"training": "cost", "validation": "validation_cost"}),
    ("Score", "{}", {"training": "metric", "validation": "validation_metric"}),
)


@dataclass(frozen=True)
class Compared:
    """Two runs and what differs.

    Attributes
    ----------
    a, b : Run
    settings, environment : tuples of (name, before, after)
        What differs, a default named as one.
    data : tuple of (column, how)
        () where the data is the same.
    scores : tuple of (name, a's score or None, b's score or None)
        Each with value, low, high and rows.
    gap : Gap or str
        The difference of the main scores; or why there is none.
    """

    a: Run
    b: Run
    settings: tuple[Difference, ...]
    data: tuple[Change, ...]
    environment: tuple[Difference, ...]
    scores: tuple[tuple[str, dict[str, Any] | None, dict[str, Any] | None], ...]
    gap: Gap | str

    @property
    def finding(self) -> str:
        """The verdict on the scores, in words."""
        return self.gap if isinstance(self.gap, str) else self.gap.sentence

    def __repr__(self) -> str:
        lines = [f"run {self.a.id} and run {self.b.id}: {self.finding}"]
        for title, found in (("settings", self.settings), ("environment", self.environment)):
            lines += [f"{title}: {one.name}: {one.before} | {one.after}" for one in found]
        lines += [f"data: {one}" for one in self.data]
        return "\n".join(lines)

    def png(self) -> bytes:
        """Return both runs' curves as PNG.

        Raises
        ------
        SettingError
            When neither has curves.
        """
        panels = tuple(filter(None, (_panel(self.a, self.b, *one) for one in PANELS)))
        if not panels:
            raise SettingError(f"runs {self.a.id} and {self.b.id} have no curves to draw")
        # the interval is in the text; a title has room for the verdict
        title = f"Runs {self.a.id} and {self.b.id}: {_short(self)}"
        return picture_png(title, panels)


def _short(found: Compared) -> str:
    if isinstance(found.gap, str):
        return "how they learned"
    if found.gap.better is None:
        return f"they cannot be told apart by {found.gap.metric}"
    return f"run {found.gap.better} is better by {found.gap.metric}"


def _panel(a: Run, b: Run, title: str, label: str, figures: dict[str, str]) -> Curves | None:
    lines = {}
    for run in (a, b):
        for part, name in figures.items():
            values = run.curves.get(name)
            if values is not None:
                y = np.array([np.nan if v is None else v for v in values], np.float64)
                lines[f"run {run.id}, {part}"] = (np.arange(1, len(y) + 1), y)
    if not lines:
        return None
    word = next((s["name"] for s in reversed(a.scores) if s.get("on") != "test"), a.metric)
    return Curves(title, lines, ("epoch", label.format(word)))


def compare(a: Run, b: Run, test: tuple[Any, Any] | None = None, why: str = "") -> Compared:
    """Compare two recorded runs: settings, data, environment, scores, curves.

    Use it after a change, to see what else was not the same, and whether the scores differ by more
    than chance.

    Parameters
    ----------
    a, b : Run
        As `layerwise.runs` gives them.
    test : (X, y), optional
        Rows that neither was trained on: both models, where their files are there, predict them,
        and are compared row by row.
    why : str, optional
        What kept such rows from being there; it is told.

    Returns
    -------
    Compared
        `.settings`, `.data`, `.environment`, `.scores`, `.gap`, `.finding` and `.png()`.

    Raises
    ------
    SettingError, FileNotFoundError, ModelFileError
        When test rows are given and a model file is not there, or refused.

    Notes
    -----
    Lecture row 28. Row by row: McNemar's exact test, or the bootstrap of the difference of RMSEs.
    Over the splits and seeds of one search or ladder: the corrected t-test of Nadeau and Bengio.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, compare, runs
    >>> X, y = load_iris(return_X_y=True)
    >>> place = os.path.join(tempfile.mkdtemp(), "runs.db")
    >>> for rate in (0.01, 0.02):
    ...     model = DNNClassifier((4,), learning_rate=rate, epochs=2, random_state=0)
    ...     _ = model.fit(X, y, track=place)
    >>> second, first = runs(place)
    >>> [tuple(one) for one in compare(first, second).settings]
    [('learning_rate', '0.01', '0.02')]
    """
    return Compared(
        a,
        b,
        of_settings(a, b),
        of_data(a.data, b.data),
        of_environment(a.environment, b.environment),
        _scores(a, b),
        gap_of(a, b, test, why),
    )


def _scores(a: Run, b: Run) -> tuple[Any, ...]:
    def keyed(run: Run) -> dict[str, dict[str, Any]]:
        whole = [score for score in run.scores if "split" not in score]
        return {f"{score['name']} on {score.get('on')}": score for score in reversed(whole)}

    one, other = keyed(a), keyed(b)
    names = list(dict.fromkeys([*reversed(one), *reversed(other)]))
    return tuple((name, one.get(name), other.get(name)) for name in names)
