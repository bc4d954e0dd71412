"""The lines of a card: each a name and a sentence."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import numpy as np

from layerwise.app.files import Places
from layerwise.app.recording import Recorded
from layerwise.app.settings import as_text, default_settings
from layerwise.app.showing import figure
from layerwise.app.splitting import Split
from layerwise.data.trust import fewest_rows
from layerwise.estimators.measuring_rates import rate_measured_by
from layerwise.estimators.summary import activation_name, in_folds, size_of
from layerwise.study.calibration import calibration_by_chance, calibration_error
from layerwise.study.scoring import Score

MOST_SHOWN = 5
COVERAGE = 0.9
MOST_BY_CHANCE = 0.05  # of the calibration error
Facts = list[tuple[str, str]]
Where = tuple[Places, float, Recorded]  # the files, the seconds, the record


def training_facts(result: Score, estimator: Any, parts: Split, where: Where) -> Facts:
    """Return the lines of the training card."""
    places, seconds, noted = where
    training, validation = estimator.rows_
    held = _in_turn(estimator) or f", {validation:,} validation"
    rows = f"{training:,} training{held}, {result.rows:,} test"
    return [
        ("data", _what(parts, estimator)),
        *(("", note) for note in parts.notes),
        *left_out(estimator),
        ("rows", f"{rows} ({parts.origin})"),
        ("network", network(estimator)),
        ("settings", _settings(estimator)),
        *_rate(estimator),
        *_threshold(estimator),
        *_sureness(estimator, parts),
        ("training", f"{_ending(estimator)}; {seconds:.1f} seconds"),
        ("files", ", ".join(str(path) for path in places if path)),
        *([("run", noted.line)] if noted.line else []),
        ("next", f"layerwise predict {_quoted(places.model)} {_new(estimator, parts)}"),
    ]


def evaluation_facts(result: Score, estimator: Any, notes: tuple[str, ...]) -> Facts:
    """Return the lines of the evaluation card."""
    training, validation = estimator.rows_
    rows = f"{result.rows:,} scored; trained on {training:,} and {validation:,} for validation"
    return [("rows", rows), *(("", note) for note in notes), ("network", network(estimator))]


def _in_turn(estimator: Any) -> str:
    count = estimator.n_members_
    return f" (a part of them held out by each of {count} members)" if in_folds(estimator) else ""


def _what(parts: Split, estimator: Any) -> str:
    where = f" in {parts.target!r}" if parts.target else ""
    if parts.task == "regression":
        kind = f"regression: numbers{where}"
    else:
        classes = estimator.classes_
        kind = f"{parts.task}: {len(classes)} classes{where} ({few(classes)})"
    return f"{kind}; {parts.why}" if parts.why else kind


def few(labels: Any) -> str:
    """Return the first labels of a list as text.

    >>> few(range(9)), few(["cat", "dog"])
    ('0, 1, 2, 3, 4, ...', 'cat, dog')
    """
    words = [str(label) for label in labels[:MOST_SHOWN]]
    return ", ".join(words) + (", ..." if len(labels) > MOST_SHOWN else "")


def left_out(estimator: Any) -> Facts:
    """Return the line that names the columns that were dropped and why, if there are any."""
    reasons: dict[str, list[str]] = {}
    for column in estimator.encoder_.dropped:
        reasons.setdefault(column.reason, []).append(column.name)
    if not reasons:
        return []
    texts = [f"{few(names)} ({reason})" for reason, names in reasons.items()]
    more = [f"and {len(texts) - MOST_SHOWN} more"] if len(texts) > MOST_SHOWN else []
    return [("left out", "; ".join([*texts[:MOST_SHOWN], *more]))]


def network(estimator: Any) -> str:
    """Return the layers in one line, such as ``64 - 256 relu - 10 softmax``."""
    board = estimator.network_
    names = [activation_name(board, layer) for layer in range(1, board.depth + 1)]
    first, *units = estimator.units_
    layers = [f"{n} {name}" for n, name in zip(units, names, strict=True)]
    return f"{' - '.join([str(first), *layers])}; {size_of(estimator)}"


def _settings(estimator: Any) -> str:
    usual = default_settings()
    changed = [
        f"{name} {as_text(value)}"
        for name, value in estimator.get_params(deep=False).items()
        if value != usual[name] and name != "verbose"
    ]
    own = (", ".join(changed) + "; the others" if changed else "all") + " as by default"
    return f"{own} (preset {estimator.settings_['preset']})"


def _rate(estimator: Any) -> Facts:
    measured = rate_measured_by(estimator)
    return [] if measured is None else [("learning rate", f"measured: {figure(measured)}")]


def _threshold(estimator: Any) -> Facts:
    if not isinstance(estimator.threshold, str):
        return []
    chosen = f"{figure(estimator.threshold_)}, chosen on the validation rows"
    return [("threshold", chosen)]


def _sureness(estimator: Any, parts: Split) -> Facts:
    X, y = parts.test
    if parts.task != "regression":
        chance = calibration_by_chance(len(y))
        if chance > MOST_BY_CHANCE:
            return []
        places = {label: place for place, label in enumerate(estimator.classes_.tolist())}
        own = np.array([places.get(label, -1) for label in y.tolist()])
        missed = 100 * calibration_error(estimator.predict_proba(X), own)
        text = f"off by {missed:.1f} percentage points (calibration error on the test rows)"
        return [("sureness", text)]
    scores = estimator.trust_.scores
    if not scores or scores[0].weight < fewest_rows(COVERAGE):
        return []
    low, high = estimator.predict_interval(X, COVERAGE).T
    held = f"it holds {100 * np.mean((low <= y) & (y <= high)):.0f} % of the test rows"
    half = figure(float(np.median(high - low)) / 2)
    text = f"± {half} is to hold 90 % of new rows, as it does of the validation rows; {held}"
    return [("interval", text)]


def _ending(estimator: Any) -> str:
    epochs = len(estimator.history_)
    why = {
        "epochs": "all epochs done",
        "patience": f"no progress in {estimator.patience} epochs",
        "max_seconds": "max_seconds reached",
        "interrupted": "interrupted",
    }
    best = f"best epoch {estimator.best_epoch_} of {epochs}{_figure(estimator)}"
    return f"{best}, {why[estimator.stopped_]}"


def _figure(estimator: Any) -> str:
    """Return the figure that chose the best epoch, where it was asked for."""
    if estimator.metric in ("auto", None) or not estimator.best_epoch_:
        return ""
    score = estimator.history_[estimator.best_epoch_ - 1].validation_metric
    return f" ({estimator.metric_} {figure(score)} on the validation rows)"


def _quoted(path: Path) -> str:
    return shlex.quote(os.fspath(path))


def _new(estimator: Any, parts: Split) -> str:
    if estimator.encoder_.pixels is not None:
        return "new_pictures/"
    return "new.csv" if parts.target else "new_rows.csv"
