"""What the network says over the plane of two of the table's columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from layerwise.data.columns import Dropped, Number
from layerwise.data.frames import is_frame, to_frame
from layerwise.errors import SettingError
from layerwise.estimators.fitted import FittedNetwork
from layerwise.study.matrices import number
from layerwise.study.panels import GRID, Boundary, Corners, Heights, Panel, plane
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.looking import (
    class_names,
    is_of_classes,
    one_member,
    refuse_several,
    sampled,
)

MOST_POINTS, MOST_TOLD = 1500, 6


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BoundaryAnswer(Answer):
    """What `boundary` found.

    Attributes
    ----------
    outputs : array (rows, columns, K) or (rows, columns)
        The probabilities of the classes, or the predicted number, over the plane.
    corners : (left, right, low, high)
    columns : tuple of two str
    typical : dict
        What each other column is held at.
    kept : float
        The share of rows of which the prediction stays when the other columns are so held; for
        numbers the R2 of these predictions with the full ones.
    """

    outputs: np.ndarray
    corners: Corners
    columns: tuple[str, str]
    typical: dict[str, Any]
    kept: float


def boundary(model: Any, X: Any, y: Any = None, columns: Any = None) -> BoundaryAnswer:
    """Draw the prediction over two numeric columns, the others held at what is typical.

    Use it to see what a network does between the rows.

    Parameters
    ----------
    model : DNNClassifier or DNNRegressor
        A fitted one on a table. All of its members are asked.
    X : rows (m, n_x)
        They say the range, and what is typical: the median, or the most frequent value.
    y : targets (m,), optional
        The colours of the points; by default what the model predicts for them.
    columns : two names or numbers from 0, optional
        May be left out where there are two numeric columns alone.

    Returns
    -------
    BoundaryAnswer
        Exact where the table has these two columns alone.

    Raises
    ------
    SettingError
        When there are not two such columns: names the numeric ones.

    Notes
    -----
    Lecture row 26.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, why
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier((8,), epochs=2, random_state=0).fit(X, y)
    >>> why.boundary(model, X, y, columns=(2, 3)).outputs.shape
    (120, 120, 3)
    """
    one_member(model)  # refuses what is no fitted network
    refuse_several(model, "boundary")
    X, y, _ = sampled(X, y, MOST_POINTS)
    frame, chosen = _frame(model, X), _chosen(model, columns)
    both = frame.select(pl.nth(*chosen).cast(pl.Float64)).to_numpy()
    there = np.isfinite(both).all(axis=1)
    points, corners = plane(both[there])
    typical = {name: _typical(frame[name]) for name in frame.columns}
    outputs = _outputs(model, _held(frame, typical, chosen, points), X)
    outputs = outputs.reshape(GRID, GRID, *outputs.shape[1:])
    full = _outputs(model, frame, X)
    kept = _kept(full, _outputs(model, _held(frame, typical, chosen, both), X))
    names = (frame.columns[chosen[0]], frame.columns[chosen[1]])
    others = {name: value for name, value in typical.items() if name not in names}
    answers, full = _targets(model, y, full)[there], full[there]
    rows = both[there], answers
    panel = _panel(model, rows, (outputs, corners), names)
    return BoundaryAnswer(
        finding=_score(model, full, y is None, answers) + _told(model, names, others, kept),
        facts=_facts(others, kept, int(there.sum())),
        panels=(panel,), high=1.5, outputs=outputs, corners=corners, columns=names,
        typical=others, kept=kept,
    )  # fmt: skip


def _frame(model: Any, X: Any) -> pl.DataFrame:
    if model.encoder_.pixels is not None:
        raise SettingError("boundary: the model reads pictures; expected a table of two columns")
    if is_frame(X):
        frame = to_frame(X)
        known = [str(name) for name in getattr(model, "feature_names_in_", frame.columns)]
        return frame.select(known) if set(known) <= set(frame.columns) else frame
    rows = np.asarray(X)
    return to_frame(rows).rename(lambda name: name) if rows.dtype.kind in "OUS" else pl.DataFrame(
        {column.name: rows[:, i] for i, column in enumerate(model.encoder_.columns)}
    )  # fmt: skip


def _chosen(model: Any, columns: Any) -> tuple[int, int]:
    known = model.encoder_.columns
    names = [column.name for column in known]
    numeric = [i for i, column in enumerate(known) if isinstance(column, Number)]
    if columns is None and len(numeric) == 2:
        return numeric[0], numeric[1]
    listed = ", ".join(repr(names[i]) for i in numeric[:20]) or "none"
    wanted = () if columns is None or isinstance(columns, str) else tuple(columns)
    places = [names.index(one) if one in names else one for one in wanted]
    if len(places) != 2 or places[0] == places[1] or any(one not in numeric for one in places):
        raise SettingError(
            f"columns={columns!r}: expected two different numeric columns; there are {listed}"
        )
    return int(places[0]), int(places[1])


def _typical(column: pl.Series) -> Any:
    if column.dtype.is_numeric():
        middle = column.cast(pl.Float64).fill_nan(None).median()
        return float("nan") if middle is None else middle
    counts = column.drop_nulls().value_counts(sort=True)
    return counts[column.name][0] if len(counts) else None


def _held(
    frame: pl.DataFrame, typical: dict[str, Any], places: tuple[int, int], points: np.ndarray
) -> pl.DataFrame:
    moved = {frame.columns[place]: points[:, i] for i, place in enumerate(places)}
    made = []
    for name in frame.columns:
        if name in moved:
            made.append(pl.Series(name, moved[name]))
            continue
        value, kind = typical[name], frame[name].dtype
        kind = pl.Float64 if kind.is_numeric() else kind
        made.append(pl.Series(name, [value], dtype=kind).new_from_index(0, len(points)))
    return pl.DataFrame(made)


def _outputs(model: Any, frame: pl.DataFrame, X: Any) -> np.ndarray:
    plain = not is_frame(X) and np.asarray(X).dtype.kind not in "OUS"
    rows = frame.to_numpy() if plain else frame
    if not is_frame(X) and not plain:
        rows = np.array(frame.rows(), dtype=object)
    return model.predict_proba(rows) if is_of_classes(model) else np.asarray(model.predict(rows))


def _kept(full: np.ndarray, own: np.ndarray) -> float:
    if full.ndim == 2:
        return float(np.mean(full.argmax(axis=1) == own.argmax(axis=1)))
    spread = float(np.square(full - full.mean()).sum())
    return 1 - float(np.square(full - own).sum()) / spread if spread else 1.0


def _targets(model: Any, y: Any, full: np.ndarray) -> np.ndarray:
    if y is None:
        return full.argmax(axis=1) if full.ndim == 2 else full
    y = np.ravel(np.asarray(y))
    return model.target_.places(y) if is_of_classes(model) else y.astype(np.float64)


def _panel(
    model: FittedNetwork | Any,
    rows: tuple[np.ndarray, np.ndarray],
    over: tuple[np.ndarray, Corners],
    names: tuple[str, str],
) -> Panel:
    (points, colours), (outputs, corners) = rows, over
    others = len(model.encoder_.columns) > 2
    title = (
        "other columns at their median or most frequent value"
        if others
        else "the model's prediction over the plane"
    )
    if outputs.ndim == 2:
        shown = np.c_[points, colours]
        return Heights(title, outputs, corners, names, "predicted; points: the rows", shown)
    edge = model.threshold_
    chances = np.moveaxis(outputs, -1, 0)
    if len(chances) == 2 and edge is not None:
        chances = np.stack([edge - chances[1], chances[1] - edge])
    return Boundary(title, points, colours, chances, corners, names, class_names(model))


def _told(model: Any, names: tuple[str, str], others: dict[str, Any], kept: float) -> str:
    if not others:
        return f"{names[0]} and {names[1]} are all that the model sees."
    share = (
        f"{100 * kept:.1f} % of the rows keep their prediction"
        if is_of_classes(model)
        else f"the predictions keep an R2 of {kept:.2f} with the full ones"
    )
    dropped = sum(isinstance(column, Dropped) for column in model.encoder_.columns)
    left = f" ({dropped} of them are left out by the model)" if dropped else ""
    return (
        f"With {len(others)} other columns held, {share}. The plane is that of {names[0]} and "
        f"{names[1]}; each other column{left} stands at its median or most frequent value."
    )


def _score(model: Any, full: np.ndarray, unknown: bool, answers: np.ndarray) -> str:
    if unknown:
        return ""
    if not is_of_classes(model):
        return f"R2 {_kept(answers, full):.2f} on the {len(answers)} rows. "
    two = full.shape[1] == 2 and model.threshold_ is not None
    said = full[:, 1] > model.threshold_ if two else full.argmax(axis=1)
    return f"{100 * np.mean(said == answers):.1f} % of the {len(answers)} rows are right. "


def _facts(others: dict[str, Any], kept: float, rows: int) -> tuple[Measured, ...]:
    facts = [
        Measured("predictions that the plane keeps, a share", kept),
        Measured("rows shown", rows),
    ]
    for name, value in list(others.items())[:MOST_TOLD]:
        text = number(float(value)) if isinstance(value, int | float) else str(value)
        facts.append(Measured(f"{name} held at", text))
    more = len(others) - MOST_TOLD
    return (*facts, *([Measured("and others", more)] if more > 0 else []))
