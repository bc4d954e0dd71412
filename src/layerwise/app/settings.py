"""The estimator's settings on the command line: its signature is the one list, its docs the help.

A flag and a line of a settings file are read alike: ``--hidden-units 64,64`` and
``hidden_units = "64,64"`` (or ``[64, 64]``) mean the same; ``none`` is None, or no hidden layer.
"""

from __future__ import annotations

import inspect
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, make_dataclass
from functools import cache
from typing import Annotated, Any

from cyclopts import Group, Parameter

from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.deep_settings import with_nested
from layerwise.estimators.ingredients import TABLES
from layerwise.estimators.judging import name_of
from layerwise.estimators.settings import check_settings
from layerwise.estimators.stored_settings import from_plain
from layerwise.ingredient import Ingredient, expected_of, shown

# on the command line a run can be repeated, and shows how far it is, unless told otherwise
DEFAULTS = {"random_state": 0, "verbose": 1}
METAVARS = {
    "int": "INT",
    "float": "FLOAT",
    "str": "NAME",
    "None": "none",
    "Any": "INT|none",
    "tuple[int, ...]": "INT,INT,...",
    "tuple[str, ...]": "NAME,NAME,...",
    "dict[Any, float]": "{LABEL=WEIGHT,...}",
}


def settings_signature() -> Mapping[str, inspect.Parameter]:
    """Return the settings by name, as the estimators' signature lists them."""
    parameters = inspect.signature(DNNClassifier.__init__).parameters
    return {name: parameter for name, parameter in parameters.items() if name != "self"}


def default_settings() -> dict[str, Any]:
    """Return every setting's default on the command line."""
    return {name: p.default for name, p in settings_signature().items()} | DEFAULTS


