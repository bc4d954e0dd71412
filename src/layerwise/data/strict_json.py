"""JSON that can be read in one way only, and the words for a model file that is not as written."""

from __future__ import annotations

import json
import math
from typing import Any

from layerwise.errors import ModelFileError

MOST_KEYS = 2003  # in one object: two tensors for each of 1001 layers and the metadata
LONGEST_NUMBER = 40  # digits; Python's own parser gets slow with very many


def parse_json(text: str) -> Any:
    """Return what a JSON text says; refuse what two readers could take for two things.

    Raises
    ------
    ModelFileError
        For anything but strict JSON: a key twice, NaN, a number too large, nesting too deep.

    Examples
    --------
    >>> parse_json('{"a": 1}')
    {'a': 1}
    """
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_real,
            parse_int=_whole,
        )  # fmt: skip
    except RecursionError:
        raise damaged("the header is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise damaged(f"the header is not JSON ({error.msg} at {error.pos})") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        raise damaged(f"the header has {len(pairs)} keys in one place")
    keys = dict(pairs)
    if len(keys) < len(pairs):
        raise damaged("the header has a key twice")
    return keys


def _no_number(text: str) -> float:
    raise damaged(f"the header holds {shown(text)} where a finite number belongs")


def _real(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _whole(text: str) -> int:
    return int(text) if len(text) <= LONGEST_NUMBER else int(_no_number(text))


def damaged(sentence: str) -> ModelFileError:
    """Return the error for a file that is ours but not as it was written."""
    return ModelFileError(
        f"{sentence}; the file was changed or damaged after it was written: copy it again or "
        "train anew"
    )


def shown(value: Any) -> str:
    """Return a value for a message: on one line, quoted, not too long.

    >>> shown("a" * 1000)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ... (1002 characters)"
    """
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]} ... ({len(text)} characters)"
