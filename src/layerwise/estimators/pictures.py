"""Two pictures: the network and how it learned."""

from __future__ import annotations

import base64
import html
import io
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from layerwise.data.telling import Line
from layerwise.estimators.summary import activation_name, column_lines
from layerwise.training.loop import Epoch

TRAINING, VALIDATION, MARK, FAINT = "#2f6db3", "#d9742b", "#3a8f5c", "#9aa5b1"
MOST_DRAWN = 8
OWN_METRICS = ("accuracy", "RMSE")  # of the compiled program, also on the training rows


def learning_curve(history: list[Epoch], best_epoch: int, metric_name: str) -> Figure:
    """Return the cost and the metric of every epoch, with the best epoch marked.

    Use it to see whether training ended too early, too late or at the right epoch.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _curve(left, history, ("cost", "validation_cost"), best_epoch)
    # a scorer looks at the validation rows alone
    fields = ("metric", "validation_metric")[0 if metric_name in OWN_METRICS else 1 :]
    _curve(right, history, fields, best_epoch)
    left.set(title="cost", xlabel="epoch")
    right.set(title=metric_name, xlabel="epoch")
    if history and min(record.cost for record in history) > 0:
        left.set_yscale("log")
    left.legend(frameon=False)
    return figure


def _curve(axes: Axes, history: list[Epoch], fields: tuple[str, ...], best_epoch: int) -> None:
    epochs = [record.epoch for record in history]
    for field in fields:
        held_out = field.startswith("validation")
        label, color = ("validation", VALIDATION) if held_out else ("training", TRAINING)
        values = [getattr(record, field) for record in history]
        if values and values[0] is not None:
            axes.plot(epochs, values, color=color, label=label, linewidth=1.6)
    if best_epoch:
        axes.axvline(best_epoch, color=MARK, linestyle=":", label=f"best epoch, {best_epoch}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)


def network_picture(units: list[int], names: list[str]) -> Figure:
    """Return the layers as columns of circles, from the input at the left to the output.

    A layer of many units shows a few of them with dots between; its true number stands below.
    """
    figure = Figure(figsize=(min(1.6 * len(units) + 0.6, 14), 3.4), layout="constrained")
    axes = figure.subplots()
    places = [_places(n) for n in units]
    for l in range(1, len(units)):
        for before in places[l - 1]:
            for after in places[l]:
                axes.plot([l - 1, l], [before, after], color=FAINT, linewidth=0.4, zorder=1)
    for l, heights in enumerate(places):
        color = TRAINING if 0 < l < len(units) - 1 else VALIDATION
        axes.scatter([l] * len(heights), heights, s=130, color=color, zorder=2, edgecolor="white")
        if units[l] > MOST_DRAWN:
            axes.text(l, 0, "⋮", ha="center", va="center", fontsize=15, zorder=3)
        axes.text(l, -5.3, f"{units[l]}\n{names[l]}", ha="center", va="top", fontsize=9)
        axes.text(l, 5.2, "X" if l == 0 else f"layer {l}", ha="center", fontsize=9, color="#555")
    axes.set(xlim=(-0.6, len(units) - 0.4), ylim=(-7.4, 6))
    axes.axis("off")
    return figure


def _places(n: int) -> list[float]:
    if n <= MOST_DRAWN:
        return [i - (n - 1) / 2 for i in range(n)]
    half = MOST_DRAWN // 2
    return [i + 1.0 for i in range(half)] + [-i - 1.0 for i in range(half)]


def as_html(estimator: Any) -> str:
    """Return the notebook display of a fitted estimator: the network above its learning curve."""
    units = estimator.units_
    names = [activation_name(estimator.network_, l) for l in range(1, estimator.network_.depth + 1)]
    network = network_picture(units, ["input", *names])
    metric = "RMSE" if estimator.metric_ == "rmse" else estimator.metric_
    curve = learning_curve(estimator.history_, estimator.best_epoch_, metric)
    pictures = "".join(
        f'<img alt="{alt}" style="max-width:100%" src="data:image/png;base64,{_png(figure)}"/><br/>'
        for alt, figure in (("the network", network), ("its learning curve", curve))
    )
    columns = _as_table(column_lines(estimator))
    return f"<div><b>{type(estimator).__name__}</b><br/>{pictures}{columns}</div>"


def _as_table(lines: list[Line]) -> str:
    cells = ["".join(f"<td>{html.escape(cell)}</td>" for cell in line) for line in lines]
    rows = "".join(f"<tr>{row}</tr>" for row in cells)
    heads = "".join(f"<th>{name}</th>" for name in Line._fields)
    return f"<details><summary>columns</summary><table><tr>{heads}</tr>{rows}</table></details>"


def _png(figure: Figure) -> str:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110)
    return base64.b64encode(stream.getvalue()).decode()
