"""Scoring with scikit-learn's scorers: each epoch on the validation rows, and a threshold's choice.

A scorer asks an estimator for predictions, so it is given one whose outputs are known already.
"""

from __future__ import annotations

import copy
import inspect
import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import get_scorer

from layerwise.data.targets import ClassTarget, LabelsTarget
from layerwise.errors import SettingError
from layerwise.estimators.sampling import Factors
from layerwise.estimators.validating import Checked
from layerwise.training.loop import Job, Snapshot, begin
from layerwise.training.plan import State
from layerwise.training.predicting import outputs
from layerwise.training.score import metric_name
from layerwise.training.step import run_of

OWN = ("auto", None)  # None: a loaded model was trained with a function, which no file holds
MIDDLE = 0.5


class Judge(NamedTuple):
    """An estimator in training, its job, its validation rows, and the scorer of each epoch.

    `scorer` is None when the metric is the one of the compiled program; `factors` are those that
    the classes are trained with.
    """

    estimator: Any
    job: Job
    checked: Checked | None
    scorer: Callable[..., float] | None
    factors: Factors = {}  # noqa: RUF012


class Asked(NamedTuple):
    """A scorer, and the setting that asked for it, for the errors."""

    setting: str
    value: Any
    scorer: Callable[..., float]


def name_of(scorer: Any) -> str:
    """Return a scorer's name: itself, or that of the function.

    >>> from sklearn.metrics import make_scorer, max_error
    >>> name_of("roc_auc"), name_of(make_scorer(max_error))
    ('roc_auc', 'max_error')
    """
    if isinstance(scorer, str):
        return scorer
    function = getattr(scorer, "_score_func", scorer)
    return getattr(function, "__name__", type(function).__name__)


def appointed(estimator: Any, job: Job, checked: Checked | None) -> Judge:
    """Return who judges the epochs, and note on the estimator what the metric is called.

    Raises
    ------
    SettingError
        When a scorer needs validation rows and there are none, or does not fit the target.
    """
    metric, threshold = estimator.metric, estimator.threshold
    fixed = isinstance(threshold, Real)
    estimator.threshold_ = first_threshold(estimator)
    if metric in OWN and fixed and threshold != MIDDLE and checked is not None:
        metric = "accuracy"  # the compiled program takes it at a half
    estimator.metric_ = metric_name(job.plan.network) if metric in OWN else name_of(metric)
    judge = Judge(estimator, job, checked, None)
    if not fixed:
        _refuse_constant(judge, asked("threshold", threshold))
    if metric in OWN:
        return judge
    _scores_of_trial(judge, asked("metric", metric), (MIDDLE,))
    return judge._replace(scorer=asked("metric", metric).scorer)


def first_threshold(estimator: Any) -> float | None:
    """Return the threshold to begin with; None where there is none, with other than two classes."""
    target, setting = estimator.target_, estimator.threshold
    if not isinstance(target, ClassTarget) or len(target.classes) != 2:
        return None
    return float(setting) if isinstance(setting, Real) else MIDDLE


def asked(setting: str, value: Any) -> Asked:
    """Return the scorer of a setting; "auto" is the balanced accuracy."""
    name = "balanced_accuracy" if value == "auto" else value
    return Asked(setting, value, get_scorer(name) if isinstance(name, str) else name)


def judged(snapshots: Iterable[Snapshot], judge: Judge) -> Iterator[Snapshot]:
    """Yield the snapshots, each with its score on the validation rows where a scorer is asked."""
    if judge.scorer is None:
        yield from snapshots
        return
    ask = Asked("metric", judge.estimator.metric, judge.scorer)
    for snapshot in snapshots:
        value = scored(ask, judge, _with_state(judge, snapshot.state))
        record = snapshot.record._replace(validation_metric=value)
        yield snapshot._replace(record=record, score=value)


def _with_state(judge: Judge, state: State) -> Any:
    run, parameters = run_of(judge.job.numbers, state, None), state.best_guess
    assert judge.checked is not None
    known = outputs(judge.job.plan.network, parameters, run, judge.checked.encoded)
    return _at(judge, state, known)


