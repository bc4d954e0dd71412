"""The course's data sets, drawn and split as its notebooks do."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from layerwise.data import builtin
from layerwise.data.reading import read
from layerwise.errors import DataError
from layerwise.study.course.training import Examples

HERE = Path("../shared/data")


class Effort(NamedTuple):
    """How many seeds, which share of the course's iterations, and where its data files are.

    >>> Effort(share=0.1).of(2500)
    200
    """

    seeds: int = 10
    share: float = 1.0
    data: Path = HERE

    def of(self, iterations: int) -> int:
        """Return the iterations to take, in whole hundreds where there are that many."""
        taken = max(1, round(iterations * self.share))
        return taken if taken < 100 else taken // 100 * 100

    def seeds_from(self, own: int) -> range:
        """Return the seeds, the course's own first."""
        return range(own, own + self.seeds)


def moons() -> Examples:
    """Return the 300 points of the optimizers' notebook."""
    from sklearn.datasets import make_moons

    drawn: Any = make_moons(300, noise=0.2, random_state=3)
    return Examples(*drawn)


def circles() -> tuple[Examples, Examples]:
    """Return the 300 training and 100 test points of the initialization's notebook."""
    from sklearn.datasets import make_circles

    training: Any = make_circles(300, noise=0.05, random_state=1)
    test: Any = make_circles(100, noise=0.05, random_state=2)
    return Examples(*training), Examples(*test)


def flower() -> Examples:
    """Return the 400 points of the planar flower."""
    return Examples(*builtin.flower())


def football(folder: Path) -> tuple[Examples, Examples]:
    """Return the 211 training and 200 test positions of the regularization's notebook."""
    return _read(folder / "football.mat")


def cats(folder: Path) -> tuple[Examples, Examples]:
    """Return the 209 training and 50 test pictures, each a row of 12288 shares of 255."""
    training, test = _read(folder / "catvnoncat")
    return (
        Examples(training.X.astype(np.float32) / 255, training.y),
        Examples(test.X.astype(np.float32) / 255, test.y),
    )


def _read(path: Path) -> tuple[Examples, Examples]:
    if not path.exists():
        raise DataError(
            f"{path}: not there; expected the course's own file, say where with --data FOLDER"
        )
    found = read(str(path))
    if found.test is None:
        raise DataError(f"{path}: expected training and test rows in it")
    return _examples(found), _examples(found.test)


def _examples(found: Any) -> Examples:
    X = found.X.to_numpy() if hasattr(found.X, "to_numpy") else np.asarray(found.X)
    return Examples(X.reshape(len(X), -1), np.asarray(found.y).ravel().astype(int))
