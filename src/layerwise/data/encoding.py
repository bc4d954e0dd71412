"""From the user's columns to the numbers that enter the network, and what was learned for it."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import Field

from layerwise.data.columns import Category, Column, Described, Dropped, Number
from layerwise.data.describing import describe
from layerwise.data.numbers import Scaling, describe_number, scaled, scaling
from layerwise.data.parts import as_numbers, encoded_parts, parts_of
from layerwise.data.treatment import DEFAULT, Treatment
from layerwise.errors import DataError

Rows = np.ndarray | pl.DataFrame
PIXEL = 255.0
CHUNK = 32_768  # numbers scaled at once: their float64 stays in the cache of a processor's core
Spare = Annotated[int, Field(ge=0, le=1000)]
MOST_ROOMY = 256  # columns: of more of them unused ones would cost too much
STRIPE = 16  # columns read at once when they are described: neighbours share a line of the cache


class Encoder(Described):
    """The columns as learned from the training rows; `pixels` is a picture's shape instead.

    Made by `learn`; immutable, compared by value, written into the model file as JSON. `spare`
    counts columns of zeros behind the numbers and behind the other plain columns.
    """

    pixels: tuple[Annotated[int, Field(ge=1, le=2**31)], ...] | None
    columns: tuple[Column, ...]
    spare: tuple[Spare, Spare] = (0, 0)

    def __eq__(self, other: object) -> bool:
        # by the columns alone, not by what is kept beside them for speed
        return isinstance(other, Encoder) and self.model_dump() == other.model_dump()

    def __hash__(self) -> int:
        return hash((self.pixels, self.columns, self.spare))

    def with_room(self) -> Encoder:
        """Return the encoder with unused columns, as many as `roomy` says."""
        numbers, levels = len(self.numbers), len(self.levels)
        others = len(self.names) - numbers - levels
        spare = roomy(numbers) - numbers, roomy(others) - others
        return Encoder(pixels=None, columns=self.columns, spare=spare)

    @cached_property
    def numbers(self) -> list[int]:
        """The positions of the columns that hold numbers."""
        return [i for i, column in enumerate(self.columns) if isinstance(column, Number)]

    @cached_property
    def only_numbers(self) -> bool:
        """Whether an array of numbers is read: no column holds dates or categories."""
        return all(isinstance(column, Number | Dropped) for column in self.columns)

    @cached_property
    def _kept(self) -> list[Number]:
        return [column for column in self.columns if isinstance(column, Number)]

    @cached_property
    def _scaling(self) -> Scaling:
        return scaling(self._kept)

    @cached_property
    def _indicators(self) -> np.ndarray:
        return np.flatnonzero([column.indicator for column in self._kept])

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """The columns left out, each with its reason."""
        return tuple(column for column in self.columns if isinstance(column, Dropped))

    @property
    def plain_numbers(self) -> int:
        """How many of the encoded columns, the first ones, hold the user's own numbers, or none."""
        return len(self.numbers) + self.spare[0]

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """How many levels, 0 for unknown among them, each of the last encoded columns may have."""
        return tuple(
            column.levels
            for column in self.columns
            if isinstance(column, Category) and column.form == "level"
        )

    @cached_property
    def _level_parts(self) -> list[int]:
        forms = [getattr(column, "form", None) for column in self.columns]
        return [i for i, form in enumerate(forms) if form == "level"]

    @cached_property
    def _plain_parts(self) -> list[int]:
        return [i for i in range(len(self.columns)) if i not in self._level_parts]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the n_x encoded columns, in order."""
        if self.pixels is not None:
            return tuple(f"pixel {i}" for i in range(int(np.prod(self.pixels))))
        names = [column.name for column in self._kept]
        names += [f"unused {1 + i}" for i in range(self.spare[0])]
        names += [f"{column.name} missing" for column in self._kept if column.indicator]
        for i in self._plain_parts:
            names += parts_of(self.columns[i])
        names += [f"unused {1 + self.spare[0] + i}" for i in range(self.spare[1])]
        for i in self._level_parts:
            names += parts_of(self.columns[i])
        return tuple(names)

    def encode(self, rows: Rows, dtype: str) -> np.ndarray:
        """Return (m, n_x): numbers scaled, what is missing, dates and categories, levels.

        Raises
        ------
        DataError
            When a value cannot be read as its column says; names the column and the value.
        """
        if self.pixels is not None:
            return _pixels(rows, np.dtype(dtype))
        if not isinstance(rows, pl.DataFrame):
            return self._encode_numbers(rows, dtype, self.spare[1])
        parts = [self._encode_numbers(_matrix(rows, self.columns, self.numbers), dtype)]
        for places in (self._plain_parts, self._level_parts):
            if places is self._level_parts:
                parts.append(np.zeros((rows.height, self.spare[1]), dtype))
            for i in places:
                found = encoded_parts(self.columns[i], rows.to_series(i))
                parts += [part.astype(dtype) for part in found]
        return np.concatenate(parts, axis=1)

    def _encode_numbers(self, rows: np.ndarray, dtype: str, behind: int = 0) -> np.ndarray:
        count, every = len(self.numbers), len(self.numbers) == rows.shape[1]
        first, absent = count + self.spare[0], len(self._indicators)
        encoded = np.empty((len(rows), first + absent + behind), dtype)
        encoded[:, count:first] = 0
        encoded[:, first + absent :] = 0
        step = max(1, CHUNK // max(1, count))
        for at in range(0, len(rows), step):
            part = rows[at : at + step]
            values = (part if every else part[:, self.numbers]).astype(np.float64)
            if len(self._indicators):
                missing = np.isnan(values[:, self._indicators])
                encoded[at : at + step, first : first + absent] = missing
            encoded[at : at + step, :count] = scaled(values, self._scaling)
        return encoded


def learn(
    rows: Rows,
    weights: np.ndarray | None,
    picture: tuple[int, ...] | None,
    which: np.ndarray | None = None,
    how: Treatment = DEFAULT,
) -> Encoder:
    """Return the encoder of these training rows; of an array, those with the numbers `which`.

    `how` says what numbers and categories become.

    Raises
    ------
    DataError
        When a column is free text or of an unknown kind, or when no column is left.
    """
    if picture is not None:
        return Encoder(pixels=picture, columns=())
    if isinstance(rows, pl.DataFrame):
        columns = [describe(rows.to_series(i), weights, how) for i in range(rows.width)]
    else:
        columns = _describe_numbers(rows, weights, which, how)
    columns = _without_repeated_indicators(rows, columns, which)
    if all(isinstance(column, Dropped) for column in columns):
        first = columns[0]
        reason = getattr(first, "reason", "")
        raise DataError(f"no column is left to learn from: {first.name!r} is {reason}")
    found = Encoder(pixels=None, columns=tuple(columns))
    return found.with_room() if how.room else found


def roomy(count: int) -> int:
    """Return how many columns so many have room in: tables of near sizes then share a program.

    >>> roomy(0), roomy(5), roomy(33), roomy(1000)
    (0, 8, 40, 1000)
    """
    if count > MOST_ROOMY:
        return count
    step = max(4, 2 ** ((count - 1).bit_length() - 3)) if count else 1
    return -(-count // step) * step


def _describe_numbers(
    rows: np.ndarray, weights: np.ndarray | None, which: np.ndarray | None, how: Treatment
) -> list[Column]:
    every, found = slice(None) if which is None else which, []
    for at in range(0, rows.shape[1], STRIPE):
        stripe = rows[every, at : at + STRIPE]
        found += [
            describe_number(f"x{at + i}", stripe[:, i].astype(np.float64), weights, how.numbers)
            for i in range(stripe.shape[1])
        ]
    return found


def _without_repeated_indicators(
    rows: Rows, columns: list[Column], which: np.ndarray | None
) -> list[Column]:
    # a second column that is missing in exactly the same rows would only say the same again
    seen: set[bytes] = set()
    for i, column in enumerate(columns):
        if isinstance(column, Number) and column.indicator:
            absent = np.isnan(_column(rows, columns, i, which)).tobytes()
            if absent in seen:
                columns[i] = column.model_copy(update={"indicator": False})
            seen.add(absent)
    return columns


def _column(rows: Rows, columns: list[Column], place: int, which: np.ndarray | None) -> np.ndarray:
    if isinstance(rows, pl.DataFrame):
        return _matrix(rows, tuple(columns), [place])
    return (rows[:, place] if which is None else rows[which, place]).astype(np.float64)


def _pixels(rows: Rows, dtype: np.dtype) -> np.ndarray:
    rows = np.asarray(rows)
    if rows.dtype != np.uint8:
        rows = rows.astype(dtype)
    return np.divide(rows, dtype.type(PIXEL), dtype=dtype)


def _matrix(rows: pl.DataFrame, columns: tuple[Column, ...], which: list[int]) -> np.ndarray:
    series, values = rows.get_columns(), np.empty((rows.height, len(which)))
    plain = np.array([series[i].dtype.is_numeric() for i in which], bool)
    if plain.any():
        together = pl.DataFrame([series[i] for i in np.array(which)[plain]])
        values[:, plain] = together.cast(pl.Float64).to_numpy()  # null becomes NaN
        plain &= ~np.isinf(values).any(axis=0)  # as_numbers says where
    for place in np.flatnonzero(~plain):
        values[:, place] = as_numbers(series[which[place]], columns[which[place]].name)
    return values
