"""Which networks stand on a ladder, and what each is called."""

from __future__ import annotations

from typing import Any, NamedTuple

from layerwise.estimators.settings import hidden_layers

WIDTH = 64
NARROW = (4, 16)  # whether width is needed is measured too
IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Shape(NamedTuple):
    """A rung before it is trained.

    `hidden_units` is None for the constant; `name` stands in a table, `words` in a sentence.
    """

    name: str
    words: str
    hidden_units: tuple[int, ...] | None


def shapes(width: int, most: int, kind: str) -> tuple[Shape, ...]:
    """Return the rungs from the simplest to the deepest.

    Parameters
    ----------
    width : units of each hidden layer
    most : hidden layers of the deepest
    kind : "number" for a target of numbers, "classes" for any other

    >>> [shape.name for shape in shapes(8, 2, "classes")]
    ['majority', 'logistic', '1 hidden layer (4)', '1 hidden layer (8)', '2 hidden layers (8)']
    """
    constant, linear = ("mean", "linear") if kind == "number" else ("majority", "logistic")
    layers = [(units,) for units in NARROW if units < width and most]
    layers += [(width,) * depth for depth in range(1, most + 1)]
    return (
        Shape(constant, constant, None),
        Shape(linear, linear, ()),
        *(Shape(_name(units), _words(units), units) for units in layers),
    )


def _name(units: tuple[int, ...]) -> str:
    return f"{len(units)} hidden layer{_s(len(units))} ({units[0]})"


def _words(units: tuple[int, ...]) -> str:
    depth = len(units)
    return f"{count_in_words(depth)} hidden layer{_s(depth)} of {units[0]} unit{_s(units[0])}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def count_in_words(count: int) -> str:
    """Return a number of layers as a word up to nine.

    >>> count_in_words(2), count_in_words(12)
    ('two', '12')
    """
    return IN_WORDS[count] if count < len(IN_WORDS) else str(count)


def widest(hidden_units: Any) -> int:
    """Return the units of the widest layer that is asked for, or the ladder's own width.

    >>> widest((8, 32)), widest("auto"), widest(())
    (32, 64, 64)
    """
    if isinstance(hidden_units, str):
        return WIDTH
    return max((layer.units for layer in hidden_layers(hidden_units)), default=WIDTH)
