"""What reading gives: features, targets, and what was detected on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Dataset:
    """Features X (a frame, numbers (m, n_x), or pictures of unsigned bytes) and targets y (m,)."""

    name: str
    X: pl.DataFrame | np.ndarray
    y: np.ndarray | None
    target: str | None
    notes: tuple[str, ...]
    task: str | None = None
    test: Dataset | None = None


@dataclass(frozen=True)
class Reading:
    """How to read; None and empty mean: detect."""

    target: str | None = None
    header: bool | None = None
    drop: tuple[str, ...] = ()
    image_size: tuple[int, int] | None = None
    grey: bool = False
    target_required: bool = True