def settings_from(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings: the given ones (text or values) over the defaults.

    Raises
    ------
    SettingError
        For a value outside its range: the name, the value, what is allowed.

    Examples
    --------
    >>> settings_from({"hidden_units": "64,32", "patience": "none"})["hidden_units"]
    (64, 32)
    """
    settings = default_settings()
    nested = {name: value for name, value in given.items() if "__" in name}
    for name in (name for name in given if name not in nested):
        value = value_of(given[name], str(settings_signature()[name].annotation))
        settings[name] = from_plain(name, value)
    inside = {name: _inside(str(value)) for name, value in nested.items()}
    settings |= with_nested(settings, inside, DNNClassifier)
    check_settings(settings)
    return settings


def value_of(given: Any, annotation: str) -> Any:
    """Return a setting's value from a flag's text or a settings file's value.

    What cannot be read as the annotation says comes back as it is: the range check names it.

    Examples
    --------
    >>> value_of("64,64", "tuple[int, ...]"), value_of("none", "int | None"), value_of("8", "int")
    ((64, 64), None, 8)
    """
    if isinstance(given, list):
        return tuple(given)
    if isinstance(given, dict):
        return {name: None if inside == "none" else inside for name, inside in given.items()}
    if not isinstance(given, str):
        return given
    text, kinds = given.strip(), annotation.split(" | ")
    if text.startswith("{") and "dict[Any, float]" in kinds:
        return _table(text)
    if text.lower() in ("none", "", "()"):
        if "None" in kinds or "Any" in kinds:
            return None
        return () if "tuple[int, ...]" in kinds else text
    if "tuple[int, ...]" in kinds or ("tuple[str, ...]" in kinds and "," in text):
        parts = [part.strip() for part in text.strip("()[]").rstrip(",").split(",")]
        return tuple(_number(part, kinds[0]) for part in parts)
    return _number(text, annotation)


def _table(text: str) -> Any:
    try:
        return tomllib.loads(f"table = {text}")["table"]
    except tomllib.TOMLDecodeError:
        return text  # the range check says what was expected


def _inside(text: str) -> Any:
    """Return the value of an ingredient's field: a number, numbers with commas, or a name."""
    parts = [_number(part.strip(), "int | float") for part in text.strip("()[]").split(",")]
    return tuple(parts) if "," in text else parts[0]


def _number(text: str, annotation: str) -> Any:
    kinds = [kind for kind in (int, float) if kind.__name__ in annotation or annotation == "Any"]
    for kind in kinds:
        try:
            return kind(text)
        except ValueError:
            continue
    return text


@cache
def setting_flags() -> type:
    """Return a dataclass with one optional flag per setting, for cyclopts to show and to fill."""
    group, docs = Group("Settings of the network", sort_key=3), documented_settings()
    flags = []
    for name, parameter in settings_signature().items():
        flag = Parameter(
            help=docs.get(name),
            show_default=as_text(default_settings()[name]),
            group=group,
            metavar="|".join(
                METAVARS[kind]
                for kind in str(parameter.annotation).split(" | ")
                if kind in METAVARS
            ),
            negative="",
        )
        kind = bool if parameter.annotation == "bool" else str
        flags.append((name, Annotated[kind | None, flag], None))
    made = make_dataclass("SettingFlags", [*flags, *_nested_flags()], frozen=True)
    made.__module__ = __name__  # cyclopts takes a class of the module "types" for a built-in one
    return Parameter(name="*")(made)


def _nested_flags() -> list[tuple[str, Any, None]]:
    """Return a flag for each field of each ingredient, such as --optimizer.beta2."""
    group, flags = Group("Settings of one ingredient", sort_key=4), []
    for setting, table in TABLES.items():
        owners: dict[str, list[Any]] = {}
        for kind in dict.fromkeys(table.values()):
            for f in fields(kind):
                if f.metadata:
                    owners.setdefault(f.name, []).append((kind, f))
        for name, found in owners.items():
            kinds = ", ".join(kind.name for kind, _ in found)
            expected = _by_kind([(kind.name, expected_of(f)) for kind, f in found])
            usual = _by_kind([(kind.name, as_text(f.default)) for kind, f in found])
            flag = Parameter(
                name=f"--{setting}.{name.replace('_', '-')}",
                help=f"Of {kinds}: {expected}.",
                show_default=usual,
                group=group,
                metavar="NUMBER" if "range" in found[0][1].metadata else "NAME",
                negative="",
            )
            flags.append((f"{setting}__{name}", Annotated[str | None, flag], None))
    return flags


def _by_kind(found: list[tuple[str, str]]) -> str:
    """Return one text where all kinds agree, otherwise each text with its kinds.

    >>> _by_kind([("adam", "0.999"), ("nadam", "0.999"), ("lion", "0.99")])
    '0.999 (adam, nadam), 0.99 (lion)'
    """
    kinds: dict[str, list[str]] = {}
    for kind, text in found:
        kinds.setdefault(text, []).append(kind)
    if len(kinds) == 1:
        return found[0][1]
    return ", ".join(f"{text} ({', '.join(names)})" for text, names in kinds.items())


def as_text(value: Any) -> str:
    """Return a setting's value as it is typed after its flag.

    >>> as_text((64, 64)), as_text(()), as_text(None), as_text("relu")
    ('64,64', 'none', 'none', 'relu')
    """
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or "none"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml_key(name)} = {value[name]}" for name in value) + "}"
    if callable(value):
        return name_of(value)
    if isinstance(value, Ingredient):
        return shown(value)
    return "none" if value is None else str(value)


def toml_key(name: Any) -> str:
    """Return the key of a TOML table; a label that is no word stands in quotes.

    >>> toml_key("beta2"), toml_key("two words"), toml_key(1)
    ('beta2', '"two words"', '1')
    """
    text = str(name)
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else json.dumps(text)


def documented_settings() -> dict[str, str]:
    """Return what the classifier's docstring says of each setting, on one line each."""
    text = inspect.cleandoc(DNNClassifier.__doc__ or "")
    section = text.split("Parameters\n----------\n")[-1].split("\nAttributes\n")[0]
    entries = re.findall(r"^([\w, ]+) : .*\n((?:    .*\n?)+)", section, re.MULTILINE)
    return {
        name: _for_a_shell(" ".join(words.split()))
        for names, words in entries
        for name in names.split(", ")
    }


def _for_a_shell(words: str) -> str:
    # objects of Python have no place on a command line
    words = re.sub(r"; Given\([^)]*\) starts from arrays", "", words)
    words = re.sub(r" One's own is OwnCost\([^)]*\)\.", "", words)
    words = re.sub(r"\bNone\b", "none", words)
    return words.replace('"', "").replace("a tuple gives", "a,b,c gives")
