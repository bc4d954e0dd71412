"""What a setting may hold in a model file: plain values, an ingredient, or layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from layerwise.data.columns import Finite

LONGEST_NAME = 10_000
MOST_FIELDS = 100
MOST_VALUES = 1000  # of a field that holds several numbers

Text = Annotated[str, Field(max_length=LONGEST_NAME)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Scalar = None | bool | int | Finite | Text
Several = Annotated[tuple[Finite, ...], Field(max_length=MOST_VALUES)]
Inside = Annotated[dict[Name, Scalar | Several], Field(max_length=MOST_FIELDS)]  # an ingredient's
LayerFields = Annotated[dict[Name, Scalar | Inside], Field(max_length=MOST_FIELDS)]
Setting = Scalar | tuple[int | Text | LayerFields, ...] | Inside
Settings = dict[Name, Setting]


def words_in(value: Any) -> Iterator[str]:
    """Yield every text in a setting.

    >>> list(words_in({"name": "adam", "beta2": 0.9}))
    ['adam']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from words_in(item)
