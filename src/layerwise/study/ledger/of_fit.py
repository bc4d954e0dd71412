"""A fit, as the ledger keeps it: settings, seed, curves, scores."""

from __future__ import annotations

from typing import Any

from layerwise.estimators.presets import AUTO, MEASURED
from layerwise.estimators.score_intervals import wilson
from layerwise.estimators.stored_settings import as_plain
from layerwise.study.ledger.environment import environment
from layerwise.study.ledger.parameters import digest_of
from layerwise.study.ledger.record import Entry

CURVES = ("cost", "metric", "validation_cost", "validation_metric", "learning_rate", "seconds")
NORMS = ("gradient_norms", "update_norms")


def entry_of(
    estimator: Any, scores: list[dict[str, Any]], seconds: float, failure: str = ""
) -> Entry:
    """Return the entry of a fit that has ended, well or not.

    Parameters
    ----------
    estimator : after fit; of one that failed what it has is taken
    scores : the main one first, see `score_of`
    seconds : of training
    failure : why it failed; an interrupted one says so itself
    """
    known = vars(estimator)
    history, stopped = known.get("history_", []), known.get("stopped_")
    failure = failure or ("interrupted" if stopped == "interrupted" else "")
    kept = settings_of(estimator) | {"environment": environment(), "seconds": seconds}
    watched = "validation_metric" if _held_out(history) else "metric"
    curves, figures = curves_of(history, watched), {}
    kept |= {"curves": curves, "watched": watched, "scores": scores, "stopped": stopped}
    kept |= {"best_epoch": known.get("best_epoch_")}
    if "parameters_" in known:
        kept["model"] = {"path": None, "digest": digest_of(estimator)}
    if failure:
        kept["failure"] = failure
    for record in history:
        figures[record.epoch] = getattr(record, watched)
    return Entry(kept, scores[0]["value"] if scores else None, figures, bool(failure))


def _held_out(history: list[Any]) -> bool:
    return bool(history) and all(record.validation_metric is not None for record in history)


def settings_of(estimator: Any) -> dict[str, Any]:
    """Return the settings as plain values, what "auto" came to, what has no plain value, the seed.

    Examples
    --------
    >>> from layerwise import DNNClassifier
    >>> found = settings_of(DNNClassifier(metric=len, random_state=7))
    >>> found["lost"], found["seed"], found["settings"]["momentum"]
    (['metric'], 7, 0.9)
    """
    given, known = estimator.get_params(deep=False), vars(estimator)
    settings = {name: as_plain(value) for name, value in given.items()}
    chosen = {
        name: as_plain(value)
        for name, value in known.get("settings_", {}).items()
        if isinstance(given.get(name), str) and given[name] in (AUTO, MEASURED)
    }
    lost = [name for name, value in given.items() if name != "random_state" and _is_lost(value)]
    kept = known.get("kept_", ())
    seed = kept[0].seed if kept else settings["random_state"]
    return {"settings": settings, "chosen": chosen, "lost": lost, "seed": seed}


def _is_lost(value: Any) -> bool:
    return type(value).__name__ == "Given" or (value is not None and as_plain(value) is None)


def curves_of(history: list[Any], watched: str) -> dict[str, list[Any]]:
    """Return each figure of the epochs but the watched one; without those that no epoch has."""
    names = [name for name in (*CURVES, *NORMS) if name != watched]
    curves = {name: [getattr(record, name) for record in history] for name in names}
    return {name: own for name, own in curves.items() if any(value is not None for value in own)}


def score_of(estimator: Any) -> list[dict[str, Any]]:
    """Return the best epoch's score on the rows that were held out, or on the training rows."""
    history, best = estimator.history_, estimator.best_epoch_
    if not history or not best:
        return []
    record, rows = history[best - 1], estimator.rows_
    on, value, count = "validation", record.validation_metric, rows[1]
    if value is None:
        on, value, count = "training", record.metric, rows[0]
    score = {"name": estimator.metric_, "value": value, "low": None, "high": None}
    if estimator.metric_ == "accuracy" and on == "validation" and count:
        score |= wilson(round(value * count), count)._asdict()
    return [score | {"rows": count or None, "on": on}]
