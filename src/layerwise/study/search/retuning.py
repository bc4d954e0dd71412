"""A search from the settings of a recorded run: do they still hold?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sklearn.base import clone

from layerwise.errors import SettingError
from layerwise.estimators.stored_settings import from_plain
from layerwise.study.ledger.again import base_of, estimator_of
from layerwise.study.ledger.differences import Change, Difference, of_data, of_environment
from layerwise.study.ledger.environment import environment
from layerwise.study.ledger.fingerprint import fingerprint
from layerwise.study.ledger.record import plain
from layerwise.study.ledger.run import Run
from layerwise.study.matrices import number
from layerwise.study.search.comparing import Comparison
from layerwise.study.search.defaults import Start, default_space, start_of, usual_point
from layerwise.study.search.ranges import Choice, Range
from layerwise.study.search.search_cv import SearchCV
from layerwise.study.search.space import DEPTH, WIDTH, Space, settings_of

AUTO = "auto"
TURNED = ("hidden_units", "learning_rate", "batch_size")  # ranges are laid around their old values
TRIALS = 24


@dataclass(frozen=True)
class Around:
    """The space around an old best, and the defaults as a trial beside it."""

    rows: tuple[Any, Any]

    def space(self, start: Start) -> Space:
        """Return ranges around the old values; what else was set stays as it was."""
        loose: Any = clone(start.full)
        loose.set_params(**dict.fromkeys(TURNED, AUTO))
        found = default_space(start._replace(full=loose))
        values, usual = dict(found.values), self._defaults(start)
        rate = usual.settings["learning_rate"]
        own = values.get("learning_rate")
        if isinstance(own, Range) and isinstance(rate, float):
            ends = min(own.low, rate), max(own.high, rate)
            values["learning_rate"] = Range(*ends, log=True)
        units = usual.settings["hidden_units"]
        for name, value in ((DEPTH, len(units)), (WIDTH, units[0] if units else None)):
            own = values.get(name)
            if isinstance(own, Choice) and value is not None:
                values[name] = Choice({**own.values, value: value})
        return Space(values, found.seeds)

    def beside(self, start: Start, space: Space) -> tuple[dict[str, Any], ...]:
        """Return what the defaults are of what is searched: the second trial."""
        point = usual_point(self._defaults(start), space)
        if (DEPTH in point) != (WIDTH in point):
            point = {name: own for name, own in point.items() if name not in (DEPTH, WIDTH)}
        return (point,) if point and point != usual_point(start, space) else ()

    def _defaults(self, start: Start) -> Start:
        return start_of(type(start.full)(), (*self.rows, None), None)


@dataclass(frozen=True)
class Retuned:
    """What has changed since a run, and whether its settings still hold.

    Attributes
    ----------
    run : Run
    data, environment : tuples
        What has changed since.
    tried : int
        Trials that were scored, the old settings among them.
    comparison : Comparison or None
        The best of the others beside the old settings, with fresh seeds.
    settings : dict
        Those that are better, by name; {} where none are.
    """

    run: Run
    data: tuple[Change, ...]
    environment: tuple[Difference, ...]
    tried: int
    comparison: Comparison | None
    settings: dict[str, Any]
    name: str

    @property
    def holds(self) -> bool:
        """Whether nothing is better than the old settings beyond chance."""
        return self.comparison is None or not self.comparison.is_better

    @property
    def finding(self) -> str:
        """The verdict in words."""
        found, count = self.comparison, f"{self.tried} tried"
        if found is None or not found.params:
            return f"The settings of run {self.run.id} are still the best of {count}."
        low, high = (number(end, 3) for end in found.interval)
        by = f"{number(found.difference, 3)} (95 % interval {low} to {high}, {found.rows:,} rows)"
        if self.holds:
            return (
                f"The settings of run {self.run.id} still hold: of {count} the best others are "
                f"ahead by {by}, which may be chance."
            )
        return f"Better than the settings of run {self.run.id}, of {count}: by {by}."


def retune(run: Run, X: Any, y: Any, **how: Any) -> Retuned:
    """Search again from a run's settings, on its rows or new ones.

    Parameters
    ----------
    run : of train, fit, search or ladder
    X, y : rows to search on
    how : trials (24), max_seconds, runs (where the trials are recorded; None: in memory), settings
        (those that could not be kept), origin (name, data and source of the rows), verbose

    Raises
    ------
    SettingError
        When the run has no network, or a setting could not be kept.
    """
    estimator = _estimator(run, how.get("settings"))
    data = (how.get("origin") or {}).get("data") or fingerprint(X, y)
    cv = run.study.about.get("cv")
    name = f"retune {run.id} {how.get('named', '')}".strip()
    search = SearchCV(
        estimator, cv=cv if isinstance(cv, int) else None, trials=how.get("trials", TRIALS),
        max_seconds=how.get("max_seconds"), runs=how.get("runs"), refit=False, name=name,
        random_state=run.seed or 0, verbose=how.get("verbose", 0),
    )  # fmt: skip
    vars(search)["_around"] = Around((X, y))
    if how.get("origin"):
        vars(search)["_origin"] = how["origin"]
    search.fit(X, y)
    found = search.comparison_
    settings = _settings(search, found)
    tried = int((search.cv_results_["state"] != "fail").sum())
    changed = of_data(run.data, data), of_environment(run.environment, plain(environment()))
    return Retuned(run, *changed, tried, found, settings, name)


def _estimator(run: Run, lost: Any) -> Any:
    if run.kind in ("train", "fit"):
        return estimator_of(run, lost)
    if run.digest is None:
        raise SettingError(f"run {run.id} has no network whose settings could be searched around")
    own = {name: from_plain(name, value) for name, value in run.kept.get("settings", {}).items()}
    return base_of(run, lost).set_params(**own)


def _settings(search: SearchCV, found: Comparison | None) -> dict[str, Any]:
    if found is None or not found.is_better:
        return {}
    own, old = settings_of(search.space_, found.params), search.estimator.get_params(deep=True)
    return {name: value for name, value in own.items() if value != old.get(name)}
