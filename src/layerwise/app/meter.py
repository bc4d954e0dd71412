"""`layerwise meter`: which learning rates are too small, right and too large for DATA."""

from __future__ import annotations

import json as to_json
import math
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Group, Parameter
from rich.console import Console

from layerwise.app.main import DONE, app
from layerwise.app.rows import data_errors
from layerwise.app.run_file import Run, run_from
from layerwise.app.settings import setting_flags, settings_from
from layerwise.app.showing import console
from layerwise.app.splitting import split
from layerwise.app.train import DATA_HELP, NO_DATA_FLAGS, NO_SETTING_FLAGS, DataFlags
from layerwise.data.builtin import NAMES
from layerwise.errors import SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.metering import HIGHEST, LOWEST
from layerwise.estimators.regressor import DNNRegressor
from layerwise.study.meter.measuring import Asked, meter_of
from layerwise.study.meter.value import Meter
from layerwise.study.meter.verdicts import Verdict


@Parameter(name="*", group=Group("What is measured", sort_key=2))
@dataclass(frozen=True)
class MeterFlags:
    """What is measured.

    Parameters
    ----------
    rate
        The learning rate to judge, above 0. [default: the one that train would take]
    seeds
        Runs of each rate, from 1 to 100.
    picture
        Where the picture (.png) goes. [default: the data's name with -meter.png, in this folder]
    settings
        A settings file (TOML) from an earlier run; flags go before its lines.
    json
        Print one JSON object on stdout and nothing else.
    """

    rate: float | None = None
    seeds: int = 5
    picture: str | None = None
    settings: str | None = None
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False


NO_METER_FLAGS = MeterFlags()


def meter(
    data: Annotated[str | None, Parameter(help=DATA_HELP)] = None,
    /,
    *,
    reading: DataFlags = NO_DATA_FLAGS,
    flags: MeterFlags = NO_METER_FLAGS,
    settings: Any = NO_SETTING_FLAGS,
) -> int:
    """Judge the learning rate for DATA by trainings with many rates at once."""
    options = {"data": data, **asdict(reading), "out": None, **asdict(settings)}
    run = run_from(options, flags.settings)
    if run is None:
        app.help_print(["meter"])
        print("Built-in data sets: " + ", ".join(NAMES))
        return DONE
    if flags.rate is not None and not LOWEST <= flags.rate <= HIGHEST:
        raise SettingError(f"--rate {flags.rate}: expected a number from 1e-12 to 1e6")
    return _judge(run, flags)


# cyclopts reads the annotations: these flags come from the estimator's signature
meter.__annotations__["settings"] = setting_flags()


def _judge(run: Run, flags: MeterFlags) -> int:
    own = settings_from(run.settings)
    if flags.picture and not flags.picture.lower().endswith(".png"):
        raise SettingError(f"--picture {flags.picture}: expected a name with the ending .png")
    with data_errors(run.data, run.test):
        parts = split(run, own["random_state"] or 0)
    picture = Path(flags.picture or f"{parts.name or 'data'}-meter.png")
    face = DNNRegressor if parts.task == "regression" else DNNClassifier
    with _progress() as told, data_errors(run.data):
        asked = Asked(flags.seeds, told=told)
        found = meter_of(face(**own), (*parts.training, None), asked)
        verdict = found.verdict(flags.rate)
    found.save(picture)
    _show_json(found, verdict, picture) if flags.json else _show(found, verdict, picture, run.data)
    return DONE


@contextmanager
def _progress() -> Iterator[Callable[[str], None] | None]:
    stream = Console(stderr=True)
    if not stream.is_terminal:
        yield None
        return
    with stream.status("reading the data") as status:
        yield status.update


def _show(found: Meter, verdict: Verdict, picture: Path, data: str) -> None:
    screen = console()
    screen.print(verdict.text, markup=False, style="bold")
    screen.print()
    wide = max(len(fact.name) for fact in found.facts)
    for fact in found.facts:
        screen.print(f"{fact.name:<{wide}}  {fact.text}", markup=False)
    screen.print()
    screen.print(f"{'picture':<{wide}}  {picture}", markup=False)
    command = f"layerwise train {shlex.quote(data)} --learning-rate {found.suggested:.2g}"
    screen.print(f"{'next':<{wide}}  {command}", markup=False)


def _show_json(found: Meter, verdict: Verdict, picture: Path) -> None:
    card = {
        "verdict": verdict.word,
        "text": verdict.text,
        "rate": found.rate,
        "largest_stable": found.largest_stable,
        "best": found.best,
        "suggested": found.suggested,
        "good": list(found.good),
        "curvature": found.curvature,
        "bound": found.bound,
        "seeds": found.seeds,
        "rates": found.rates.tolist(),
        "costs": [cost if math.isfinite(cost) else None for cost in found.costs.tolist()],
        "picture": str(picture),
    }
    print(to_json.dumps(card, allow_nan=False))
