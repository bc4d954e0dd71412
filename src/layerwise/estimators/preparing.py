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
from layerwise.estimators.planning import Tables, job_of
from layerwise.estimators.sampling import Factors, Sample, class_factors
from layerwise.estimators.settings import check_fits, check_settings, kept_in
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
    """Encoder, target and training job, with the counts of training and validation rows.

    `checked` are the validation rows for a scorer, `factors` those of the classes.
    """

    encoder: Encoder
    target: Target
    job: Job
    counts: tuple[int, int]
    checked: Checked | None
    factors: Factors


class Ready(NamedTuple):
    """Encoded rows with the encoder and the target they were encoded by: no network's settings yet.

    `counts`, `checked` and `factors` are those of `Prepared`.
    """

    encoder: Encoder
    target: Target
    training: Encoded
    validation: Encoded | None
    counts: tuple[int, int]
    checked: Checked | None
    factors: Factors


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
    picture, encoder = picture_shape(X), known and known.encoder
    rows = rows_to_predict(face, X, encoder) if encoder else rows_to_learn(face, X)
    own, groups = validation_of(validation), groups_of(groups, rows)
    weights, targets = weights_of(sample_weight, rows), face._targets(y, rows)
    if known and (targets.ndim == 2) != isinstance(known.target, SeveralTargets):
        raise DataError(f"y has the shape {targets.shape}; expected {known.target.words}")
    return Sample(rows, targets, weights, picture, groups, own)


def prepare(
    sample: Sample, settings: dict[str, Any], seed: int, asked: tuple[Any, Known | None]
) -> Prepared:
    """Return the job for a sample; `asked` says what a target is, and what is known already.

    Everything learned from the data (scales, categories) comes from the training part alone.
    """
    ready = ready_of(sample, settings, seed, asked)
    tables = tables_of(ready, batch_size_of(settings["batch_size"], ready.counts[0]))
    job = job_of(tables, settings, seed, asked[0].kind_of(ready.target))
    return Prepared(ready.encoder, ready.target, job, *ready[4:])


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
    if known is None and isinstance(target, NumberTarget | NumbersTarget):
        target = face.learn_target(training.targets, training.weights)
    encoder = (known and known.encoder) or _learned(training)
    own = own_validation(sample, face, encoder, factors)
    validation = validation if own is None else own
    kind = kept_in(settings["dtype"])
    ready = encode(training, encoder, target, kind)
    encoded = validation and encode(validation, encoder, target, kind)
    checked = validation and encoded and Checked(validation, encoded.rows)
    counts = len(training.weights), len(validation.weights) if validation else 0
    return Ready(encoder, target, ready, encoded, counts, checked, factors)


def _learned(training: Sample) -> Encoder:
    weights = training.weights
    uneven = None if (weights == weights[0]).all() else weights
    return learn(training.rows, uneven, training.picture, training.which)


def tables_of(ready: Ready, batch_size: int) -> Tables:
    """Return the tables for batches of so many rows; 0: all of them."""
    training = ready.training
    if batch_size == 0 and training.count <= MERGED_UP_TO:
        training = merged(training)
    held_out = ready.validation and ready.validation.table
    return Tables(training.table, training.count, held_out, batch_size)


def batch_size_of(setting: int | str, rows: int) -> int:
    """Return how many of these rows a step takes; 0: all of them."""
    if setting == "auto":
        setting = "all" if rows <= ALL_AT_ONCE else automatic_batch_size(rows)
    return 0 if setting == "all" or int(setting) >= rows else int(setting)
