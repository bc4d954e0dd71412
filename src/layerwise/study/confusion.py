"""What was taken for what."""

from __future__ import annotations

import numpy as np


def confusion(classes: np.ndarray, y: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return (K, K) counts: the row is the true class, the column the predicted one.

    Examples
    --------
    >>> confusion(np.array(["a", "b"]), np.array(["a", "b", "b"]), np.array(["a", "a", "b"]))
    array([[1, 0],
           [1, 1]])
    """
    place = {label: i for i, label in enumerate(classes.tolist())}
    table = np.zeros((len(place), len(place)), dtype=int)
    true, guess = ([place[label] for label in labels.tolist()] for labels in (y, predicted))
    np.add.at(table, (true, guess), 1)
    return table


def worst_confusions(table: np.ndarray, most: int) -> list[tuple[int, int, int]]:
    """Return (true, predicted, count) of the most frequent mistakes, the most frequent first."""
    mistakes = table * ~np.eye(len(table), dtype=bool)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:most]
    pairs = [(int(i), int(j)) for i, j in zip(*np.unravel_index(order, table.shape), strict=True)]
    return [(i, j, int(mistakes[i, j])) for i, j in pairs if mistakes[i, j]]
