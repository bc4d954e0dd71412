"""A search from its first batch to its verdict: asked, trained, told, compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from layerwise.errors import DataError, LayerwiseError
from layerwise.study.search.asking import Asked, Asker, is_settled
from layerwise.study.search.comparing import Comparison, compared
from layerwise.study.search.recording import DEFAULTS, changed_by, of_trial
from layerwise.study.search.telling import tell
from layerwise.study.search.trying import OUT_OF_TIME, PRUNED, Tried, Trying, seeds_of, tried

FIRST_TIMED, FIRST, MOST_AT_ONCE = 6, 16, 64
SEARCHING = 0.6  # of the time, the rest is for the comparison
PLANS = ((2, 3), (1, 3), (1, 2), (1, 1))  # (settings, seeds) of the comparison, the best first
PAUSE = 0.5  # seconds between two looks at what the others do


class Status(NamedTuple):
    """Where a search stands: so many trials of `total` (None: no end); the best and its settings.

    `left` are the seconds of its time that are left, None without a limit.
    """

    done: int
    running: int
    pruned: int
    failed: int
    total: int | None
    best: float | None
    params: dict[str, Any]
    left: float | None


Show = Callable[[Status], None]


class Limits(NamedTuple):
    """When a search ends, by time.monotonic, and how many trials are asked for at once.

    `networks` are those of the last fit, for which time is left.
    """

    began: float
    seconds: float | None
    batch: int | str
    networks: int = 0


class Found(NamedTuple):
    """What a search came to. `fitted` are the networks of the best trial, where it ran here."""

    study: Study
    trials: list[FrozenTrial]
    comparison: Comparison | None
    interrupted: bool
    fitted: list[Any]


def best_of(trials: Sequence[FrozenTrial]) -> FrozenTrial | None:
    """Return the trial with the greatest score; of equals the first."""
    done = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    return max(done, key=lambda trial: (trial.value, -trial.number), default=None)


def search(asker: Asker, trying: Trying, limits: Limits, show: Show, metric: str) -> Found:
    """Run a search to its end.

    Parameters
    ----------
    asker : what is asked for
    trying : what the trials have in common
    limits : when it ends
    show : told after each trial where the search stands
    metric : the score's name in the records

    Raises
    ------
    DataError
        When no trial could be scored.
    """
    course = _Course(asker, trying, limits, show, metric)
    interrupted = False
    try:
        course.run()
        comparison = course.compare()
    except KeyboardInterrupt:
        interrupted, comparison = True, None
    trials = [trial for trial in asker.trials() if is_settled(trial)]
    if best_of(trials) is None:
        if interrupted:
            raise KeyboardInterrupt
        _raise_failure(trials)
    return Found(asker.study, trials, comparison, interrupted, course.fitted)


def _raise_failure(trials: Sequence[FrozenTrial]) -> None:
    errors = [t.user_attrs["failure"] for t in trials if "failure" in t.user_attrs]
    why = f"the first: {errors[0]}" if errors else "the time was up before one had ended"
    raise DataError(f"no trial of the search could be scored; {why}")


class _Course:
    """A search that is going on."""

    def __init__(self, asker: Asker, trying: Trying, limits: Limits, show: Show, metric: str):
        self.asker, self.trying, self.limits, self.show = asker, trying, limits, show
        self.metric = metric
        self.fitted: list[Any] = []
        self.batch: list[int] = []  # the first trial that is training and how many train with it
        self.per_trial: float | None = None  # seconds
        self.until = self._ends() if limits.seconds is None else self._after(SEARCHING)

    def _ends(self) -> float:
        return self._after(1.0)

    def _after(self, share: float) -> float:
        seconds = self.limits.seconds
        return float("inf") if seconds is None else self.limits.began + share * seconds

    def run(self) -> None:
        while time.monotonic() < self.until:
            asked = self.asker.ask(self._count())
            if asked:
                self._try(asked)
            elif self.asker.waiting():
                time.sleep(PAUSE)
            else:
                return
            if self.per_trial and time.monotonic() + self.per_trial / 2 > self.until:
                return

    def _count(self) -> int:
        if not isinstance(self.limits.batch, str):
            return int(self.limits.batch)
        if self.limits.seconds is None:
            own = self.asker.plan.method in ("grid", "random")
            return MOST_AT_ONCE if own else FIRST
        if self.per_trial is None:
            return FIRST_TIMED
        left = self.until - time.monotonic()
        return min(max(int(left / 2 / self.per_trial), 1), MOST_AT_ONCE)

    def _try(self, asked: list[Asked]) -> None:
        began, waiting = time.monotonic(), {one.id for one in asked}
        self.batch = [asked[0].id, len(asked)]
        rule = self.trying.halving
        if rule is not None:
            rule.learn((t.number, t.intermediate_values) for t in self.asker.trials())
        self._report()
        try:
            for one in tried(self.trying._replace(until=self.until), asked):
                self._tell(one)
                waiting.discard(one.asked.id)
                self._report()
        finally:
            for trial in waiting:  # interrupted: to be tried again when the search goes on
                with suppress(Exception):
                    tell(self.asker.storage, trial, TrialState.FAIL)
                    self.asker.heart.running.discard(trial)
        self._measure(asked, time.monotonic() - began)

    def _measure(self, asked: list[Asked], seconds: float) -> None:
        self.per_trial = seconds / len(asked)
        if self.limits.seconds is not None:
            settings, seeds = self._affordable()
            networks = (1 + settings) * seeds + self.limits.networks
            reserve = networks * self._whole_trial()
            self.until = max(self._ends() - reserve, self._after(1 - SEARCHING))

    def _whole_trial(self) -> float:
        """Return the seconds that a trial takes that is not stopped."""
        seconds = [
            trial.user_attrs["seconds"] / self.trying.space.seeds
            for trial in self.asker.trials()
            if trial.state == TrialState.COMPLETE and trial.user_attrs["stopped"] != OUT_OF_TIME
        ]
        return max(seconds, default=self.per_trial or 0.0)

    def _affordable(self) -> tuple[int, int]:
        if self.limits.seconds is None:
            return PLANS[0]
        room, one = (1 - SEARCHING) * self.limits.seconds, self._whole_trial()
        fits = [plan for plan in PLANS if (1 + plan[0]) * plan[1] * one <= room]
        return fits[0] if fits else PLANS[-1]

    def _tell(self, one: Tried) -> None:
        ended = one.ended
        state = TrialState.FAIL if ended.error else TrialState.COMPLETE
        state = TrialState.PRUNED if ended.stopped == PRUNED else state
        best = best_of(self.asker.trials())
        seeds = seeds_of(self.trying)
        more = of_trial(self.metric, ended, seeds[0], self.trying.rows.folds)
        more |= {"batch": self.batch, "settings": self._settings(one.asked)}
        own = None if ended.error else ended.value
        if state == TrialState.PRUNED:
            own = max(ended.figures.items(), default=(0, None))[1]
        tell(self.asker.storage, one.asked.id, state, own, (more, ended.figures))
        self.asker.heart.running.discard(one.asked.id)
        if own is not None and state == TrialState.COMPLETE and _beats(own, best):
            self.fitted = one.models

    def _settings(self, asked: Asked) -> dict[str, Any]:
        trying = self.trying
        return {} if asked.is_default else changed_by(trying.estimator, trying.space, asked.params)

    def compare(self) -> Comparison | None:
        """Train the best few and the defaults with fresh seeds, if any can be better."""
        settings, seeds = self._affordable()
        ranked = sorted(
            (t for t in self.asker.trials() if t.state == TrialState.COMPLETE),
            key=lambda trial: (-(trial.value or 0.0), trial.number),
        )
        finalists = [
            Asked(t.number, t._trial_id, dict(t.params), False)
            for t in ranked if DEFAULTS not in t.system_attrs
        ][:settings]  # fmt: skip
        if not finalists:
            return None
        with suppress(LayerwiseError):
            return compared(self.trying, finalists, seeds)
        return None

    def _report(self) -> None:
        trials = self.asker.trials()
        best = best_of(trials)
        counts = {state: sum(t.state == state for t in trials) for state in TrialState}
        self.show(
            Status(
                sum(is_settled(trial) for trial in trials),
                counts[TrialState.RUNNING],
                counts[TrialState.PRUNED],
                sum("failure" in trial.user_attrs for trial in trials),
                self.asker.plan.total,
                None if best is None else best.value,
                {} if best is None else dict(best.params),
                None if self.limits.seconds is None else max(self._ends() - time.monotonic(), 0.0),
            )
        )


def _beats(value: float, best: FrozenTrial | None) -> bool:
    return best is None or best.value is None or value > best.value
