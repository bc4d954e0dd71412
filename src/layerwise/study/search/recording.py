"""What a search writes down: where the records of a study and of a trial take their form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier

from layerwise.estimators.score_intervals import Interval
from layerwise.estimators.stored_settings import as_plain
from layerwise.study.ladder.testing import interval_of
from layerwise.study.ledger.environment import environment
from layerwise.study.ledger.fingerprint import fingerprint
from layerwise.study.ledger.of_fit import settings_of
from layerwise.study.ledger.record import VERSION, plain
from layerwise.study.search.rows import Rows
from layerwise.study.search.space import Space, made

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
    digest: str | None = None  # of the parameters of all its networks

    @property
    def value(self) -> float | None:
        """The mean of the scores over folds and seeds."""
        return sum(s.value for s in self.scores) / len(self.scores) if self.scores else None


def metric_of(search: Any) -> str:
    """Return the name of a search's score."""
    if search.scoring is not None:
        return str(search.scoring)
    return "accuracy" if is_classifier(search.estimator) else "r2"


def record_of(search: Any, name: str, what: tuple[Any, Space, Rows, int]) -> dict[str, Any]:
    """Return the study's user attribute of a `SearchCV`.

    Parameters
    ----------
    search, name : the search, and its study's name
    what : the estimator that trials change, the space, the rows, the seed
    """
    estimator, space, rows, seed = what
    method = search.method if isinstance(search.method, str) else type(search.method).__name__
    cv = search.cv if search.cv is None or isinstance(search.cv, int) else repr(search.cv)
    about = {"folds": rows.folds, "cv": cv, "seed": seed, "method": method}
    about |= {"name": name, "metric": metric_of(search), "source": {}}
    # a command knows where the rows were read
    origin = vars(search).get("_origin") or {"data": fingerprint(rows.X, rows.y)}
    return of_study(about | origin, estimator, space)


def of_study(about: dict[str, Any], estimator: Any, space: Space) -> dict[str, Any]:
    """Return the study's user attribute "layerwise": what all trials share, once.

    Parameters
    ----------
    about : name, data (its fingerprint), source, metric, and what a search that goes on has to have
        alike: "folds" (0: held-out rows), "cv", "seed", "method"
    estimator : with the settings that trials change
    space : of those changes
    """
    own = settings_of(estimator)
    found = {"version": VERSION, "kind": "search", "direction": "maximize"}
    found |= {"settings": own["settings"], "lost": own["lost"]}
    found |= {"estimator": type(estimator).__name__}
    return plain(found | about | {"space": str(space), "seeds": space.seeds})


def of_trial(metric: str, ended: Ended, seed: int | None, folds: int) -> dict[str, Any]:
    """Return the trial's user attributes."""
    found = {
        "seed": seed,
        "scores": scores_of(metric, ended.scores, folds),
        "curves": ended.curves,
        "watched": "monitored",
        "seconds": round(ended.seconds, 4),
        "stopped": ended.stopped,
        "best_epoch": ended.best_epoch,
        "environment": environment(),
    }
    if ended.digest is not None:
        found["model"] = {"path": None, "digest": ended.digest}
    return plain(found if ended.error is None else found | {"failure": ended.error})


def scores_of(metric: str, scores: tuple[Scored, ...], folds: int) -> list[dict[str, Any]]:
    """Return the scores as the ledger keeps them: of several the mean first, then each split's."""
    on = "folds" if folds else "validation"
    each = [{"name": metric, **score._asdict(), "on": on} for score in scores]
    if len(each) < 2:
        return each
    values = np.array([score.value for score in scores])
    interval: Any = Interval(math.nan, math.nan)
    if folds > 1:  # seeds of one split share its rows: they are no sample of rows
        interval = interval_of(values.reshape(folds, -1).mean(axis=1), 1 / (folds - 1))
    whole = {"name": metric, "value": float(values.mean()), **interval._asdict()}
    rows = sum(score.rows for score in scores) // (len(scores) // max(folds, 1))
    return [
        {**whole, "rows": rows, "on": on},
        *({**score, "split": place} for place, score in enumerate(each)),
    ]


def changed_by(estimator: Any, space: Space, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a trial, as plain values, that are not those of the study."""
    own = made(estimator, space, params).get_params(deep=False)
    usual = estimator.get_params(deep=False)
    return plain({name: as_plain(own[name]) for name in own if own[name] != usual[name]})
