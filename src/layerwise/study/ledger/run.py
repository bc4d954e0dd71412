"""One recorded run."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from layerwise.errors import ModelFileError, SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.persistence import load
from layerwise.estimators.stored_settings import as_plain
from layerwise.study.ledger.parameters import digest_of
from layerwise.study.ledger.record import plain

UNCHANGED, CHANGED, GONE, UNKEPT = "unchanged", "changed", "gone", "not kept in a file"


@dataclass(frozen=True)
class Study:
    """What several runs share: `about` is the study's attribute, see `record.py`."""

    name: str
    about: dict[str, Any]
    place: str = field(default="", repr=False)  # the database's address, with its password


@dataclass(frozen=True)
class Run:
    """A recorded run.

    Attributes
    ----------
    id : int
        Unique over all studies of the database.
    state : str
        "complete", "fail" (`failure` says why), "running", "pruned" or "waiting".
    date : datetime or None
        When it began.
    value : float or None
        The main score, of the metric `metric`.
    """

    id: int
    study: Study = field(repr=False)
    state: str
    date: datetime | None
    value: float | None
    kept: dict[str, Any] = field(repr=False)
    more: Callable[[int], dict[str, Any]] = field(repr=False, compare=False)

    @property
    def kind(self) -> str:
        """Return "train", "fit", "search" or "ladder"."""
        return self.study.about.get("kind", "search")

    @property
    def name(self) -> str:
        """Return the data's name."""
        return self.study.about.get("name") or self.study.name

    @property
    def metric(self) -> str:
        """Return what `value` is."""
        return self.study.about.get("metric", "value")

    @property
    def data(self) -> dict[str, Any]:
        """Return the data's fingerprint: rows, columns, hash, schema, target."""
        return self.study.about.get("data", {})

    @property
    def source(self) -> dict[str, Any]:
        """Return how the rows were read."""
        return self.study.about.get("source", {})

    @property
    def settings(self) -> dict[str, Any]:
        """Return every setting as a plain value; of a search its params put over the others."""
        base = self.study.about.get("settings", {})
        # what a search's params stand for is kept with each trial that has ended
        return {**base, **self.kept.get("settings", self.kept["params"])}

    @property
    def changed(self) -> dict[str, Any]:
        """Return the settings that are not at their default, without `verbose`."""
        usual = defaults()
        return {
            name: value
            for name, value in self.settings.items()
            if name != "verbose" and (name not in usual or value != usual[name])
        }

    @property
    def chosen(self) -> dict[str, Any]:
        """Return what each "auto" among the settings came to."""
        return self.kept.get("chosen", {})

    @property
    def scores(self) -> list[dict[str, Any]]:
        """Return the scores, the main one first: name, value, low, high, rows, on."""
        return self.kept.get("scores", [])

    @property
    def split_scores(self) -> list[float]:
        """Return the score of each fold and seed, where the run had several."""
        return [score["value"] for score in self.scores if "split" in score]

    @property
    def seed(self) -> int | None:
        """Return the seed, also where random_state was None."""
        return self.kept.get("seed")

    @property
    def seconds(self) -> float | None:
        """Return how long training took."""
        return self.kept.get("seconds")

    @property
    def stopped(self) -> str | None:
        """Return why training ended."""
        return self.kept.get("stopped")

    @property
    def failure(self) -> str | None:
        """Return why the run failed; None of one that did not."""
        return self.kept.get("failure")

    @cached_property
    def _rest(self) -> dict[str, Any]:
        return self.more(self.id)

    @property
    def environment(self) -> dict[str, Any]:
        """Return versions, platform, processor, cores and device."""
        return self._rest.get("environment", {})

    @property
    def best_epoch(self) -> int | None:
        """Return the epoch whose parameters were kept."""
        return self._rest.get("best_epoch")

    @property
    def lost(self) -> list[str]:
        """Return the settings that could not be kept: a function, arrays."""
        return self._rest.get("lost") or self.study.about.get("lost", [])

    @property
    def given(self) -> list[str]:
        """Return what `fit` was given beside the rows: sample_weight, validation, groups."""
        return self._rest.get("given", [])

    @property
    def digest(self) -> str | None:
        """Return the digest of the parameters; None of a run that has none."""
        return self.kept.get("model", {}).get("digest")

    @property
    def curves(self) -> dict[str, list[Any]]:
        """Return each figure per epoch, such as "cost" and "validation_metric"."""
        figures = self._rest["figures"]
        own = {self._rest.get("watched", self.metric): list(figures.values())} if figures else {}
        return {**self._rest.get("curves", {}), **own}

    @property
    def model_file(self) -> str | None:
        """Return where the model was written; None where it was not."""
        return self.kept.get("model", {}).get("path")

    def model(self) -> Any:
        """Return the fitted estimator of the model file.

        Raises
        ------
        SettingError
            When the run wrote no file.
        FileNotFoundError, ModelFileError
            When it is gone, or no model any more.
        """
        if self.model_file is None:
            raise SettingError(f"run {self.id} wrote no model file; `layerwise train` does")
        return load(self.model_file)

    def replay(self, X: Any, y: Any, **how: Any) -> Any:
        """Train the run again on its rows and return how the bits compare.

        Parameters
        ----------
        X, y : the rows, as `fit` took them
        how : sample_weight, validation and groups, where `fit` took them; settings, a dict of those
            that could not be kept; anyway=True goes on though the data is other

        Returns
        -------
        Replayed
            `.same`, `.finding`, `.how_far` and `.why`.

        Raises
        ------
        DataError, SettingError
            When the rows are others, or something of the run is missing.
        """
        from layerwise.study.ledger.replaying import replay

        return replay(self, X, y, **how)

    def model_state(self) -> str:
        """Return whether the model file is still there: "unchanged", "changed", "gone" ..."""
        if self.model_file is None:
            return UNKEPT
        if not Path(self.model_file).exists():
            return GONE
        try:
            same = digest_of(self.model()) == self.kept["model"]["digest"]
        except (ModelFileError, OSError):
            return CHANGED
        return UNCHANGED if same else CHANGED


@cache
def defaults() -> dict[str, Any]:
    """Return each setting's default as a plain value; random_state and verbose are no difference.

    The command line begins with random_state 0: a seed tells runs apart by `seed`.
    """
    parameters = inspect.signature(DNNClassifier.__init__).parameters
    return {name: plain(as_plain(p.default)) for name, p in parameters.items() if name != "self"}
