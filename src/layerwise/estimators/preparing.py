"""From checked rows to a training job: what is held out, what is encoded, how it is batched."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from sklearn.utils import check_random_state

from layerwise.data.encoding import Encoder, learn
from layerwise.data.targets import NumbersTarget, NumberTarget, SeveralTargets, Target
from layerwise.errors import DataError
from layerwise.estimators.costs import OwnCost
from layerwise.estimators.designing import Design, as_arrays, design, mixing
from layerwise.estimators.door import picture_shape, rows_to_learn, rows_to_predict, weights_of
from layerwise.estimators.encoded import Encoded, encode, merged
from layerwise.estimators.own_cost_check import check_own_cost
from layerwise.estimators.sampling import Sample, class_factors
from layerwise.estimators.settings import check_fits, check_settings, ingredient_of, kept_in
from layerwise.estimators.validating import (
    Checked,
    groups_of,
    own_validation,
    separated,
    validation_of,
)
from layerwise.propagation.regularization import Penalties
from layerwise.training.loop import Job
from layerwise.training.minibatches import automatic_batch_size
from layerwise.training.plan import Numbers, Plan
from layerwise.training.schedules import ReduceOnPlateau

ALL_AT_ONCE = 64  # rows up to which the automatic batch is all of them
MERGED_UP_TO = 10_000  # rows up to which equal rows of a full batch are merged


class Prepared(NamedTuple):
    """Encoder, target and training job, with the counts of training and validation rows.

    `checked` are the validation rows for a scorer.
    """

    encoder: Encoder
    target: Target
    job: Job
    counts: tuple[int, int]
    checked: Checked | None = None


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
    seed = _drawn(face.random_state) if seed is None else seed
    return prepare(_sample(face, given, known), settings, seed, (face, known))


def _drawn(seed: Any) -> int:
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool):
        seed = check_random_state(seed).randint(2**31 - 1)
    return int(seed)


def _sample(face: Any, given: tuple[Any, ...], known: Known | None) -> Sample:
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
    job = _job(ready, encoded, settings, seed, face.kind_of(target))
    counts = len(training.weights), len(validation.weights) if validation else 0
    return Prepared(encoder, target, job, counts, checked)


def _learned(training: Sample) -> Encoder:
    weights = training.weights
    uneven = None if (weights == weights[0]).all() else weights
    return learn(training.rows, uneven, training.picture, training.which)


def _job(
    training: Encoded, validation: Encoded | None, settings: dict[str, Any], seed: int, kind: str
) -> Job:
    batch_size = _batch_size(settings["batch_size"], training.count)
    if batch_size == 0 and training.count <= MERGED_UP_TO:
        training = merged(training)
    made = design(settings, training.rows.shape[1], training.targets.shape[1], kind)
    own = ingredient_of("cost", settings["cost"])
    if isinstance(own, OwnCost):
        check_own_cost(own, made.network.head, training.targets)
    schedule = ingredient_of("schedule", settings["schedule"])
    return Job(
        plan=_plan(settings, made, batch_size),
        training=training.table,
        rows=training.count,
        validation=validation and validation.table,
        numbers=numbers_of(settings, made, training.weights.sum(dtype=np.float64)),
        seed=seed,
        dtype=jnp.dtype(kept_in(settings["dtype"])),
        plateau=schedule if isinstance(schedule, ReduceOnPlateau) else None,
    )


def _plan(settings: dict[str, Any], made: Design, batch_size: int) -> Plan:
    update, mixed = ingredient_of("update", settings["update"]), mixing(settings)
    optimizer = ingredient_of("optimizer", settings["optimizer"])
    return Plan(
        made.network,
        optimizer.name,
        batch_size,
        ingredient_of("schedule", settings["schedule"]).name,
        None if mixed is None else mixed.name,
        made.frozen,
        1 if update is None else int(update.accumulate),
        tuple(optimizer.choices().items()),
    )


def numbers_of(settings: dict[str, Any], made: Design, weight: float) -> Numbers:
    """Return the numeric settings as arguments; `weight` is the sum of the training weights."""
    kind = np.dtype(kept_in(settings["dtype"])).type
    own = {
        name: {} if (found := ingredient_of(name, settings[name])) is None else found.numbers()
        for name in ("optimizer", "schedule", "update")
    }
    own["update"].pop("accumulate", None)  # compiled in
    mixed = mixing(settings)
    return Numbers(
        learning_rate=kind(settings["learning_rate"]),
        momentum=kind(settings["momentum"]),
        penalties=Penalties(
            kind(settings["l1"] / weight) if settings["l1"] else None, kind(settings["l2"] / weight)
        ),
        blocks=tuple(as_arrays(numbers, kind) for numbers in made.numbers),
        cost=as_arrays(made.cost, kind),
        **{name: as_arrays(numbers, kind) for name, numbers in own.items()},
        augmentation={} if mixed is None else as_arrays(mixed.numbers(), kind),
        epochs=kind(settings["epochs"]),
    )


def _batch_size(setting: int | str, rows: int) -> int:
    if setting == "auto":
        setting = "all" if rows <= ALL_AT_ONCE else automatic_batch_size(rows)
    return 0 if setting == "all" or int(setting) >= rows else int(setting)
