"""What a function is for: the calls that test it alone, what each must compute, how to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from layerwise.study.checking.equations import Equation, Values
from layerwise.study.checking.networks import Form
from layerwise.study.checking.reading import Reader


class Call(NamedTuple):
    """One call: its arguments by the course's names, what it must compute, and from what.

    Where the arguments hold a cache, `before` is the call of the forward function that makes it.
    """

    arguments: Mapping[str, Any]
    program: Sequence[Equation]
    values: Values
    read: Reader
    before: Before | None = None

    @property
    def given(self) -> Values:
        """The values without those that the function itself must compute."""
        computed = {line.key for line in self.program}
        return {key: value for key, value in self.values.items() if key not in computed}


class Before(NamedTuple):
    """The forward function whose cache a backward function gets, and what it is called with."""

    roles: tuple[str, ...]
    arguments: Mapping[str, Any]


class Group(NamedTuple):
    """Calls that one slip must explain together, such as those with the activation "relu"."""

    label: str
    calls: Sequence[Call]
    needed: bool = True  # else a function that cannot do it at all is not blamed


class Role(NamedTuple):
    """What a function is for, in the course's name and order of arguments.

    `forms` are the kinds of network that it may be written for, the likeliest first.
    """

    name: str
    order: tuple[str, ...]
    groups: Callable[[Form], Sequence[Group]]
    forms: Sequence[Form] = (Form(),)
    pieces: tuple[str, ...] = ()  # the functions that it is usually made of
