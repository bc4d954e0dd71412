"""Which rows are held out: a share drawn at random, class by class where there are classes."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import train_test_split

from layerwise.errors import SettingError

FEWEST_HELD_OUT = 5


def hold_out(
    rows: int, fraction: float, classes: np.ndarray | None, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (kept, held out) row numbers, sorted; nothing is held out when it would be too few.

    Each class keeps its share on both sides when every class has at least two rows.

    Examples
    --------
    >>> kept, held = hold_out(100, 0.2, None, seed=0)
    >>> len(kept), len(held)
    (80, 20)
    """
    if not 0 <= fraction < 1:
        raise SettingError(f"validation_fraction={fraction!r}: expected a share from 0 to below 1")
    everything = np.arange(rows)
    count = round(rows * fraction)
    smallest = np.unique(classes, return_counts=True)[1] if classes is not None else np.array([])
    if count < max(FEWEST_HELD_OUT, len(smallest)):
        return everything, everything[:0]
    stratify = classes if len(smallest) and smallest.min() >= 2 else None
    kept, held = train_test_split(everything, test_size=count, random_state=seed, stratify=stratify)
    return np.sort(kept), np.sort(held)
