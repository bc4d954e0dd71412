"""New data for a model that is already trained: read and arranged as the model knows it."""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from typing import Any

import polars as pl

from layerwise.data.reading import Dataset, Reading, read
from layerwise.errors import DataError

UNNAMED = re.compile(r"column_(\d+)")


def read_for(
    estimator: Any, source: str, target: str | None, target_required: bool
) -> Dataset:
    """Return the data as the model's training read it: sizes of pictures, names or no names."""
    pixels = estimator.encoder_.pixels
    names = feature_names(estimator)
    return read(
        source,
        Reading(
            target=target,
            header=False if names and _unnamed(names) else None,
            drop=(),
            image_size=pixels[:2] if pixels else None,
            grey=pixels is not None and len(pixels) == 2,
            target_required=target_required,
        ),
    )


def feature_names(estimator: Any) -> list[str]:
    """Return the names of the columns that the model was trained on; none for arrays."""
    return [str(name) for name in getattr(estimator, "feature_names_in_", ())]


def _unnamed(names: list[str]) -> bool:
    return all(UNNAMED.fullmatch(name) for name in names)