def _at(judge: Judge, state: State, known: np.ndarray) -> Any:
    knowing = informed(judge, known)
    # for a function that predicts other rows too
    knowing.parameters_, knowing.n_members_ = state.best_guess, 1
    knowing.run_ = run_of(judge.job.numbers, state, None)
    return knowing


def informed(judge: Judge, known: np.ndarray) -> Any:
    """Return a copy of the estimator that knows its outputs for the validation rows."""
    estimator, rows = copy.copy(judge.estimator), judge.checked and judge.checked.rows
    elsewhere = type(estimator)._outputs

    def own_outputs(X: Any) -> np.ndarray:
        return known if X is rows else elsewhere(estimator, X)

    vars(estimator).update(_outputs=own_outputs, parameters_=vars(estimator).get("parameters_"))
    return estimator


def scored(ask: Asked, judge: Judge, knowing: Any) -> float:
    """Return a scorer's figure on the validation rows, with their weights where it takes them.

    Raises
    ------
    SettingError
        When it fails, or is not a finite number.
    """
    checked = judge.checked
    assert checked is not None
    targets, knowing = _positive_is_one(ask, checked.targets, knowing)
    even = (checked.weights == checked.weights[0]).all()
    more = (
        {}
        if even or not _takes(ask.scorer, "sample_weight")
        else {"sample_weight": checked.weights}
    )
    try:
        with warnings.catch_warnings():
            # an early epoch may predict a single class: its score is what it is
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            value = float(ask.scorer(knowing, checked.rows, targets, **more))
    except (ValueError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise _misfit(ask, reason) from error
    if not math.isfinite(value):
        raise _misfit(ask, f"it is {value}")
    return value


def _misfit(ask: Asked, reason: str) -> SettingError:
    return SettingError(
        f"{ask.setting}={name_of(ask.value)!r}: cannot be taken on the validation rows: {reason}"
    )


def _takes(scorer: Any, argument: str) -> bool:
    function = getattr(scorer, "_score_func", scorer)
    return argument in inspect.signature(function).parameters


def _positive_is_one(ask: Asked, targets: np.ndarray, knowing: Any) -> tuple[np.ndarray, Any]:
    """Two classes become 0 and 1 where a named scorer would look for the label 1 in vain."""
    target = knowing.target_
    two = isinstance(target, ClassTarget) and len(target.classes) == 2
    named = isinstance(ask.value, str) and _takes(ask.scorer, "pos_label")
    if not two or not named or 1 in target.classes:
        return targets, knowing
    knowing.target_ = ClassTarget(classes=(0, 1), dtype="<i8", shares=target.shares)
    return target.places(targets), knowing


def _scores_of_trial(judge: Judge, ask: Asked, thresholds: tuple[float, ...]) -> list[float]:
    """Return a scorer's figures for outputs that are right but for their size."""
    checked, target = judge.checked, judge.estimator.target_
    if checked is None:
        raise SettingError(
            f"{ask.setting}={name_of(ask.value)!r}: needs validation rows, and none are held out; "
            "set validation_fraction=0.2, or give fit validation=(X, y)"
        )
    Y = target.encode(checked.targets, "float64")
    # shifted by part of a deviation, or a metric of labels would take whole numbers for them
    known = 0.25 + 0.5 * Y if isinstance(target, ClassTarget | LabelsTarget) else Y + 0.123
    found, state = [], begin(judge.job) if not hasattr(ask.scorer, "_score_func") else None
    for threshold in thresholds:
        knowing = informed(judge, known) if state is None else _at(judge, state, known)
        knowing.threshold_ = judge.estimator.threshold_ and threshold
        found.append(scored(ask, judge, knowing))
    return found


def _refuse_constant(judge: Judge, ask: Asked) -> None:
    if len(set(_scores_of_trial(judge, ask, (0.1, MIDDLE, 0.9)))) == 1:
        raise SettingError(
            f"threshold={ask.value!r}: this score does not depend on the threshold; expected a "
            "number, 'auto' or a scorer of labels, such as 'balanced_accuracy' or 'f1'"
        )
