"""From encoded tables and the settings to a training job: the plan, and the numbers of its run."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.costs import OwnCost
from layerwise.estimators.designing import Design, as_arrays, design, mixing
from layerwise.estimators.entrance import Inputs
from layerwise.estimators.own_cost_check import check_own_cost
from layerwise.estimators.settings import ingredient_of, kept_in
from layerwise.propagation.regularization import Penalties
from layerwise.training.loop import Job
from layerwise.training.minibatches import Table
from layerwise.training.plan import Numbers, Plan
from layerwise.training.schedules import ReduceOnPlateau


class Tables(NamedTuple):
    """The tables of a job: `rows` of the training table are real; a `batch_size` of 0 is all.

    `inputs` are the columns of X.
    """

    training: Table
    rows: int
    validation: Table | None
    batch_size: int
    inputs: Inputs


def job_of(tables: Tables, settings: dict[str, Any], seed: int, kind: str) -> Job:
    """Return the job of the settings on these tables; `kind` is what the target is."""
    if tables.inputs.levels and mixing(settings) is not None:
        raise SettingError(
            "augmentation='mixup': a category is embedded, and the numbers of its levels cannot be "
            "mixed; set columns=Columns(one_hot_up_to=None)"
        )
    _, Y, weights = (array[: tables.rows] for array in tables.training)
    made = design(settings, tables.inputs, Y.shape[1], kind)
    own = ingredient_of("cost", settings["cost"])
    if isinstance(own, OwnCost):
        check_own_cost(own, made.network.head, Y)
    schedule = ingredient_of("schedule", settings["schedule"])
    return Job(
        plan=_plan(settings, made, tables.batch_size),
        training=tables.training,
        rows=tables.rows,
        validation=tables.validation,
        numbers=numbers_of(settings, made, weights.sum(dtype=np.float64)),
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
        settings["monitor"],
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
        penalties=_penalties(settings, weight, kind),
        blocks=tuple(as_arrays(numbers, kind) for numbers in made.numbers),
        cost=as_arrays(made.cost, kind),
        **{name: as_arrays(numbers, kind) for name, numbers in own.items()},
        augmentation={} if mixed is None else as_arrays(mixed.numbers(), kind),
        epochs=kind(settings["epochs"]),
    )


def _penalties(settings: dict[str, Any], weight: float, kind: Any) -> Penalties:
    l1, l2 = (settings[name] for name in ("l1", "l2"))
    # beside weight decay an l2 of 0 is compiled as none; else it is a number like any other
    none = not l2 and "weight_decay" in getattr(settings["update"], "numbers", dict)()
    own = None if none else kind(l2 / weight)
    return Penalties(kind(l1 / weight) if l1 else None, own)
