"""What is known of each column of a table: learned from the training rows, kept in the file."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0)]
Name = Annotated[str, Field(max_length=10_000)]
Share = Annotated[float, Field(ge=0, le=1)]
MOST_QUANTILES = 1000


class Described(BaseModel):
    """Closed and unchangeable: an unknown key is an error, a number is never a string or a bool."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Number(Described):
    """Numbers: (x - center) / scale; far tails bent by x / sqrt(1 + (x/3)^2) when `clip`.

    With `quantiles`, at evenly spread shares, x becomes the standard normal's number of its share.
    `absent` is the share of missing values in the training; the first files do not say it.
    """

    kind: Literal["number"] = "number"
    name: Name
    center: Finite
    scale: Positive
    clip: bool
    indicator: bool
    quantiles: Annotated[tuple[Finite, ...], Field(max_length=MOST_QUANTILES)] = ()
    absent: Share = 0.0

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if list(self.quantiles) != sorted(self.quantiles):
            raise ValueError("the quantiles are not sorted")
        return self


class Category(Described):
    """Categories: one column per value; `other` for rarer ones, `missing` for absent ones.

    Other forms: one column of -1 and 1 for two values, "sign", or one column that numbers the
    values, the rarer and the absent ones from 1, for a learned embedding, "level". In both an
    unknown value is 0, in the former an absent one too.
    """

    kind: Literal["category"] = "category"
    name: Name
    values: Annotated[tuple[str, ...], Field(min_length=1)]
    other: bool
    missing: bool
    form: Literal["one_hot", "sign", "level"] = "one_hot"
    absent: Share = 0.0

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.form == "sign" and (len(self.values) != 2 or self.other):
            raise ValueError("a column of -1 and 1 needs two values")
        return self

    @property
    def levels(self) -> int:
        """How many levels an embedding has: one per value, rarer, absent, and 0 for unknown."""
        return 1 + len(self.values) + self.other + self.missing


class Date(Described):
    """Dates: days scaled like a number, then the place in the year, the week and the day."""

    kind: Literal["date"] = "date"
    name: Name
    center: Finite
    scale: Positive
    time_of_day: bool
    indicator: bool
    absent: Share = 0.0


class Dropped(Described):
    """A column that is left out, and why."""

    kind: Literal["dropped"] = "dropped"
    name: Name
    reason: Name


Column = Annotated[Number | Category | Date | Dropped, Field(discriminator="kind")]
