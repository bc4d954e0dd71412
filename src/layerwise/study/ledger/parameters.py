"""The digest of a fitted estimator's parameters: equal where every bit is."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np


def digest_of(estimator: Any) -> str:
    """Return the sha256 over the tensors' names, shapes and bytes, in order of the layers.

    Two fits with the same digest predict the same; a model file gives that of the fit it holds.

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
    groups = zip(
        estimator.network_.blocks, estimator.parameters_, estimator.run_.statistics, strict=True
    )
    for block, parameters, statistics in groups:
        for name, values in sorted({**parameters, **statistics}.items()):
            tensor = np.ascontiguousarray(values)
            digest.update(f"{name}{block.l} {tensor.shape} {tensor.dtype.str}\n".encode())
            digest.update(tensor.data)
    return digest.hexdigest()
