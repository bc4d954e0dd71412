"""What a ladder answers: the compared rungs, the sentence, the picture."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.base import is_classifier
from sklearn.utils.validation import _num_samples

from layerwise.errors import LayerwiseError
from layerwise.study.ladder.asking import Asked
from layerwise.study.ladder.climbing import Trained, learned_by_heart
from layerwise.study.ladder.comparing import Compared, Rung, compared
from layerwise.study.ladder.picturing import pictured, score_name
from layerwise.study.ladder.telling import ByHeart, of, simplest_by_heart, told, where
from layerwise.study.why.answer import Answer, Measured

MOST_CASES = 4096  # rows of a table that is looked at for whether it lists every case


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Ladder(Answer):
    """What `ladder` found.

    Attributes
    ----------
    rungs : tuple of Rung
        From the constant upwards, with scores, intervals and the comparison with the best.
    simplest, best : Rung
        The simplest that is not significantly worse, and the one of the highest mean.
    shows_from : float
        The smallest difference from the best that would have shown.
    by_heart : tuple of (shape, scores)
        Where the table lists every case once: the scores on the rows trained on, per seed.
    failed : tuple of (name, error)
        Rungs that could not be trained.
    interrupted : bool
        Whether the ladder was broken off before its last rung.
    """

    rungs: tuple[Rung, ...]
    simplest: Rung
    best: Rung
    shows_from: float
    by_heart: tuple[ByHeart, ...]
    failed: tuple[tuple[str, LayerwiseError], ...]
    interrupted: bool

    @property
    def table(self) -> pl.DataFrame:
        """The rungs as a frame, a row for each."""
        return pl.DataFrame([_line(rung) for rung in self.rungs])


def concluded(asked: Asked, climbing: Iterable[Trained]) -> Ladder:
    """Return the ladder of rungs as they are trained; Ctrl-C ends with those that are complete."""
    trained: list[Trained] = []
    interrupted = False
    try:
        for one in climbing:
            trained.append(one)
    except KeyboardInterrupt:
        if len(trained) < 2:  # one rung has nothing to be compared with
            raise
        interrupted = True
        warnings.warn("interrupted: the rungs that were complete are compared", stacklevel=3)
    usable = [one for one in trained if one.error is None]
    failed = tuple((one.shape.name, one.error) for one in trained if one.error is not None)
    if failed and len(usable) < 2:
        raise failed[0][1]
    found = compared(asked, usable)
    by_heart = () if interrupted else _by_heart(asked, found)
    return _answer(asked, found, by_heart, (failed, interrupted))


def _by_heart(asked: Asked, found: Compared) -> tuple[ByHeart, ...]:
    beaten = found.rungs[0].is_worse
    if beaten or not is_classifier(asked.estimator) or not lists_every_case(asked.rows.X):
        return ()
    return tuple(ByHeart(*one) for one in learned_by_heart(asked))


def lists_every_case(X: Any) -> bool:
    """Return whether the rows are all combinations of their columns' values, each once.

    >>> lists_every_case(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    True
    >>> lists_every_case(np.array([[0, 0], [0, 1], [1, 1]]))
    False
    """
    rows = X.to_numpy() if hasattr(X, "to_numpy") else np.asarray(X)
    if rows.ndim != 2 or rows.shape[1] < 2 or not 4 <= len(rows) <= MOST_CASES:
        return False
    cases = len({tuple(row) for row in rows.tolist()})
    combinations = np.prod([float(len(set(column))) for column in rows.T.tolist()])
    return bool(cases == len(rows) == combinations)


def _answer(
    asked: Asked, found: Compared, by_heart: tuple[ByHeart, ...], rest: tuple[Any, bool]
) -> Ladder:
    failed, interrupted = rest
    simplest = found.simplest
    if by_heart:
        enough = simplest_by_heart(by_heart)
        simplest = next(rung for rung in found.rungs if rung.name == enough.name)
    more = "".join(f" {name} could not be trained: {error}" for name, error in failed)
    more += " Broken off: the rungs above were not tried." if interrupted else ""
    return Ladder(
        finding=told(asked, found, by_heart) + more,
        facts=_facts(asked, found, by_heart),
        panels=pictured(asked, found, by_heart),
        high=1.5,
        rungs=found.rungs,
        simplest=simplest,
        best=found.best,
        shows_from=found.shows_from,
        by_heart=by_heart,
        failed=failed,
        interrupted=interrupted,
    )


def _facts(asked: Asked, found: Compared, by_heart: Sequence[ByHeart]) -> tuple[Measured, ...]:
    facts = [Measured("rows", _num_samples(asked.rows.X)), Measured("compared on", where(asked))]
    facts.append(Measured("score", score_name(asked)))
    for rung in found.rungs:
        low, high = rung.interval
        text = f"{of(rung.mean)} ({of(low)} to {of(high)})"
        if rung is not found.best:
            text += f", below the best by {of(rung.worse_by)}, p = {rung.p:.2g}"
        facts.append(Measured(rung.name, text))
    facts += [
        Measured(f"{one.shape.name}, rows trained on", f"{100 * one.scores.mean():.1f} %")
        for one in by_heart
    ]
    return tuple(facts)


def _line(rung: Rung) -> dict[str, Any]:
    return {
        "rung": rung.name,
        "hidden_layers": None if rung.hidden_units is None else len(rung.hidden_units),
        "units": (rung.hidden_units or (None,))[0],
        "parameters": rung.parameters,
        "score": rung.mean,
        "low": rung.interval.low,
        "high": rung.interval.high,
        "worse_by": rung.worse_by,
        "worse_low": rung.worse_interval.low,
        "worse_high": rung.worse_interval.high,
        "p": rung.p,
        "is_worse": rung.is_worse,
        "seconds": rung.seconds,
    }
