"""New rows for columns that are already known: read and arranged as in training."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl

from layerwise.data.dataset import Dataset, Reading
from layerwise.data.reading import read
from layerwise.errors import DataError, LayerwiseError

UNNAMED = re.compile(r"column_(\d+)")  # what reading calls the columns of a file without a header


def reading_for(estimator: Any, target: str | None, required: bool) -> Reading:
    """Return how to read data for a model: names or none, pictures in the size of training."""
    pixels = estimator.encoder_.pixels
    return Reading(
        target=target,
        header=header_of(names_of(estimator)),
        image_size=(pixels[0], pixels[1]) if pixels and len(pixels) > 1 else None,
        grey=pixels is not None and len(pixels) == 2,
        target_required=required,
    )


def names_of(estimator: Any) -> list[str]:
    """Return the names of the columns that a model was trained on; none for arrays."""
    return [str(name) for name in getattr(estimator, "feature_names_in_", ())]


def header_of(names: Sequence[str]) -> bool | None:
    """Return whether a file with such columns has a header; None when that must be found out.

    >>> header_of(["column_1", "column_3"]), header_of(["age", "sex"]), header_of([])
    (False, True, None)
    """
    return not all(UNNAMED.fullmatch(name) for name in names) if names else None


def arranged(X: Any, names: Sequence[str], source: str) -> tuple[Any, list[str]]:
    """Return the rows with these columns in this order, and the names that were left out.

    Without a header, rows of just as many columns are matched by position.

    Raises
    ------
    DataError
        When a column is missing: names it and the closest one.
    """
    if not isinstance(X, pl.DataFrame) or not names:
        return X, []
    if not header_of(names) and X.width == len(names) and not header_of(X.columns):
        return X.rename(dict(zip(X.columns, names, strict=True))), []
    found, known = set(X.columns), set(names)
    missing = [name for name in names if name not in found]
    others = [name for name in X.columns if name not in known]
    if missing:
        near = get_close_matches(missing[0], others, n=1)
        hint = f"; the closest is {near[0]!r}" if near else ""
        raise DataError(
            f"{source}: {len(missing)} column(s) of the training are missing: "
            f"{', '.join(map(repr, missing[:5]))}{hint}"
        )
    return X.select(names), others


def refuse_other_width(X: Any, features: int, source: str) -> None:
    """Raise DataError when rows have another number of features than the training's."""
    width = X.width if isinstance(X, pl.DataFrame) else int(np.prod(X.shape[1:]))
    if width != features:
        shape = "" if isinstance(X, pl.DataFrame) else f" (one row is {tuple(X.shape[1:])})"
        hint = ""
        if len(X.shape) == 2 and X.shape[0] == features:
            hint = f": X has the shape {tuple(X.shape)}, its examples are columns: store X.T"
        raise DataError(
            f"{source}: {width} columns{shape}, expected {features} as in the training{hint}"
        )


@contextmanager
def data_errors(source: str, *others: str | None) -> Iterator[None]:
    """Turn what is said against data into our one kind of error, with the source's name in it."""
    try:
        yield
    except DataError as error:
        if any(name and name in str(error) for name in (source, *others)):
            raise
        raise DataError(f"{source}: {error}") from error
    except LayerwiseError:
        raise
    except (TypeError, ValueError) as error:
        raise DataError(f"{source}: {error}") from error


def with_answers(estimator: Any, source: str, target: str | None) -> Dataset:
    """Return data with its target: the column named, else the one that the model does not know.

    Raises
    ------
    DataError
        When it is not plain which column the target is, or there is none.
    """
    names = names_of(estimator)
    if target is None and names:
        first = read(source, reading_for(estimator, None, required=False))
        if first.y is None and isinstance(first.X, pl.DataFrame):
            target = _unknown_column(first.X.columns, names, source)
    found = read(source, reading_for(estimator, target, required=True))
    if found.y is None:
        raise DataError(f"{source}: no answers to compare with; expected a target for every row")
    if found.test is not None:  # a score on the rows of training would say nothing
        return replace(found.test, notes=(*found.test.notes, "the data's own test rows"))
    return found


def _unknown_column(columns: list[str], names: list[str], source: str) -> str | None:
    known = set(names)
    unknown = [name for name in columns if name not in known]
    if not unknown and set(columns) == set(names):
        raise DataError(
            f"{source}: all columns are features of the model, none is left as the target; "
            "expected the answers in one more column"
        )
    # the last column is what training would have taken
    return columns[-1] if columns[-1] in unknown else (unknown[0] if len(unknown) == 1 else None)
