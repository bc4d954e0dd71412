"""Which rows are kept from training altogether, so that the score is honest. Lecture row 28."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import train_test_split

from layerwise.errors import DataError

SHARE = 0.2
FEWEST_ROWS = 5


def last_rows_test(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the row numbers (for training, held out): the last fifth, for rows in time's order.

    Raises
    ------
    DataError
        When there are fewer than five rows.

    Examples
    --------
    >>> last_rows_test(6)[1]
    array([5])
    """
    _refuse_few(rows)
    kept, held = np.split(np.arange(rows), [rows - round(SHARE * rows)])
    return kept, held


def hold_out_test(y: np.ndarray, classes: bool, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the row numbers (for training, held out), sorted: a fifth is held out.

    Each class keeps its share on both sides; a class with a single row stays in training, for
    nothing can be learned of it otherwise.

    Raises
    ------
    DataError
        When there are fewer than five rows.

    Examples
    --------
    >>> kept, held = hold_out_test(np.repeat(["cat", "dog"], 50), classes=True, seed=0)
    >>> len(kept), len(held)
    (80, 20)
    """
    _refuse_few(len(y))
    if not classes:
        return _split(np.arange(len(y)), round(SHARE * len(y)), None, seed)
    _, place, counts = np.unique(y, return_inverse=True, return_counts=True)
    several = np.flatnonzero(counts[place] > 1)
    held = max(round(SHARE * len(y)), int(np.sum(counts > 1)))
    if not 0 < held < len(several):
        raise DataError(
            f"{len(counts)} classes in {len(y)} rows are too many to hold a test out: give more "
            "rows of each class, the test rows with --test, or --task regression"
        )
    kept, held_out = _split(several, held, place[several], seed)
    return np.sort(np.concatenate([kept, np.flatnonzero(counts[place] == 1)])), held_out


def _refuse_few(rows: int) -> None:
    if rows < FEWEST_ROWS:
        raise DataError(
            f"{rows} row(s) are too few to train on and hold a fifth out as a test: give at "
            f"least {FEWEST_ROWS}, or the test rows with --test"
        )


def _split(
    rows: np.ndarray, held: int, classes: np.ndarray | None, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    kept, out = train_test_split(rows, test_size=held, random_state=seed, stratify=classes)
    return np.sort(kept), np.sort(out)
