"""A run of `layerwise train`, and the settings file (TOML) that repeats it."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from layerwise.app.settings import settings_signature, toml_key
from layerwise.errors import SettingError
from layerwise.estimators.layers import Layer
from layerwise.estimators.stored_settings import as_plain
from layerwise.ingredient import Ingredient
from layerwise.study.ledger.refusing import shown

FIRST_LINE = "# Written by layerwise train."
TASKS = ("binary", "multiclass", "regression")
PATHS = ("data", "test", "out", "runs")
WRITTEN = ("out", "runs")  # paths of what need not be there yet
SPACE = "space"  # a table that `layerwise search` reads


@dataclass(frozen=True)
class Run:
    """What to train on, how to read it, where to write, and the settings that were given."""

    data: str
    test: str | None = None
    target: str | None = None
    task: str | None = None
    drop: tuple[str, ...] = ()
    header: bool | None = None
    image_size: tuple[int, int] | None = None
    grey: bool | None = None
    out: str | None = None
    runs: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)


OPTIONS = tuple(part.name for part in fields(Run) if part.name != "settings")


def run_from(options: dict[str, Any], file: str | None) -> Run | None:
    """Return the run that flags ask for, over the lines of a settings file; None without data.

    Parameters
    ----------
    options : dict
        What was given on the command line, by name; None for what was not.
    file : str, optional
        The settings file.

    Raises
    ------
    SettingError
        For an unknown key (names the nearest), or a value of the wrong kind.
    OSError
        When the settings file cannot be read.
    """
    given = {name: value for name, value in options.items() if value is not None}
    merged = (read_run_file(file) if file else {}) | given
    if "data" not in merged:
        return None
    own = [name for name in merged if name in settings_signature() or "__" in name]
    settings = {name: merged.pop(name) for name in own}
    return Run(**{name: _option(name, value) for name, value in merged.items()}, settings=settings)


def read_run_file(path: str) -> dict[str, Any]:
    """Return the lines of a settings file by name; its paths are taken from its own folder."""
    try:
        found = tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: not a TOML file: {error}") from None
    known = [*OPTIONS, *settings_signature()]
    lines = {}
    for key, value in found.items():
        name = key.replace("-", "_")
        if name == SPACE:
            continue
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
            raise SettingError(f"{path}: unknown key {key!r}{hint}")
        lines[name] = _beside(path, name, value)
    return lines


def _beside(file: str, name: str, value: Any) -> Any:
    if name not in PATHS or not isinstance(value, str) or is_no_path(value):
        return value
    place = Path(file).parent / value
    # a word that is no file there is the name of a built-in data set
    return os.fspath(place) if name in WRITTEN or place.exists() else value


def is_no_path(value: str) -> bool:
    """Return whether a value of `runs` is a server's address or the word for no record."""
    return value == "none" or "://" in value


def _option(name: str, value: Any) -> Any:
    if name == "image_size":
        return _size(value)
    if name == "drop":
        return _names(value)
    if name in ("header", "grey"):
        return _checked(name, value, bool, "true or false")
    if name == "target" and isinstance(value, int):
        value = str(value)
    if name == "task" and value not in TASKS:
        raise SettingError(f"task={value!r}: expected one of {', '.join(TASKS)}")
    return _checked(name, value, str, "a text")


def _checked(name: str, value: Any, kind: type, expected: str) -> Any:
    if isinstance(value, kind):
        return value
    raise SettingError(f"{name}={value!r}: expected {expected}")


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [name.strip() for name in value.split(",") if name.strip()]
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise SettingError(f"drop={value!r}: expected names of columns, such as a,b")


def _size(value: Any) -> tuple[int, int]:
    parts = value.lower().split("x") if isinstance(value, str) else value
    try:
        height, width = (int(part) for part in parts)
        if 1 <= height <= 4096 and 1 <= width <= 4096:
            return height, width
    except (TypeError, ValueError):
        pass
    raise SettingError(f"image_size={value!r}: expected height x width in pixels, such as 64x64")


def run_file_text(run: Run, settings: dict[str, Any], path: str) -> str:
    """Return a settings file that repeats the run from the folder it will lie in."""
    folder = Path(path).resolve().parent
    lines = [FIRST_LINE, f"# Repeat this run: layerwise train --settings {Path(path).name}", ""]
    for name in OPTIONS:
        value = getattr(run, name)
        if value is None or value == ():
            continue
        if name == "runs" and is_no_path(value):
            value = shown(value)  # a password is not written to a file
        elif (name in PATHS and Path(value).exists()) or name in WRITTEN:
            value = _from_folder(value, folder)
        if name == "image_size":
            value = "{}x{}".format(*value)
        lines.append(f"{name} = {toml_value(value)}")
    lines += ["", "# the network and its training"]
    lines += [f"{name} = {toml_value(value)}" for name, value in settings.items()]
    return "\n".join([*lines, ""])


def _from_folder(path: str, folder: Path) -> str:
    place = Path(path).resolve()
    return place.relative_to(folder).as_posix() if folder in place.parents else os.fspath(place)


def toml_value(value: Any) -> str:
    """Return a value as TOML, which has no null: "none" is ours.

    Examples
    --------
    >>> toml_value((64, 64)), toml_value(None), toml_value('a "b"'), toml_value(0.001)
    ('[64, 64]', '"none"', '"a \\\\"b\\\\""', '0.001')
    """
    if value is None:
        return '"none"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Ingredient | Layer):
        value = as_plain(value)
    if isinstance(value, dict):
        inside = (f"{toml_key(name)} = {toml_value(item)}" for name, item in value.items())
        return "{ " + ", ".join(inside) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(_escaped(letter) for letter in value) + '"'
    return repr(value)


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    code = ord(letter)
    return f"\\u{code:04x}" if code < 32 or code == 127 else letter
