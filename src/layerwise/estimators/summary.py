"""The dimension table of a fitted network, as text. Lecture row 15."""

from __future__ import annotations

from typing import Any

from layerwise.propagation.kinds import dimensions


def summary_text(estimator: Any) -> str:
    """Return the layers with their shapes, the number of parameters and the main figures."""
    network = estimator.network_
    parameters = sum(t.size for group in estimator.parameters_ for t in group.values())
    units = [estimator.weights_[0].shape[1], *(len(W) for W in estimator.weights_)]
    lines = [
        f"{type(estimator).__name__}: L = {network.depth}, n = {units}, {parameters:,} parameters",
        "",
        f"{'layer':<8}{'units':<22}{'W[l]':<16}{'b[l]':<12}{'Z[l], A[l]':<14}",
        f"{'0':<8}{f'{units[0]} input':<22}{'':<16}{'':<12}{_shape((units[0], 'm')):<14}",
    ]
    shapes = {row.tensor: row.shape for row in dimensions(network, m=1)}
    names = _activations(network)
    for l in range(1, network.depth + 1):
        W, b, Z = (shapes[f"{tensor}[{l}]"] for tensor in "WbZ")
        lines.append(
            f"{l:<8}{f'{units[l]} {names[l]}':<22}{_shape(W):<16}{_shape(b):<12}"
            f"{_shape((Z[0], 'm')):<14}"
        )
    return "\n".join([*lines, "", *_figures(estimator)])


def _shape(sizes: tuple) -> str:
    return "(" + ", ".join(map(str, sizes)) + ")"


def _activations(network: Any) -> dict[int, str]:
    names = {block.l: block.settings.name for block in network.blocks if block.kind == "activation"}
    return {**names, network.depth: network.head}


def _figures(estimator: Any) -> list[str]:
    training, validation = estimator.rows_
    held = f"{validation} held out" if validation else "none held out"
    lines = [f"trained on {training} rows, {held} to find the best epoch"]
    if estimator.history_ and estimator.best_epoch_:
        record = estimator.history_[estimator.best_epoch_ - 1]
        shown = f"cost {record.cost:.4g}"
        if record.validation_cost is not None:
            shown += f", validation cost {record.validation_cost:.4g}"
        lines.append(f"best epoch {estimator.best_epoch_} of {len(estimator.history_)}: {shown}")
    return lines
