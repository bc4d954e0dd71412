"""What a search writes down: where the records of a study and of a trial take their form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from layerwise.estimators.stored_settings import as_plain

KEY = "layerwise"
VERSION = 1
PLACE, WORKER, DEFAULTS = "layerwise:place", "layerwise:worker", "layerwise:defaults"


class Scored(NamedTuple):
    """A trial's score on rows that it has not seen, with its interval where there is one."""

    value: float
    low: float | None = None
    high: float | None = None
    rows: int = 0


class Ended(NamedTuple):
    """What a trial came to. `figures` is what was monitored, by epoch; `error` why it failed."""

    scores: tuple[Scored, ...] = ()
    figures: Mapping[int, float] = MappingProxyType({})
    curves: Mapping[str, list[float]] = MappingProxyType({})
    seconds: float = 0.0
    stopped: str = ""
    best_epoch: int = 0
    error: str | None = None

    @property
    def value(self) -> float | None:
        """The mean of the scores over folds and seeds."""
        return sum(s.value for s in self.scores) / len(self.scores) if self.scores else None


def of_study(
    name: str, metric: str, estimator: Any, space: str, judged: dict[str, Any]
) -> dict[str, Any]:
    """Return the study's user attribute "layerwise".

    Parameters
    ----------
    name, metric : of the search, and what is made as great as can be
    estimator : with the settings that trials change
    space : as text
    judged : "folds" (0: held-out rows), the "data" as a digest, and what else a resumed search has
        to have alike
    """
    settings = estimator.get_params(deep=False)
    return {
        "version": VERSION,
        "kind": "search",
        "name": name,
        "metric": metric,
        "direction": "maximize",
        "settings": {key: as_plain(value) for key, value in settings.items()},
        "fingerprint": None,
        "space": space,
        **judged,
    }


def of_trial(metric: str, ended: Ended, seed: int | None, folds: int) -> dict[str, Any]:
    """Return the trial's user attributes."""
    on = "folds" if folds else "validation"
    found = {
        "seed": seed,
        "scores": [
            {"name": metric, **{key: _finite(v) for key, v in score._asdict().items()}, "on": on}
            for score in ended.scores
        ],
        "curves": {key: [_finite(v) for v in curve] for key, curve in ended.curves.items()},
        "seconds": round(ended.seconds, 4),
        "stopped": ended.stopped,
        "best_epoch": ended.best_epoch,
    }
    return found if ended.error is None else found | {"error": ended.error}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
