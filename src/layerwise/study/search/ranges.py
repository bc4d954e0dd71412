"""The values of one setting in a space: a choice, or numbers between two ends; also as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np

from layerwise.errors import SettingError
from layerwise.estimators.layers import Layer
from layerwise.ingredient import Ingredient, shown

NUMBER = r"[-+]?[\d.]*\d(?:e[-+]?\d+)?\.?"
BETWEEN = re.compile(rf"\s*({NUMBER})\s*\.\.\s*({NUMBER})\s*(log)?\s*(?:step\s+({NUMBER}))?\s*")


@dataclass(frozen=True)
class Range:
    """Numbers from low to high, both included, for a space of `SearchCV`.

    Use it where a setting is a number and its size is not known. Two whole ends give whole numbers.

    Parameters
    ----------
    low, high : float
        The ends, in the setting's own unit.
    log : bool, default False
        Whether factors count rather than differences: for learning rates and penalties.
    step : float, optional
        Only low, low + step, low + 2 step, ...; not with log.

    Raises
    ------
    SettingError
        When a space with an empty or impossible range is used.

    References
    ----------
    Lecture row 26: the scale on which a hyperparameter is drawn.

    Examples
    --------
    >>> from layerwise import Range
    >>> Range(1e-4, 1e-1, log=True)
    Range(low=0.0001, high=0.1, log=True, step=None)
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        ends = (self.low, self.high, 1 if self.step is None else self.step)
        return all(isinstance(end, Integral) for end in ends)

    def check(self, name: str) -> None:
        """Raise SettingError for a range that holds nothing or cannot be drawn from."""
        if not all(isinstance(e, Real) and np.isfinite(float(e)) for e in (self.low, self.high)):
            raise SettingError(
                f"space: {name} from {self.low!r} to {self.high!r}: expected numbers"
            )
        if self.low > self.high:
            raise SettingError(
                f"space: {name} from {self.low} to {self.high}: expected the lower end first"
            )
        if self.log and self.low <= 0:
            raise SettingError(
                f"space: {name} from {self.low} on a log scale: expected a low end above 0"
            )
        if self.step is not None and (self.log or self.step <= 0):
            raise SettingError(
                f"space: {name} with step {self.step}: expected a step above 0, and no log with it"
            )

    def drawn(self, random: np.random.Generator) -> float:
        """Return one value at random."""
        if self.step is not None:
            count = int((self.high - self.low) / self.step + 1e-9) + 1
            value = self.low + self.step * int(random.integers(count))
        elif self.log:
            value = float(np.exp(random.uniform(np.log(self.low), np.log(self.high))))
        elif self.whole:
            return int(random.integers(int(self.low), int(self.high) + 1))
        else:
            value = float(random.uniform(self.low, self.high))
        value = min(max(value, self.low), self.high)
        return round(value) if self.whole else float(value)

    def points(self, name: str) -> list[float]:
        """Return every value, where there are finitely many."""
        if self.step is not None or self.whole:
            step = self.step or 1
            count = int((self.high - self.low) / step + 1e-9) + 1
            found = [self.low + step * place for place in range(count)]
            return [round(v) if self.whole else float(v) for v in found]
        raise SettingError(
            f"space: {name} has no end of values between {self.low} and {self.high}: a grid needs "
            f"a list of them or a step; or use method='random'"
        )

    def __str__(self) -> str:
        more = " log" if self.log else "" if self.step is None else f" step {self.step}"
        return f"{self.low}..{self.high}{more}"


class Choice(NamedTuple):
    """Values by the text, or the plain value, that stands for each in a record."""

    values: dict[Any, Any]

    def __str__(self) -> str:
        return "|".join(map(str, self.values))


def plain(value: Any) -> Any:
    """Return what stands for a value in a record: a number, None, a truth value or a text.

    >>> plain((64, 64)), plain(()), plain(0.5)
    ('64,64', 'none', 0.5)
    """
    if isinstance(value, Ingredient):
        return value.name if type(value).of(value.name) == value else shown(value)
    if isinstance(value, Layer):
        return repr(value)
    if isinstance(value, tuple | list):
        return ",".join(str(plain(item)) for item in value) or "none"
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return repr(dict(value))
    return value if isinstance(value, bool | int | float | str | None) else repr(value)


def values_of(name: str, given: Any) -> Range | Choice:
    """Return the values of a setting from what a space holds.

    Parameters
    ----------
    name : the setting
    given : a Range, a list of values, or text: "1e-4..1e-1 log", "16..256 step 16"

    Raises
    ------
    SettingError
        When there are none.

    Examples
    --------
    >>> values_of("learning_rate", "1e-4..1e-1 log")
    Range(low=0.0001, high=0.1, log=True, step=None)
    >>> str(values_of("hidden_units", [(64,), (64, 64)]))
    '64|64,64'
    """
    if isinstance(given, str):
        between = BETWEEN.fullmatch(given)
        if between is None:
            raise SettingError(
                f"space: {name}={given!r}: expected a list of values, or a range such as "
                "'1e-4..1e-1 log' or '16..256 step 16'"
            )
        low, high, log, step = between.groups()
        given = Range(
            _number(low), _number(high), bool(log), None if step is None else _number(step)
        )
    if isinstance(given, Range):
        given.check(name)
        return given
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if not isinstance(given, list | tuple) or not given:
        raise SettingError(f"space: {name}={given!r}: expected at least one value, as a list")
    return Choice({plain(value): value for value in given})


def _number(text: str) -> float:
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
