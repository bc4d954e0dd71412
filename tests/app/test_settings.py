"""Flags are made from the signature and the docstring."""

import dataclasses

import pytest

from layerwise.app.settings import (
    documented_settings,
    setting_flags,
    settings_signature,
    value_of,
)


def test_every_setting_has_a_flag_and_a_sentence():
    names = list(settings_signature())
    flags = [field.name for field in dataclasses.fields(setting_flags())]
    assert [name for name in flags if "__" not in name] == names
    assert "optimizer__beta2" in flags
    assert list(documented_settings()) == names
    assert all(len(text) > 20 for text in documented_settings().values())


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("64,64", "tuple[int, ...]", (64, 64)),
        ("64", "tuple[int, ...]", (64,)),
        ("none", "tuple[int, ...]", ()),
        ("", "tuple[int, ...]", ()),
        ("(8, 4,)", "tuple[int, ...]", (8, 4)),
        ("relu", "str | tuple[str, ...]", "relu"),
        ("relu,tanh", "str | tuple[str, ...]", ("relu", "tanh")),
        ("all", "int | str", "all"),
        ("32", "int | str", 32),
        ("none", "int | None", None),
        ("1e-3", "float", 0.001),
        ("none", "float", "none"),
        ([3, 4], "tuple[int, ...]", (3, 4)),
    ],
)
def test_a_flag_s_text_becomes_a_value(text, annotation, value):
    assert value_of(text, annotation) == value
