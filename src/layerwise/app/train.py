"""`layerwise train`: read, hold out a test, train, score beside the baselines, write, show."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Group, Parameter

from layerwise.app.card import show_training
from layerwise.app.files import MODEL_SUFFIX, Places, places_for, write_run
from layerwise.app.main import DONE, INTERRUPTED, app
from layerwise.app.recording import place_of, recorded
from layerwise.app.rows import data_errors
from layerwise.app.run_file import Run, run_file_text, run_from
from layerwise.app.settings import setting_flags, settings_from
from layerwise.app.showing import as_json, busy
from layerwise.app.splitting import Split, split
from layerwise.data.builtin import NAMES
from layerwise.errors import DivergenceError, SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.persistence import load
from layerwise.estimators.regressor import DNNRegressor
from layerwise.study.baselines import constant, linear
from layerwise.study.curves import curve_png
from layerwise.study.scoring import Score, score, task_of

DATA_HELP = (
    "A table (.csv, .tsv, .parquet, .ndjson, also .gz or .zst), arrays (.npz, .h5, MNIST idx), a "
    "folder with one sub-folder of pictures per class, or the name of a built-in set."
)
DATA, FILES = Group("Reading the data", sort_key=1), Group("What is written", sort_key=2)


@Parameter(name="*", group=DATA)
@dataclass(frozen=True)
class DataFlags:
    """How the data is read.

    Parameters
    ----------
    target
        The column to predict: its name, or its number from 1. [default: the last one]
    test
        Rows to score on, read like DATA. [default: a fifth of DATA, drawn with random-state]
    task
        binary, multiclass or regression. [default: inferred from the target, and said]
    drop
        Columns to leave out, such as --drop id,name.
    header
        Whether the first line of a text table holds names. [default: found out, and said]
    image_size
        Height x width that pictures are brought to, such as 64x64.
    grey
        Read pictures in grey instead of in colour.
    """

    target: str | None = None
    test: str | None = None
    task: str | None = None
    drop: str | None = None
    header: bool | None = None
    image_size: str | None = None
    grey: Annotated[bool | None, Parameter(negative="")] = None


@Parameter(name="*", group=FILES)
@dataclass(frozen=True)
class FileFlags:
    """What is written.

    Parameters
    ----------
    out
        The model file; the learning curve (.png) and the settings (.toml) go beside it.
        [default: the data's name with the ending .layerwise, in this folder]
    settings
        A settings file (TOML) from an earlier run; flags go before its lines.
    runs
        The database that keeps a record of the run: a file, postgresql://user@host/name, or none.
        [default: layerwise-runs.db in the model's folder]
    json
        Print one JSON object on stdout and nothing else.
    """

    out: str | None = None
    settings: str | None = None
    runs: str | None = None
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False


NO_DATA_FLAGS, NO_FILE_FLAGS, NO_SETTING_FLAGS = DataFlags(), FileFlags(), setting_flags()()


def train(
    data: Annotated[str | None, Parameter(help=DATA_HELP)] = None,
    /,
    *,
    reading: DataFlags = NO_DATA_FLAGS,
    files: FileFlags = NO_FILE_FLAGS,
    settings: Any = NO_SETTING_FLAGS,
) -> int:
    """Train a network on DATA and show how good it is on rows it has not seen.

    Parameters
    ----------
    data : str, optional
        What to train on; without it the help is shown.
    reading, files, settings
        The flags, in groups.
    """
    places = {"out": files.out, "runs": files.runs}
    options = {"data": data, **asdict(reading), **places, **asdict(settings)}
    run = run_from(options, files.settings)
    if run is None:
        app.help_print(["train"])
        print("Built-in data sets: " + ", ".join(NAMES))
        return DONE
    is_as_in_file = all(value is None for name, value in options.items() if name != "runs")
    return _train(run, files.settings if is_as_in_file else None, files.json)


# cyclopts reads the annotations: these flags come from the estimator's signature
train.__annotations__["settings"] = setting_flags()


def _train(run: Run, own_settings: str | None, json: bool) -> int:
    began = time.perf_counter()
    settings = settings_from(run.settings)
    with data_errors(run.data, run.test):
        parts = split(run, settings["random_state"] or 0)
    places = places_for(run.out or f"{parts.name or 'model'}{MODEL_SUFFIX}", own_settings)
    estimator = _begun(settings, parts.task, places.model)
    place_of(run.runs, places.model)  # a wrong one is told before training
    trained = _fitted(run, parts, estimator, places.model)
    with busy("comparing with simpler models"):
        result = _scored(estimator, parts)
        curve = curve_png(estimator)
    _write(run, settings, places, (estimator, curve))
    noted = recorded(run, parts, estimator, (result, trained, ""), places.model)
    seconds = time.perf_counter() - began
    if json:
        print(as_json(result, estimator.rows_, seconds, places.model, noted))
    else:
        show_training(result, estimator, parts, (places, seconds, noted))
    return INTERRUPTED if estimator.stopped_ == "interrupted" else DONE


def _fitted(run: Run, parts: Split, estimator: Any, model: Path) -> float:
    """Train the estimator and return the seconds it took; a run that diverges is recorded too."""
    began = time.perf_counter()
    try:
        with data_errors(run.data):
            estimator.fit(*parts.training)
    except DivergenceError as error:
        failed = None, time.perf_counter() - began, str(error)
        recorded(run, parts, estimator, failed, model)
        raise
    return time.perf_counter() - began


def _begun(settings: dict[str, Any], task: str, model: Path) -> Any:
    """Return the estimator to fit: a new one, or for a warm start the one of the model file."""
    face = DNNRegressor if task == "regression" else DNNClassifier
    if not (settings["warm_start"] and model.exists()):
        return face(**settings)
    before = load(model)
    if not isinstance(before, face):
        raise SettingError(
            f"warm_start: {model} holds a {type(before).__name__}, but the task is {task}; "
            "give another --out"
        )
    return before.set_params(**settings)


def _scored(estimator: Any, parts: Split) -> Score:
    X, y = parts.test
    others = dict([constant(estimator.target_, len(y))])
    with suppress(KeyboardInterrupt):  # who does not want to wait for it keeps the network
        others |= dict([linear(estimator, parts.training, X)])
    return score(task_of(estimator.target_), y, estimator.predict(X), others, parts.seed)


def _write(run: Run, settings: dict[str, Any], places: Places, made: tuple[Any, bytes]) -> None:
    estimator, curve = made
    text = ""
    if places.settings:
        whole = Run(**{**asdict(run), "out": str(places.model), "settings": {}})
        text = run_file_text(whole, settings, str(places.settings))
    write_run(places, estimator, curve, text.encode())
