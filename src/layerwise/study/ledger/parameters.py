"""The digest of a fitted estimator's parameters: equal where every bit is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np


def digest_of(estimator: Any) -> str:
    """Return the sha256 over the tensors' names, shapes and bytes, in order of the layers.

    Two fits on the same rows with the same digest predict the same; a model file gives that of the
    fit it holds.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> both = [DNNClassifier((4,), epochs=2, random_state=0).fit(X, y) for _ in range(2)]
    >>> digest_of(both[0]) == digest_of(both[1])
    True
    """
    digest = hashlib.sha256()
    for name, tensor in tensors_of(estimator):
        digest.update(f"{name} {tensor.shape} {tensor.dtype.str}\n".encode())
        digest.update(tensor.data)
    return digest.hexdigest()


def tensors_of(estimator: Any) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the parameters and statistics by name, in order of the layers."""
    groups = zip(
        estimator.network_.blocks, estimator.parameters_, estimator.run_.statistics, strict=True
    )
    for block, parameters, statistics in groups:
        for name, values in sorted({**parameters, **statistics}.items()):
            yield f"{name}{block.l}", np.ascontiguousarray(values)


def digest_of_all(estimators: Iterable[Any]) -> str:
    """Return one digest over several fitted estimators, such as those of folds and seeds."""
    each = [digest_of(estimator) for estimator in estimators]
    return hashlib.sha256("\n".join(each).encode()).hexdigest()
