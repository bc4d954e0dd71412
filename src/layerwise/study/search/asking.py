"""Asking for whole batches of trials: a grid, at random, or by a sampler of Optuna."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.util import find_spec
from itertools import count, islice
from typing import Any, NamedTuple

from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage
from optuna.study import Study, create_study
from optuna.trial import FrozenTrial, TrialState

from layerwise.errors import SettingError
from layerwise.study.search.recording import DEFAULTS, PLACE, WORKER
from layerwise.study.search.space import Space, distributions, drawn, points_of
from layerwise.study.search.telling import tell
from layerwise.study.search.workers import Heart, is_dead, me, turn

NEEDS = {"gp": "torch", "cmaes": "cmaes"}
METHODS = ("tpe", "random", "grid", "gp", "cmaes", "qmc", "nsga")
DONE = (TrialState.COMPLETE, TrialState.PRUNED)


NUMBERS = ("learning_rate", "momentum", "l1", "l2", "dropout")  # arguments of a program
SHARING, FEWEST_PROGRAMS = 4, 3  # trials of a batch that share one; and the fewest of a batch


def is_compiled_in(name: str) -> bool:
    """Return whether another value of a setting makes another program.

    >>> is_compiled_in("activation"), is_compiled_in("optimizer__beta2"), is_compiled_in("l2")
    (True, False, False)
    """
    return "__" not in name and name not in NUMBERS


class Asked(NamedTuple):
    """A trial to run: its number in the study and in the storage, and where it stands."""

    number: int
    id: int
    params: dict[str, Any]
    is_default: bool


class Plan(NamedTuple):
    """How trials are asked for. `total` None: no end; `usual` is the first trial where given."""

    space: Space
    method: str | BaseSampler
    seed: int
    total: int | None
    usual: dict[str, Any] | None = None
    beside: tuple[dict[str, Any], ...] = ()  # the trials after the first one


def plan_of(space: Space, method: Any, seed: int, trials: int | None, usual: Any) -> Plan:
    """Return the plan, with as many trials as a grid has points.

    Raises
    ------
    SettingError
        For an unknown method, or a grid over a continuous range.
    """
    if not isinstance(method, BaseSampler) and method not in METHODS:
        expected = f"one of {', '.join(map(repr, METHODS))} or a sampler of Optuna"
        raise SettingError(f"method={method!r}: expected {expected}")
    package = NEEDS.get(method) if isinstance(method, str) else None
    if package and find_spec(package) is None:
        raise SettingError(f"method={method!r} needs the package {package}: pip install {package}")
    if method == "grid":
        points = len(points_of(space))
        return Plan(space, method, seed, points if trials is None else min(points, trials))
    return Plan(space, method, seed, trials, usual)


def is_settled(trial: FrozenTrial) -> bool:
    """Return whether a trial needs no other in its place: one that died with its worker does."""
    return trial.state in DONE or "failure" in trial.user_attrs


class Asker:
    """A worker's view of a study: what is to do, what is done."""

    def __init__(self, study: Study, storage: BaseStorage, plan: Plan, heart: Heart):
        self.study, self.storage, self.plan, self.heart = study, storage, plan, heart
        self.points = points_of(plan.space) if plan.method == "grid" else []

    def trials(self) -> list[FrozenTrial]:
        """Return all trials of the study, those of other workers too."""
        return self.study.get_trials(deepcopy=False)

    def give_up_dead(self) -> None:
        """Mark what runs with a dead worker as failed, so that it can be tried again."""
        stale = set()
        if getattr(self.storage, "heartbeat_interval", None):
            stale = set(self.storage._get_stale_trial_ids(self.study._study_id))  # pyright: ignore
        for trial in self.trials():
            if trial.state == TrialState.RUNNING and (
                trial._trial_id in stale or is_dead(trial.system_attrs.get(WORKER))
            ):
                tell(self.storage, trial._trial_id, TrialState.FAIL)

    def ask(self, most: int) -> list[Asked]:
        """Return up to so many trials, which are this worker's from now on."""
        with turn(self.storage, self.study.study_name):
            self.give_up_dead()
            trials = self.trials()
            going = [t for t in trials if t.state == TrialState.RUNNING or is_settled(t)]
            taken = {t.system_attrs.get(PLACE) for t in going}
            every = count() if self.plan.total is None else range(self.plan.total)
            places = list(islice((p for p in every if p not in taken), most))
            before = {t.system_attrs.get(PLACE): t for t in trials if not is_settled(t)}
            mirror = self._mirror(going) if places else None
            asked = []
            for place in places:
                self._share_a_program(mirror, asked, len(places))
                asked.append(self._begin(place, before.get(place), mirror))
            self._keep_what_the_sampler_noted(mirror)
            return asked

    def _share_a_program(self, mirror: Study | None, asked: list[Asked], most: int) -> None:
        """Give the next trial what is compiled in from one of this batch; numbers are its own."""
        programs = max(most // SHARING, FEWEST_PROGRAMS)
        if mirror is None or len(asked) < programs:
            return
        like = asked[len(asked) % programs].params
        fixed = {name: value for name, value in like.items() if is_compiled_in(name)}
        if fixed:
            mirror.enqueue_trial(fixed)

    def waiting(self) -> bool:
        """Return whether others still run what might yet come back."""
        self.give_up_dead()
        return any(trial.state == TrialState.RUNNING for trial in self.trials())

    def _begin(self, place: int, before: FrozenTrial | None, mirror: Study | None) -> Asked:
        usual = place == 0 and self.plan.usual is not None
        params, more = self._params(place, before, mirror)
        space = {
            name: own for name, own in distributions(self.plan.space).items() if name in params
        }
        more |= {PLACE: place, WORKER: me()} | ({DEFAULTS: True} if usual else {})
        template = FrozenTrial(
            number=-1, trial_id=-1, state=TrialState.RUNNING, value=None,
            datetime_start=datetime.now(), datetime_complete=None, params=params,
            distributions=space, user_attrs={}, system_attrs=more, intermediate_values={},
        )  # fmt: skip
        study = self.study
        trial = study._storage.create_new_trial(study._study_id, template)
        self.heart.begin(trial)
        number = study._storage.get_trial_number_from_id(trial)
        return Asked(number, trial, params, usual)

    def _params(self, place: int, before: FrozenTrial | None, mirror: Study | None) -> Any:
        if place == 0 and self.plan.usual is not None:
            return dict(self.plan.usual), {}
        if 0 < place <= len(self.plan.beside):
            return dict(self.plan.beside[place - 1]), {}
        if self.points:
            return self.points[place], {}
        if self.plan.method == "random":
            return drawn(self.plan.space, self.plan.seed, place), {}
        if before is not None:  # its sampler has chosen already
            own = {k: v for k, v in before.system_attrs.items() if k not in (PLACE, WORKER)}
            return dict(before.params), own
        assert mirror is not None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trial = mirror.ask(distributions(self.plan.space))
        return dict(trial.params), dict(trial._cached_frozen_trial.system_attrs)

    def _mirror(self, trials: Sequence[FrozenTrial]) -> Study | None:
        """Return the study in memory: a sampler's many small writes cost nothing there."""
        if self.plan.method in ("grid", "random"):
            return None
        # one that goes through a sequence of its own has to keep to it
        step = 0 if self.plan.method == "qmc" else len(trials)
        sampler = sampler_of(self.plan.method, self.plan.seed + step)
        mirror = create_study(sampler=sampler, direction="maximize")
        for trial in trials:
            if trial.state != TrialState.FAIL:
                mirror._storage.create_new_trial(mirror._study_id, trial)
        for key, value in _noted(self.study).items():
            mirror._storage.set_study_system_attr(mirror._study_id, key, value)
        return mirror

    def _keep_what_the_sampler_noted(self, mirror: Study | None) -> None:
        known = _noted(self.study) if mirror else {}
        for key, value in (_noted(mirror) if mirror else {}).items():
            if known.get(key) != value:
                self.study._storage.set_study_system_attr(self.study._study_id, key, value)


def _noted(study: Study) -> dict[str, Any]:
    return study._storage.get_study_system_attrs(study._study_id)


def sampler_of(method: Any, seed: int) -> Any:
    """Return the sampler of a method, made for asking many at once."""
    if isinstance(method, BaseSampler):
        return method
    import optuna

    made: dict[str, Callable[[], Any]] = {
        "tpe": lambda: optuna.samplers.TPESampler(
            seed=seed, multivariate=True, group=True, constant_liar=True
        ),
        "gp": lambda: optuna.samplers.GPSampler(seed=seed),
        "cmaes": lambda: optuna.samplers.CmaEsSampler(seed=seed),
        "qmc": lambda: optuna.samplers.QMCSampler(seed=seed),
        "nsga": lambda: optuna.samplers.NSGAIISampler(seed=seed),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # experimental arguments
        return made[method]()
