"""A recorded run trained again: the same bits, or how far off and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layerwise.errors import DataError, SettingError
from layerwise.study.ledger.again import FURTHER, estimator_of, trained_again
from layerwise.study.ledger.differences import Change, Difference, of_data, of_environment
from layerwise.study.ledger.environment import environment
from layerwise.study.ledger.fingerprint import fingerprint
from layerwise.study.ledger.parameters import tensors_of
from layerwise.study.ledger.record import Entry, plain
from layerwise.study.ledger.run import UNCHANGED, Run
from layerwise.study.matrices import number

TIMED = ("seconds",)  # a figure that no two runs share
MOST_CHANGES = 5


@dataclass(frozen=True)
class Replayed:
    """A run beside its replay.

    Attributes
    ----------
    run : Run
        That was trained again.
    same : bool
        Whether every bit of the parameters is the same.
    data, environment : tuples
        What differs of the data (with `anyway`), and of versions, machine and device.
    first_epoch : int or None
        The first epoch whose cost differs.
    parameters : float or None
        The largest difference of a parameter as a share of its tensor's norm, where the run's model
        file is there.
    scores : tuple of (name, before, now)
        Those that both have.
    """

    run: Run
    same: bool
    data: tuple[Change, ...]
    environment: tuple[Difference, ...]
    first_epoch: int | None
    parameters: float | None
    scores: tuple[tuple[str, float, float], ...]
    entry: Entry = field(repr=False)

    @property
    def finding(self) -> str:
        """What the replay came to, in words."""
        if self.same and self.data:  # scaling undoes some changes; the scale is not a parameter
            return (
                f"Run {self.run.id} trained again on other data: the same bits of the parameters."
            )
        if self.same:
            return f"Run {self.run.id} trained again: the same bits."
        return f"Run {self.run.id} trained again differs: {self.how_far}. {self.why}"

    @property
    def how_far(self) -> str:
        """How far off the replay is."""
        parts = []
        if self.first_epoch is not None:
            parts.append(f"the cost from epoch {self.first_epoch} on")
        elif self.run.curves:
            parts.append("the parameters, while the cost of every epoch is the same")
        if self.parameters is not None:
            parts.append(f"parameters by up to {number(self.parameters, 2)} of their tensor's norm")
        parts += [
            f"{name} {number(before, 6)}, now {number(now, 6)}"
            for name, before, now in self.scores
            if before != now
        ]
        return "; ".join(parts) or "the way it ended"

    @property
    def why(self) -> str:
        """What differs that may be the reason."""
        parts = [f"the data ({_listed(list(map(str, self.data)))})"] if self.data else []
        parts += [f"{one.name}: {one.before}, now {one.after}" for one in self.environment]
        if self.run.settings.get("warm_start"):
            parts.append("warm_start, which may have gone on from an earlier model")
        if parts:
            return f"What differs: {'; '.join(parts)}."
        return "Nothing that is recorded of data, versions, machine and device differs."


def _listed(parts: list[str]) -> str:
    more = [f"and {len(parts) - MOST_CHANGES} more"] if len(parts) > MOST_CHANGES else []
    return "; ".join([*parts[:MOST_CHANGES], *more])


def replay(run: Run, X: Any, y: Any, **how: Any) -> Replayed:
    """Train a run again on these rows and compare the bits.

    Parameters
    ----------
    run : of train, fit, search or ladder
    X, y : the rows, as they were trained on
    how : sample_weight, validation, groups, as `fit` took them; settings, those by name that could
        not be kept; whole: (X, y) of the fingerprint, where more rows were read than trained on, or
        the fingerprint itself; anyway: go on though the data differs; score: a function of the
        fitted estimator that returns more scores

    Raises
    ------
    DataError
        When the rows are not those of the run: says which columns changed.
    SettingError
        When a setting could not be kept, or `fit` was given more than the rows.
    """
    _refuse_incomplete(run, how)
    changed = of_data(run.data, _fingerprint(how.get("whole"), X, y))
    if changed and not how.get("anyway"):
        raise DataError(
            f"run {run.id} was on other data: {_listed(list(map(str, changed)))}; --anyway, or "
            "anyway=True, trains on these"
        )
    model, entry = _trained(run, (X, y), how)
    return compared(run, entry, changed, model)


def _fingerprint(whole: Any, X: Any, y: Any) -> Mapping[str, Any]:
    if isinstance(whole, Mapping):
        return whole
    return fingerprint(*(whole or (X, y)))


def _refuse_incomplete(run: Run, how: Mapping[str, Any]) -> None:
    missing = [name for name in run.given if how.get(name) is None]
    if missing:
        names = ", ".join(missing)
        raise SettingError(
            f"run {run.id} was given {names}; give them again: run.replay(X, y, {missing[0]}=...)"
        )
    if not run.settings or run.state in ("running", "waiting"):
        raise SettingError(f"run {run.id} is {run.state}: there is nothing to replay")


def _trained(run: Run, rows: tuple[Any, Any], how: Mapping[str, Any]) -> tuple[Any, Entry]:
    """Return the fitted estimator (None where there are several) and the entry of it."""
    if run.kind == "search":
        from layerwise.study.search.replaying import trial_again

        return None, trial_again(run, rows, how)
    if run.kind == "ladder":
        from layerwise.study.ladder.replaying import rung_again

        return None, rung_again(run, rows, how)
    estimator = estimator_of(run, how.get("settings"))
    more = {name: how[name] for name in FURTHER if name in how}
    entry = trained_again(run, estimator, rows, more)
    score: Callable[[Any], list[dict[str, Any]]] | None = how.get("score")
    if score is not None and not entry.failed:
        entry.kept["scores"] = [*score(estimator), *entry.kept["scores"]]
    return estimator, entry


def compared(run: Run, entry: Entry, changed: tuple[Change, ...], model: Any) -> Replayed:
    """Return a run beside its replay."""
    before, now = run.digest, entry.kept.get("model", {}).get("digest")
    first = _first_epoch(run, entry)
    alike = first is None and all(one == other for _, one, other in _scores(run, entry))
    same = before == now if before or now else alike
    same = same and run.failure == entry.kept.get("failure")
    if run.stopped == "interrupted":  # that it was is no difference
        same = before == now
    how_far = None if same or model is None else _parameters(run, model)
    differing = of_environment(run.environment, plain(environment()))
    return Replayed(run, same, changed, differing, first, how_far, _scores(run, entry), entry)


def _first_epoch(run: Run, entry: Entry) -> int | None:
    watched = entry.kept.get("watched")
    now = dict(entry.kept.get("curves", {}))
    if watched and entry.watched:
        now[watched] = list(entry.watched.values())
    before, now, first = run.curves, plain(now), None
    for name in before:
        if name in TIMED or name not in now:
            continue
        pairs = zip(before[name], now[name], strict=False)
        place = next((k for k, (one, other) in enumerate(pairs, 1) if one != other), None)
        if place is None and len(before[name]) != len(now[name]):
            place = min(len(before[name]), len(now[name])) + 1
        if place is not None and (first is None or place < first):
            first = place
    return first


def _parameters(run: Run, model: Any) -> float | None:
    if run.model_state() != UNCHANGED or not hasattr(model, "parameters_"):
        return None
    before, now = (dict(tensors_of(one)) for one in (run.model(), model))
    if {name: own.shape for name, own in before.items()} != {
        name: own.shape for name, own in now.items()
    }:
        return None
    return max(map(_far, before.values(), now.values()), default=0.0)


def _far(before: np.ndarray, now: np.ndarray) -> float:
    one, other = (np.asarray(tensor, np.float64) for tensor in (before, now))
    norm = float(np.linalg.norm(one)) or 1.0
    return float(np.abs(one - other).max(initial=0.0)) / norm


def _scores(run: Run, entry: Entry) -> tuple[tuple[str, float, float], ...]:
    def keyed(scores: Any) -> dict[tuple[Any, ...], Any]:
        counts: dict[Any, int] = {}
        found = {}
        for score in scores:
            key = score["name"], score["on"]
            counts[key] = counts.get(key, 0) + 1
            found[(*key, counts[key])] = score["value"]
        return found

    before, now = keyed(run.scores), keyed(plain(entry.kept.get("scores", [])))
    return tuple(
        (f"{name} on {on}", before[name, on, place], now[name, on, place])
        for name, on, place in before
        if (name, on, place) in now and before[name, on, place] is not None
    )
