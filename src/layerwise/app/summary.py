"""`layerwise summary`: what a model file holds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from layerwise.app.facts import left_out
from layerwise.app.settings import as_text
from layerwise.errors import SettingError
from layerwise.estimators.dimension_table import DimensionTable, dimension_table
from layerwise.estimators.persistence import load
from layerwise.study.scoring import task_of

Model = Annotated[str | None, Parameter(help="A file from `layerwise train`.", show_default=False)]
Units = Annotated[
    str | None, Parameter(help="Units instead of a model: 12288-20-7-5-1.", show_default=False)
]
Examples = Annotated[
    int | None, Parameter(help="Examples: shows every shape and equation.", show_default=False)
]
Format = Annotated[
    Literal["text", "markdown", "latex"],
    Parameter(help="Of the dimension table; but for text it stands alone."),
]


def summary(
    model: Model = None,
    /,
    *,
    network: Units = None,
    m: Examples = None,
    format: Format = "text",
) -> None:
    """Print the dimension table, the settings, the classes and the training figures of a model."""
    if (model is None) == (network is None):
        raise SettingError("summary: expected a model file or --network 4-3-1, one of the two")
    estimator: Any = None if model is None else load(model)
    if estimator is None or format != "text":
        print(_written(dimension_table(network or estimator, m), format))
        return
    print(estimator.summary(m))
    print()
    for name, text in _facts(estimator):
        print(f"{name:<10}{text}")


def _written(table: DimensionTable, format: str) -> str:
    ways = {"text": str, "markdown": DimensionTable.to_markdown, "latex": DimensionTable.to_latex}
    return ways[format](table)


def _facts(estimator: Any) -> list[tuple[str, str]]:
    settings = estimator.get_params(deep=False)
    facts = [("task", task_of(estimator.target_)), *_target(estimator), *_inputs(estimator)]
    facts += left_out(estimator)
    return [*facts, ("settings", ", ".join(f"{n} {as_text(v)}" for n, v in settings.items()))]


def _target(estimator: Any) -> list[tuple[str, str]]:
    target = estimator.target_
    task = task_of(target)
    if task == "regression":
        return [("target", f"mean {target.mean:.6g}, deviation {target.scale:.6g}")]
    if task == "several numbers":
        each = zip(target.names, target.means, target.scales, strict=True)
        return [
            ("targets", ", ".join(f"{n} (mean {m:.6g}, deviation {s:.6g})" for n, m, s in each))
        ]
    if task == "several labels":
        pairs = zip(target.names, target.shares, strict=True)
        return [("labels", ", ".join(f"{name} ({share:.1%})" for name, share in pairs))]
    pairs = zip(target.classes, target.shares, strict=True)
    return [("classes", ", ".join(f"{label} ({share:.1%})" for label, share in pairs))]


def _inputs(estimator: Any) -> list[tuple[str, str]]:
    pixels = estimator.encoder_.pixels
    if pixels is not None:
        return [("inputs", "pictures of " + " x ".join(map(str, pixels)) + " pixels")]
    names = [str(name) for name in getattr(estimator, "feature_names_in_", ())]
    return [("columns", ", ".join(names) or f"{estimator.n_features_in_}, without names")]
