"""What belongs to one ingredient lives in its own small frozen dataclass, given by name or object.

`optimizer="adam"` is `optimizer=Adam()`. A field is a number (an argument of the compiled program:
a new value compiles nothing) or a choice (compiled in).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple, Self

from layerwise.errors import SettingError


class Range(NamedTuple):
    """The numbers a field may hold, both ends included, and the range in words."""

    low: float
    high: float
    words: str
    whole: bool = False
    optional: bool = False

    def holds(self, value: Any) -> bool:
        """Return whether a value is a number of this range; None where that is allowed.

        >>> Range(0, 1, "a share from 0 to 1").holds(float("nan"))
        False
        """
        if value is None:
            return self.optional
        kind = Integral if self.whole else Real
        fits = isinstance(value, kind) and not isinstance(value, bool)
        return bool(fits and self.low <= float(value) <= self.high)


def number(default: float | None, low: float, high: float, words: str, **more: bool) -> Any:
    """Return a dataclass field for a number; `whole` narrows it, `optional` allows None."""
    return field(default=default, metadata={"range": Range(low, high, words, **more)})


def choice(default: Any, values: Iterable[Any]) -> Any:
    """Return a dataclass field for one of a few values, which are compiled in."""
    return field(default=default, metadata={"values": tuple(values)})


@dataclass(frozen=True)
class Ingredient:
    """One ingredient's settings. Frozen: to change a field is to make a new object."""

    name: ClassVar[str]

    @classmethod
    def of(cls, name: str) -> Self:
        """Return the ingredient that a name alone stands for: every field at its default."""
        return cls()

    def numbers(self) -> dict[str, Any]:
        """Return the numeric fields that are set, by name."""
        found = {f.name: getattr(self, f.name) for f in fields(self) if "range" in f.metadata}
        return {name: value for name, value in found.items() if value is not None}

    def check(self, where: str) -> None:
        """Raise SettingError for the first field outside its range.

        Parameters
        ----------
        where : the setting that holds this ingredient, such as "optimizer"
        """
        for f in fields(self):
            value = getattr(self, f.name)
            if not _fits(f, value):
                raise SettingError(f"{where}.{f.name}={value!r}: expected {expected_of(f)}")

    def with_fields(self, where: str, changes: Mapping[str, Any]) -> Self:
        """Return the ingredient with some fields changed; an unknown field is refused."""
        known = [f.name for f in fields(self)]
        for name in changes:
            if name not in known:
                raise SettingError(
                    f"{where}.{name}: {self.name!r} has no such setting; "
                    f"expected one of {', '.join(known) or 'none'}"
                )
        return replace(self, **changes)

    def stored(self) -> dict[str, Any]:
        """Return the fields that a file keeps, by name."""
        return self.get_params()

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the fields, for scikit-learn."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __sklearn_clone__(self) -> Self:
        return self


def _fits(f: Field, value: Any) -> bool:
    if "range" in f.metadata:
        return f.metadata["range"].holds(value)
    values = f.metadata.get("values", ())
    return not values or any(value is allowed or value == allowed for allowed in values)


def expected_of(f: Field) -> str:
    """Return in words what a field may hold."""
    if "range" in f.metadata:
        allowed = f.metadata["range"]
        return allowed.words + (", or None" if allowed.optional else "")
    return "one of " + ", ".join(map(repr, f.metadata["values"]))


def resolved(where: str, given: Any, table: Mapping[str, type[Ingredient]]) -> Any:
    """Return the ingredient that a name or an object stands for.

    Raises
    ------
    SettingError
        For an unknown name, an object of another table, or a field outside its range.
    """
    kind = table.get(given) if isinstance(given, str) else None
    if kind is not None:
        return kind.of(given)
    if isinstance(given, Ingredient) and table.get(given.name) is type(given):
        given.check(where)
        return given
    raise SettingError(f"{where}={given!r}: expected one of {', '.join(map(repr, table))}")


@dataclass(frozen=True)
class Plain(Ingredient):
    """An ingredient that is a name and nothing more."""

    name: str = ""  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]

    @classmethod
    def of(cls, name: str) -> Self:
        return cls(name)


def table_of(plain: Iterable[str], *kinds: type[Ingredient]) -> dict[str, type[Ingredient]]:
    """Return a closed table of names: plain ones, and those of ingredients with fields.

    >>> sorted(table_of(["relu"], Plain))
    ['', 'relu']
    """
    return dict.fromkeys(plain, Plain) | {kind.name: kind for kind in kinds}


def shown(ingredient: Ingredient) -> str:
    """Return an ingredient as it is typed, without the fields that are at their default.

    >>> shown(Plain("relu"))
    "Plain(name='relu')"
    """
    changed = {
        f.name: getattr(ingredient, f.name)
        for f in fields(ingredient)
        if f.default is MISSING or getattr(ingredient, f.name) != f.default
    }
    inside = ", ".join(f"{name}={value!r}" for name, value in changed.items())
    return f"{type(ingredient).__name__}({inside})"
