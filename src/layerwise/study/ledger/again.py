"""A run again: its estimator with the recorded settings and seed, trained anew."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from layerwise.errors import DivergenceError, SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.regressor import DNNRegressor
from layerwise.estimators.stored_settings import from_plain
from layerwise.study.ledger.of_fit import entry_of, score_of
from layerwise.study.ledger.record import Entry
from layerwise.study.ledger.run import Run

BY_THE_CLOCK = ("max_seconds", "interrupted")
NO_CLOCK = 1e9  # seconds
FURTHER = ("sample_weight", "validation", "groups")


def estimator_of(run: Run, lost: Mapping[str, Any] | None = None) -> Any:
    """Return the run's estimator, not fitted, with the seed that was drawn or given.

    Parameters
    ----------
    run : of train or fit
    lost : values of the settings that could not be kept, by name

    Raises
    ------
    SettingError
        When a setting that could not be kept is not given.
    """
    given = _lost(run, lost)
    return face_of(run)(**(settings_of(run) | given | {"random_state": run.seed, "verbose": 0}))


def base_of(run: Run, lost: Mapping[str, Any] | None = None) -> Any:
    """Return the estimator that all trials of a search, or rungs of a ladder, began from."""
    settings = run.study.about["settings"]
    given = {name: from_plain(name, value) for name, value in settings.items()} | _lost(run, lost)
    return face_of(run)(**(given | {"verbose": 0}))


def _lost(run: Run, lost: Mapping[str, Any] | None) -> dict[str, Any]:
    given = dict(lost or {})
    missing = [name for name in run.lost if name not in given]
    if missing:
        raise SettingError(
            f"run {run.id}: {', '.join(missing)} could not be kept (a function, or arrays); give "
            "it in Python: run.replay(X, y, settings={...})"
        )
    return given


def settings_of(run: Run) -> dict[str, Any]:
    """Return the settings as an estimator takes them."""
    return {name: from_plain(name, value) for name, value in run.settings.items()}


def face_of(run: Run) -> Any:
    """Return the class of the run's estimator."""
    name = run.source.get("estimator") or run.study.about.get("estimator")
    number = name == "DNNRegressor" if name else run.source.get("task") == "regression"
    return DNNRegressor if number else DNNClassifier


def trained_again(run: Run, estimator: Any, given: tuple[Any, Any], more: Any = None) -> Entry:
    """Train and return the entry that a record of it would have.

    One that the clock or Ctrl-C ended is trained for as many epochs as it came to.

    Parameters
    ----------
    run : that is trained again
    estimator : fitted in place
    given : X and y
    more : sample_weight, validation and groups by name, as `fit` took them
    """
    more = dict(more or {})
    epochs = None
    if run.stopped in BY_THE_CLOCK:
        epochs = max(map(len, run.curves.values()), default=0) or None
        estimator.set_params(max_seconds=NO_CLOCK)
    began = time.perf_counter()
    rows = (*given, *(more.get(name) for name in FURTHER))
    try:
        estimator._fit(rows, None, epochs)
    except DivergenceError as error:
        return entry_of(estimator, [], time.perf_counter() - began, str(error))
    return entry_of(estimator, score_of(estimator), time.perf_counter() - began)
