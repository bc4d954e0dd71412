"""Layerwise: deep neural networks you can see through, at full speed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# where each public name lives: imported when first asked for, so that `import layerwise` is light
_HOMES = {
    "DNNClassifier": "layerwise.estimators.classifier",
    "DNNRegressor": "layerwise.estimators.regressor",
    "GridSearchCV": "layerwise.estimators.grid_search",
    "Range": "layerwise.study.search.ranges",
    "SearchCV": "layerwise.study.search.search_cv",
    "dimension_table": "layerwise.estimators.dimension_table",
    "cross_validate": "layerwise.estimators.cross_validation",
    "check_equations": "layerwise.study.equations.judging",
    "exercise": "layerwise.study.exercises.making",
    "fit_many": "layerwise.estimators.many",
    "gradients": "layerwise.estimators.gradients",
    "load": "layerwise.estimators.persistence",
    "LayerwiseError": "layerwise.errors",
    "DataError": "layerwise.errors",
    "DivergenceError": "layerwise.errors",
    "ModelFileError": "layerwise.errors",
    "SettingError": "layerwise.errors",
    **dict.fromkeys(
        ("LeakyReLU", "ELU", "Parametric", "Constant", "SmallNormal", "Orthogonal", "Given",
         "BatchEnsemble", "BatchNorm", "LayerNorm", "Dropout", "Noise", "Mixup", "CrossEntropy",
         "Focal", "Huber"),
        "layerwise.estimators.ingredients",
    ),
    **dict.fromkeys(
        ("Adagrad", "Adam", "AdamW", "GradientDescent", "LBFGS", "Lion", "Momentum", "NAdam",
         "Nesterov", "RMSprop"),
        "layerwise.training.optimizers",
    ),
    **dict.fromkeys(
        ("Step", "Exponential", "InverseTime", "Cosine", "WarmUp", "OneCycle", "CosineRestarts",
         "CosineLog",          "ReduceOnPlateau"),
        "layerwise.training.schedules",
    ),
    "Layer": "layerwise.estimators.layers",
    **dict.fromkeys(
        ("Columns", "Periodic", "Piecewise", "Scaling"), "layerwise.estimators.entrance"
    ),
    **dict.fromkeys(("OwnCost", "Quantile"), "layerwise.estimators.costs"),
    "Update": "layerwise.training.update",
    "check": "layerwise.study.checking.checking",
    "compare": "layerwise.study.ledger.comparing",
    "course": "layerwise.study.course.experiments",
    "ladder": "layerwise.study.ladder.ladder",
    "runs": "layerwise.study.ledger.reading",
    "why": "layerwise.study",
}  # fmt: skip
_MODULES = ("why",)  # names that are modules themselves
__all__ = ["__version__", *_HOMES]  # pyright: ignore[reportUnsupportedDunderAll]

if TYPE_CHECKING:
    from layerwise.errors import (
        DataError,
        DivergenceError,
        LayerwiseError,
        ModelFileError,
        SettingError,
    )
    from layerwise.estimators.classifier import DNNClassifier
    from layerwise.estimators.cross_validation import cross_validate
    from layerwise.estimators.dimension_table import dimension_table
    from layerwise.estimators.gradients import gradients
    from layerwise.estimators.grid_search import GridSearchCV
    from layerwise.estimators.many import fit_many
    from layerwise.estimators.persistence import load
    from layerwise.estimators.regressor import DNNRegressor
    from layerwise.study import why
    from layerwise.study.checking.checking import check
    from layerwise.study.course.experiments import course
    from layerwise.study.equations.judging import check_equations
    from layerwise.study.exercises.making import exercise
    from layerwise.study.ladder.ladder import ladder
    from layerwise.study.ledger.comparing import compare
    from layerwise.study.ledger.reading import runs
    from layerwise.study.search.ranges import Range
    from layerwise.study.search.search_cv import SearchCV


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{_HOMES[name]}.{name}")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'layerwise' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
