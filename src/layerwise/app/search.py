"""`layerwise search`: many settings tried as populations, and whether any beats the defaults."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from layerwise.app.files import MODEL_SUFFIX, Places, places_for, write_run
from layerwise.app.main import DONE, INTERRUPTED, app
from layerwise.app.recording import origin_of, place_of
from layerwise.app.rows import data_errors
from layerwise.app.run_file import Run, run_file_text, run_from
from layerwise.app.search_card import show_search
from layerwise.app.search_flags import SearchFlags, fixed_flags, space_from
from layerwise.app.settings import settings_from
from layerwise.app.showing import as_json, busy
from layerwise.app.splitting import Split, split
from layerwise.app.train import DATA_HELP, DataFlags, FileFlags
from layerwise.data.atomic import write_atomically
from layerwise.data.builtin import NAMES
from layerwise.errors import LayerwiseError, SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.regressor import DNNRegressor
from layerwise.study.baselines import constant, linear
from layerwise.study.curves import curve_png
from layerwise.study.scoring import Score, score, task_of
from layerwise.study.search.picture import search_png
from layerwise.study.search.search_cv import SearchCV

NO_DATA, NO_FILES, NO_SEARCH, NO_FIXED = DataFlags(), FileFlags(), SearchFlags(), fixed_flags()()
DEFAULTS = "the defaults"


class Searched(NamedTuple):
    """A finished search with the rows, the test's score, the files and the seconds."""

    search: SearchCV
    parts: Split
    result: Score
    places: Places
    picture: Path
    seconds: float


def search(
    data: Annotated[str | None, Parameter(help=DATA_HELP)] = None,
    /,
    *,
    asked: SearchFlags = NO_SEARCH,
    reading: DataFlags = NO_DATA,
    files: FileFlags = NO_FILES,
    fixed: Any = NO_FIXED,
) -> int:
    """Search better settings for a network on DATA.

    Parameters
    ----------
    data : str, optional
        What to train on; without it the help is shown.
    asked, reading, files, fixed
        The flags, in groups.
    """
    places = {"out": files.out, "runs": files.runs}
    options = {"data": data, **asdict(reading), **places, **asdict(fixed)}
    run = run_from(options, files.settings)
    if run is None:
        app.help_print(["search"])
        print("Built-in data sets: " + ", ".join(NAMES))
        return DONE
    space = space_from(asked.space, files.settings)
    _refuse_both(run, space or {})
    found = _search(run, asked, space)
    print(_as_json(found)) if files.json else show_search(found)
    return INTERRUPTED if found.search.interrupted_ else DONE


# cyclopts reads the annotations: these flags come from the estimator's signature
search.__annotations__["fixed"] = fixed_flags()


def _refuse_both(run: Run, space: dict[str, Any]) -> None:
    searched = {*space, *(["hidden_units"] if "depth" in space else [])}
    for name in run.settings:
        if name in searched:
            flag = name.replace("__", ".").replace("_", "-")
            raise SettingError(f"--{flag} fixes what --space searches: leave one of them out")


def _search(run: Run, asked: SearchFlags, space: dict[str, Any] | None) -> Searched:
    began = time.perf_counter()
    settings = settings_from(run.settings)
    with data_errors(run.data, run.test):
        parts = split(run, settings["random_state"] or 0)
    places = places_for(run.out or f"{parts.name or 'model'}{MODEL_SUFFIX}", None)
    face = DNNRegressor if parts.task == "regression" else DNNClassifier
    runs = place_of(run.runs, places.model)
    name = asked.name or f"{parts.name} {time.strftime('%Y-%m-%d %H:%M:%S')}"
    own = SearchCV(
        face(**settings), space, method=asked.method, trials=asked.count(),
        max_seconds=asked.max_seconds, cv=asked.cv, nested=asked.nested, runs=runs, name=name,
        random_state=settings["random_state"], verbose=settings["verbose"],
    )  # fmt: skip
    own.__dict__["_origin"] = origin_of(run, parts)
    with data_errors(run.data):
        own.fit(*parts.training)
    result = _tested(own, parts)
    picture = places.model.with_name(f"{places.model.stem}-search.png")
    write_atomically(picture, search_png(own))
    _write(run, own, places)
    return Searched(own, parts, result, places, picture, time.perf_counter() - began)


def _tested(own: SearchCV, parts: Split) -> Score:
    """Score the winner on the test rows, which nothing has seen, beside the defaults' model."""
    (X, y), best = parts.test, own.best_estimator_
    others = dict([constant(best.target_, len(y))])
    with suppress(KeyboardInterrupt, LayerwiseError), busy("comparing with simpler models"):
        others |= dict([linear(best, parts.training, X)])
        if own.best_params_ and not own.interrupted_:
            usual: Any = own.estimator
            usual = type(usual)(**usual.get_params(deep=False)).fit(*parts.training)
            others[DEFAULTS] = usual.predict(X)
    return score(task_of(best.target_), y, best.predict(X), others, parts.seed)


def _write(run: Run, own: SearchCV, places: Places) -> None:
    estimator, text = own.best_estimator_, ""
    if places.settings:
        whole = Run(**{**asdict(run), "out": str(places.model), "settings": {}})
        text = run_file_text(whole, estimator.get_params(deep=False), str(places.settings))
    write_run(places, estimator, curve_png(estimator), text.encode())


def _as_json(found: Searched) -> str:
    own, comparison = found.search, found.search.comparison_
    best = own.best_estimator_
    card = json.loads(as_json(found.result, best.rows_, found.seconds, found.places.model))
    card["runs"] = None if own.runs is None else str(own.runs)
    states = own.cv_results_["state"].tolist()
    card["search"] = {
        "name": own.study_.study_name,
        "trials": {state: states.count(state) for state in sorted(set(states))},
        "best": dict(_best(own).params),
        "validation_score": own.best_score_,
        "interrupted": own.interrupted_,
    }
    if comparison is not None:
        card["search"]["defaults"] = {
            "validation_score": comparison.default_score,
            "with_fresh_seeds": comparison.score,
            "difference": comparison.difference,
            "interval": [_finite(end) for end in comparison.interval],
            "better": comparison.is_better,
        }
    if own.nested:
        card["search"]["nested_scores"] = own.nested_scores_.tolist()
    return json.dumps(card, allow_nan=False)


def _best(own: SearchCV) -> Any:
    number = own.cv_results_["number"][own.best_index_]
    return own.study_.trials[number]


def _finite(value: float) -> float | None:
    return float(value) if abs(value) != float("inf") else None
