"""Which rows are held out: a share drawn at random, class by class, by groups, or the last ones."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import GroupKFold, GroupShuffleSplit, train_test_split

from layerwise.errors import SettingError

AUTOMATIC_SHARE = 0.1
FEWEST_HELD_OUT = 50  # fewer choose a lucky epoch: decision 13
WAYS = ("auto", "random", "stratified", "grouped", "time")


def hold_out(
    rows: int, fraction: float | str, labels: np.ndarray | None, seed: int, way: str = "auto"
) -> tuple[np.ndarray, np.ndarray]:
    """Return (kept, held out) row numbers, sorted.

    Parameters
    ----------
    rows : how many there are
    fraction : the share to hold out, or "auto": a tenth, and nothing when that is below 50 rows
    labels : (rows,) classes, or the groups of "grouped"; None for numbers
    seed : for the draw
    way : "random"; "stratified", where each class keeps its share on both sides; "auto", that
        where each class has enough rows; "grouped", whole groups, and the share is of the groups;
        "time", the last rows

    Raises
    ------
    SettingError
        When the rows cannot be held out in this way.

    Examples
    --------
    >>> kept, held = hold_out(100, 0.2, None, seed=0)
    >>> len(kept), len(held)
    (80, 20)
    >>> hold_out(5, 0.4, None, seed=0, way="time")
    (array([0, 1, 2]), array([3, 4]))
    """
    everything, count = np.arange(rows), _count(rows, fraction)
    if count == 0:
        return everything, everything[:0]
    if way == "time":
        return everything[:-count], everything[-count:]
    if way == "grouped":
        share = AUTOMATIC_SHARE if isinstance(fraction, str) else fraction
        return _whole_groups(np.asarray(labels), share, seed)
    fills = _fills_both_sides(labels, count)
    if way == "stratified" and not fills:
        raise SettingError(
            "validation_split='stratified': expected classes of at least 2 rows each, and at least "
            f"as many held-out rows ({count}) as classes; use 'auto'"
        )
    stratify = labels if fills and way != "random" else None
    kept, held = train_test_split(everything, test_size=count, random_state=seed, stratify=stratify)
    return np.sort(kept), np.sort(held)


def folds(rows: int, count: int, labels: np.ndarray | None, seed: int, way: str) -> np.ndarray:
    """Return for each row the number of its fold, from 0 to below `count`.

    Parameters
    ----------
    rows, count : how many there are of each
    labels : (rows,) classes, or the groups of "grouped"; None for numbers
    seed : for the draw
    way : "auto" and "stratified" share each class evenly among the folds; "grouped" keeps groups
        whole, and makes fewer folds where there are fewer groups; "random" is neither

    Examples
    --------
    >>> np.bincount(folds(10, 3, None, seed=0, way="random")).tolist()
    [4, 3, 3]
    """
    if way == "grouped":
        return _folds_of_groups(np.asarray(labels), count, seed)
    random = np.random.default_rng(seed)
    order = random.permutation(rows)
    if labels is not None and way != "random":  # class after class, in a random order within each
        order = order[np.argsort(np.unique(labels, return_inverse=True)[1][order], kind="stable")]
    found = np.empty(rows, np.int32)
    found[order] = np.arange(rows) % count
    return found


def _folds_of_groups(groups: np.ndarray, count: int, seed: int) -> np.ndarray:
    number = len(np.unique(groups))
    _refuse_one_group(number)
    found = np.empty(len(groups), np.int32)
    drawn = GroupKFold(min(count, number), shuffle=True, random_state=seed)
    for fold, (_, held) in enumerate(drawn.split(groups, groups=groups)):
        found[held] = fold
    return found


def _refuse_one_group(number: int) -> None:
    if number < 2:
        raise SettingError(
            f"validation_split='grouped': expected at least 2 groups, but there is {number}"
        )


def _whole_groups(groups: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    number = len(np.unique(groups))
    _refuse_one_group(number)
    count = min(max(round(number * share), 1), number - 1)
    drawn = GroupShuffleSplit(n_splits=1, test_size=count, random_state=seed)
    kept, held = next(drawn.split(groups, groups=groups))
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
