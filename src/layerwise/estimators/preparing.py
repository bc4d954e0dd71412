"""From checked rows to a training job: what is held out, what is encoded, how it is batched."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from layerwise.data.encoding import Encoder, learn
from layerwise.data.targets import NumbersTarget, NumberTarget, SeveralTargets, Target
from layerwise.errors import DataError
from layerwise.estimators.door import picture_shape, rows_to_learn, rows_to_predict, weights_of
from layerwise.estimators.encoded import Encoded, encode, merged
from layerwise.estimators.entrance import Inputs
from layerwise.estimators.measuring_rates import with_rate
from layerwise.estimators.membership import FOLDS, folded, members_of
from layerwise.estimators.planning import Tables, job_of
from layerwise.estimators.presets import MEASURED, Facts, chosen, trained_apart
from layerwise.estimators.refusals import refuse_columns, refuse_one_hot, refuse_shapes
from layerwise.estimators.sampling import Factors, Sample, class_factors
from layerwise.estimators.scrambled import refuse_scrambled
from layerwise.estimators.settings import check_fits, check_settings, ingredient_of, kept_in
from layerwise.estimators.validating import (
    Checked,
    groups_of,
    own_validation,
    separated,
    validation_of,
)
from layerwise.training.loop import Job
from layerwise.training.minibatches import automatic_batch_size

ALL_AT_ONCE = 64  # rows up to which the automatic batch is all of them
MERGED_UP_TO = 10_000  # rows up to which equal rows of a full batch are merged


class Prepared(NamedTuple):
    """Encoder, target and training jobs, with the counts of training and validation rows.

    There is a job for each member, and `checked` are the validation rows of each for a scorer;
    where each holds other ones out, none are counted. `settings` have the preset's choices in them,
    `sample` are the rows to train on as they were given, `factors` those of the classes.
    """

    encoder: Encoder
    target: Target
    jobs: tuple[Job, ...]
    counts: tuple[int, int]
    checked: tuple[Checked | None, ...]
    settings: dict[str, Any]
    sample: Sample
    factors: Factors

    @property
    def job(self) -> Job:
        return self.jobs[0]


class Ready(NamedTuple):
    """Encoded rows with the encoder and the target they were encoded by: no network's settings yet.

    `counts`, `sample` and `factors` are those of `Prepared`, `checked` the validation rows for a
    scorer; `in_folds` says that each member will hold out other rows.
    """

    encoder: Encoder
    target: Target
    training: Encoded
    validation: Encoded | None
    counts: tuple[int, int]
    checked: Checked | None
    sample: Sample
    factors: Factors
    in_folds: bool


class Known(NamedTuple):
    """What an earlier fit has learned of the rows and the target; a later one goes on with it."""

    encoder: Encoder | None
    target: Any


def prepared_from(
    face: Any, given: tuple[Any, ...], known: Known | None = None, seed: int | None = None
) -> Prepared:
    """Return the job that an estimator makes of what it is given: what `fit` does before it trains.

    Parameters
    ----------
    face : the estimator, which notes the features and the target's names
    given : X, y and the weights, with validation set and groups where there are any
    known : from a fit before, to go on with
    seed : of that fit; None: as the settings say

    Raises
    ------
    DataError, SettingError
        When the data or a setting cannot be used.
    """
    settings = face.get_params(deep=False)
    check_settings(settings)
    seed = drawn(face.random_state) if seed is None else seed
    return prepare(read(face, given, known), settings, seed, (face, known))


def drawn(seed: Any) -> int:
    """Return a seed as a whole number; None and a RandomState draw one."""
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool):
        seed = check_random_state(seed).randint(2**31 - 1)
    return int(seed)


def read(face: Any, given: tuple[Any, ...], known: Known | None = None) -> Sample:
    """Return what `fit` is given as a checked sample; the face notes features and target names."""
    X, y, sample_weight, validation, groups = (*given, None, None)[:5]
    refuse_shapes(X, y)
    picture, encoder = picture_shape(X), known and known.encoder
    if known is None:
        refuse_one_hot(face, y)
    if picture and len(picture) == 1:
        refuse_scrambled(np.asarray(X))
    rows = rows_to_predict(face, X, encoder) if encoder else rows_to_learn(face, X)
    own, groups = validation_of(validation), groups_of(groups, rows)
    weights, targets = weights_of(sample_weight, rows), face._targets(y, rows)
    if known and (targets.ndim == 2) != isinstance(known.target, SeveralTargets):
        if not isinstance(known.target, SeveralTargets):
            refuse_columns(y, known.target.words)
        raise DataError(f"y has the shape {targets.shape}; expected {known.target.words}")
    return Sample(rows, targets, weights, picture, groups, own)


def prepare(
    sample: Sample, settings: dict[str, Any], seed: int, asked: tuple[Any, Known | None]
) -> Prepared:
    """Return the job for a sample; `asked` says what a target is, and what is known already.

    Everything learned from the data (scales, categories) comes from the training part alone.
    """
    settings = _going_on(chosen(settings, facts_of(sample, asked)), asked)
    apart = folded(sample, settings)
    ready = ready_of(sample, apart, seed, asked)
    tables = tables_of(ready, batch_size_of(settings["batch_size"], ready.counts[0]))
    return prepared_of(ready, tables, settings, seed, asked[0].kind_of(ready.target))


def _going_on(settings: dict[str, Any], asked: tuple[Any, Known | None]) -> dict[str, Any]:
    """Return the settings with the learning rate of the fit before, where it is to be measured."""
    (face, known), rate = asked, settings["learning_rate"]
    if rate != MEASURED or known is None or known.encoder is None:
        return settings
    before = face.settings_
    same = before["optimizer"] == settings["optimizer"]
    return settings | {"learning_rate": before["learning_rate"] if same else rate}


def prepared_of(
    ready: Ready, tables: Tables, settings: dict[str, Any], seed: int, kind: str
) -> Prepared:
    """Return the jobs of the settings on encoded tables: one for each member."""
    settings = with_rate(tables, settings, seed, kind)
    job = job_of(tables, settings, seed, kind)
    jobs, checked = (job,), (ready.checked,)
    if trained_apart(settings["members"]) > 1:
        jobs, checked = members_of(job, ready, settings)
    known = ready.encoder, ready.target, jobs, ready.counts, checked
    return Prepared(*known, settings, ready.sample, ready.factors)


def facts_of(sample: Sample, asked: tuple[Any, Known | None]) -> Facts:
    """Return what a preset looks at."""
    face, known = asked
    sample = sample.counting()
    target = known.target if known else face.learn_target(sample.targets, sample.weights)
    columns, pictures = sample.rows.shape[1], sample.picture is not None
    return Facts(face.kind_of(target), len(sample.weights), columns, pictures)


def ready_of(
    sample: Sample, settings: dict[str, Any], seed: int, asked: tuple[Any, Known | None]
) -> Ready:
    """Return the rows to train on and those held out, encoded by what the former say.

    Of the settings this takes those of the validation rows, the class weights, the dtype and
    (through the face) the cost; the seed where rows are drawn.
    """
    face, known = asked
    sample = sample.counting()
    target = known.target if known else face.learn_target(sample.targets, sample.weights)
    factors = class_factors(settings["class_weight"], sample, target)
    sample = sample.weighed(factors).counting()
    if known is None and any(factor == 0 for factor in factors.values()):
        target = face.learn_target(sample.targets, sample.weights)
    check_fits(settings, face.kind_of(target))
    training, validation = separated(sample, settings, seed, target)
    if isinstance(target, NumberTarget | NumbersTarget):
        target = _of_numbers(training, settings, asked)
    encoder = (known and known.encoder) or _learned(training, settings)
    own = own_validation(sample, face, encoder, factors)
    validation = validation if own is None else own
    kind, wide = kept_in(settings["dtype"]), ingredient_of("columns", settings["columns"]).room
    ready = encode(training, encoder, target, kind, wide)
    encoded = validation and encode(validation, encoder, target, kind, wide)
    checked = validation and encoded and Checked(validation, encoded.rows)
    counts = len(training.weights), len(validation.weights) if validation else 0
    return Ready(
        encoder, target, ready, encoded, counts, checked, training, factors, FOLDS in settings
    )


def _of_numbers(
    training: Sample, settings: dict[str, Any], asked: tuple[Any, Known | None]
) -> Target:
    (face, known), margin = asked, settings["prediction_margin"]
    target = known.target if known else face.learn_target(training.targets, training.weights)
    return target if margin is None else target.kept_inside(training.targets, margin)


def _learned(training: Sample, settings: dict[str, Any]) -> Encoder:
    weights = training.weights
    uneven = None if (weights == weights[0]).all() else weights
    how = ingredient_of("columns", settings["columns"]).treatment
    return learn(training.rows, uneven, training.picture, training.which, how)


def tables_of(ready: Ready, batch_size: int) -> Tables:
    """Return the tables for batches of so many rows; 0: all of them."""
    training = ready.training
    if batch_size == 0 and training.count <= MERGED_UP_TO and not ready.in_folds:
        training = merged(training)
    held_out = ready.validation and ready.validation.table
    return Tables(training.table, training.count, held_out, batch_size, inputs_of(ready.encoder))


def inputs_of(encoder: Encoder) -> Inputs:
    """Return what the columns are that an encoder makes."""
    return Inputs(len(encoder.names), encoder.plain_numbers, encoder.levels)


def batch_size_of(setting: int | str, rows: int) -> int:
    """Return how many of these rows a step takes; 0: all of them."""
    if setting == "auto":
        setting = "all" if rows <= ALL_AT_ONCE else automatic_batch_size(rows)
    return 0 if setting == "all" or int(setting) >= rows else int(setting)
