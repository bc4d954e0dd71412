"""Recording: one training step of a fitted estimator by the board's own blocks, in float64."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from sklearn.utils.validation import check_is_fitted

from layerwise.estimators.summary import activation_name
from layerwise.propagation.run import Run
from layerwise.study.trace.backward_steps import backward_steps
from layerwise.study.trace.cost_steps import cost_steps, start_steps
from layerwise.study.trace.forward_steps import forward_steps
from layerwise.study.trace.passing import passes, stepped
from layerwise.study.trace.scene import Scene, fixed, named, nodes_of, parameters_of
from layerwise.study.trace.setting import (
    Setting,
    checked_seed,
    columns_of,
    member_of,
    setting_of,
)
from layerwise.study.trace.update_steps import update_steps
from layerwise.study.trace.value import Trace

WHERE_1_M_LIVES = (
    "Where 1/m lives: dA and dZ hold one column per example, each the derivative of that example's "
    "own loss; dW, db and every other parameter's derivative are derivatives of the mean J and "
    "carry the 1/m."
)
BATCH_NORM = (
    "Batch normalization is shown as in training: mu and sigma are those of this batch, not the "
    "running ones that prediction takes."
)
DROPPED = "Dropout and noise are drawn as in training, by seed {seed}; prediction has neither."
CALM = "Dropout and noise are left out."
LEFT_OUT = "Left out of the step: {what}."
PENALTY = "In l1 / m and l2 / m, m is the number of examples shown here."


def trace(estimator: Any, X: Any, y: Any, member: int = 0, seed: int | None = 0) -> Trace:
    """Return one training step on the rows X, y with every number visible.

    See `estimator.trace`, which is this function.
    """
    check_is_fitted(estimator)
    drawn, one = checked_seed(seed), member_of(estimator, member)
    columns, target = columns_of(one, X, y)
    with jax.enable_x64(True):
        setting = setting_of(one, columns, target, drawn)
        run = (setting.numbers.blocks, setting.state.statistics, setting.numbers.cost)
        scene, after = _computed(setting, run)
        return _told(one, scene, setting, (after, drawn, _whose(estimator, member)))


def _whose(estimator: Any, member: int) -> dict[str, str]:
    count = estimator.n_members_
    return {"member": f"{member + 1} of {count}"} if count > 1 else {}


def _computed(setting: Setting, run: tuple[Any, ...]) -> tuple[Scene, Any]:
    plan, numbers, state, batch, key = setting
    blocks, statistics, cost = run
    with_key = Run(blocks, statistics, cost, numbers.penalties, key)
    both = (
        passes(plan.network, state.parameters, batch, with_key),
        stepped(plan, state, batch, numbers, key),
        numbers,
        batch,
        state.parameters,
    )
    found, after, numbers, batch, before = jax.device_get(both)
    names = named(plan.network)
    tensors = parameters_of(plan.network, before)
    return Scene(plan.network, found, names, tensors, numbers, batch), after


def _told(one: Any, scene: Scene, setting: Setting, more: tuple[Any, ...]) -> Trace:
    after, seed, whose = more
    steps = (
        *forward_steps(scene),
        *cost_steps(scene),
        *start_steps(scene),
        *backward_steps(scene),
        *update_steps(scene, setting, after),
    )
    return Trace(
        steps=steps,
        parameters={name: fixed(values) for name, values in scene.parameters.items()},
        nodes=nodes_of(scene.network, scene.names, scene.passes.gradients),
        facts=_facts(one, scene, setting) | whose,
        notes=_notes(one, scene, seed),
        features=tuple(map(str, one.encoder_.names)),
        outputs=_outputs(one, len(scene.batch.Y)),
        examples=tuple(f"example {place}" for place in range(scene.m)),
    )


def _facts(one: Any, scene: Scene, setting: Setting) -> dict[str, str]:
    network = scene.network
    names = [activation_name(network, l) for l in range(1, network.depth + 1)]
    cost = network.cost if isinstance(network.cost, str) else "the user's own"
    facts = {
        "network": "-".join(map(str, one.units_)),
        "L": str(network.depth),
        "g[1] ... g[L]": ", ".join(names),
        "cost": cost.replace("_", " "),
        "optimizer": setting.plan.optimizer.replace("_", " "),
        "learning_rate": f"{float(setting.numbers.learning_rate):g}",
        "m": str(scene.m),
        "J": f"{float(scene.passes.J):.6g}",
    }
    return facts | ({"members": str(network.members)} if network.members > 1 else {})


def _notes(one: Any, scene: Scene, seed: int | None) -> tuple[str, ...]:
    kinds, settings = {block.kind for block in scene.network.blocks}, one.settings_
    notes = [WHERE_1_M_LIVES]
    if "batch_norm" in kinds:
        notes.append(BATCH_NORM)
    if kinds & {"dropout", "noise"}:
        notes.append(CALM if seed is None else DROPPED.format(seed=seed))
    if any(float(share or 0) > 0 for share in scene.numbers.penalties):
        notes.append(PENALTY)
    absent = {"schedule": "the schedule of the learning rate", "augmentation": "mixup",
              "class_weight": "the weights of the classes"}  # fmt: skip
    left = [words for name, words in absent.items() if _is_set(settings[name])]
    return (*notes, *([LEFT_OUT.format(what=", ".join(left))] if left else []))


def _is_set(value: Any) -> bool:
    return value is not None and getattr(value, "name", value) != "constant"


def _outputs(one: Any, count: int) -> tuple[str, ...]:
    several = getattr(one.target_, "names", None)
    classes = getattr(one, "classes_", None)
    levels = getattr(one, "levels_", None)
    if several is not None:
        return tuple(map(str, several))
    if classes is not None:
        labels = np.asarray(classes).tolist()
        return tuple(map(str, labels if count > 1 else labels[1:2]))
    if levels is not None and len(levels) == count:
        return tuple(f"quantile {level:g}" for level in levels)
    return tuple(f"output {place}" for place in range(1, count + 1))
