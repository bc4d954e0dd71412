"""Which rows are held out: a share drawn at random, class by class where there are classes."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import train_test_split

from layerwise.errors import SettingError

AUTOMATIC_SHARE = 0.1
FEWEST_HELD_OUT = 50  # fewer choose a lucky epoch: decision 13


def hold_out(
    rows: int, fraction: float | str, classes: np.ndarray | None, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (kept, held out) row numbers, sorted.

    Parameters
    ----------
    rows : how many there are
    fraction : the share to hold out, or "auto": a tenth, and nothing when that is below 50 rows
    classes : (rows,) labels; each class keeps its share on both sides where it has enough rows
    seed : for the draw

    Examples
    --------
    >>> kept, held = hold_out(100, 0.2, None, seed=0)
    >>> len(kept), len(held)
    (80, 20)
    """
    everything, count = np.arange(rows), _count(rows, fraction)
    if count == 0:
        return everything, everything[:0]
    stratify = classes if _fills_both_sides(classes, count) else None
    kept, held = train_test_split(everything, test_size=count, random_state=seed, stratify=stratify)
    return np.sort(kept), np.sort(held)


def _count(rows: int, fraction: float | str) -> int:
    if isinstance(fraction, str):
        count = round(rows * AUTOMATIC_SHARE)
        return count if count >= FEWEST_HELD_OUT else 0
    count = round(rows * fraction)
    if count >= rows:
        raise SettingError(f"validation_fraction={fraction!r}: leaves none of {rows} rows to train")
    return count


def _fills_both_sides(classes: np.ndarray | None, count: int) -> bool:
    if classes is None:
        return False
    sizes = np.unique(classes, return_counts=True)[1]
    return sizes.min() >= 2 and len(sizes) <= min(count, len(classes) - count)
