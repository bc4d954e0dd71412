"""From checked rows to a training job: what is held out, what is encoded, how it is batched."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from sklearn.utils import check_random_state

from layerwise.data.encoding import Encoder, Rows, learn
from layerwise.data.splits import hold_out
from layerwise.data.targets import ClassTarget, NumberTarget
from layerwise.errors import DataError
from layerwise.estimators.designing import Design, as_arrays, design, mixing
from layerwise.estimators.door import chosen, picture_shape, rows_to_learn, weights_of
from layerwise.estimators.settings import check_settings, ingredient_of
from layerwise.propagation.regularization import Penalties
from layerwise.training.loop import Job
from layerwise.training.minibatches import automatic_batch_size, table
from layerwise.training.plan import Numbers, Plan
from layerwise.training.schedules import ReduceOnPlateau

ALL_AT_ONCE = 64  # rows up to which the automatic batch is all of them
MERGED_UP_TO = 10_000  # rows up to which equal rows of a full batch are merged


class Sample(NamedTuple):
    """Rows, targets and weights as the user gave them; `picture` is one picture's shape."""

    rows: Rows
    targets: np.ndarray
    weights: np.ndarray
    picture: tuple[int, ...] | None

    def part(self, which: np.ndarray) -> Sample:
        """Return the sample of these row numbers."""
        return Sample(
            chosen(self.rows, which), self.targets[which], self.weights[which], self.picture
        )


class Encoded(NamedTuple):
    """Rows that enter the network, (m, n_x), with targets (m, n[L]) and weights (m,)."""

    rows: np.ndarray
    targets: np.ndarray
    weights: np.ndarray


class Prepared(NamedTuple):
    """Encoder, target and training job, with the counts of training and validation rows."""

    encoder: Encoder
    target: ClassTarget | NumberTarget
    job: Job
    counts: tuple[int, int]


def prepared_from(face: Any, X: Any, y: Any, sample_weight: Any) -> Prepared:
    """Return the job that an estimator makes of its rows: what `fit` does before it trains.

    Raises
    ------
    DataError, SettingError
        When the data or a setting cannot be used.
    """
    settings = face.get_params(deep=False)
    check_settings(settings)
    picture = picture_shape(X)
    rows = rows_to_learn(face, X)
    sample = Sample(rows, face._targets(y, rows), weights_of(sample_weight, rows), picture)
    seed = face.random_state
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool):
        seed = check_random_state(seed).randint(2**31 - 1)
    return prepare(sample, settings, int(seed), face)


def prepare(sample: Sample, settings: dict[str, Any], seed: int, face: Any) -> Prepared:
    """Return the job for a sample; `face` says what a target is and which head it needs.

    Everything learned from the data (scales, categories) comes from the training part alone.
    """
    sample = sample.part(np.flatnonzero(sample.weights > 0))
    target = face.learn_target(sample.targets, sample.weights)
    classes = sample.targets if isinstance(target, ClassTarget) else None
    kept, held = hold_out(len(sample.rows), settings["validation_fraction"], classes, seed)
    training, validation = sample.part(kept), sample.part(held)
    if isinstance(target, NumberTarget):
        target = face.learn_target(training.targets, training.weights)
    encoder = learn(training.rows, _uneven(training.weights), sample.picture)
    ready = _encode(training, encoder, target, settings["dtype"])
    checked = _encode(validation, encoder, target, settings["dtype"]) if len(held) else None
    job = _job(ready, checked, settings, seed, face.kind_of(target))
    return Prepared(encoder, target, job, (len(kept), len(held)))


def _uneven(weights: np.ndarray) -> np.ndarray | None:
    return None if (weights == weights[0]).all() else weights


def _encode(sample: Sample, encoder: Encoder, target: Any, dtype: str) -> Encoded:
    rows = encoder.encode(sample.rows, dtype)
    if not np.isfinite(rows).all():
        raise DataError(f"a value is too large for {dtype} once it is scaled; try dtype='float64'")
    return Encoded(rows, target.encode(sample.targets, dtype), sample.weights.astype(dtype))


def _job(
    training: Encoded, validation: Encoded | None, settings: dict[str, Any], seed: int, kind: str
) -> Job:
    batch_size = _batch_size(settings["batch_size"], len(training.rows))
    if batch_size == 0 and len(training.rows) <= MERGED_UP_TO:
        training = merged(training)
    made = design(settings, training.rows.shape[1], training.targets.shape[1], kind)
    schedule = ingredient_of("schedule", settings["schedule"])
    return Job(
        plan=_plan(settings, made, batch_size),
        training=table(*training),
        rows=len(training.rows),
        validation=None if validation is None else table(*validation),
        numbers=numbers_of(settings, made, training.weights.sum(dtype=np.float64)),
        seed=seed,
        dtype=jnp.dtype(settings["dtype"]),
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
    kind = np.dtype(settings["dtype"]).type
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


def merged(examples: Encoded) -> Encoded:
    """Return equal examples merged into one with the sum of their weights, in a fixed order.

    The full batch's cost is the same, and a row of weight 2 is the row twice to the last bit.
    """
    width = examples.rows.shape[1]
    both = np.concatenate([examples.rows, examples.targets], axis=1)
    unique, place = np.unique(both, axis=0, return_inverse=True)
    weights = np.bincount(place.ravel(), weights=examples.weights)
    return Encoded(
        np.ascontiguousarray(unique[:, :width]),
        np.ascontiguousarray(unique[:, width:]),
        weights.astype(examples.weights.dtype),
    )
