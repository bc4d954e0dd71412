"""How columns are turned into numbers: one small value, given to `learn`."""

from __future__ import annotations

from typing import Literal, NamedTuple

Form = Literal["robust", "robust_clipped", "quantile_normal"]
MOST_ONE_HOT = 100  # values of a category that have a column of their own
MOST_EMBEDDED, ROWS_OF_A_LEVEL = 10_000, 20


class Treatment(NamedTuple):
    """Options of the encoder; what is not given stays as it is by default.

    Parameters
    ----------
    numbers : "robust", "robust_clipped" or "quantile_normal"
        Median and interquartile range, with far tails bent where a column has any; the same with
        every column bent (RealMLP); or standard normal numbers by the column's quantiles (TabM).
    two_as_one : bool
        A category of two values is one column of -1 and 1, where an absent or unknown one is 0.
    one_hot_up_to : int from 1 to 100, or None
        A category of more values becomes one column of level numbers, behind all others, for a
        learned embedding. None: no category does.
    room : bool
        Unused columns fill up the numbers and the other plain columns to a round count, so that
        tables of near sizes share a compiled program.

    Examples
    --------
    RealMLP's form:

    >>> Treatment("robust_clipped", two_as_one=True, one_hot_up_to=9).one_hot_up_to
    9
    """

    numbers: Form = "robust"
    two_as_one: bool = False
    one_hot_up_to: int | None = None
    room: bool = False

    def form_of(self, values: int) -> Literal["one_hot", "sign", "level"]:
        """Return what a category of so many values becomes."""
        if self.two_as_one and values == 2:
            return "sign"
        embedded = self.one_hot_up_to is not None and values > self.one_hot_up_to
        return "level" if embedded else "one_hot"

    def most_values(self, values: int, rows: int) -> int:
        """Return how many of a category's values are kept; the rarer ones are "other".

        One-hot columns are bounded by 100. A level of an embedding adds no column, but a vector
        that its own rows alone must teach: with more than 2000 rows there may be one per 20 rows.
        """
        if self.form_of(values) != "level":
            return MOST_ONE_HOT
        return min(MOST_EMBEDDED, max(MOST_ONE_HOT, rows // ROWS_OF_A_LEVEL))


DEFAULT = Treatment()
