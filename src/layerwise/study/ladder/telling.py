"""The one sentence of a ladder: which is the simplest rung, what is worse, what could not show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.utils.validation import _num_samples

from layerwise.study.ladder.asking import Asked
from layerwise.study.ladder.comparing import Compared, Rung
from layerwise.study.ladder.shapes import Shape, count_in_words


class ByHeart(NamedTuple):
    """How much of the rows it was trained on a network gets right, per seed."""

    shape: Shape
    scores: np.ndarray


ENOUGH = 0.005  # of the rows that the best has right


def told(asked: Asked, found: Compared, by_heart: Sequence[ByHeart] = ()) -> str:
    """Return the finding.

    Parameters
    ----------
    asked : what the ladder was asked
    found : the compared rungs
    by_heart : where the table lists every case once, what each network represents of it
    """
    if by_heart:
        return _represented(asked, found, by_heart)
    if found.simplest.hidden_units is None:
        return _nothing_beats(asked, found)
    widest = max(max(rung.hidden_units or (0,)) for rung in found.rungs)
    networks = [one for one in found.rungs if one.hidden_units == () or _is_wide(one, widest)]
    if len(networks) > 1 and not any(rung.is_worse for rung in networks):
        return _alike(asked, found, networks)
    return _suffices(asked, found)


def simplest_by_heart(by_heart: Sequence[ByHeart]) -> Shape:
    """Return the first network that represents as much of the table as any."""
    most = max(float(one.scores.mean()) for one in by_heart)
    return next(one.shape for one in by_heart if one.scores.mean() >= most - ENOUGH)


def where(asked: Asked) -> str:
    """Return what was compared on: "50 test rows", "5 folds x 3 seeds"."""
    if asked.test is not None:
        return f"{_num_samples(asked.test.X):,} test rows"
    seeds = len(asked.seeds)
    return f"{asked.folds} folds x {seeds} seed{'s' if seeds > 1 else ''}"


def of(score: float) -> str:
    """Return a score or a difference as a sentence has it.

    >>> of(0.8266), of(0.00321), of(-0.0001)
    ('0.83', '0.003', '0.000')
    """
    text = f"{score:.3f}" if abs(score) < 0.01 else f"{score:.2f}"
    return text.lstrip("-") if float(text) == 0 else text


def _first(words: str) -> str:
    return words[0].upper() + words[1:]


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _scored(rung: Rung) -> str:
    return f"{of(rung.mean)} ({of(rung.interval.low)} to {of(rung.interval.high)})"


def _would_not_show(found: Compared) -> str:
    return f"a difference below {of(found.shows_from)} would not show"


def _constant_said(asked: Asked) -> str:
    if asked.rungs[0].name == "mean":
        return "always saying the mean"
    weights = asked.rows.weights
    labels, places = np.unique(np.asarray(asked.rows.y).ravel(), return_inverse=True)
    sums = np.bincount(places.ravel(), weights)
    several = np.ndim(asked.rows.y) == 2 and np.shape(asked.rows.y)[1] > 1
    return "always saying the same" if several else f"always saying {labels[sums.argmax()]}"


def _nothing_beats(asked: Asked, found: Compared) -> str:
    others = [rung for rung in found.rungs if rung.hidden_units is not None]
    each = ", ".join(f"{rung.words} {of(rung.mean)}" for rung in others)
    return (
        f"Nothing beats {_constant_said(asked)} on {where(asked)}: {_scored(found.rungs[0])}, "
        f"against {each}; {_would_not_show(found)}."
    )


def _alike(asked: Asked, found: Compared, networks: Sequence[Rung]) -> str:
    scores = ", ".join(of(rung.mean) for rung in networks)
    depths = [count_in_words(len(rung.hidden_units or ())) for rung in networks[1:]]
    layers = "hidden layers" if len(depths) > 1 else "hidden layer"
    linear, rest = networks[0].words, _listed([networks[0].words, *depths])
    return (
        f"{_first(rest)} {layers} cannot be told apart on {where(asked)}: {scores}; "
        f"{_would_not_show(found)}. The simplest of them, {linear}, is the one to "
        f"take{_constant_is(found)}."
    )


def _is_wide(rung: Rung, widest: int) -> bool:
    return bool(rung.hidden_units) and max(rung.hidden_units or (0,)) == widest


def _constant_is(found: Compared) -> str:
    constant = found.rungs[0]
    if not constant.is_worse:
        return ""
    return f"; the {constant.name}, {of(constant.mean)}, is worse"


def _suffices(asked: Asked, found: Compared) -> str:
    simplest, place = found.simplest, found.rungs.index(found.simplest)
    worse = [_worse(rung) for rung in found.rungs[:place] if rung.hidden_units is not None]
    worse = worse or [_worse(found.rungs[0])]
    after = found.rungs[place + 1 :]
    told = f"{_first(simplest.words)} suffices: {_scored(simplest)}; {'; '.join(worse)}"
    if simplest.hidden_units and len(simplest.hidden_units) > 1:
        told = told.replace("suffices", "suffice", 1)
    if not after:
        return f"{told}; on {where(asked)}."
    if found.best is simplest:
        return f"{told}; nothing deeper or wider is better on {where(asked)}."
    return (
        f"{told}; the best, {found.best.words}, {of(found.best.mean)}, is not significantly "
        f"better on {where(asked)}."
    )


def _worse(rung: Rung) -> str:
    low, high = rung.worse_interval
    reach = f"{of(rung.worse_by)} ({of(low)} to {of(high)})"
    return f"{rung.words}, {of(rung.mean)}, is worse by {reach}"


def _represented(asked: Asked, found: Compared, by_heart: Sequence[ByHeart]) -> str:
    enough = simplest_by_heart(by_heart)
    place = next(i for i, one in enumerate(by_heart) if one.shape is enough)
    upto = by_heart[: place + 1]
    shares = [f"{one.shape.words} {100 * one.scores.mean():.0f} %" for one in upto]
    first, words = shares[0], upto[0].shape.words
    each = ", ".join([first.replace(words, f"{words} reaches"), *shares[1:]])
    what = "Depth or width is needed" if place else f"{_first(enough.words)} suffices"
    constant = found.rungs[0]
    return (
        f"{what} to represent this table: on the rows it was trained on "
        f"{each}. {_first(enough.words)} is the simplest that does. Held-out folds "
        f"cannot judge a table that lists every case once: there nothing beats "
        f"{_constant_said(asked)}, {of(constant.mean)}."
    )
