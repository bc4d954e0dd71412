"""`layerwise predict`: what a model says of new rows, as a table."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
from cyclopts import Parameter

from layerwise.app.rows import (
    arranged,
    data_errors,
    names_of,
    reading_for,
    refuse_other_width,
)
from layerwise.data.atomic import write_atomically
from layerwise.data.reading import read
from layerwise.errors import SettingError
from layerwise.estimators.persistence import load
from layerwise.study.scoring import task_of

SUFFIXES = (".csv", ".parquet", ".ndjson")
Out = Annotated[
    str | None,
    Parameter(help="Where to write: .csv, .parquet or .ndjson. [default: CSV on stdout]"),
]
Coverage = Annotated[
    float | None,
    Parameter(
        help="Add what holds the truth with this probability, such as .9: the ends of an interval "
        "for numbers, for classes the set that each row's may be in.",
        metavar="COVERAGE",
    ),
]


def predict(
    model: Annotated[str, Parameter(help="A file from `layerwise train`.")],
    data: Annotated[str, Parameter(help="The rows to predict, read like those of training.")],
    /,
    *,
    out: Out = None,
    interval: Coverage = None,
) -> None:
    """Predict the target of every row of DATA with MODEL."""
    _check_out(out, model, data)
    estimator: Any = load(model)
    found = read(data, reading_for(estimator, None, required=False))
    X, left_out = arranged(found.X, names_of(estimator), data)
    refuse_other_width(X, estimator.n_features_in_, data)
    with data_errors(data):
        table = predictions(estimator, X)
        if interval is not None:
            table = table.hstack(sureness(estimator, X, interval))
    if left_out:
        shown = ", ".join(map(repr, left_out[:5])) + (", ..." if len(left_out) > 5 else "")
        print(f"layerwise: left out {len(left_out)} column(s): {shown}", file=sys.stderr)
    if out is None:
        sys.stdout.write(table.write_csv())
    else:
        write_atomically(out, _as_bytes(table, Path(out).suffix.lower()))


def predictions(estimator: Any, X: Any) -> pl.DataFrame:
    """Return the prediction of each row, with the quantiles, or the probability of each class."""
    task = task_of(estimator.target_)
    if task == "regression":
        return pl.DataFrame({"prediction": estimator.predict(X)} | _quantiles(estimator, X))
    if task.startswith("several"):
        return _several(estimator, X)
    probabilities = estimator.predict_proba(X)
    classes = estimator.classes_
    columns = {"prediction": pl.Series("prediction", estimator.predict(X).tolist())}
    for place, label in enumerate(classes.tolist()):
        name = f"probability of {label}"
        columns[name] = pl.Series(name, probabilities[:, place])
    return pl.DataFrame(columns)


def sureness(estimator: Any, X: Any, coverage: float) -> pl.DataFrame:
    """Return the ends of each row's interval, or which classes are in its set."""
    if not task_of(estimator.target_).endswith(("regression", "numbers")):
        names = [f"set holds {label}" for label in estimator.classes_.tolist()]
        return pl.DataFrame(estimator.predict_set(X, coverage), schema=names)
    ends, target = estimator.predict_interval(X, coverage), estimator.target_
    if ends.ndim == 2:
        return pl.DataFrame(ends, schema=["low", "high"])
    names = [f"{end} of {name}" for name in target.names for end in ("low", "high")]
    return pl.DataFrame(ends.reshape(len(ends), -1), schema=names)


def _quantiles(estimator: Any, X: Any) -> dict[str, np.ndarray]:
    levels = getattr(estimator, "levels_", None)
    if levels is None:
        return {}
    names = [f"quantile {level:.6g}" for level in levels]
    return dict(zip(names, estimator.predict_quantiles(X).T, strict=True))


def _several(estimator: Any, X: Any) -> pl.DataFrame:
    names, predicted = estimator.target_.names, estimator.predict(X)
    columns = {f"prediction of {name}": predicted[:, at] for at, name in enumerate(names)}
    if hasattr(estimator, "predict_proba"):
        shares = estimator.predict_proba(X)
        columns |= {f"probability of {name}": shares[:, at] for at, name in enumerate(names)}
    return pl.DataFrame(columns)


def _check_out(out: str | None, model: str, data: str) -> None:
    if out is None:
        return
    place = Path(out)
    if place.suffix.lower() not in SUFFIXES:
        raise SettingError(f"--out {out}: expected a name that ends in {', '.join(SUFFIXES)}")
    for other in (Path(model), Path(data)):
        if place.exists() and other.exists() and place.samefile(other):
            raise SettingError(f"--out {out}: this file is read from; choose another name")


def _as_bytes(table: pl.DataFrame, suffix: str) -> bytes:
    stream = io.BytesIO()
    if suffix == ".parquet":
        table.write_parquet(stream)
    elif suffix == ".ndjson":
        table.write_ndjson(stream)
    else:
        table.write_csv(stream)
    return stream.getvalue()
