"""Which slips explain what a function gave: found one after the other, in the order of the lecture.

A hypothesis is a set of slips. The equations are run with it, and it holds when every tensor that
the learner's function shows comes out as the learner has it, up to a place further down than
before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from layerwise.study.checking.catalogue import CATALOGUE
from layerwise.study.checking.equations import (
    NONE,
    SPREADS,
    Absent,
    Active,
    Clash,
    Equation,
    Key,
    Values,
    run,
    steps,
)

TOLERANCE = 1e-4  # float32 sums stay well below this, and every slip of the catalogue above
STARTS = ("dA last", "dZ last")
OF_ONE_LAYER = ("A[1]", "W[1]", "b[1]", "W[L]", "b[L]")  # rarer than the neighbour that they may be
TINY = 1e-12  # of zero against rounding
MOST_SLIPS = 5
MOST_PAIRS = 2500


class Trial(NamedTuple):
    """One call of a function: what it must compute, from what, and what it gave or where it broke.

    `clash` is what NumPy refused in it; None with no tensors shown is another exception.
    """

    program: Sequence[Equation]
    given: Values
    shown: dict[Key, Any]
    clash: Clash | None = None
    raised: bool = False


class Unknown(NamedTuple):
    """A wrong tensor that no slip explains: the line, and both values of each trial."""

    line: Equation
    pairs: tuple[tuple[Any, Any], ...]


class Verdict(NamedTuple):
    """The slips found, in order, what none explains, and whether all is explained."""

    slips: tuple[Active, ...]
    unknown: tuple[Unknown, ...]
    open: bool


def same(ours: Any, theirs: Any) -> bool:
    """Return whether two tensors agree, in shape and up to the rounding of float32."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs)
    if ours.shape != theirs.shape:
        if ours.size != 1 or theirs.size != 1 or theirs.ndim == 1:
            return False
        theirs = theirs.reshape(ours.shape)
    if theirs.dtype.kind not in "fiub":
        return False
    off, size = np.max(np.abs(ours - theirs), initial=0), np.max(np.abs(ours), initial=0)
    if np.isfinite(off) and np.isfinite(size):
        return bool(off <= TOLERANCE * size + TINY)
    return bool(np.allclose(ours, theirs, rtol=TOLERANCE, atol=TINY, equal_nan=True))


def progress(trial: Trial, active: Sequence[Active]) -> int:
    """Return how many lines agree before the first that does not; more than all if all do."""
    count, clash = len(trial.program), None
    try:
        with np.errstate(all="ignore"):
            for place, (line, value) in enumerate(steps(trial.program, trial.given, active)):
                if isinstance(value, Clash):
                    clash = value
                elif line.key in trial.shown and not same(value, trial.shown[line.key]):
                    return place
    except Absent:
        return -1
    if trial.raised or clash:
        return count + 1 if trial.raised and clash and clash.like(trial.clash) else 0
    return count + 1


def agreement(trials: Sequence[Trial]) -> float:
    """Return the part of the lines that agree without a slip: 1 is all of them."""
    shares = [progress(trial, ()) / (len(trial.program) + 1) for trial in trials]
    return sum(shares) / len(shares)


def judge(trials: Sequence[Trial], suspects: Sequence[Active] = (), pairs: bool = True) -> Verdict:
    """Return the slips that explain the trials; `suspects` are those found in functions before."""
    found, unknown, trials = [], [], list(trials)
    if suspects and _explained(trials, suspects) and not _explained(trials, ()):
        return Verdict(tuple(suspects), (), False)
    for _ in range(MOST_SLIPS if pairs else 2):
        reached = [progress(trial, found) for trial in trials]
        if all(map(_complete, trials, reached)):
            return Verdict(tuple(simplest(trials, found)), tuple(unknown), False)
        if better := _search(trials, found, reached, suspects, pairs):
            found += better
            continue
        pairs = False  # they have been tried
        if not _set_aside(trials, found, reached, unknown):
            break
        # what raises comes of what is unknown, and fits too many slips by its sizes alone
        trials = [trial for trial in trials if not trial.raised]
    return Verdict(tuple(found), tuple(unknown), True)


