"""Slips that are known by what the wrong tensor looks like, where no formula can give it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from layerwise.study.checking.equations import Absent, Equation, Scope, run
from layerwise.study.checking.judging import Trial, Unknown

TOLERANCE = 1e-4


def name_of(unknown: Unknown, trials: tuple[Trial, ...]) -> str:
    """Return the name of the slip that a wrong tensor shows in every network; "" if none does."""
    line = unknown.line
    seen = [trial for trial in trials if line.key in trial.shown]
    for name, test in RECOGNIZED.get(line.kinds[0], {}).items():
        if seen and all(_holds(test, trial, line) for trial in seen):
            return name
    return ""


def _holds(test: Callable, trial: Trial, line: Equation) -> bool:
    shown = np.asarray(trial.shown[line.key], float)
    values = run(trial.program, {**trial.given, **trial.shown})
    try:
        return bool(test(Scope(values, line), shown))
    except (Absent, ValueError):
        return False


def _is_masked(shown: np.ndarray, whole: np.ndarray, scale: float) -> bool:
    """Return whether each entry is dropped or kept, and kept ones are scaled."""
    kept = np.abs(shown - whole * scale) <= TOLERANCE * np.abs(whole).max()
    return bool((kept | (shown == 0)).all() and kept.any())


def _is_floored(shown: np.ndarray, Z: np.ndarray) -> bool:
    """Return whether it is max(c, Z) with a c that is not 0."""
    floor = shown.min()
    return bool(abs(floor) > TOLERANCE and np.allclose(shown, np.maximum(floor, Z)))


RECOGNIZED = {
    "dropout dA": {
        "the mask of forward is not reused: a fresh random mask": lambda s, shown: _is_masked(
            shown, s.dA_whole, 1 / s.keep_prob
        ),
        "the mask of forward is not reused: a fresh random mask, not scaled": lambda s, shown: (
            _is_masked(shown, s.dA_whole, 1.0)
        ),
    },
    "A": {
        "np.maximum with another number than 0": lambda s, shown: _is_floored(shown, s.Z),
    },
}
