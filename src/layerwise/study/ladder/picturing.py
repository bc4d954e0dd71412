"""The picture of a ladder: score against depth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.base import is_classifier

from layerwise.estimators.score_intervals import Interval
from layerwise.study.ladder.asking import Asked
from layerwise.study.ladder.comparing import Compared, Rung
from layerwise.study.ladder.telling import ByHeart, simplest_by_heart, where
from layerwise.study.panels import Depths, Estimate


def pictured(asked: Asked, found: Compared, by_heart: Sequence[ByHeart]) -> tuple[Depths, ...]:
    """Return the panels: the scores on rows not trained on, and what is represented."""
    networks = [rung for rung in found.rungs if rung.hidden_units is not None]
    constant = found.rungs[0]
    score = score_name(asked)
    held_out = Depths(
        f"{where(asked)}; bars: 95 % intervals",
        tuple(_label(rung) for rung in networks),
        tuple(Estimate(rung.mean, rung.interval) for rung in networks),
        tuple(rung.scores.ravel() for rung in networks),
        _place(networks, found.simplest),
        (f"{constant.name}, {constant.mean:.2f}", constant.mean),
        ("hidden layers / units of each / learned numbers", score),
    )
    if not by_heart:
        return (held_out,)
    labels = ("layers / units / numbers", score)
    held_out = held_out._replace(title="rows held out", chosen=None, labels=labels)
    return held_out, _represented(asked, held_out, by_heart)


def score_name(asked: Asked) -> str:
    """Return what the scores are."""
    if asked.scoring is not None:
        return asked.scoring if isinstance(asked.scoring, str) else "score"
    return "accuracy" if is_classifier(asked.estimator) else "R2"


def _represented(asked: Asked, held_out: Depths, by_heart: Sequence[ByHeart]) -> Depths:
    enough = simplest_by_heart(by_heart)
    counts = np.unique(np.asarray(asked.rows.y), return_counts=True)[1]
    majority = float(counts.max() / counts.sum())
    estimates = tuple(
        Estimate(
            float(one.scores.mean()),
            Interval(float(one.scores.min()), float(one.scores.max())),
        )
        for one in by_heart
    )
    return held_out._replace(
        title="rows trained on",
        constant=(f"majority, {majority:.2f}", majority),
        estimates=estimates,
        points=tuple(np.asarray(one.scores) for one in by_heart),
        chosen=next(i for i, one in enumerate(by_heart) if one.shape is enough),
    )


def _label(rung: Rung) -> str:
    units = rung.hidden_units or ()
    wide = f"{units[0]}" if units else rung.name
    return f"{len(units)}\n{wide}\n{_short(rung.parameters)}"


def _short(count: int) -> str:
    for size, letter in ((1_000_000, "M"), (10_000, "k")):
        if count >= size:
            return f"{count / (1_000_000 if letter == 'M' else 1000):.3g}{letter}"
    return f"{count:,}"


def _place(networks: Sequence[Rung], simplest: Rung) -> int | None:
    return next((i for i, rung in enumerate(networks) if rung is simplest), None)
