"""The dimension table of a fitted network and its columns, as text. Lecture row 15."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from layerwise.data.targets import NumberTarget
from layerwise.data.telling import Line, as_text, told
from layerwise.estimators.dimension_table import dimension_table
from layerwise.estimators.measuring_rates import rate_measured_by
from layerwise.propagation.dimensions import dimensions


def summary_text(estimator: Any, m: int | None = None) -> str:
    """Return the layers with their shapes, the main figures and what becomes of each column.

    With a number of examples m the whole dimension table stands at the end.
    """
    table = [] if m is None else ["", str(dimension_table(estimator, m))]
    count = m or "m"
    network = estimator.network_
    units = estimator.units_
    shapes: dict[int, list[tuple[str, tuple]]] = {}
    numbers = jax.tree.map(jnp.asarray, estimator.run_.numbers)
    for row in dimensions(network, numbers, m=1):
        shapes.setdefault(row.l, []).append((row.tensor.split("[")[0], row.shape))
    lines = [
        f"{type(estimator).__name__}: L = {network.depth}, n = {units}, {size_of(estimator)}; "
        f"preset {estimator.settings_['preset']}",
        "",
        f"{'layer':<8}{'units':<22}{'parameters of layer l':<44}{'Z[l], A[l]':<14}",
        f"{'0':<8}{f'{units[0]} input':<22}{_before(estimator):<44}{_shape((units[0], count)):<14}",
    ]
    for l in range(1, network.depth + 1):
        tensors = [f"{name} {_shape(shape)}" for name, shape in shapes[l] if name not in "ZA"]
        own = f"{units[l]} {activation_name(network, l)}"
        out = _shape((units[l], count))
        lines.append(f"{l:<8}{own:<22}{'  '.join(tensors) + '  ':<44}{out}")
        lines += [f"{'':<30}{_noted(network, l)}"] if _noted(network, l) else []
    told = [*_figures(estimator), "", *as_text(column_lines(estimator))]
    return "\n".join([*lines, "", *told, *table])


def _before(estimator: Any) -> str:
    unused = sum(estimator.encoder_.spare)
    noted = _noted(estimator.network_, 0)
    return ", ".join(
        [*([f"{unused} of them unused"] if unused else []), *([noted] if noted else [])]
    )


def size_of(estimator: Any) -> str:
    """Return how many parameters there are, and members where there are several."""
    count = sum(t.size for group in estimator.parameters_ for t in group.values())
    members = estimator.n_members_
    of_members = f"{members} members of {count // members:,} parameters"
    return of_members if members > 1 else f"{count:,} parameters"


def column_lines(estimator: Any) -> list[Line]:
    """Return what becomes of each column, a line each, or one for a group of many."""
    sizes = [b.settings.size for b in estimator.network_.blocks if b.kind == "categories"]
    return told(estimator.encoder_, *sizes[:1])


def _shape(sizes: tuple) -> str:
    return "(" + ", ".join(map(str, sizes)) + ")"


def activation_name(network: Any, l: int) -> str:
    """Return the name of g[l]; for the last layer that of the head."""
    for block in network.blocks:
        if block.l == l and block.kind in ("activation", "parametric"):
            return ("parametric " if block.kind == "parametric" else "") + block.settings.name
    return network.head


def _noted(network: Any, l: int) -> str:
    """Return what the layer has besides: normalization, dropout, noise, a residual connection."""
    blocks = [block for block in network.blocks if block.l == l]
    plain = ("linear", "own_linear", "activation", "parametric")
    shared = f"{network.members} members share W"
    kinds = [
        shared if block.kind == "shared_linear" else block.kind.replace("_", " ")
        for block in blocks
        if block.kind not in plain
    ]
    return ", ".join([*kinds, *(["residual"] if any(block.skip for block in blocks) else [])])


def in_folds(estimator: Any) -> bool:
    """Return whether each member held out other rows."""
    watched = estimator.history_ and estimator.history_[0].validation_cost is not None
    return bool(estimator.n_members_ > 1 and watched and not estimator.rows_[1])


def _held(estimator: Any, validation: int) -> str:
    if in_folds(estimator):
        return "each member without another part of them,"
    return f"{validation} held out" if validation else "none held out"


def _figures(estimator: Any) -> list[str]:
    training, validation = estimator.rows_
    lines = [f"trained on {training} rows, {_held(estimator, validation)} to find the best epoch"]
    if estimator.history_ and estimator.best_epoch_:
        record = estimator.history_[estimator.best_epoch_ - 1]
        shown = f"cost {record.cost:.4g}"
        if record.validation_cost is not None:
            shown += f", validation cost {record.validation_cost:.4g}"
            shown += f", {estimator.metric_} {record.validation_metric:.4g}"
        lines.append(f"best epoch {estimator.best_epoch_} of {len(estimator.history_)}: {shown}")
    measured = rate_measured_by(estimator)
    if measured is not None:
        lines.append(f"learning rate measured: {measured:.4g}")
    if estimator.threshold_ not in (None, 0.5):
        lines.append(f"predicts {estimator.classes_[1]} above {estimator.threshold_:.4g}")
    heat = estimator._trust().temperature
    if heat is not None:
        lines.append(f"probabilities calibrated by a temperature of {heat:.4g}")
    if isinstance(estimator.target_, NumberTarget) and estimator.target_.low is not None:
        low, high = estimator.target_.low, estimator.target_.high
        lines.append(f"predictions stay from {low:.4g} to {high:.4g}")
    return lines
