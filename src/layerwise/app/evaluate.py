"""`layerwise evaluate`: score a model on data with the answers in it."""

from __future__ import annotations

import time
from typing import Annotated, Any

from cyclopts import Parameter

from layerwise.app.card import show_evaluation
from layerwise.app.rows import (
    arranged,
    data_errors,
    names_of,
    refuse_other_width,
    with_answers,
)
from layerwise.app.showing import as_json
from layerwise.app.targets import as_targets, known_labels
from layerwise.errors import DataError
from layerwise.estimators.persistence import load
from layerwise.study.baselines import constant
from layerwise.study.scoring import score, task_of


def evaluate(
    model: Annotated[str, Parameter(help="A file from `layerwise train`.")],
    data: Annotated[str, Parameter(help="Rows with their answers, read like those of training.")],
    /,
    *,
    target: Annotated[
        str | None,
        Parameter(help="The column with the answers. [default: the one the model does not know]"),
    ] = None,
    json: Annotated[
        bool, Parameter(help="Print one JSON object on stdout.", negative="", show_default=False)
    ] = False,
) -> None:
    """Score MODEL on DATA and print the card."""
    began = time.perf_counter()
    estimator: Any = load(model)
    task = task_of(estimator.target_)
    _refuse_several(task, model)
    found = with_answers(estimator, data, target)
    X, left_out = arranged(found.X, names_of(estimator), data)
    refuse_other_width(X, estimator.n_features_in_, data)
    with data_errors(data):
        y = as_targets(found.y, task, found.target)
        if task != "regression":
            y = known_labels(y, estimator.classes_)
        predicted = estimator.predict(X)
    others = dict([constant(estimator.target_, len(y))])
    result = score(task, y, predicted, others, seed=0)
    if json:
        print(as_json(result, estimator.rows_, time.perf_counter() - began, model))
        return
    notes = (*found.notes, *([f"left out: {', '.join(left_out)}"] if left_out else []))
    show_evaluation(result, estimator, (f"{model} on {data}", notes), (y, predicted))


def _refuse_several(task: str, model: str) -> None:
    if task.startswith("several"):
        raise DataError(
            f"{model} predicts {task}, and evaluate compares one column of answers: score it in "
            "Python with load(...).score(X, y)"
        )
