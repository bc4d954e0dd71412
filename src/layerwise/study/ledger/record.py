"""A run into the ledger, in one transaction; and the schema of what is kept, version 1.

A study of Optuna stands for runs that can be compared: one per (kind, data, metric) for "train"
and "fit", one per name for "search" and "ladder". Its user attribute "layerwise" holds what they
share, once:

    version      1
    kind         "train", "fit", "search" or "ladder"
    name         of the data, such as "flats"
    data         the fingerprint, see `fingerprint.py`: rows, columns, hashes, summaries
    metric       what the trials' values are, such as "accuracy"
    direction    "maximize" or "minimize"
    source       how the rows were read: path, target, drop, test, task, header, image_size, grey
    settings     of a search or a ladder: what its trials' own are put over; `lost` as below
    folds, cv, seed, seeds, method, space   of a search; asked of a ladder: how it was asked

A trial is a run. Its value is the main score, its intermediate values are the figure named by
"watched", per epoch from 1; a search's params are its space's. Its user attributes:

    settings     every setting as a plain value, as in a model file (a default may change one day);
                 of a search or a ladder only those that are not the study's
    chosen       what "auto" and "meter" among them came to
    rung, parameters   of a ladder: its name, and how many numbers it learns
    batch        of a search: the first trial of those that trained at once, and how many they were
    lost         names of settings that have no plain value: a function, arrays
    given        what `fit` was given beside X and y, by name: sample_weight, validation, groups
    seed         the whole number that was drawn or given: random_state=None can be replayed
    environment  versions, platform, processor, cores, device, and a hash of what decides the bits
    curves       {figure: [one number per epoch]}, without the watched one
    watched      the name of the watched figure, such as "validation_metric"
    scores       [{name, value, low, high, rows, on}], on "test", "validation", "folds", "training";
                 of several folds and seeds the mean, then each one's with its number as "split"
    seconds      of training
    model        {path from the database's folder, digest of the parameters}
    stopped, best_epoch   why training ended; the epoch whose parameters are kept
    failure      of a run that failed (state FAIL): what it said

Numbers that are not finite are null. Nothing of this is kept a second time elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from layerwise.study.ledger.refusing import clearly
from layerwise.study.ledger.storage import open_storage, url_of

VERSION = 1
KEY = "layerwise"
LONGEST = 200  # letters of a name in a study's, which has at most 512
SMALLER_IS_BETTER = ("rmse", "quantile_loss", "cost", "loss", "error")


@dataclass(frozen=True)
class About:
    """What the runs of one study share; see the schema above."""

    kind: str
    name: str
    data: dict[str, Any]
    metric: str
    source: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    title: str | None = None  # of a search or a ladder
    shared: dict[str, Any] = field(default_factory=dict)  # what else its study says

    @property
    def direction(self) -> str:
        """Return "maximize" or "minimize"; scikit-learn's scorers grow with what is good."""
        smaller = self.metric in SMALLER_IS_BETTER
        return "minimize" if smaller else "maximize"

    @property
    def study(self) -> str:
        """Return the study's name, as the dashboard shows it."""
        made = f"{self.kind} {self.name[:LONGEST]}, {self.metric} ({self.data['hash'][:12]})"
        return self.title or made

    def stored(self) -> dict[str, Any]:
        """Return the study's user attribute."""
        kept = {"version": VERSION, "kind": self.kind, "name": self.name, "data": self.data}
        kept |= {"metric": self.metric, "direction": self.direction, "source": self.source}
        return plain(kept | ({"settings": self.settings} if self.settings else {}) | self.shared)


@dataclass(frozen=True)
class Entry:
    """One run; `kept` are the user attributes of the schema above."""

    kept: dict[str, Any]
    value: float | None = None
    watched: dict[int, float] = field(default_factory=dict)
    failed: bool = False


def record(place: str | Path | None, about: About, entry: Entry) -> int:
    """Write a run and return its id, unique over all studies of the database.

    When it has returned, the run is there: it was one transaction, and it is on the disk.

    Parameters
    ----------
    place : a file, an address of PostgreSQL, or None: "layerwise-runs.db" in this folder
    about : what it shares with other runs
    entry : the run

    Raises
    ------
    SettingError, OSError
        When the database cannot be used; the message says why.
    """
    with closing(Recorder(place)) as recorder:
        return recorder.record(about, entry)


class Recorder:
    """An open database that runs are written to, one after the other."""

    def __init__(self, place: str | Path | None):
        self.url = url_of(place)
        self._storage = open_storage(place)
        self._studies: dict[str, int] = {}

    def record(self, about: About, entry: Entry) -> int:
        """Write a run and return its id."""
        with clearly(self.url):
            if about.study not in self._studies:
                self._studies[about.study] = study_of(self._storage, about)
            study = self._studies[about.study]
            return self._storage.create_new_trial(study, _template(entry))

    def close(self) -> None:
        """Close the connections."""
        self._storage.remove_session()
        self._storage.engine.dispose()


def study_of(storage: Any, about: About) -> int:
    """Return the number of the study that runs of this kind belong to, made where there is none."""
    from optuna.exceptions import DuplicatedStudyError
    from optuna.study import StudyDirection

    try:
        number = storage.get_study_id_from_name(about.study)
    except KeyError:
        try:
            direction = StudyDirection[about.direction.upper()]
            number = storage.create_new_study([direction], about.study)
        except DuplicatedStudyError:  # another process was faster
            number = storage.get_study_id_from_name(about.study)
    # also for one who was killed between making the study and saying what it is
    if KEY not in storage.get_study_user_attrs(number):
        storage.set_study_user_attr(number, KEY, about.stored())
    return number


def _template(entry: Entry) -> Any:
    from optuna.trial import FrozenTrial, TrialState

    ended = datetime.now()
    known = not entry.failed and entry.value is not None and math.isfinite(entry.value)
    return FrozenTrial(
        number=-1,
        trial_id=-1,
        state=TrialState.COMPLETE if known else TrialState.FAIL,
        value=entry.value if known else None,
        values=None,
        datetime_start=ended - timedelta(seconds=entry.kept.get("seconds") or 0),
        datetime_complete=ended,
        params={},
        distributions={},
        user_attrs=plain(entry.kept),
        system_attrs={},
        intermediate_values={epoch: float(value) for epoch, value in entry.watched.items()},
    )


def plain(value: Any) -> Any:
    """Return a value as JSON has it everywhere: a number that is not finite is None.

    >>> plain({"cost": (0.5, float("nan"))})
    {'cost': [0.5, None]}
    """
    if isinstance(value, Mapping):
        return {str(name): plain(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
