"""A search's trials as scikit-learn's `cv_results_`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial
from scipy.stats import rankdata

from layerwise.study.search.recording import DEFAULTS
from layerwise.study.search.space import Space, settings_of


def params_of(space: Space, trial: FrozenTrial) -> dict[str, Any]:
    """Return the settings of a trial; {} for the defaults."""
    return {} if DEFAULTS in trial.system_attrs else settings_of(space, trial.params)


def results_of(space: Space, trials: Sequence[FrozenTrial], splits: int) -> dict[str, Any]:
    """Return `cv_results_`, one entry per trial in the order of their numbers.

    Scores of trials that were stopped or failed are nan, and their rank is the last one.
    """
    params = [params_of(space, trial) for trial in trials]
    each = np.array([_by_split(trial, space.seeds, splits) for trial in trials])
    each = each.reshape(len(trials), splits)
    mean = each.mean(axis=1)
    found: dict[str, Any] = {"params": params}
    for name in dict.fromkeys(name for own in params for name in own):
        column = np.ma.MaskedArray(np.empty(len(params), dtype=object), mask=True)
        for place, own in enumerate(params):
            if name in own:
                column[place] = _one(own[name])
        found[f"param_{name}"] = column
    for k in range(splits):
        found[f"split{k}_test_score"] = each[:, k]
    lost = np.where(np.isnan(mean), -np.inf, mean)
    seconds = np.array([trial.user_attrs.get("seconds", 0.0) for trial in trials])
    return found | {
        "mean_test_score": mean,
        "std_test_score": each.std(axis=1),
        "rank_test_score": rankdata(-lost, method="min").astype(np.int32),
        "mean_fit_time": seconds / (splits * space.seeds),
        "number": np.array([trial.number for trial in trials]),
        "state": np.array([trial.state.name.lower() for trial in trials]),
    }


def _one(value: Any) -> Any:
    # an array of objects takes a tuple apart
    if not isinstance(value, tuple | list):
        return value
    cell = np.empty((), dtype=object)
    cell[()] = value
    return cell[()]


def _by_split(trial: FrozenTrial, seeds: int, splits: int) -> list[float]:
    scores = trial.user_attrs.get("scores", [])
    values = [score["value"] for score in (scores[1:] or scores)]  # the mean comes first
    if len(values) != seeds * splits:
        return [np.nan] * splits
    return np.reshape(values, (splits, seeds)).mean(axis=1).tolist()
