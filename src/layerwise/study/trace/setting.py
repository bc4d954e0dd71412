"""From a fitted estimator to what a step is taken with: the plan and the numbers, in float64."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import DataError, SettingError
from layerwise.estimators.designing import design
from layerwise.estimators.planning import numbers_of
from layerwise.estimators.preparing import inputs_of
from layerwise.estimators.settings import ingredient_of
from layerwise.propagation.notation import Examples
from layerwise.training.plan import Numbers, Plan, State

KIND = np.float64


class Setting(NamedTuple):
    """All that a step needs: the plan, the numbers, the state before, the batch, a random key."""

    plan: Plan
    numbers: Numbers
    state: State
    batch: Examples
    key: Any


def member_of(estimator: Any, member: Any) -> Any:
    """Return the one member to trace as an estimator of its own.

    Raises
    ------
    SettingError
        When there is no such member, or members share W and are one network.
    """
    count = estimator.n_members_
    if not isinstance(member, bool) and member in range(count):
        return estimator.members_[int(member)]
    if estimator.network_.members > 1:
        raise SettingError(
            f"member={member!r}: the {estimator.network_.members} members share W and are one "
            "network, which is shown whole; leave member at 0"
        )
    raise SettingError(
        f"member={member!r}: expected a whole number from 0 to {count - 1}; the estimator has "
        f"{count} member{'s' * (count > 1)}"
    )


def setting_of(estimator: Any, columns: np.ndarray, target: np.ndarray, seed: Any) -> Setting:
    """Return what a step on these columns is taken with; call it with 64 bits enabled.

    Without a seed nothing is dropped and no noise is added. Schedules and augmentation are left
    out: a step is shown with the settings' own numbers.
    """
    m = columns.shape[1]
    settings = {**estimator.settings_, "dtype": "float64"}
    kind = type(estimator).kind_of(estimator.target_)
    made = design(settings, inputs_of(estimator.encoder_), estimator.units_[-1], kind)
    network = estimator.network_.computed_in(None)
    optimizer = ingredient_of("optimizer", settings["optimizer"])
    choices = tuple(optimizer.choices().items())
    plan = Plan(network, optimizer.name, 0, "constant", None, made.frozen, 1, choices)
    numbers = numbers_of(settings, made, float(m))
    blocks = zip(network.blocks, numbers.blocks, strict=True)
    if seed is None:
        numbers = numbers._replace(blocks=tuple(_calm(block.kind, own) for block, own in blocks))
    parameters, statistics = _as_doubles((estimator.parameters_, estimator.run_.statistics))
    batch = Examples(*map(jnp.asarray, (columns, target, np.ones((1, m), KIND))))
    key = jax.random.key(0 if seed is None else seed)
    return Setting(plan, _as_doubles(numbers), State(parameters, statistics, None), batch, key)


def _calm(kind: str, numbers: dict[str, Any]) -> dict[str, Any]:
    """Return a block's numbers with nothing left to chance."""
    chance = {"dropout": "probability", "noise": "scale"}.get(kind)
    return numbers | {chance: KIND(0)} if chance else numbers


def _as_doubles(tree: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, KIND), tree)


def columns_of(estimator: Any, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return X = A[0] and Y as columns in float64.

    Raises
    ------
    DataError
        When there is not one target for each row.
    """
    columns, target = estimator.encode(X), estimator.encode_target(y)
    if columns.shape[1] != target.shape[1]:
        raise DataError(
            f"X has {columns.shape[1]} rows and y has {target.shape[1]} targets; expected one "
            "target for each row"
        )
    return columns.astype(KIND), target.astype(KIND)


def checked_seed(seed: Any) -> int | None:
    """Return the seed; refuse what is neither None nor a whole number from 0 to 2^32 - 1."""
    whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if seed is None or (whole and 0 <= seed < 2**32):
        return None if seed is None else int(seed)
    raise SettingError(f"seed={seed!r}: expected None or a whole number from 0 to 2^32 - 1")
