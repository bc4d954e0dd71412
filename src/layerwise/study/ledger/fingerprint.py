"""What data a run had: a hash of the values, and a summary of each column.

What counts for a hash are the values in their order, whatever frame or array holds them: numbers
and booleans as float64 (-0 is 0, every missing one is alike), dates as microseconds, everything
else as text. Names do not count: an array has none. A renamed column has its old hash under a new
name, a changed one a new hash under its old name.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import polars as pl

from layerwise.data.frames import is_frame, to_frame
from layerwise.study.ledger.record import plain

MOST_COLUMNS = 200  # above, one summary for all of them
MOST_DISTINCT = 10_000
MOST_FREQUENT = 10
MOST_CLASSES = 50
WHOLE = 255


def fingerprint(X: Any, y: Any) -> dict[str, Any]:
    """Return rows, columns, hashes and summaries of a table and its target.

    Parameters
    ----------
    X : array, or frame of pandas, polars or pyarrow, of shape (m, n_x); or pictures
        (m, height, width) or (m, height, width, 3)
    y : array of shape (m,), or array or frame of shape (m, K)

    Returns
    -------
    dict
        "rows", "columns" (their count), "shape" of pictures, "hash" of X and y, "hash_of_rows" of X
        alone, "schema" (per column name, kind, missing, distinct, hash and what describes it; for
        more than 200 columns one entry for all), "target" (alike, with the count of each class).

    Examples
    --------
    >>> found = fingerprint(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1]))
    >>> found["rows"], [column["mean"] for column in found["schema"]], found["target"][0]["counts"]
    (2, [2.0, 3.0], {'0': 1, '1': 1})
    """
    X = X if is_frame(X) else np.asarray(X)
    shape = X.shape[1:] if isinstance(X, np.ndarray) and X.ndim > 2 else None
    if isinstance(X, np.ndarray):
        X = X.reshape(len(X), -1) if len(X) else X
        table = X if X.dtype.kind in "biuf" else to_frame(X)
    else:
        table = to_frame(X)
    schema = _together(table) if table.shape[1] > MOST_COLUMNS else _by_column(table)
    target = _targets(y)
    of_rows = _hash(column["hash"] for column in schema)
    found = {"rows": table.shape[0], "columns": table.shape[1], "shape": shape}
    found |= {"hash": _hash([of_rows, *(column["hash"] for column in target)])}
    return plain(found | {"hash_of_rows": of_rows, "schema": schema, "target": target})


def _hash(parts: Any) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _by_column(table: Any) -> list[dict[str, Any]]:
    if isinstance(table, pl.DataFrame):
        return [_column(series.name, series) for series in table]
    return [_column(f"x{i + 1}", pl.Series(table[:, i])) for i in range(table.shape[1])]


def _targets(y: Any) -> list[dict[str, Any]]:
    if is_frame(y):
        columns = list(to_frame(y))
    else:
        y = y if isinstance(y, np.ndarray) or hasattr(y, "dtype") else np.asarray(y)
        y = np.asarray(y)
        y = y.reshape(len(y), -1)
        columns = list(to_frame(y) if y.dtype.kind == "O" else map(_series, y.T))
    return [_column(series.name, series) | _counts(series) for series in columns]


def _series(values: np.ndarray) -> pl.Series:
    return pl.Series("", np.ascontiguousarray(values))


def _counts(series: pl.Series) -> dict[str, Any]:
    if series.n_unique() > MOST_CLASSES:
        return {}
    values, counts = _frequent(series, MOST_CLASSES)
    return {"counts": dict(sorted(zip(values, counts, strict=True)))}


def _frequent(series: pl.Series, most: int) -> tuple[list[str], list[int]]:
    found = series.drop_nulls().rename("value").value_counts(sort=True, name="count").head(most)
    return [str(value) for value in found["value"]], found["count"].to_list()


def _column(name: str, series: pl.Series) -> dict[str, Any]:
    kind = "text"
    if series.dtype.is_numeric() or series.dtype == pl.Boolean:
        kind = "number"
    elif series.dtype.is_temporal():
        kind = "date"
    elif series.dtype == pl.Null:
        kind = "empty"
    distinct = min(series.n_unique(), MOST_DISTINCT)
    found = {"name": name, "kind": kind, "missing": series.null_count(), "distinct": distinct}
    if kind == "number":
        values = series.cast(pl.Float64).to_numpy()
        missing = int(np.isnan(values).sum())
        return found | {"hash": _of_numbers(values), "missing": missing} | _numbers(values)
    if kind == "date":
        values = series.cast(pl.Datetime("us"), strict=False).to_physical().cast(pl.Float64)
        own = {"low": str(series.min()), "high": str(series.max())}
        return found | {"hash": "date " + _of_numbers(values.to_numpy())} | own
    texts = series.cast(pl.String, strict=False) if kind == "text" else series
    digest = hashlib.sha256(json.dumps(texts.to_list()).encode()).hexdigest()
    values, counts = _frequent(texts, MOST_FREQUENT) if kind == "text" else ([], [])
    return found | {"hash": digest, "frequent": dict(zip(values, counts, strict=True))}


def _of_numbers(values: np.ndarray) -> str:
    """Return the hash of float64 numbers; whole ones up to 255 by one byte each, as in pictures."""
    if values.dtype == np.uint8:
        return "b" + hashlib.sha256(np.ascontiguousarray(values).data).hexdigest()
    with np.errstate(invalid="ignore"):
        short = values.astype(np.uint8)
    if np.array_equal(short, values):
        return "b" + hashlib.sha256(np.ascontiguousarray(short).data).hexdigest()
    values = np.asarray(values, np.float64) + 0.0  # -0 becomes 0
    values[np.isnan(values)] = np.nan
    return "f" + hashlib.sha256(np.ascontiguousarray(values).data).hexdigest()


def _numbers(values: np.ndarray) -> dict[str, Any]:
    known = values if values.dtype == np.uint8 else values[np.isfinite(values)]
    if not known.size:
        return {}
    mean = float(known.mean(dtype=np.float64))
    spread = known.std(dtype=np.float64) if known.size < 10**7 else _spread(known, mean)
    return {
        "min": float(known.min()),
        "max": float(known.max()),
        "mean": mean,
        "std": float(spread),
    }


def _spread(values: np.ndarray, mean: float) -> float:
    """Return the standard deviation of very many numbers, part by part."""
    parts = np.array_split(values.reshape(-1), -(-values.size // 10**7))
    squares = sum(float(np.square(part - mean, dtype=np.float64).sum()) for part in parts)
    return (squares / values.size) ** 0.5


def _together(table: Any) -> list[dict[str, Any]]:
    if isinstance(table, pl.DataFrame):
        if not all(kind.is_numeric() or kind == pl.Boolean for kind in table.dtypes):
            digest = _hash(column["hash"] for column in _by_column(table))
            return [{"name": f"all {table.width} columns", "kind": "mixed", "hash": digest}]
        table = table.to_numpy()
    values = table if table.dtype == np.uint8 else np.asarray(table, np.float64)
    name, missing = f"all {values.shape[1]} columns", 0
    if values.dtype != np.uint8:
        missing = int(np.isnan(values).sum())
    found = {"name": name, "kind": "number", "missing": missing, "hash": _of_numbers(values)}
    return [found | _numbers(values)]
