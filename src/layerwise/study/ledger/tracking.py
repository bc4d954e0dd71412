"""`fit(X, y, track=True)`: the fit that is recorded, also when it fails."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sklearn.base import clone

from layerwise.errors import DivergenceError, SettingError
from layerwise.study.ledger.again import FURTHER
from layerwise.study.ledger.fingerprint import fingerprint
from layerwise.study.ledger.of_fit import entry_of, score_of
from layerwise.study.ledger.record import About, Entry, Recorder, record


def tracked_fit(
    fit: Callable[..., Any], estimator: Any, given: tuple[Any, ...], named: dict[str, Any], to: Any
) -> Any:
    """Fit, record the run and note its id as `run_id_`.

    Parameters
    ----------
    fit : of the estimator, without tracking
    estimator : to fit
    given, named : what `fit` takes
    to : True for "layerwise-runs.db" in this folder, a file, or an address of PostgreSQL

    Raises
    ------
    SettingError, OSError
        When the database cannot be used: before training begins.
    """
    place = None if to is True else to
    Recorder(place).close()  # an hour of training is not lost to a wrong password
    began = time.perf_counter()
    try:
        fit(estimator, *given, **named)
    except (Exception, KeyboardInterrupt) as error:
        _note_failure(place, estimator, (given, named), (error, time.perf_counter() - began))
        raise
    entry = entry_of(estimator, score_of(estimator), time.perf_counter() - began)
    entry.kept.update(_given(given, named))
    _note(place, estimator, _about(estimator, *_rows(given, named)), entry)
    return estimator


def _note(place: str | Path | None, estimator: Any, about: About, entry: Entry) -> None:
    """Record a run; a database that fails by now costs neither the model nor an error's words."""
    try:
        estimator.run_id_ = record(place, about, entry)
    except (SettingError, OSError) as error:
        warnings.warn(f"the run was not recorded: {error}", stacklevel=5)


def _given(given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, list[str]]:
    """Return what `fit` was given beside the rows, by name; it is not kept itself."""
    whole = named | dict(zip(FURTHER, given[2:], strict=False))
    names = [name for name in FURTHER if whole.get(name) is not None]
    return {"given": names} if names else {}


def _note_failure(place: str | Path | None, estimator: Any, call: Any, ending: Any) -> None:
    """Record a fit that failed, if its rows can be read at all: they may be why it failed."""
    error, seconds = ending
    why = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error) or repr(error)
    # what stopped before training began has left an earlier fit's figures, if any
    of_this_fit = estimator if isinstance(error, DivergenceError) else clone(estimator)
    try:
        about = _about(of_this_fit, *_rows(*call))
    except Exception:
        return
    _note(place, estimator, about, entry_of(of_this_fit, [], seconds, why))


def _rows(given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any]:
    both = (*given, *(named[name] for name in ("X", "y")[len(given) :]))
    return both[0], both[1]


def _about(estimator: Any, X: Any, y: Any) -> About:
    data = fingerprint(X, y)
    default = "accuracy" if type(estimator).__name__ == "DNNClassifier" else "rmse"
    metric = vars(estimator).get("metric_", default)
    name = f"{data['rows']} x {data['columns']}"
    return About("fit", name, data, metric, {"estimator": type(estimator).__name__})
