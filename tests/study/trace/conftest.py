"""Small fitted networks of three layers, shared by the tests of the trace."""

import pytest
from traced_networks import SETTINGS, TARGETS, X

from layerwise import DNNClassifier, DNNRegressor


@pytest.fixture(scope="session")
def fitted():
    """Return a network of three layers for each of the canonical heads, and its target."""
    return {
        head: ((DNNRegressor if head == "identity" else DNNClassifier)(**SETTINGS).fit(X, y), y)
        for head, y in TARGETS.items()
    }


@pytest.fixture(scope="session")
def one(fitted):
    """Return the trace of one example of the softmax network."""
    model, y = fitted["softmax"]
    return model.trace(X[:1], y[:1])


@pytest.fixture(scope="session")
def batch(fitted):
    """Return the trace of a batch that is too large to be written whole."""
    model, y = fitted["softmax"]
    return model.trace(X, y)
