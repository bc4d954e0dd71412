"""What a set is, and how its splits are drawn: the same rows for every method, by number alone."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

TEST_ROWS = 2000  # of a generated set: its test error is then hardly a matter of luck
MOST_TEST_ROWS = 4000  # of a set that was found
HELD_SHARE = 0.25

Task = Literal["classes", "numbers"]
Rows = tuple[pd.DataFrame, np.ndarray]
Law = Callable[[np.random.Generator, int], Rows]


class TableSet(NamedTuple):
    """One set: a table that was found (`found`, all its rows) or a law that draws rows (`law`).

    `kind` is the difficulty, `half` says whether it is for choosing ("A") or for reporting ("B"),
    and `rows` how many training rows are taken (0: three quarters of a found table).
    """

    name: str
    task: Task
    half: Literal["A", "B"]
    kind: str
    rows: int = 0
    found: Callable[[], Rows] | None = None
    law: Law | None = None


class Split(NamedTuple):
    """Training and test rows of one split of one set."""

    X: pd.DataFrame
    y: np.ndarray
    X_test: pd.DataFrame
    y_test: np.ndarray


def draw(table: TableSet, number: int, most: int = 4000) -> Split:
    """Return split `number` of a set with at most `most` training rows."""
    return _drawn(table, number, most) if table.law else _taken(table, number, most)


def _drawn(table: TableSet, number: int, most: int) -> Split:
    """Draw new rows from the law; split and name are the seed."""
    assert table.law
    random = np.random.default_rng([zlib.crc32(table.name.encode()), number])
    rows = min(table.rows, most)
    X, y = table.law(random, rows + TEST_ROWS)
    return _cut(X, y, np.arange(rows), np.arange(rows, len(X)))


def _taken(table: TableSet, number: int, most: int) -> Split:
    """Take rows of the table; the split is the seed, classes keep their shares."""
    assert table.found
    X, y = table.found()
    held = max(round(len(X) * HELD_SHARE), 1)
    rows = min(table.rows or len(X) - held, len(X) - held, most)
    train, test = train_test_split(
        np.arange(len(X)),
        train_size=rows,
        test_size=min(len(X) - rows, MOST_TEST_ROWS) if table.rows else min(held, MOST_TEST_ROWS),
        random_state=number,
        stratify=y if table.task == "classes" else None,
    )
    return _cut(X, y, train, test)


def _cut(X: pd.DataFrame, y: np.ndarray, train: Any, test: Any) -> Split:
    parts = (X.iloc[each].reset_index(drop=True) for each in (train, test))
    X_train, X_test = parts
    return Split(X_train, y[train], X_test, y[test])
