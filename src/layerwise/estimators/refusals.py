"""What a wrong shape is, in the lecture's words: both shapes, the likely cause, what to do. Row 15.

Each check speaks only where the shapes say it for certain: a square X, a single row or several
labels per row pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from layerwise.data.frames import is_frame
from layerwise.errors import DataError

Shape = tuple[int, ...]
COLORS = (1, 3, 4)  # grey, RGB, with transparency
SURELY_ONE_HOT = 20  # rows: so many with exactly one 1 each are hardly several labels by chance
COLUMNS = "as in the lecture's X (n_x, m); here they are rows"


def shape_of(data: Any) -> Shape:
    """Return the shape of an array, a frame or nested lists; () when there is none."""
    if hasattr(data, "column_names"):  # pyarrow
        return (data.num_rows, data.num_columns)
    try:
        found = data.shape if hasattr(data, "shape") else np.shape(data)
        return tuple(map(int, found))
    except (TypeError, ValueError):  # lists of unequal lengths, or no array at all
        return ()


def refuse_shapes(X: Any, y: Any) -> None:
    """Refuse rows and targets of shapes that do not belong together.

    Raises
    ------
    DataError
        When X or y is transposed, or pictures have their axes in another order.
    """
    rows, targets = shape_of(X), shape_of(y)
    if len(rows) < 2 or not targets:
        return
    if len(rows) > 2:
        _refuse_axes(rows, targets)
    elif targets[0] != rows[0]:
        _refuse_turned(rows, targets, getattr(X, "dtype", None) == np.uint8)


def _refuse_axes(rows: Shape, targets: Shape) -> None:
    m = max(targets)
    if rows[-1] == m != rows[0]:
        raise DataError(
            f"X has the shape {rows} and y {targets}: the {m} pictures lie along the last axis, as "
            "MATLAB keeps them; expected (m, height, width, 3): give np.moveaxis(X, -1, 0)"
        )
    if len(rows) == 4:
        refuse_channels_first(rows)


def refuse_channels_first(rows: Shape) -> None:
    """Refuse pictures (m, 3, height, width)."""
    if rows[1] in COLORS and rows[-1] not in (2, *COLORS):
        raise DataError(
            f"X has the shape {rows}: the {rows[1]} colours stand before height and width "
            f"(channels first); expected {(rows[0], *rows[2:], rows[1])}: give "
            "np.moveaxis(X, 1, -1), for a reshape would scramble the pictures"
        )


def refuse_inner_axes(rows: Shape, pixels: Shape | None) -> None:
    """Refuse pictures to predict whose axes are not those of the training pictures."""
    if pixels is None or len(pixels) == 1 or rows[1:] == tuple(pixels):
        return
    told = f"X has the shape {rows}, expected (m, {', '.join(map(str, pixels))})"
    if rows[1:] == (pixels[-1], *pixels[:-1]) and len(pixels) == 3:
        raise DataError(
            f"{told} as in the training: the colours stand first; give np.moveaxis(X, 1, -1)"
        )
    if rows[:-1] == tuple(pixels):
        raise DataError(
            f"{told} as in the training: the pictures lie along the last axis; give "
            "np.moveaxis(X, -1, 0)"
        )


def _refuse_turned(rows: Shape, targets: Shape, pixels: bool) -> None:
    (m, n_x), told = rows, f"X has the shape {rows} and y {targets}"
    if len(targets) == 2 and targets[1] in rows and targets[1] != 1:
        K, count = targets
        lecture = "(1, m), a row as the lecture's Y" if K == 1 else "(K, m), as the lecture's Y"
        fix = "y.ravel()" if K == 1 else "y.T"
        if count == m:
            raise DataError(
                f"y should be a 1d array, got an array of shape {targets} instead: {told}: y is "
                f"{lecture}; here there is one row per example: give {fix}"
            )
        raise DataError(
            f"{told}: X and y are transposed, their {count} examples are columns, {COLUMNS}; y is "
            f"{lecture}: give X.T and {fix}{_warned(pixels)}"
        )
    inconsistent = f"Found input variables with inconsistent numbers of samples: {[m, targets[0]]}"
    if targets[0] != n_x:
        raise DataError(f"{inconsistent}: {told}; expected one row of y for each row of X")
    raise DataError(
        f"{inconsistent}: {told}: X is transposed, its {n_x} examples are columns, {COLUMNS}: "
        f"give X.T{_warned(pixels)}"
    )


def _warned(pixels: bool) -> str:
    if not pixels:
        return ""
    return "; of pictures flattened by reshape(n_x, m) give pictures.reshape(m, -1) instead"


def refuse_one_hot(face: Any, y: Any) -> None:
    """Refuse labels of a classifier that are one-hot: 20 rows or more with exactly one 1 in each.

    Several labels per row of which each row has one are accepted as an array of booleans.

    Raises
    ------
    DataError
        Says how to go back to labels, and how to insist.
    """
    shape = shape_of(y)
    if not is_classifier(face) or len(shape) != 2 or shape[1] < 2 or shape[0] < SURELY_ONE_HOT:
        return
    values = y.toarray() if hasattr(y, "toarray") else np.asarray(y)
    if values.dtype == bool and not is_frame(y):
        return
    if is_one_hot(values):
        raise DataError(
            f"y has the shape {shape} with exactly one 1 in each row: it is one-hot, (m, K), where "
            f"labels (m,) = ({shape[0]},) belong: give {_back(y)}; if each row truly has exactly "
            "one of several labels, give y as an array of booleans"
        )


def _back(y: Any) -> str:
    return "y.to_numpy().argmax(axis=1)" if is_frame(y) else "y.argmax(axis=1)"


def is_one_hot(values: np.ndarray) -> bool:
    """Return whether there is exactly one 1 in each row, and zeros beside it.

    >>> is_one_hot(np.eye(3)), is_one_hot(np.ones((3, 2)))
    (True, False)
    """
    if values.dtype.kind not in "biufO":
        return False
    fits = (values == 0) | (values == 1)
    return bool(fits.all()) and bool(((values == 1).sum(axis=1) == 1).all())


def refuse_columns(y: Any, words: str) -> None:
    """Refuse a target (1, m), or of several columns, where one column of `words` belongs."""
    shape = shape_of(y)
    if len(shape) != 2 or shape[1] < 2:
        return
    told = f"y has the shape {shape}; expected (m,)"
    if shape[0] == 1:
        raise DataError(f"{told}: it is a row (1, m), as the lecture's Y: give y.ravel()")
    if is_one_hot(np.asarray(y)):
        raise DataError(
            f"{told}, one column of {words}: it is one-hot, (m, K), where labels belong: give "
            f"{_back(y)}, as the labels that the network is trained with"
        )
    raise DataError(f"{told}, one column of {words}")


def refuse_broadcast(sample_weight: Any, m: int) -> None:
    """Refuse weights of two axes: beside the losses of the examples they would be m x m."""
    shape = shape_of(sample_weight)
    if len(shape) == 2 and m in shape and m > 1 and 1 in shape:
        raise DataError(
            f"Sample weights must be 1D array or scalar: sample_weight has the shape {shape}, "
            f"expected ({m},): beside numbers of shape ({m},) it would be broadcast to m x m = "
            f"({m}, {m}): give sample_weight.ravel()"
        )


@contextmanager
def explained(X: Any, expected: int | None) -> Iterator[None]:
    """Add to a refusal of scikit-learn what the shape of X says; `expected` features, if known."""
    try:
        yield
    except ValueError as error:
        more = _cause(shape_of(X), expected)
        if not more or isinstance(error, DataError):
            raise
        raise DataError(f"{error} {more}") from error


def _cause(shape: Shape, expected: int | None) -> str:
    if len(shape) > 2 and all(size == 1 for size in shape[2:]):
        return f"X has the shape {shape}: give X.reshape(len(X), -1), of shape {shape[:2]}"
    if len(shape) in (3, 4):
        flat = *shape[:1], int(np.prod(shape[1:]))
        return (
            f"X has the shape {shape}: pictures are read as unsigned bytes (np.uint8) (m, height, "
            f"width) or (m, height, width, 3); other numbers as X.reshape(len(X), -1), {flat}"
        )
    return turned(shape, expected) if expected and len(shape) == 2 else ""


def turned(shape: Shape, expected: int) -> str:
    """Return what is likely wrong with X (m, n_x) of another width than was trained on."""
    told = f"X has the shape {shape}, expected (m, {expected})"
    if shape[0] == expected != shape[1]:
        return f"{told}: X is transposed, its {shape[1]} examples are columns, {COLUMNS}: give X.T"
    return f"{told}."
