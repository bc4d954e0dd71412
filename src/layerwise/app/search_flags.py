"""The flags of `layerwise search`, and the space that they or a settings file give."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, make_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cyclopts import Group, Parameter

from layerwise.app.settings import setting_flags, settings_signature, value_of
from layerwise.errors import SettingError
from layerwise.estimators.stored_settings import from_plain
from layerwise.study.search.ranges import BETWEEN

SEARCHING = Group("The search", sort_key=0)
OWN = "max_seconds"  # here the search's, not one training's
COUNTS = ("depth", "width", "seeds")


@Parameter(name="*", group=SEARCHING)
@dataclass(frozen=True)
class SearchFlags:
    """What is searched, how, and where the trials are kept.

    Parameters
    ----------
    space
        A setting and its values, such as "learning_rate=1e-4..1e-1 log", "width=16..256 step 16"
        or "hidden_units=64|64,64"; once for each setting. [default: around the defaults]
    method
        tpe, random, grid, gp, cmaes, qmc or nsga.
    trials
        How many; none: as many as the time allows, or all points of a grid. [default: 100, or none
        with --max-seconds]
    max_seconds
        For trials, comparison with the defaults and last fit, as far as its length can be told.
    cv
        Folds that judge a trial. [default: a fifth of the training rows]
    nested
        Folds on which the whole search is judged as well: it runs once for each.
    name
        Of the search; the same name goes on where it ended, also on several hosts at once.
    """

    space: tuple[str, ...] = ()
    method: str = "tpe"
    trials: str | None = None
    max_seconds: float | None = None
    cv: int | None = None
    nested: int | None = None
    name: str | None = None

    def count(self) -> int | None:
        """Return how many trials are asked for.

        >>> SearchFlags().count(), SearchFlags(max_seconds=60.0).count()
        (100, None)
        """
        if self.trials is None:
            return None if self.max_seconds or self.method == "grid" else 100
        if self.trials.lower() == "none":
            return None
        if not self.trials.isdigit() or not int(self.trials):
            expected = "a whole number of at least 1, or none"
            raise SettingError(f"--trials {self.trials}: expected {expected}")
        return int(self.trials)


@cache
def fixed_flags() -> type:
    """Return the flags of the network's settings, without the one that is the search's own."""
    own = setting_flags()
    flags = [(f.name, own.__annotations__[f.name], None) for f in fields(own) if f.name != OWN]
    made = make_dataclass("FixedFlags", flags, frozen=True)
    made.__module__ = __name__
    return Parameter(name="*")(made)


def space_from(lines: Sequence[str], file: str | None) -> dict[str, Any] | None:
    """Return the space of the flags, or of the settings file's [space]; None where there is none.

    Raises
    ------
    SettingError
        When a line cannot be read.

    Examples
    --------
    >>> space_from(["hidden_units=64|64,64", "l2=0..1"], None)
    {'hidden_units': [(64,), (64, 64)], 'l2': '0..1'}
    """
    given: Mapping[str, Any] = _in_file(file) if file else {}
    if lines:
        given = {}
        for line in lines:
            name, equal, values = line.partition("=")
            if not equal or not name.strip():
                raise SettingError(
                    f"--space {line!r}: expected SETTING=VALUES, such as "
                    "'learning_rate=1e-4..1e-1 log'"
                )
            given[name.strip().replace("-", "_").replace(".", "__")] = values.strip()
    return {name: _values(name, values) for name, values in given.items()} or None


def _in_file(file: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(Path(file).read_bytes().decode("utf-8-sig")).get("space", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{file}: not a TOML file: {error}") from None
    if not isinstance(found, dict):
        raise SettingError(f"{file}: space={found!r}: expected a table, [space]")
    return found


def _values(name: str, given: Any) -> Any:
    if isinstance(given, str) and BETWEEN.fullmatch(given):
        return given
    texts = given.split("|") if isinstance(given, str) else given
    if isinstance(texts, str) or not isinstance(texts, list):
        texts = [texts]
    own = settings_signature().get(name)
    kind = "int" if name in COUNTS else "int | float | None" if own is None else str(own.annotation)
    found = [from_plain(name, value_of(text, kind)) for text in texts if text != ""]
    return found[0] if name == "seeds" and len(found) == 1 else found
