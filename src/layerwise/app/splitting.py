"""From a run to the rows to train on and the rows to score on, with what was inferred."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from layerwise.app.run_file import Run
from layerwise.data.reading import Dataset, Reading, infer_task, read
from layerwise.errors import DataError
from layerwise.study.held_out import hold_out_test


class Split(NamedTuple):
    """The rows to train on and to score on; `origin` says where the latter come from."""

    name: str
    target: str | None
    task: str
    why: str
    notes: tuple[str, ...]
    training: tuple[Any, np.ndarray]
    test: tuple[Any, np.ndarray]
    origin: str
    seed: int


def split(run: Run, seed: int) -> Split:
    """Read a run's data and return what to train on and what to score on.

    Raises
    ------
    DataError
        When the data cannot be used, or a test row has a label that training has not met.
    """
    found = read(run.data, _reading(run))
    task, why = _task(run, found)
    training = found.X, as_targets(found.y, task, found.target)
    notes = tuple(found.notes)
    if run.test is not None:
        other = read(run.test, _reading(run, found))
        test, origin = (other.X, other.y), f"from {run.test}"
        notes += tuple(f"{run.test}: {note}" for note in other.notes)
    elif found.test is not None:
        test, origin = found.test, "the data's own test rows"
    else:
        kept, held = hold_out_test(training[1], task != "regression", seed)
        (X, y), training = training, (training[0][kept], training[1][kept])
        test, origin = (X[held], y[held]), f"a fifth, held out with seed {seed}"
    test = test[0], as_targets(test[1], task, found.target)
    if task != "regression":
        test = test[0], known_labels(test[1], np.unique(training[1]))
    return Split(found.name, found.target, task, why, notes, training, test, origin, seed)


def _reading(run: Run, found: Dataset | None = None) -> Reading:
    """Return how to read the data, or the test data like the data that was `found`."""
    target, header, size = run.target, run.header, run.image_size
    if found is not None:
        target = target or found.target
        size = size or (found.X.shape[1:3] if found.X.ndim > 2 else None)
    return Reading(
        target=target, header=header, drop=run.drop, image_size=size, grey=bool(run.grey)
    )


def _task(run: Run, found: Dataset) -> tuple[str, str]:
    task, why = infer_task(found.y)
    if run.task is None:
        return (found.task, "as the data says") if found.task else (task, why)
    classes = len(np.unique(found.y))
    if run.task == "binary" and classes != 2:
        raise DataError(f"--task binary: the target has {classes} different values, expected 2")
    return run.task, "as asked with --task"


def as_targets(y: Any, task: str, name: str | None) -> np.ndarray:
    """Return the targets as labels, or as float64 for regression.

    Raises
    ------
    DataError
        When a target is not of the task's kind.
    """
    y = np.asarray(y)
    if task != "regression":
        if y.dtype.kind == "f" and not (y == np.round(y)).all():
            raise DataError(f"the target {name!r} holds fractions: use --task regression")
        return y.astype(np.int64) if y.dtype.kind == "f" else y
    try:
        return y.astype(np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"the target {name!r} does not hold numbers, such as {y[0]!r}: it cannot be used for "
            "regression; choose another --target or --task"
        ) from None


def known_labels(y: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return labels as the type of the classes; one that is not among them is refused.

    Examples
    --------
    >>> known_labels(np.array(["0", "1"]), np.array([0, 1]))
    array([0, 1])
    """
    by_text = {str(label): label for label in classes.tolist()}
    strange = sorted({str(label) for label in y.tolist()} - set(by_text))
    if strange:
        shown = ", ".join(map(repr, list(by_text)[:10]))
        raise DataError(
            f"{len(strange)} label(s) of the test rows were not met in training: "
            f"{', '.join(map(repr, strange[:5]))}; known classes: {shown}"
        )
    return np.array([by_text[str(label)] for label in y.tolist()], dtype=classes.dtype)