def simplest(trials: Sequence[Trial], found: list[Active]) -> list[Active]:
    """Return fewer slips where one, in other layers, makes another needless.

    A slip that was taken to be in every layer may have been put right in one of them by the next.
    """
    for place, one in enumerate(found):
        for other in (other for other in found if other is not one):
            for spread in SPREADS:
                fewer = [each for each in found if each is not other]
                fewer[fewer.index(one)] = found[place]._replace(spread=spread)
                if _explained(trials, fewer):
                    return simplest(trials, fewer)
    return found


def _explained(trials: Sequence[Trial], active: Sequence[Active]) -> bool:
    return all(_complete(trial, progress(trial, active)) for trial in trials)


def _complete(trial: Trial, reached: int) -> bool:
    return reached > len(trial.program)


def _search(trials, found, reached, suspects, pairs) -> list[Active]:
    ordered = [*suspects, *_candidates(trials, reached)]
    singles = _best(trials, found, reached, ([one] for one in ordered))
    if singles or not pairs:
        return singles
    both = ([a, b] for a in ordered for b in ordered if _may_join(a, b))
    return _best(trials, found, reached, both)


def _may_join(first: Active, second: Active) -> bool:
    if first.slip.kind != second.slip.kind:
        return first.slip.kind < second.slip.kind
    return second.slip.scaling and first.slip is not second.slip


def _candidates(trials: Sequence[Trial], reached: Sequence[int]) -> list[Active]:
    """Return the slips of lines that the learner's tensors do not show to be right already."""
    places: dict[str, set[tuple[int, int]]] = {}
    for trial, place in zip(trials, reached, strict=True):
        if _complete(trial, place):
            continue
        last = trial.given.get(("L", NONE), 1)
        upto = len(trial.program) if trial.raised else place + 1
        for at, line in enumerate(trial.program[:upto]):
            if at >= place or line.key not in trial.shown:
                for kind in line.kinds:
                    places.setdefault(kind, set()).add((line.layer, last))
    several = any(last > 1 for each in places.values() for _, last in each)
    # where the backward pass starts comes first, then the lines nearest to the wrong tensor
    nearest = list(reversed(places))
    kinds = sorted(nearest, key=lambda kind: kind not in STARTS)
    found = [
        Active(slip, spread)
        for spread, touches in list(SPREADS.items())[: None if several else 1]
        for kind in kinds
        if any(touches(*place) for place in places[kind])
        for slip in CATALOGUE.get(kind, ())
    ]
    return sorted(found, key=lambda one: one.slip.name.startswith(OF_ONE_LAYER))


def _best(trials, found, reached, hypotheses) -> list[Active]:
    best, best_score = [], (0, 0)
    wrong = [i for i, (t, r) in enumerate(zip(trials, reached, strict=True)) if not _complete(t, r)]
    for tried, hypothesis in enumerate(hypotheses):
        if tried > MOST_PAIRS:
            break
        active = [*found, *hypothesis]
        if progress(trials[wrong[0]], active) <= reached[wrong[0]]:
            continue
        now = [progress(trial, active) for trial in trials]
        helped = [now[i] > reached[i] for i in wrong]
        kept = all(n >= r for n, r in zip(now, reached, strict=True))
        score = (sum(map(_complete, trials, now)), sum(now))
        if all(helped) and kept and score > best_score:
            best, best_score = hypothesis, score
            if score[0] == len(trials):
                break
    return best


def _set_aside(trials, found, reached, unknown) -> bool:
    """Note the first wrong tensor and go on from the learner's own value of it."""
    first = next(
        (i for i, t in enumerate(trials) if not t.raised and not _complete(t, reached[i])), None
    )
    if first is None or reached[first] < 0:
        return False
    line = trials[first].program[reached[first]]
    both = []
    for i, trial in enumerate(trials):
        if trial.raised or line.key not in trial.shown:
            continue
        values = run(trial.program, trial.given, found)
        if line.key in values and not same(values[line.key], trial.shown[line.key]):
            both.append((values[line.key], trial.shown[line.key]))
        if line.key in {each.key for each in trial.program}:
            trials[i] = trial._replace(given={**trial.given, line.key: trial.shown[line.key]})
    unknown.append(Unknown(line, tuple(both)))
    return True
