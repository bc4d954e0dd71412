"""One fit of one method on one split, timed and judged: what a worker does when asked."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from benchmarks.tables import methods, metrics
from benchmarks.tables.drawing import Split, draw
from benchmarks.tables.sets import SETS

COVERAGE = 0.9


def run(name: str, split: int, method: list[Any], most: int) -> dict[str, Any]:
    """Return the figures of one fit; its seed is the number of the split."""
    warnings.simplefilter("ignore")  # about what is missing or constant: that is on purpose
    table, asked = SETS[name], methods.Method(*method)
    methods.ready(asked)
    rows = draw(table, split, most)
    fit = partial(methods.fit, asked, rows.X, rows.y, table.task, split)
    busy = time.process_time()
    model, fit_seconds = timed(fit)
    busy = time.process_time() - busy
    predicted, predict_seconds = timed(partial(model.predict, rows.X_test))
    found = {"rows": len(rows.y), "columns": rows.X.shape[1], "tested": len(rows.y_test)}
    found |= {"fit_seconds": fit_seconds, "fit_cpu": busy, "predict_seconds": predict_seconds}
    if table.task == "classes":
        return found | of_classes(model, rows, predicted)
    return found | of_numbers(model, rows, predicted)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and its seconds."""
    began = time.perf_counter()
    answer = call()
    return answer, time.perf_counter() - began


def of_classes(model: Any, rows: Split, predicted: Any) -> dict[str, float]:
    """Return error, log loss and calibration error."""
    chances, classes = np.asarray(model.predict_proba(rows.X_test)), np.asarray(model.classes_)
    if not np.isfinite(chances).all():
        raise ValueError("a probability is no number")
    return {
        "error": metrics.error_rate(rows.y_test, np.asarray(predicted)),
        "log_loss": metrics.log_loss(rows.y_test, chances, classes),
        "calibration": metrics.calibration_error(rows.y_test, chances, classes),
    }


def of_numbers(model: Any, rows: Split, predicted: Any) -> dict[str, float]:
    """Return RMSE, the target's spread, and what 90 % intervals are worth where there are any."""
    predicted = np.asarray(predicted).reshape(-1)
    if not np.isfinite(predicted).all():
        raise ValueError("a prediction is no number")
    found = {"error": metrics.rmse(rows.y_test, predicted), "spread": float(np.std(rows.y))}
    interval = None
    if hasattr(model, "predict_interval"):
        with suppress(ValueError):  # no rows were held out to learn them from
            interval = np.asarray(model.predict_interval(rows.X_test, coverage=COVERAGE))
    if interval is not None:
        found["coverage"] = metrics.coverage(rows.y_test, interval)
        found["width"] = metrics.mean_width(interval)
        found["width_in_spreads"] = found["width"] / found["spread"]
    return found
