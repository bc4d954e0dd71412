"""A trial of a search trained again: with its whole batch, as it was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.metrics import check_scoring

from layerwise.errors import SettingError
from layerwise.estimators.stored_settings import from_plain
from layerwise.study.ledger.again import base_of
from layerwise.study.ledger.reading import beside
from layerwise.study.ledger.record import Entry
from layerwise.study.ledger.run import Run
from layerwise.study.search.asking import Asked
from layerwise.study.search.ranges import Choice
from layerwise.study.search.recording import of_trial
from layerwise.study.search.rows import rows_of
from layerwise.study.search.space import Space
from layerwise.study.search.trying import OUT_OF_TIME, PRUNED, Trying, seeds_of, tried


class AsItWas:
    """In place of halving: each trial is stopped at the epoch at which it was."""

    def __init__(self, ends: Mapping[int, int]):
        self.ends = ends
        self.rungs = tuple(sorted(set(ends.values())))

    def note(self, trial: int, rung: int, figure: float) -> None:
        """Figures decide nothing here."""

    def is_weak(self, trial: int, rung: int) -> bool:
        """Return whether the trial was stopped there."""
        return self.ends.get(trial) == rung


def trial_again(run: Run, rows: tuple[Any, Any], how: Mapping[str, Any]) -> Entry:
    """Train a trial again and return the entry that a record of it would have.

    It is trained with the others of its batch, for how many networks train at once decides the last
    bits of each.

    Parameters
    ----------
    run : the trial
    rows : X and y of the search
    how : sample_weight, groups, cv (a splitter) and settings, where the search had them

    Raises
    ------
    SettingError
        When the trial never ended, or a splitter is not given.
    """
    batch = _batch(run)
    trying, asked = _trying(run, rows, how, batch), _asked(batch)
    about = run.study.about
    for one in tried(trying, asked):
        if one.asked.id == run.id:
            own = of_trial(run.metric, one.ended, seeds_of(trying)[0], about["folds"])
            value = None if one.ended.error else one.ended.value
            return Entry(own, value, dict(one.ended.figures), bool(one.ended.error))
    raise AssertionError("every trial of a batch ends")


def _batch(run: Run) -> list[Run]:
    batch = run.kept.get("batch")
    if batch is None:
        raise SettingError(f"run {run.id} did not end: there is nothing to replay")
    return [other for other in beside(run) if other.kept.get("batch") == batch]


def _trying(run: Run, rows: tuple[Any, Any], how: Mapping[str, Any], batch: Sequence[Run]) -> Any:
    about, base = run.study.about, base_of(run, how.get("settings"))
    cv = how.get("cv", about["cv"])
    if isinstance(cv, str):
        raise SettingError(f"run {run.id}: its search was judged by {cv}; give it: cv=...")
    data = (*rows, how.get("sample_weight"), how.get("groups"))
    split = rows_of(base, data, cv, about["seed"])
    given = about["metric"] not in ("accuracy", "r2")
    scorer = check_scoring(base, about["metric"]) if given else None
    # each trial is a choice of its own in a space of all that any of them changes
    names = dict.fromkeys(name for one in batch for name in one.kept.get("settings", {}))
    values: dict[str, Any] = {
        name: Choice({
            one.id: from_plain(name, one.kept["settings"][name])
            for one in batch if name in one.kept["settings"]
        })
        for name in names
    }  # fmt: skip
    ends = {one.id: len(_figures(one)) for one in batch if one.stopped in (PRUNED, OUT_OF_TIME)}
    rule: Any = AsItWas(ends) if ends else None
    return Trying(base, Space(values, about["seeds"]), split, scorer, about["seed"], rule)


def _figures(run: Run) -> list[float]:
    return run.curves.get("monitored", [])


def _asked(batch: Sequence[Run]) -> list[Asked]:
    return [
        Asked(one.id, one.id, dict.fromkeys(one.kept.get("settings", {}), one.id), False)
        for one in sorted(batch, key=lambda one: one.id)
    ]
