"""Pictures laid flat by reshape(n_x, m).T: each row then has pixels of all pictures. Row 3.

The slip leaves a trace. Read column by column, such an X is the pictures one after another: the
last example's column i is the neighbour of the first example's column i + 1. In rows that belong
together these two have no more to do with each other than those of any other two examples.
"""

from __future__ import annotations

import numpy as np

from layerwise.errors import DataError

FEWEST = (10, 192)  # examples and pixels: fewer say too little
MOST_COMPARED = 2000  # columns
MOST_ROWS = 500
STEPS = (1, 3)  # to the next pixel of a grey picture, and of the same colour
ALIKE = 0.5  # below this ratio neighbours belong together; 1 is chance
UNLIKE = 0.4  # what is smooth along its rows below this is in order
RATHER = 0.7  # how much more alike column by column than row by row


def refuse_scrambled(X: np.ndarray) -> None:
    """Refuse unsigned bytes (m, n_x) that are pictures cut across one another.

    Raises
    ------
    DataError
        Names the reshape that makes such rows and the one that does not.
    """
    if is_scrambled(X):
        m, n_x = X.shape
        raise DataError(
            f"X has the shape {X.shape}, but its rows are no pictures: read column by column its "
            f"pixels fit together. It is likely scrambled by pictures.reshape({n_x}, {m}).T or "
            f"reshape(-1, {m}).T, which mixes the pixels of all pictures in every row: give "
            f"pictures.reshape({m}, -1)"
        )


def is_scrambled(X: np.ndarray) -> bool:
    """Return whether neighbours column by column, also from column to column, are alike.

    >>> wave = np.sin(np.arange(50 * 256) / 40) * 99 + 100
    >>> is_scrambled(wave.reshape(50, 256)), is_scrambled(wave.reshape(256, 50).T)
    (False, True)
    """
    m, n_x = X.shape
    if m < FEWEST[0] or n_x < FEWEST[1]:
        return False
    at = np.linspace(0, n_x - 4, min(n_x - 3, MOST_COMPARED)).astype(np.intp)
    along = min(_along(X, at, step) for step in STEPS)
    if along < UNLIKE:
        return False
    enough = min(ALIKE, RATHER * along)
    return any(max(_seam(X, at, step), _inside(X, at, step)) < enough for step in STEPS)


def _seam(X: np.ndarray, at: np.ndarray, step: int) -> float:
    """From the last rows of a column to the first of the next: other rows and columns are chance.

    Rows of a series that ends as it began are alike too, but in every column.
    """
    random = np.random.default_rng(0)
    last, first, after = X[-step:], X[:step], at + 1
    other_rows = X[random.integers(0, len(X), (step, at.size)), after]
    other_columns = first[:, random.permutation(after)]
    here = last[:, at]
    return max(_ratio(here, first[:, after], far) for far in (other_rows, other_columns))


def _inside(X: np.ndarray, at: np.ndarray, step: int) -> float:
    rows = _some(len(X) - step)
    others = np.random.default_rng(0).permutation(rows)
    here, near, far = (X[np.ix_(chosen, at)] for chosen in (rows, rows + step, others))
    return _ratio(here, near, far)


def _along(X: np.ndarray, at: np.ndarray, step: int) -> float:
    rows, far = _some(len(X)), np.random.default_rng(0).permutation(at)
    here, near, apart = (X[np.ix_(rows, chosen)] for chosen in (at, at + step, far))
    return _ratio(here, near, apart)


def _some(count: int) -> np.ndarray:
    return np.linspace(0, count - 1, min(count, MOST_ROWS)).astype(np.intp)


def _ratio(here: np.ndarray, near: np.ndarray, far: np.ndarray) -> float:
    """Return how far neighbours are apart, over how far any two are."""
    apart = np.abs(here.astype(np.float32) - far).mean()
    return float(np.abs(here.astype(np.float32) - near).mean() / apart) if apart else 1.0
