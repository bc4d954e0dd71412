"""What is known of each column of a table: learned from the training rows, kept in the file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0)]
Name = Annotated[str, Field(max_length=10_000)]


class Described(BaseModel):
    """Closed and unchangeable: an unknown key is an error, a number is never a string or a bool."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Number(Described):
    """Numbers: (x - center) / scale; far tails bent by x / sqrt(1 + (x/3)^2) when `clip`."""

    kind: Literal["number"] = "number"
    name: Name
    center: Finite
    scale: Positive
    clip: bool
    indicator: bool


class Category(Described):
    """Categories: one column per value; `other` for rarer ones, `missing` for absent ones."""

    kind: Literal["category"] = "category"
    name: Name
    values: Annotated[tuple[str, ...], Field(min_length=1)]
    other: bool
    missing: bool


class Date(Described):
    """Dates: days scaled like a number, then the place in the year, the week and the day."""

    kind: Literal["date"] = "date"
    name: Name
    center: Finite
    scale: Positive
    time_of_day: bool
    indicator: bool


class Dropped(Described):
    """A column that is left out, and why."""

    kind: Literal["dropped"] = "dropped"
    name: Name
    reason: Name


Column = Annotated[Number | Category | Date | Dropped, Field(discriminator="kind")]
