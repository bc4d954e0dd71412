"""The picture of a search: the best so far over the trials, and what the score depends on."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from layerwise.study.drawing.frame import picture_png
from layerwise.study.panels import Bars, Cloud, Curves, Panel

FEWEST = 8  # trials from which importances say something
MOST_BARS = 8


def importances(study: Study) -> dict[str, float]:
    """Return how much each setting mattered, the most first; {} for too few trials.

    By PED-ANOVA: Watanabe et al., IJCAI 2023.
    """
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    done = _scored(study)
    names = [name for name in _common(done) if len({t.params[name] for t in done}) > 1]
    if len(done) < FEWEST or not names:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = get_param_importances(
                study, evaluator=PedAnovaImportanceEvaluator(), params=names
            )
        except (ValueError, RuntimeError):  # such as scores that are all alike
            return {}
    return {name: float(share) for name, share in found.items() if np.isfinite(share)}


def _scored(study: Study) -> list[FrozenTrial]:
    return [trial for trial in study.trials if trial.state == TrialState.COMPLETE]


def _common(trials: list[FrozenTrial]) -> list[str]:
    names = [set(trial.params) for trial in trials]
    return sorted(set.intersection(*names)) if names else []


def panels_of(study: Study) -> list[Panel]:
    """Return what the picture of a search shows."""
    done = _scored(study)
    at = np.array([trial.number + 1.0 for trial in done])
    best = np.maximum.accumulate([float(trial.value or 0.0) for trial in done])
    shown: list[Panel] = [
        Curves("the best so far", {"best": (at, best)}, ("trial", "validation score"))
    ]
    weights = importances(study)
    against = _against(done, [*weights, *_common(done)])
    shown += [against] if against else []
    if weights:
        names = tuple(list(weights)[:MOST_BARS])
        values = np.array([weights[name] for name in names])
        shown.append(Bars("what mattered", names, values, "share of the importance"))
    return shown


def _against(done: list[FrozenTrial], names: list[str]) -> Cloud | None:
    """Return the score against the setting that mattered most, of those that are numbers."""
    for name in dict.fromkeys(names):
        values = [trial.params[name] for trial in done]
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        if not numbers or len(set(values)) < 3:
            continue
        log = bool(getattr(done[-1].distributions.get(name), "log", False))
        x = np.log10(values) if log else np.array(values, dtype=np.float64)
        label = f"log10 of {name}" if log else name
        points = np.column_stack([x, [float(trial.value or 0.0) for trial in done]])
        order = np.array([float(trial.number + 1) for trial in done])
        return Cloud(
            f"score against {name}", points, order, (label, "validation score"), unit="trial"
        )
    return None


def search_png(search: Any) -> bytes:
    """Return the picture of a fitted search as PNG."""
    found = search.comparison_
    title = "The best trial so far" if found is None else found.sentence.split(" (")[0].rstrip(".")
    return picture_png(title[0].upper() + title[1:], panels_of(search.study_))
