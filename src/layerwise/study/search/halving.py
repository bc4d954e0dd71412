"""Asynchronous successive halving: of the trials that have come to a rung the best third goes on.

Li et al., A system for massively parallel hyperparameter tuning, MLSys 2020.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

FACTOR = 3
MOST_RUNGS = 3


class Halving:
    """The figures of all trials at each rung, the greater the better.

    >>> rule = Halving(epochs=27)
    >>> rule.rungs
    (1, 3, 9)
    >>> for trial, figure in enumerate([.5, .9, .7, .6]):
    ...     rule.note(trial, 1, figure)
    >>> [rule.is_weak(trial, 1) for trial in range(4)]
    [True, False, False, True]
    """

    def __init__(self, epochs: int, factor: int = FACTOR):
        rungs = [math.ceil(epochs / factor**k) for k in range(1, MOST_RUNGS + 1)]
        self.factor = factor
        self.rungs = tuple(sorted({rung for rung in rungs if rung < epochs}))
        self.figures: dict[int, dict[int, float]] = {rung: {} for rung in self.rungs}

    def note(self, trial: int, rung: int, figure: float) -> None:
        """Record how good a trial is at a rung."""
        if math.isfinite(figure):
            self.figures[rung][trial] = figure

    def learn(self, curves: Iterable[tuple[int, Mapping[int, float]]]) -> None:
        """Record earlier trials, (number, figure by epoch), also those of other workers."""
        for trial, curve in curves:
            for rung in self.rungs:
                if rung in curve:
                    self.note(trial, rung, curve[rung])

    def is_weak(self, trial: int, rung: int) -> bool:
        """Return whether a trial is below the best 1 / factor of those at a rung; equals stay."""
        there = sorted(self.figures[rung].values(), reverse=True)
        if len(there) < self.factor or trial not in self.figures[rung]:
            return False
        least = there[math.ceil(len(there) / self.factor) - 1]
        return self.figures[rung][trial] < least
