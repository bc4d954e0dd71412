"""What reading gives: features, targets, and what was detected on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


@dataclass(frozen=True)
class Dataset:
    """Features with their targets, as read: nothing is scaled, encoded or filled in.

    Attributes
    ----------
    name : str
        The built-in name, or the file's or folder's name without its suffix.
    X : polars.DataFrame or numpy.ndarray
        A table's feature columns; pictures (m, height, width) or (m, height, width, 3) of unsigned
        bytes; any other array (m, n_x) of float32 or float64.
    y : numpy.ndarray or None
        (m,) strings (dtype object), int64, float64 or bool; None when there is no target.
    target : str or None
        What the target is called.
    notes : tuple of str
        What was detected or decided, one plain sentence each, to be shown to the user.
    task : str or None
        "binary", "multiclass" or "regression" where the source fixes it.
    test : Dataset or None
        The source's own test part.
    """

    name: str
    X: pl.DataFrame | np.ndarray
    y: np.ndarray | None
    target: str | None
    notes: tuple[str, ...]
    task: str | None = None
    test: Dataset | None = None


@dataclass(frozen=True)
class Reading:
    """How to read; a field left alone means: detect.

    Attributes
    ----------
    target : str or None
        A column's name, or its number counted from 1 (negative: from the end).
    header : bool or None
        Whether the first row of delimited text names the columns.
    drop : tuple of str
        Columns to leave out, by name or number.
    image_size : (height, width) or None
        To what size the pictures of a folder are brought; 64 x 64 when None.
    grey : bool
        Whether the pictures of a folder become grey.
    target_required : bool
        Whether data without its target is refused; False for rows to predict.
    """

    target: str | None = None
    header: bool | None = None
    drop: tuple[str, ...] = ()
    image_size: tuple[int, int] | None = None
    grey: bool = False
    target_required: bool = True
