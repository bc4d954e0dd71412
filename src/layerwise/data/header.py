"""The header of a model file: all but the tensors, with every part checked against the others."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from layerwise.data.columns import Category, Described, Dropped
from layerwise.data.encoding import Encoder
from layerwise.data.frames import CONTROL
from layerwise.data.record import Record
from layerwise.data.setting_values import LONGEST_NAME, Settings, Text, words_in
from layerwise.data.strict_json import damaged, parse_json, shown
from layerwise.data.targets import ClassTarget, NumberTarget, Target
from layerwise.data.trust import Trust
from layerwise.errors import ModelFileError

VERSION = 1
MOST_MEMBERS = 10_000
MOST_LAYERS = 1001  # 1000 hidden ones and the last
MOST_INPUTS, MOST_UNITS = 100_000_000, 1_000_000
LONGEST_VALUE = 1_000_000
MOST_LABEL_BYTES = 2**28
HEADS = {
    "identity": "DNNRegressor",
    "exponential": "DNNRegressor",
    "sigmoid": "DNNClassifier",
    "softmax": "DNNClassifier",
}

Count = Annotated[int, Field(ge=0, lt=2**63)]
Units = Annotated[
    tuple[Annotated[int, Field(ge=1, le=MOST_INPUTS)], ...],
    Field(min_length=2, max_length=MOST_LAYERS + 1, fail_fast=True),
]
Tensor = Annotated[
    str, Field(pattern=r"^(W|b|a|gamma|beta|mean|var|r|s|w|p|V|E)(0|[1-9][0-9]{0,3})$")
]
BeforeLayer1 = Annotated[str, Field(pattern=r"^[swpVE]0$")]
Shape = Annotated[
    tuple[Annotated[int, Field(ge=1, le=MOST_INPUTS)], ...], Field(min_length=2, max_length=3)
]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Header(Described):
    """A fitted estimator without its tensors; to build one is to check it.

    `settings` are as the user gave them, `chosen` as the preset made them; the tensors of several
    `members` have an axis for these in front; `sharing` share a network. `units` are n[0], ...,
    n[L]; `rows` counts the training and the validation rows; `tensors` maps each tensor's name to
    its SHA-256 and is filled in by `write_model`. `entrance` has the shapes of the tensors before
    layer 1, which meets `met` rows then.

    Raises
    ------
    pydantic.ValidationError
        When a part is of the wrong type or out of range, or does not fit the others.
    """

    format: Literal["layerwise"]
    version: Literal[1]
    estimator: Literal["DNNClassifier", "DNNRegressor"]
    settings: Annotated[Settings, Field(max_length=1000)]
    chosen: Annotated[Settings, Field(max_length=1000)] | None = None  # new with presets
    members: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] = 1
    sharing: Annotated[int, Field(ge=1, le=MOST_MEMBERS)] = 1
    entrance: Annotated[dict[BeforeLayer1, Shape], Field(max_length=5)] = Field({})
    met: Annotated[int, Field(ge=1, le=MOST_INPUTS)] | None = None
    units: Units
    head: Literal["identity", "exponential", "sigmoid", "softmax"]
    dtype: Literal["float32", "float64"]
    encoder: Encoder
    target: Target
    feature_names: tuple[Text, ...] | None
    n_features_in: Annotated[int, Field(ge=1, le=MOST_INPUTS)]
    history: Annotated[tuple[Record, ...], Field(fail_fast=True)]
    best_epoch: Count
    metric: Text | None = None  # neither was there in the first files
    threshold: Annotated[float, Field(gt=0, lt=1)] | None = None
    trust: Trust = Trust()  # nor was this
    rows: tuple[Count, Count]
    tensors: Annotated[dict[Tensor, Digest], Field(max_length=9 * MOST_LAYERS + 5)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for check in (_check_texts, _check_inputs, _check_head, _check_classes, _check_history):
            check(self)
        self.trust.check(self.target)
        return self


def _expect(fits: bool, sentence: str) -> None:
    if not fits:
        raise ValueError(sentence)


def _texts(header: Header) -> Iterator[tuple[str, int]]:
    """Yield every text that comes from outside, with the length it may have."""
    for value in (*header.settings.values(), *(header.chosen or {}).values()):
        yield from ((word, LONGEST_NAME) for word in words_in(value))
    names = [*(header.feature_names or ()), header.metric or ""]
    yield from ((name, LONGEST_NAME) for name in names)
    for column in header.encoder.columns:
        yield column.name, LONGEST_NAME
        if isinstance(column, Category):
            yield from ((value, LONGEST_VALUE) for value in column.values)
        if isinstance(column, Dropped):
            yield column.reason, LONGEST_NAME
    if isinstance(header.target, ClassTarget):
        labels = header.target.classes
        yield from ((label, LONGEST_VALUE) for label in labels if isinstance(label, str))
    elif not isinstance(header.target, NumberTarget):
        yield from ((name, LONGEST_NAME) for name in header.target.names)


def _check_texts(header: Header) -> None:
    for text, longest in _texts(header):
        _expect(len(text) <= longest, f"{shown(text)} is longer than {longest} characters")
        _expect(not CONTROL.search(text), f"{shown(text)} holds a control character")


def _check_inputs(header: Header) -> None:
    encoder, count = header.encoder, header.n_features_in
    if encoder.pixels is not None:
        _expect(1 <= len(encoder.pixels) <= 3, "a picture has one to three sizes")
        _expect(not encoder.columns, "pictures have no columns")
        # counted, not named: the names of so many pixels could fill the memory
        features = inputs = math.prod(encoder.pixels)
    else:
        features, inputs = len(encoder.columns), len(encoder.names)
    _expect(features == count, f"n_features_in={count} does not fit {features} columns or pixels")
    n = header.units[0]
    _expect(n == inputs, f"units begin with n[0]={n}, but {inputs} encoded columns enter")
    names = header.feature_names
    if names is not None:
        _expect(len(names) == count, f"{len(names)} feature names for {count} features")
        _expect(len(set(names)) == count, "two features have the same name")
    for column in encoder.columns:
        if isinstance(column, Category):
            distinct = len(set(column.values)) == len(column.values)
            _expect(distinct, f"column {shown(column.name)} has a category twice")


def _check_head(header: Header) -> None:
    wide = max(header.units[1:])
    _expect(wide <= MOST_UNITS, f"a layer of {wide} units; expected at most {MOST_UNITS}")
    target, last, head = header.target, header.units[-1], header.head
    _expect(header.estimator == HEADS[head], f"a {head} head belongs to a {HEADS[head]}")
    _expect(head in target.heads, f"target and head do not fit: {head} for {target.words}")
    _expect(last == target.units, f"n[L]={last}, but {target.words} needs {target.units}")
    two = isinstance(target, ClassTarget) and len(target.classes) == 2
    _expect(header.threshold is None or two, "a threshold without two classes")


def _check_classes(header: Header) -> None:
    target = header.target
    if not isinstance(target, ClassTarget):
        return
    shares = target.shares
    _expect(len(shares) == len(target.classes), "there is not one share per class")
    _expect(all(0 <= share <= 1 for share in shares), "a class's share is not from 0 to 1")
    size = int(re.sub(r"\D", "", target.dtype)[:12] or 8) * len(target.classes) * 4
    _expect(size <= MOST_LABEL_BYTES, f"labels of type {target.dtype} do not fit into memory")
    try:
        labels = target.labels.tolist()
        ordered = all(first < second for first, second in pairwise(labels))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"classes do not fit their type {target.dtype!r}") from None
    same = [(type(label), label) for label in labels]
    kept = same == [(type(label), label) for label in target.classes]
    floats = [label for label in labels if isinstance(label, float)]
    kept = kept and all(map(math.isfinite, floats))
    _expect(kept, f"classes do not fit their type {target.dtype!r}")
    _expect(ordered, "classes are not sorted, or one is there twice")


def _check_history(header: Header) -> None:
    history, layers = header.history, len(header.units) - 1
    epochs = [record.epoch for record in history]
    _expect(epochs == list(range(1, len(epochs) + 1)), "the epochs of the history have a gap")
    _expect(header.best_epoch <= len(epochs), "best_epoch lies beyond the history")
    for record in history:
        sizes = {len(record.gradient_norms), len(record.update_norms)}
        _expect(sizes == {layers}, f"the norms of epoch {record.epoch} are not one per layer")


def parse_header(text: str) -> Header:
    """Return the header that a JSON text describes.

    Raises
    ------
    ModelFileError
        When it is not one; one line that names the first part that is wrong.

    Examples
    --------
    >>> parse_header('{"format": "layerwise", "version": 2}')
    Traceback (most recent call last):
    layerwise.errors.ModelFileError: it was written by a newer Layerwise (format version 2, this \
one reads 1): upgrade Layerwise
    """
    keys = parse_json(text)
    if not isinstance(keys, dict) or keys.get("format") != "layerwise":
        raise damaged("the header does not say format 'layerwise'")
    version = keys.get("version")
    if type(version) is int and version > VERSION:
        raise ModelFileError(
            f"it was written by a newer Layerwise (format version {shown(version)}, this one reads "
            f"{VERSION}): upgrade Layerwise"
        )
    if type(version) is not int:  # a Literal would take true and 1.0 for 1
        raise damaged(f"the header's version is {shown(version)}, expected {VERSION}")
    try:
        return Header.model_validate_json(text)
    except ValidationError as error:
        raise damaged(f"the header does not fit: {_first_reason(error)}") from None


def header_of(**parts: Any) -> Header:
    """Return a header of these parts, for the one who saves a model.

    Raises
    ------
    ModelFileError
        When they do not fit; one line, where `Header` itself raises pydantic's many.

    Examples
    --------
    >>> header_of(format="layerwise", version=1)
    Traceback (most recent call last):
    layerwise.errors.ModelFileError: the model cannot be saved: 'estimator': Field required
    """
    try:
        return Header(**parts)
    except ValidationError as error:
        raise ModelFileError(f"the model cannot be saved: {_first_reason(error)}") from None


def _first_reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    reason = first["msg"].removeprefix("Value error, ")
    return f"{shown(place)}: {reason}" if place else reason
